"""Heads of requests that two readers could read in two ways, or that are too large: refused, once, and
nothing that follows on the connection is taken for a request."""

import contextlib
import re

import pytest

from daemon import Wire, eventually

HOST = "Host: localhost\r\n"
HIDDEN = "PUT /brains/hidden HTTP/1.1\r\nHost: localhost\r\nContent-Length: 36\r\n\r\n"
HIDDEN += '{"game":"tictactoe","rule":"menace"}'
LENGTH = len(HIDDEN)
HEAD_MAX, LINES_MAX = 8192, 64

DOUBTFUL = {
    "a blank before the colon": f"Content-Length : {LENGTH}",
    "a tab before the colon": f"Content-Length\t: {LENGTH}",
    "a length continued on the next line": f"Content-Length:\r\n {LENGTH}",
    "a length continued after a tab": f"Content-Length:\r\n\t{LENGTH}",
    "a length in two lines": f"Content-Length: {LENGTH // 10}\r\n {LENGTH % 10}",
    "chunks continued on the next line": "Transfer-Encoding:\r\n chunked",
    "any header continued on the next line": "X: a\r\n b",
    "NUL in a value": "X: a\0b",
    "NUL at a value's end": "X: a\0",
    "NUL before a length": f"Content-Length: \0{LENGTH}",
    "NUL in a name": "X\0Y: a",
    "CR in a value": f"X: a\rContent-Length: {LENGTH}",
    "a line that ends in LF alone": f"X: a\nContent-Length: {LENGTH}",
    "another control character in a value": "X: a\x01b",
    "a name with a blank": "X Y: a",
    "a name with a bracket": "X(Y): a",
    "a name that is not ASCII": "X\xe4: a",
    "a name that is empty": ": a",
    "no colon": "nonsense",
}

ONCE = [
    "Host", "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding", "Authorization",
    "Origin", "X-Request-Id", "Access-Control-Request-Method", "Idempotency-Key", "Last-Event-ID",
]

LINES = {
    "NUL in the target": "GET /healthz\0/x HTTP/1.1",
    "CR in the target": "GET /healthz\r?x HTTP/1.1",
    "a tab in the target": "GET /healthz\tx HTTP/1.1",
    "a blank in the target": "GET /healthz x HTTP/1.1",
    "two blanks before it": "GET  /healthz HTTP/1.1",
    "NUL in the method": "GET\0 /healthz HTTP/1.1",
    "a method that is no token": "G(T /healthz HTTP/1.1",
    "a line that ends in LF alone": "GET /healthz HTTP/1.1\nX: a",
}


def answers_to(daemon, text):
    """All that comes until the daemon closes the connection: the statuses, and the last body."""
    with Wire(daemon) as wire:
        wire.send(text.encode("latin-1"))
        heads = re.split(rb"(?=HTTP/1\.1 \d{3} )", wire.stream.read())[1:]
    return [int(head.split()[1]) for head in heads], heads[-1].partition(b"\r\n\r\n")[2]


def assert_nothing_hidden(daemon):
    assert daemon.get("/brains/hidden").status_code == 404


