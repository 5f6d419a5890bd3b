"""The Python client: whatever goes wrong is a TtstError, in time, and takes no more than 64 MB."""

import json
import math
import random
import socket
import threading
import time
import tracemalloc

import pytest

import ttst
from daemon import DEADLINE_S
from fake_server import FakeServer, answer
from test_client_brains import EVALUATION
from test_client_errors import BRAIN, problem, raised
from test_client_jobs import DONE, JOB
from tictactoe import EMPTY

def str_of(value):
    return "huge" if value == 10**5000 else ascii(value)[:20]


NOWHERE = "http://127.0.0.1:1"  # where nothing is ever sent
BEGIN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = BEGIN + b"Transfer-Encoding: chunked\r\n\r\n"
TOO_LONG = 70 << 20


def raised_by(reply, kind, ask=lambda client: client.brain(), **settings):
    """The error of a client that is answered so, hung up on then, and patient for as long as a test."""
    settings = {"timeout": DEADLINE_S, "retries": 0, **settings}
    with FakeServer(reply, close=True) as server, ttst.Client(server.url, **settings) as client:
        return raised(kind, lambda: ask(client))


# What is given.


@pytest.mark.parametrize(
    "value", [0, -1, -0.0, math.nan, math.inf, -math.inf, 1e10, 10**5000, "5"], ids=str_of
)
def test_a_timeout_that_cannot_be_is_refused(value):
    for ask in (
        lambda: ttst.Client(NOWHERE, timeout=value),
        lambda: ttst.Client(NOWHERE).brain(timeout=value),
    ):
        error = raised(ttst.InvalidArgument, ask)
        assert isinstance(error, ValueError)
        assert str(error).startswith("timeout must be more than 0 seconds and at most 2,000,000, not ")


@pytest.mark.parametrize("timeout", [0.001, 5, 2_000_000])
def test_a_timeout_that_can_be_is_taken(timeout):
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        with ttst.Client(f"http://127.0.0.1:{taken.getsockname()[1]}", timeout=timeout) as client:
            with pytest.raises((ttst.Unreachable, ttst.Timeout)):
                client.brain()


@pytest.mark.parametrize("name", ["timeout", "interval"])
@pytest.mark.parametrize("value", [-1, math.nan, "5"])
def test_a_time_to_wait_that_cannot_be_is_refused(name, value):
    with FakeServer(answer(200, JOB)) as server, ttst.Client(server.url) as client:
        job = client.job(7)
        raised(ttst.InvalidArgument, lambda: list(job.watch(**{name: value})))


@pytest.mark.parametrize(
    "url",
    [
        "", "127.0.0.1:8080", "ftp://localhost", "http://", "http://:80", "http://[::1", "http://[x]",
        "http://h:65536", "http://h:x", "http://h:0", f"http://{'a' * 70}.example", "http://a..b",
        "http://\u20ac" + "x" * 70, "http://h/?q", "http://h#f", "http://h h", "http://h\r\nX: y",
        "http://h\0", b"http://h", None, 5,
    ],
    ids=lambda url: ascii(url)[:20],
)
def test_a_url_that_is_none_is_refused(url):
    assert str(raised(ttst.InvalidArgument, lambda: ttst.Client(url))).startswith("url")


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "\u20ac"], ids=ascii)
def test_a_token_that_cannot_be_sent_is_refused(token):
    raised(ttst.InvalidArgument, lambda: ttst.Client(NOWHERE, token=token))


