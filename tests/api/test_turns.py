"""Requests that take the daemon long, many of them at once: nobody else waits for them all, and each is
answered as if it were alone."""

import collections
import contextlib
import signal
import socket
import struct

import pytest

from daemon import DEADLINE_S, Wire, eventually

MANY = 300
BRAINS = 40
MOVE = ("POST", "/move", b'{"board":"000000000"}')
LISTING = ("GET", "/brains")


@pytest.fixture
def crowded(house):
    """A daemon that takes a while to list its brains, and logs each answer."""
    daemon = house("--access-log")
    for i in range(BRAINS):
        daemon.create_brain(f"b{i}", symmetry=True)
    return daemon


@contextlib.contextmanager
def all_at_once(daemon, requests):
    """Each on a connection of its own; the daemon sees none of them before all have been sent."""
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(daemon)) for _ in requests]
        for wire in wires:
            assert wire.ask("GET", "/healthz").answer().status == 200
        daemon.process.send_signal(signal.SIGSTOP)
        try:
            for i, (wire, request) in enumerate(zip(wires, requests)):
                method, path, *body = request
                wire.ask(method, path, body[0] if body else b"", f"X-Request-Id: number-{i}")
        finally:
            daemon.process.send_signal(signal.SIGCONT)
        yield wires


def order_of_answers(daemon):
    """The numbers of the requests, in the order in which they were answered."""
    ids = [event.fields["id"] for event in daemon.events("request")]
    return [int(id.removeprefix("number-")) for id in ids if id.startswith("number-")]


def test_a_move_waits_for_few_of_the_listings_that_came_before_it(crowded):
    with all_at_once(crowded, [LISTING] * MANY + [MOVE]) as wires:
        assert {wire.answer().status for wire in wires} == {200}
    assert order_of_answers(crowded).index(MANY) < MANY / 2


def test_who_waits_in_line_is_answered_in_the_order_of_coming(crowded):
    with all_at_once(crowded, [LISTING] * MANY) as wires:
        assert {wire.answer().status for wire in wires} == {200}
    assert order_of_answers(crowded) == list(range(MANY))


# Some with bodies of several pieces, and one whose answer is read from the disk first.
@pytest.mark.parametrize(
    "request_",
    [
        LISTING,
        ("GET", "/train?limit=1000"),
        ("GET", "/brains/b3"),
        ("GET", "/brains/default/curve"),
        ("POST", "/move", b'{"seed":1,"boards":[' + b'"000000000",' * 4000 + b'"100000000"]}'),
    ],
    ids=lambda request: " ".join(request[:2]),
)
def test_many_at_once_get_the_same_answer_as_one(crowded, request_):
    crowded.learn(2000)
    with Wire(crowded) as alone:
        expected = alone.ask(*request_).answer()
    with all_at_once(crowded, [request_] * 50) as wires:
        answers = [wire.answer() for wire in wires]
    assert {(answer.status, answer.body) for answer in answers} == {(200, expected.body)}


def test_requests_behind_one_that_waits_on_its_connection_are_answered_after_it(crowded):
    with all_at_once(crowded, [LISTING] * MANY) as wires:
        wires[-1].ask("HEAD", "/brains").ask(*LISTING).ask(*MOVE)
        listed = wires[-1].answer()
        head = wires[-1].answer(has_body=False)
        again = wires[-1].answer()
        move = wires[-1].answer()
    assert head.headers["Content-Length"] == str(len(listed.body))
    assert again.body == listed.body
    assert b'"move":' in move.body


def requests_in_flight(daemon):
    text = daemon.get("/metrics").text
    return int(text.split("\nttstd_http_requests_in_flight ")[1].split("\n")[0])


def test_the_line_goes_on_though_those_in_it_have_left(crowded):
    with all_at_once(crowded, [LISTING] * MANY + [MOVE]) as wires:
        assert wires[-1].answer().status == 200
        for wire in wires[:-1]:  # reset at once
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    eventually("none in flight but this one", lambda: requests_in_flight(crowded) == 1)


def test_a_daemon_that_goes_down_is_done_with_those_in_line(crowded):
    with all_at_once(crowded, [LISTING] * MANY + [MOVE]) as wires:
        assert wires[-1].answer().status == 200
        ended = crowded.terminate()
        answers = collections.Counter(wire.answer().status for wire in wires[:-1])
    assert ended.status == 0 and ended.seconds < DEADLINE_S / 2
    assert set(answers) <= {200, 503}, answers
