"""Memory that requests take: answers that nobody reads, and evaluations that nobody waits for, take little,
nobody else is kept from an answer, and what they took comes back."""

import collections
import contextlib
import pathlib
import socket
import time

import pytest

from daemon import DEADLINE_S, ENDLESS, FLAVOUR, eventually

pytestmark = pytest.mark.skipif(FLAVOUR != "plain", reason="sanitizers keep what is freed")

CLIENTS = 450  # within the descriptors that a process mostly has
MOST_MB = 120  # beside what the kernel keeps for sockets: far from a container's 256 MB
LEFT_MB = 24
BOARDS = b'{"detail":true,"boards":[%s]}' % b",".join([b'"000000000"'] * 4096)


def resident_mb(daemon):
    status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def peak_mb(daemon):
    status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def head(method, path, size=0):
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()


@contextlib.contextmanager
def unread(daemon, request, count=CLIENTS):
    """So many clients that ask and do not read."""
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(count):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(DEADLINE_S)
            client.connect(("127.0.0.1", daemon.port))
            client.sendall(request)
            clients.append(client)
        yield clients


def statuses(clients):
    return collections.Counter(int(client.recv(12).split()[1]) for client in clients)


def assert_memory_comes_back(daemon, before_mb):
    eventually("memory back", lambda: resident_mb(daemon) < before_mb + LEFT_MB)
    assert peak_mb(daemon) < MOST_MB


def training(daemon):
    daemon.train(ENDLESS)


@pytest.mark.parametrize(
    "asked, count, prepare",
    [
        (head("GET", "/brains/default/export"), CLIENTS, None),
        (head("GET", "/brains/default/export"), CLIENTS, training),
        (head("POST", "/move", len(BOARDS)) + BOARDS, 150, None),
    ],
    ids=["exports", "exports of a brain in training", "batches"],
)
def test_answers_that_are_not_read_take_little_memory_which_comes_back(house, asked, count, prepare):
    daemon = house()
    if prepare is not None:
        prepare(daemon)
    daemon.move(board="000000000")
    before_mb = resident_mb(daemon)
    for _ in range(3):
        with unread(daemon, asked, count) as clients:
            assert set(statuses(clients)) <= {200, 503}
            daemon.move(board="000000000")
    assert_memory_comes_back(daemon, before_mb)


def test_evaluations_that_nobody_waits_for_take_little_memory(house):
    daemon = house()
    daemon.train(ENDLESS)
    before_mb = resident_mb(daemon)
    asked = head("GET", "/brains/default/evaluation?policy=power:7.5&against=default")
    for _ in range(3):
        with unread(daemon, asked):
            daemon.move(board="000000000")
    assert_memory_comes_back(daemon, before_mb)


def test_what_is_the_same_for_all_takes_no_memory(daemon):
    before_mb = resident_mb(daemon)
    with unread(daemon, head("GET", "/openapi.yaml")) as clients:
        assert statuses(clients) == {200: CLIENTS}
        assert peak_mb(daemon) < before_mb + LEFT_MB


def test_who_asks_for_a_large_answer_when_too_many_are_not_read_is_told_to_come_again(daemon):
    with unread(daemon, head("POST", "/move", len(BOARDS)) + BOARDS, 150) as clients:
        assert set(statuses(clients)) == {200, 503}
        answer = daemon.get("/brains/default/export")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1 and "ETag" not in answer.headers
        assert "not read" in answer.json()["detail"]
        for path in ("/", "/openapi.yaml", "/brains", "/brains/default", "/readyz"):
            assert daemon.get(path).status_code == 200
        assert 'ttstd_http_refused_total{reason="answers"}' in daemon.get("/metrics").text
    eventually("room again", lambda: daemon.get("/brains/default/export").status_code == 200)


def test_many_clients_that_read_are_all_answered(daemon):
    """However large all of it is: an answer counts until it has been sent."""
    begun = time.monotonic()
    while time.monotonic() - begun < 2:
        assert daemon.get("/brains/default/export").status_code == 200
    with unread(daemon, head("GET", "/brains/default/export"), 100) as clients:
        assert statuses(clients) == {200: 100}