@pytest.mark.parametrize("path", ["", "/no/such.pem", "/tmp", "/etc/passwd", "/x\0y", "\udc80"], ids=ascii)
def test_a_ca_file_that_vouches_for_nobody_is_refused_by_name(path):
    for url in ("https://127.0.0.1:1", NOWHERE):
        error = raised(ttst.InvalidArgument, lambda: ttst.Client(url, ca_file=path))
        assert str(error).startswith("ca_file: ")


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.move(EMPTY, seed=10**5000),
        lambda c: c.move(EMPTY, policy={"power": math.nan}),
        lambda c: c.move(object()),
        lambda c: c.create_brain("x", reward=10**5000),
        lambda c: c.create_brain("x", **{"deep": json.loads("[" * 900 + "]" * 900)}, a=[math.inf]),
        lambda c: c.import_brain("x", {"rows": {1, 2}}),
        lambda c: c.match([0, 3, 1, 4, 2], key="a\r\nX: y"),
        lambda c: c.match([0, 3, 1, 4, 2], key="\u20ac"),
        lambda c: c.match([0, 3, 1, 4, 2], key=5),
        lambda c: c.brain("\ud800"),
        lambda c: c.brain(""),
        lambda c: c.brain("."),
        lambda c: c.delete_brain(".."),
        lambda c: c.delete_checkpoint("x", ".."),
        lambda c: c.job(10**5000),
        lambda c: c.jobs(limit=10**5000),
        lambda c: c.jobs(brain="\ud800"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_not_sent(ask):
    with FakeServer(answer(200, BRAIN)) as server, ttst.Client(server.url) as client:
        raised(ttst.InvalidArgument, lambda: ask(client))
    assert server.requests == []


# How long it takes.


def dripping(head, drop, pause_s=0.02):
    """A server that begins so and then goes on, drop by drop. Returns its URL and what ends it."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection, listener:
            connection.recv(65536)
            try:
                connection.sendall(head)
                while not ended.wait(pause_s):
                    connection.sendall(drop)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}", ended.set


DRIPS = {
    "a-status-line": (b"HTTP/1.1 200 ", b"O"),
    "headers": (BEGIN, b"X: y\r\n"),
    "a-header": (BEGIN + b"X: ", b"y"),
    "interim-answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a-body": (BEGIN + b"Content-Length: 100000\r\n\r\n", b" "),
    "a-body-without-a-length": (BEGIN + b"\r\n", b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "a-chunk": (CHUNKED + b"ffff\r\n", b" "),
    "the-size-of-a-chunk": (CHUNKED + b"1;", b"x"),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n"),
    "a-refusal": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 9999\r\n\r\n", b" "),
    "a-redirection": (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 9999\r\n\r\n", b" "),
}


@pytest.mark.parametrize("name", DRIPS)
def test_an_answer_that_drips_is_a_time_out_in_time(name):
    url, end = dripping(*DRIPS[name])
    try:
        with ttst.Client(url, timeout=0.5) as client:
            begin = time.monotonic()
            error = raised(ttst.Timeout, client.brain)
            took_s = time.monotonic() - begin
    finally:
        end()
    assert str(error) == f"GET /brains/default: no answer from {url} within 0.5 s"
    assert 0.4 < took_s < DEADLINE_S / 2


def test_what_is_sent_again_has_no_more_time_than_the_call():
    busy = answer(503, problem(503, "x", "x"), Retry_After=3)
    begin = time.monotonic()
    raised_by(busy, ttst.Unavailable, timeout=1, retries=2)
    assert time.monotonic() - begin < 2.5


def test_the_rest_of_a_calls_time_is_not_the_next_ones():
    with FakeServer(answer(200, BRAIN), late_s=0.4) as server, ttst.Client(server.url) as client:
        client.brain(timeout=0.5)
        client.import_brain("x", b" " * 4_000_000, timeout=DEADLINE_S)
    assert server.connections == 1


def test_headers_that_drip_end_a_wait_for_events_too():
    url, end = dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")
    try:
        with FakeServer(answer(200, JOB)) as server, ttst.Client(server.url, timeout=0.3) as client:
            job = client.job(7)
            client._http.url = url
            with pytest.raises((ttst.Timeout, ttst.Unreachable)):
                next(job.events())
    finally:
        end()


# How much it takes.

LONG = {
    "a-body": BEGIN + b"\r\n" + b" " * TOO_LONG,
    "a-body-of-a-length": BEGIN + b"Content-Length: %d\r\n\r\n" % TOO_LONG + b" " * TOO_LONG,
    "a-body-in-chunks": CHUNKED + b"100000\r\n" + (b" " * (1 << 20) + b"\r\n100000\r\n") * 70,
    "the-size-of-a-chunk": CHUNKED + b"1;" + b"x" * TOO_LONG,
    "trailers": CHUNKED + b"0\r\n" + b"X: yyyyyyyy\r\n" * (TOO_LONG // 13),
    "interim-answers": (b"HTTP/1.1 100 Continue\r\nX: " + b"y" * 60_000 + b"\r\n\r\n") * 1200,
    "a-refusal": b"HTTP/1.1 404 Not Found\r\n\r\n" + b" " * TOO_LONG,
}


@pytest.mark.parametrize("name", LONG)
def test_an_answer_without_an_end_is_unexpected(name):
    error = raised_by(LONG[name], ttst.UnexpectedAnswer)
    assert str(error) == "GET /brains/default: an answer of more than 67,108,864 bytes"


@pytest.mark.parametrize("length", [b"9" * 12, b"9" * 18, b"9" * 40, b"9" * 5000])
def test_a_length_that_is_a_lie_takes_no_memory(length):
    for head in (BEGIN + b"Content-Length: " + length + b"\r\n\r\n", CHUNKED + length + b"\r\n"):
        tracemalloc.start()
        raised_by(head + b"{}", ttst.UnexpectedAnswer)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
        tracemalloc.stop()


def test_a_file_that_was_cut_is_not_taken_for_whole():
    cut = answer(200, {"format": "ttst-brain/1"})[:-5]
    raised_by(cut, ttst.UnexpectedAnswer, lambda client: client.export_brain("x"))


# What it says.


@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [5, 100, 900, 1_000_000])
def test_an_answer_that_is_nested_too_deep_is_unexpected(opening, closing, depth):
    deep = opening * depth + "1" + closing * depth
    texts = [deep, json.dumps({**BRAIN, "options": "@"}).replace('"@"', deep),
             json.dumps({**BRAIN, "name": "@"}).replace('"@"', deep)]
    for text in texts:
        raised_by(answer(200, text), ttst.UnexpectedAnswer)


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity", "1" * 400, "1" * 5000, "-1" + "0" * 30])
def test_a_number_beyond_all_limits_is_unexpected(number):
    for fields, name, ask in (
        (BRAIN, "matches", lambda client: client.brain()),
        (EVALUATION, "nash_conv", lambda client: client.evaluation()),
        ({**BRAIN, "options": {"reward": 3}}, "reward", lambda client: client.brain()),
    ):
        text = json.dumps(fields).replace(f'"{name}": ', f'"{name}": {number}, "other": ')
        error = raised_by(answer(200, text), ttst.UnexpectedAnswer, ask)
        assert len(str(error)) < 500


def test_what_is_shown_of_a_strange_answer_is_short():
    error = raised_by(answer(200, {**BRAIN, "matches": "x" * 1_000_000}), ttst.UnexpectedAnswer)
    assert len(str(error)) < 500


@pytest.mark.parametrize("after", ["9" * 5000, "9" * 10, "-1", "1.5", "\xb2", ""])
def test_a_rest_that_is_no_time_is_none(after):
    reply = answer(503, problem(503, "", "x"), Retry_After="@").replace(b"@", after.encode("latin-1"))
    assert raised_by(reply, ttst.Unavailable).retry_after is None


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n",
        b"HTTP/1.1 " + b"9" * 5000 + b" OK\r\n",
        b"\xff\xff\xff",
    ],
)
def test_an_answer_with_a_strange_head_is_unexpected(head):
    raised_by(head + b"\r\n{}", ttst.UnexpectedAnswer)


# Events.


def events_of(body):
    """What a job's events, told so and then looked for in vain, raise."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    gone = answer(500, problem(500, "x", "x"))
    with FakeServer(answer(200, JOB), head + body, gone, close=True) as server:
        with ttst.Client(server.url, timeout=DEADLINE_S) as client:
            job = client.job(7)
            with pytest.raises(ttst.TtstError) as caught:
                for _ in job.events():
                    pass
    return caught.value, server.requests[-1]


@pytest.mark.parametrize("line", [b"retry: " + b"9" * 5000, b"retry: 0" + b"0" * 5000])
def test_a_pause_of_too_many_digits_is_no_trouble(line, monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    error, _ = events_of(line + b"\n\n")
    assert isinstance(error, ttst.ServerFailure) and max(slept) <= 30


@pytest.mark.parametrize("number", ["\u20ac", "a\rb", "x" * 100_000], ids=lambda n: ascii(n)[:8])
def test_a_number_of_an_event_that_cannot_travel_back_does_not(number):
    event = f"retry: 1\nid: {number}\nevent: news\ndata: 1\n\n".encode()
    error, request = events_of(event)
    assert isinstance(error, ttst.ServerFailure) and request[1]["Last-Event-ID"] is None


def test_an_event_of_lines_without_an_end_is_unexpected():
    error, _ = events_of(b"data: 1234567890\n" * 200_000)
    assert "an event without an end" in str(error)


def test_an_event_that_is_nested_too_deep_is_unexpected():
    error, _ = events_of(b"event: progress\ndata: " + b"[" * 100_000 + b"\n\n")
    assert type(error) is ttst.UnexpectedAnswer


# Anything at all.

ASKED = (
    (BRAIN, lambda client: client.brain()),
    ({"brains": [BRAIN]}, lambda client: client.brains()),
    (JOB, lambda client: (client.job(7).progress, client.job(7).refresh())),
    (DONE, lambda client: client.job(7).wait(timeout=0)),
    (EVALUATION, lambda client: client.evaluation()),
    ({"points": [{"matches": 10, "sample": EVALUATION, "greedy": EVALUATION}]},
     lambda client: client.curve().values("nash_conv")),
    (problem(503, "x", "y"), lambda client: client.is_ready()),
)
WORDS = (b"null", b"[", b"{", b"}", b'"', b"1e999", b"-1", b"0", b"true", b"\xff", b"\0", b"\r\n",
         b"\r\n\r\n", b"9" * 30, b"HTTP/1.1 ", b"chunked", b": ", b"Content-Length: 7\r\n",
         b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"\\ud800", b"")


def spoilt(noise, reply):
    reply = bytearray(reply)
    for _ in range(noise.randint(1, 4)):
        at = noise.randrange(len(reply))
        reply[at : at + noise.choice((0, 0, 1, 4, 40))] = noise.choice(WORDS)
    return bytes(reply)


def test_noise_is_an_answer_or_a_ttst_error():
    seed = random.randrange(2**32)
    print("seed", seed)
    noise = random.Random(seed)
    failures = 0
    with FakeServer(b"", close=True) as server:
        for _ in range(1000):
            body, ask = noise.choice(ASKED)
            status = noise.choice((200, 200, 200, 404, 503))
            server.answers = [spoilt(noise, answer(status, body, Retry_After=1))]
            with ttst.Client(server.url, timeout=DEADLINE_S, retries=0) as client:
                try:
                    ask(client)
                except ttst.TtstError as error:
                    assert len(str(error)) < 2000
                    failures += 1
    assert failures > 200