@pytest.mark.parametrize("ask", ["GET /healthz", "POST /move", "GET /nothing"])
@pytest.mark.parametrize("lines", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_line_that_is_read_in_two_ways_is_refused_and_nothing_behind_it_done(shared, ask, lines):
    for place in (f"{HOST}{lines}\r\n", f"{lines}\r\n{HOST}"):
        statuses, _ = answers_to(shared, f"{ask} HTTP/1.1\r\n{place}\r\n{HIDDEN}")
        assert set(statuses) == {400}
    assert_nothing_hidden(shared)


def test_what_was_asked_before_is_answered_all_the_same(shared):
    good = f"GET /healthz HTTP/1.1\r\n{HOST}\r\n"
    statuses, _ = answers_to(shared, good * 3 + good.replace("Host", "Host ") + good + HIDDEN)
    assert statuses == [200, 200, 200, 400]
    assert_nothing_hidden(shared)


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize("same", [True, False], ids=["the same", "another"])
def test_a_header_that_may_be_there_once_is_not_there_twice(shared, name, same):
    value = {"Host": "localhost", "Content-Length": "0", "Transfer-Encoding": "chunked"}.get(name, "a")
    more = "" if name == "Host" else f"{name}: {value}\r\n"
    again = f"{name.upper()}: {value if same or name == 'Transfer-Encoding' else '36'}\r\n"
    statuses, body = answers_to(shared, f"GET /healthz HTTP/1.1\r\n{HOST}{more}{again}\r\n{HIDDEN}")
    assert statuses == [400]
    assert f'"field":"{name.upper()}"'.encode() in body
    assert_nothing_hidden(shared)


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_request_line_that_is_read_in_two_ways_is_refused(shared, line):
    with Wire(shared) as wire:
        wire.send(f"{line}\r\n{HOST}\r\n{HIDDEN}".encode())
        answer = wire.answer()
        assert answer is None or answer.status == 400
        assert wire.is_closed_by_daemon()
    assert_nothing_hidden(shared)


@pytest.mark.parametrize("host", ["localhost:1@evil", "a b", "localhost/", "http://localhost"])
def test_a_host_is_one(shared, host):
    statuses, body = answers_to(shared, f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n{HIDDEN}")
    assert statuses == [400] and b'"field":"Host"' in body


def test_a_host_is_there_but_in_http_1_0(shared):
    statuses, body = answers_to(shared, "GET /healthz HTTP/1.1\r\n\r\n")
    assert statuses == [400] and b'"field":"Host"' in body
    assert answers_to(shared, "GET /healthz HTTP/1.0\r\n\r\n")[0] == [200]


def test_http_1_0_has_no_chunks(shared):
    head = f"POST /move HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert answers_to(shared, head)[0] == [400]


def test_what_means_nothing_here_may_be_there_twice(shared):
    with Wire(shared) as wire:
        wire.send(f"GET /healthz HTTP/1.1\r\n{HOST}Via: a\r\nVia: b\r\nX-!#$%&'*+.^_`|~: \t\xe4 \t\r\n\r\n")
        assert wire.answer().status == 200


# Large heads.


def head_of(size, *more, ask="GET /healthz"):
    """A head of so many bytes, most of them cookies."""
    head = f"{ask} HTTP/1.1\r\n{HOST}" + "".join(f"{line}\r\n" for line in more) + "Cookie: "
    left = size - len(head) - len("\r\n\r\n")
    return head + "c=d; " * (left // 5) + "~" * (left % 5) + "\r\n\r\n"


@pytest.mark.parametrize("lines", [3, LINES_MAX])
@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/metrics", "/brains/default/export", "/brains/default/curve"]
)
def test_a_head_of_8_kb_is_taken_by_every_kind_of_answer(shared, path, lines):
    more = ["Connection: close", *["X: a"] * (lines - 3)]
    statuses, body = answers_to(shared, head_of(HEAD_MAX, *more, ask=f"GET {path}"))
    assert statuses == [200] and body


def test_a_large_head_is_taken_before_a_body_and_again_on_the_same_connection(shared):
    body = b'{"board":"000000000"}'
    head = head_of(HEAD_MAX, f"Content-Length: {len(body)}", ask="POST /move")
    with Wire(shared) as wire:
        for _ in range(3):
            assert wire.send(head).send(body).answer().status == 200


@pytest.mark.parametrize(
    "query", ["&" * 7000, "a&" * 3500, "=" * 7000, "%" * 7000, "policy=greedy&" * 500]
)
def test_a_long_query_is_judged_as_any_other(shared, query):
    with Wire(shared) as wire:
        wire.send(f"GET /brains/default/boards/000000000?{query} HTTP/1.1\r\n{HOST}\r\n")
        assert wire.answer().status == (200 if set(query) == {"&"} else 400)
        assert wire.ask("GET", "/healthz").answer().status == 200


@pytest.mark.parametrize("more", [1, 1000, 4000, 10_000, 40_000])
@pytest.mark.parametrize("pieces", [1, 7])
def test_a_larger_head_gets_one_answer_that_says_so(shared, more, pieces):
    text = head_of(HEAD_MAX + more)
    with Wire(shared) as wire:
        with contextlib.suppress(OSError):  # the daemon may have answered, and closed, by the last
            for i in range(pieces):
                wire.send(text[len(text) * i // pieces:len(text) * (i + 1) // pieces])
        heads = wire.stream.read().split(b"HTTP/1.1 ")
    assert len(heads) == 2 and heads[1].startswith(b"431 ")


@pytest.mark.parametrize("lines", [LINES_MAX + 1, 100, 1000, 5000])
def test_a_head_of_more_lines_gets_one_answer_that_says_so(shared, lines):
    head = f"GET /healthz HTTP/1.1\r\n{HOST}" + "a:\r\n" * (lines - 1)
    assert answers_to(shared, head + "\r\n")[0] == [431]


def test_a_target_that_is_larger_than_a_head_is_refused(shared):
    for size, status in ((HEAD_MAX, 431), (40_000, 414)):
        assert answers_to(shared, f"GET /{'a' * size} HTTP/1.1\r\n{HOST}\r\n")[0] == [status]


def test_large_heads_are_a_problem_and_are_counted(house):
    daemon = house()
    with Wire(daemon) as wire:
        wire.send(head_of(HEAD_MAX + 1))
        answer = wire.answer()
    assert answer.status == 431 and b"8192 bytes and 64 headers" in answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    answers_to(daemon, head_of(40_000))
    answers_to(daemon, f"GET /{'a' * 40_000} HTTP/1.1\r\n{HOST}\r\n")
    line = 'ttstd_http_refused_total{reason="head"} 3\n'
    eventually("all three counted", lambda: line in daemon.get("/metrics").text)
