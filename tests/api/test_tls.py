"""TLS, through curl, requests and Python's own client."""

import json
import socket
import ssl
import subprocess

import pytest
import requests

from daemon import DEADLINE_S, run_to_end


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, timeout=DEADLINE_S)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A certificate for this machine that vouches for itself, its key, and another key."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("one", "other"):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
    return folder


@pytest.fixture(scope="module")
def secure(module_house, keys, tmp_path_factory):
    folder = tmp_path_factory.mktemp("secure")
    (folder / "tokens").write_text("0123456789abcdef")
    daemon = module_house(
        "--tls-cert", keys / "one.pem", "--tls-key", keys / "one.key",
        "--token-file", folder / "tokens", "--listen", f"unix:{folder / 'socket'}",
    )
    daemon.url = daemon.url.replace("http:", "https:")
    daemon.session.verify = str(keys / "one.pem")
    daemon.session.headers["Authorization"] = "Bearer 0123456789abcdef"
    daemon.socket = folder / "socket"
    return daemon


def test_the_log_says_https(secure):
    first, second = (event.fields for event in secure.events("listening"))
    assert first["scheme"] == "https" and "socket" in second


def test_requests_asks_through_tls(secure):
    for _ in range(3):  # on one connection
        assert secure.move(board="000000000")["board"] == "000000000"
    secure.learn(1000)


def test_curl_asks_through_tls(secure, keys):
    answer = run("curl", "--silent", "--fail", "--cacert", keys / "one.pem",
                 "--header", "Authorization: Bearer 0123456789abcdef",
                 "--data", '{"board":"000000000"}', f"{secure.url}/move")
    assert json.loads(answer.stdout)["player"] == 1


def test_a_large_answer_and_a_large_body_come_whole(secure):
    file = secure.get("/brains/default/export")
    assert file.status_code == 200
    assert secure.put("/brains/copy/import", file.content).status_code == 201


def test_events_come_through_tls(secure):
    job = secure.train(100_000)["id"]
    answer = secure.session.get(f"{secure.url}/train/{job}/events", stream=True, timeout=DEADLINE_S)
    assert b"event: end" in answer.content


def test_a_client_that_does_not_trust_the_certificate_gets_nothing(secure, keys):
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure.url}/healthz", verify=str(keys / "other.pem"), timeout=DEADLINE_S)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_spoken(secure, keys, version):
    context = ssl.create_default_context(cafile=keys / "one.pem")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", secure.port)) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(15) == b"HTTP/1.1 200 OK"


def test_older_tls_is_not_spoken(secure, keys):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_verify_locations(keys / "one.pem")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", secure.port), timeout=DEADLINE_S) as plain:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(plain, server_hostname="localhost")


def test_who_speaks_no_tls_is_cut_off(secure):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=DEADLINE_S) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert not plain.recv(65536).startswith(b"HTTP")


def test_a_unix_socket_needs_no_tls(secure):
    with socket.socket(socket.AF_UNIX) as plain:
        plain.connect(str(secure.socket))
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert plain.recv(15) == b"HTTP/1.1 200 OK"
    assert run_to_end("health", f"unix:{secure.socket}").returncode == 0


@pytest.mark.parametrize(
    "cert, key, reason",
    [
        ("missing.pem", "one.key", "cannot read"),
        ("one.pem", "missing.key", "cannot read"),
        ("one.pem", "other.key", "are not a certificate and its key"),
        ("one.key", "one.pem", "are not a certificate and its key"),
    ],
)
def test_what_is_no_certificate_and_its_key_is_refused(keys, tmp_path, cert, key, reason):
    ended = run_to_end("--listen", "127.0.0.1:0", "--database", tmp_path / "x.db",
                       "--tls-cert", keys / cert, "--tls-key", keys / key)
    assert ended.returncode == 1
    assert reason in ended.stderr
    assert "PRIVATE" not in ended.stderr
