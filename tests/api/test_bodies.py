"""Bodies that are there without being one, that are encoded, and where none is wanted."""

import gzip

import pytest

from daemon import Wire
from routes import ROUTES

MOVE = b'{"board":"100020000","seed":7}'
BODILESS = [route for route in ROUTES if route.method in ("GET", "DELETE") and "events" not in route.path]
HOST = "Host: localhost\r\n"


def of_bodiless(function):
    return pytest.mark.parametrize(
        "route", BODILESS, ids=lambda route: f"{route.method} {route.pattern}"
    )(function)


def chunked(*chunks):
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


def send_in_chunks(daemon, method, path, *chunks):
    """The answer, and that of a second request behind it."""
    with Wire(daemon) as wire:
        wire.send(f"{method} {path} HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n".encode())
        wire.send(chunked(*chunks) + f"GET /healthz HTTP/1.1\r\n{HOST}\r\n".encode())
        text = wire.stream.read1(1 << 20)
        while b'{"status":' not in text.partition(b"\r\n\r\n")[2]:
            piece = wire.stream.read1(1 << 20)
            assert piece, text
            text += piece
    return int(text.split()[1]), text


def plainly(daemon, route):
    """How it is answered without a body; what it does is done by then."""
    daemon.request(route.method, route.path)
    return daemon.request(route.method, route.path).status_code


@of_bodiless
@pytest.mark.parametrize("chunks", [(), (b"{}",), (b" {", b"\r\n}\t")], ids=["none", "{}", "{ }"])
def test_no_chunks_and_an_empty_object_are_no_body(shared, route, chunks):
    status = plainly(shared, route)
    assert status != 413
    assert send_in_chunks(shared, route.method, route.path, *chunks)[0] == status
    if chunks:
        assert shared.request(route.method, route.path, b"".join(chunks)).status_code == status


@of_bodiless
@pytest.mark.parametrize(
    "body", [b"x", b"[]", b"{", b"{}{}", b"{}\0", b'{"a":1}', b" " * 5000]
)
def test_where_no_body_is_wanted_one_is_refused_in_these_words(shared, route, body):
    answer = shared.request(route.method, route.path, body)
    assert answer.status_code == 400
    assert route.method == "HEAD" or answer.json()["detail"] == "this takes no body"
    status, text = send_in_chunks(shared, route.method, route.path, body)
    assert status == 400 and b"this takes no body" in text


def test_a_body_in_chunks_that_is_a_little_too_large_is_told_so(shared):
    status, text = send_in_chunks(shared, "POST", "/match", b" " * 5000, b" " * 20_000)
    assert status == 413 and b"4096 bytes" in text


def test_a_body_in_chunks_without_end_is_cut(shared):
    with Wire(shared) as wire:
        wire.send(f"GET /healthz HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range(10_000):
                wire.send(b"400\r\n" + b" " * 1024 + b"\r\n")
        except OSError:
            return
    raise AssertionError("it took ten megabytes")


# Encodings.


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "br", "deflate", "gzip, identity", "", "zstd"])
@pytest.mark.parametrize("path", ["/move", "/match", "/train"])
def test_an_encoded_body_is_refused(shared, path, coding):
    answer = shared.request("POST", path, gzip.compress(MOVE), headers={"Content-Encoding": coding})
    assert answer.status_code == 415
    assert answer.json()["field"] == "Content-Encoding"


@pytest.mark.parametrize("coding", ["identity", "Identity"])
def test_a_body_that_is_said_to_be_as_it_is_is_taken(shared, coding):
    assert shared.request("POST", "/move", MOVE, headers={"Content-Encoding": coding}).status_code == 200
