"""Where the daemon can be reached."""

import contextlib
import socket
import stat

import pytest
import requests

from daemon import eventually, run_to_end

HEALTHZ = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def status_line(connection):
    connection.sendall(HEALTHZ)
    with connection.makefile("rb") as stream:
        return stream.readline()


def through(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(10)
    connection.connect(str(path))
    return connection


@pytest.mark.parametrize("address", ["[::1]:0", "127.0.0.2:0", "0.0.0.0:0"])
def test_it_listens_where_it_is_told_to(house, address):
    host = address.rpartition(":")[0].strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as probe:
        try:
            probe.bind((host, 0))
        except OSError as error:
            pytest.skip(f"this machine has no {host}: {error}")
    daemon = house("--insecure", listen=address)
    assert daemon.events("listening")[0].fields["address"] == host
    target = "127.0.0.1" if host == "0.0.0.0" else host
    with socket.create_connection((target, daemon.port)) as connection:
        assert status_line(connection) == b"HTTP/1.1 200 OK\r\n"


def test_it_listens_at_several_places_at_once(house, tmp_path):
    path = tmp_path / "socket"
    daemon = house("--listen", f"127.0.0.2:0,unix:{path}")
    eventually("it listens", lambda: len(daemon.events("listening")) == 3)
    first, second, third = (event.fields for event in daemon.events("listening"))
    assert third["socket"] == str(path)
    for place in (first, second):
        url = f"http://{place['address']}:{place['port']}/healthz"
        assert requests.get(url, timeout=10).status_code == 200
    with through(path) as connection:
        assert status_line(connection) == b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def sock(tmp_path):
    return tmp_path / "socket"


def test_a_unix_socket_is_its_owners_and_groups_and_goes_with_the_daemon(house, sock):
    daemon = house("--listen", f"unix:{sock}")
    assert stat.S_IMODE(sock.stat().st_mode) == 0o660
    daemon.terminate()
    assert not sock.exists()


def test_a_socket_that_was_left_behind_is_replaced(house, sock):
    daemon = house("--listen", f"unix:{sock}")
    daemon.kill9()
    assert sock.exists()
    daemon.start()
    with through(sock) as connection:
        assert status_line(connection) == b"HTTP/1.1 200 OK\r\n"


def test_a_socket_that_another_listens_on_is_left_alone(house, sock, tmp_path):
    house("--listen", f"unix:{sock}")
    ended = run_to_end("--listen", f"unix:{sock}", "--database", tmp_path / "other.db")
    assert ended.returncode == 1
    assert str(sock) in ended.stderr and "in use" in ended.stderr
    with through(sock) as connection:
        assert status_line(connection) == b"HTTP/1.1 200 OK\r\n"


def test_a_file_that_is_no_socket_is_left_alone(sock, tmp_path):
    sock.write_text("mine")
    ended = run_to_end("--listen", f"unix:{sock}", "--database", tmp_path / "other.db")
    assert ended.returncode == 1 and str(sock) in ended.stderr
    assert sock.read_text() == "mine"


def test_a_unix_socket_asks_for_tokens_but_for_no_host(house, sock, tmp_path):
    (tmp_path / "tokens").write_text("0123456789abcdef")
    house("--listen", f"unix:{sock}", "--token-file", tmp_path / "tokens")
    with through(sock) as connection:
        connection.sendall(b"GET /brains HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 401"
    with through(sock) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_health_asks_through_a_unix_socket(house, sock, tmp_path):
    house("--listen", f"unix:{sock}")
    for flags in ([f"unix:{sock}"], ["--listen", f"127.0.0.1:1,unix:{sock}"]):
        assert run_to_end("health", *flags).returncode == 0
    ended = run_to_end("health", f"unix:{tmp_path / 'nothing'}")
    assert ended.returncode == 1
    assert "nothing" in ended.stderr and "No such file" in ended.stderr
