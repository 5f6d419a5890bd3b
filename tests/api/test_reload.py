"""SIGHUP: what was renewed is used, and what could not be read is told to whoever watches."""

import calendar
import shutil
import signal
import socket
import ssl
import time

import pytest

from test_access import ALL, ALSO_ALL, bearer
from test_limits import metric
from test_tls import run


def make_certificate(folder, name, days, *issuer):
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-days", str(days), "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem", *issuer)


def end_of(pem):
    said = run("openssl", "x509", "-in", pem, "-noout", "-enddate").stdout.decode()
    return calendar.timegm(time.strptime(said.strip(), "notAfter=%b %d %H:%M:%S %Y %Z"))


@pytest.fixture
def secure(house, tmp_path):
    """A daemon with a certificate; a new one and its key lie beside it."""
    make_certificate(tmp_path, "old", 2)
    make_certificate(tmp_path, "new", 30)
    shutil.copy(tmp_path / "old.pem", tmp_path / "pem")
    shutil.copy(tmp_path / "old.key", tmp_path / "key")
    daemon = house("--tls-cert", tmp_path / "pem", "--tls-key", tmp_path / "key")
    daemon.url = daemon.url.replace("http:", "https:")
    daemon.session.verify = str(tmp_path / "old.pem")
    daemon.files = tmp_path
    return daemon


def renew(daemon, *endings):
    for ending in endings:
        shutil.copy(daemon.files / f"new.{ending}", daemon.files / ending)
    daemon.process.send_signal(signal.SIGHUP)


def connect(daemon, trusted):
    """A new connection, to whom this certificate alone is good."""
    context = ssl.create_default_context(cafile=daemon.files / f"{trusted}.pem")
    plain = socket.create_connection(("127.0.0.1", daemon.port), timeout=10)
    return context.wrap_socket(plain, server_hostname="localhost")


def test_a_renewed_certificate_is_shown_to_who_comes_next(secure):
    old = connect(secure, "old")
    renew(secure, "pem", "key")
    secure.wait_for_event("tokens_read")
    with connect(secure, "new"):
        pass
    with pytest.raises(ssl.SSLError):
        connect(secure, "old")
    old.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")  # a connection goes on as it began
    assert old.recv(15) == b"HTTP/1.1 200 OK"
    old.close()


def test_many_connections_go_on_through_many_renewals(secure):
    open_ones = []
    for turn in range(20):
        names = ("old", "new") if turn % 2 else ("new", "old")
        for ending in ("pem", "key"):
            shutil.copy(secure.files / f"{names[0]}.{ending}", secure.files / ending)
        seen = len(secure.events("certificate_read"))
        secure.process.send_signal(signal.SIGHUP)
        while len(secure.events("certificate_read")) == seen:
            time.sleep(0.002)
        open_ones.append(connect(secure, names[0]))
        if turn % 3 == 2:
            open_ones.pop(turn % len(open_ones)).close()
    for connection in open_ones:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
        connection.close()


def test_a_certificate_without_its_key_is_not_shown(secure):
    renew(secure, "pem")
    assert "certificate and its key" in secure.wait_for_event("certificate_not_read").fields["error"]
    assert metric(secure, "ttstd_reload_failing") == 1
    with connect(secure, "old"):
        pass
    renew(secure, "key")
    secure.wait_for_event("certificate_read", ends=time.strftime(
        "%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(end_of(secure.files / "new.pem"))))
    assert metric(secure, "ttstd_reload_failing") == 0


def test_the_end_of_the_certificate_can_be_watched(secure):
    assert metric(secure, "ttstd_tls_certificate_end_time_seconds") == end_of(secure.files / "old.pem")
    renew(secure, "pem", "key")
    secure.wait_for_event("tokens_read")
    secure.session.verify = str(secure.files / "new.pem")
    secure.session.close()
    assert metric(secure, "ttstd_tls_certificate_end_time_seconds") == end_of(secure.files / "new.pem")


def test_of_a_chain_the_end_is_that_which_comes_first(house, tmp_path):
    make_certificate(tmp_path, "above", 2)
    make_certificate(tmp_path, "leaf", 30,
                     "-CA", tmp_path / "above.pem", "-CAkey", tmp_path / "above.key")
    chain = tmp_path / "chain.pem"
    chain.write_text((tmp_path / "leaf.pem").read_text() + (tmp_path / "above.pem").read_text())
    daemon = house("--tls-cert", chain, "--tls-key", tmp_path / "leaf.key")
    daemon.url = daemon.url.replace("http:", "https:")
    daemon.session.verify = str(tmp_path / "above.pem")
    assert metric(daemon, "ttstd_tls_certificate_end_time_seconds") == end_of(tmp_path / "above.pem")


def test_without_tls_no_end_is_told(shared):
    assert metric(shared, "ttstd_tls_certificate_end_time_seconds") == 0


def test_a_revocation_that_fails_can_be_watched(house, tmp_path):
    file = tmp_path / "tokens"
    file.write_text(f"{ALL}\n{ALSO_ALL}\n")
    daemon = house("--token-file", file)
    assert metric(daemon, "ttstd_reload_failing") == 0
    file.rename(tmp_path / "elsewhere")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for_event("tokens_not_read")
    assert metric(daemon, "ttstd_reload_failing") == 1
    assert daemon.get("/brains", headers=bearer(ALSO_ALL)).status_code == 200
    file.write_text(ALL)
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for_event("tokens_read")
    assert metric(daemon, "ttstd_reload_failing") == 0
    assert daemon.get("/brains", headers=bearer(ALSO_ALL)).status_code == 401
