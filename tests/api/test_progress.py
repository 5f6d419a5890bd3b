"""Tables go and come where there is little memory for them: every request gets on, however many others want
tables of their own, and so a daemon that goes down is done with them in time."""

import collections
import contextlib
import socket
import struct
import time

import pytest

from daemon import DEADLINE_S, Wire, eventually

BRAINS = 40
RULE = {"game": "tictactoe", "rule": "beads"}
WON = {"moves": [0, 3, 1, 4, 2]}
LITTLE = ("--brain-memory", "1m")  # three tables


@pytest.fixture
def crowded(house):
    """A daemon that has many brains, with a checkpoint each, and memory for three."""
    daemon = house(*LITTLE)
    for i in range(BRAINS):
        daemon.create_brain(f"b{i}")
        assert daemon.put(f"/brains/b{i}/checkpoints/kept").status_code == 201
    return daemon


def pair(i):
    """Two different brains; another two for each of the first BRAINS * (BRAINS - 1) numbers."""
    first, step = i % BRAINS, i // BRAINS % (BRAINS - 1) + 1
    return f"b{first}", f"b{(first + step) % BRAINS}"


def evaluation(i, options="policy=greedy"):
    first, second = pair(i)
    return "GET", f"/brains/{first}/evaluation?against={second}&{options}"


def ask_all(daemon, requests):
    """Each on a connection of its own, all before any is answered."""
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(daemon)) for _ in requests]
        for wire, request in zip(wires, requests):
            wire.ask(*request)
        yield wires


def statuses(daemon, requests):
    for wires in ask_all(daemon, requests):
        return collections.Counter(wire.answer().status for wire in wires)


@pytest.mark.parametrize("count", [2, 4, 480])
def test_evaluations_of_two_brains_each_are_all_answered(crowded, count):
    assert statuses(crowded, [evaluation(i) for i in range(count)]) == {200: count}
    assert crowded.terminate().status == 0


def test_evaluations_of_two_checkpoints_each_are_all_answered(crowded):
    asked = [
        ("GET", "/brains/{}@kept/evaluation?against={}@kept&policy=greedy".format(*pair(i)))
        for i in range(100)
    ]
    assert statuses(crowded, asked) == {200: 100}


def test_restoring_all_brains_at_once_ends_for_each(crowded):
    for i in range(BRAINS):
        assert crowded.post("/match", {**WON, "brain": f"b{i}"}).status_code == 200
    asked = [("POST", f"/brains/b{i}/checkpoints/kept/restore") for i in range(BRAINS)]
    assert statuses(crowded, asked) == {200: BRAINS}
    assert {crowded.brain(f"b{i}")["matches"] for i in range(BRAINS)} == {0}


def test_all_that_needs_tables_ends_when_asked_for_at_once(crowded):
    asked = []
    for i in range(BRAINS // 4):
        a, b, c, d = (f"b{4 * i + j}" for j in range(4))
        asked += [
            evaluation(i),
            ("POST", f"/brains/{a}/checkpoints/kept/restore"),
            ("POST", "/match", b'{"moves":[0,3,1,4,2],"brain":"%s"}' % b.encode()),
            ("POST", f"/brains/{c}/reset"),
            ("POST", f"/brains/{d}/copy", b'{"to":"copy-of-%s"}' % d.encode()),
            ("PUT", f"/brains/{d}/checkpoints/again"),
            ("GET", f"/brains/{d}@kept"),
            ("POST", "/train", b'{"matches":100,"brain":"%s","learn":[1],"opponent":{"brain":"%s"}}'
             % (d.encode(), a.encode())),
        ]
    assert set(statuses(crowded, asked)) <= {200, 201, 202}
    eventually("the jobs' ends", lambda: all(j["state"] == "done" for j in crowded.jobs()))


def answer_if_any(wire):
    """None: the daemon ended the connection, or had not read the request yet."""
    try:
        return wire.answer()
    except ConnectionResetError:
        return None


def test_a_daemon_that_goes_down_is_done_with_those_who_wait_for_tables(crowded):
    asked = [evaluation(i, "policy=power:7.5") for i in range(480)]
    for wires in ask_all(crowded, asked):
        assert wires[0].answer().status == 200
        ended = crowded.terminate()
        answers = [answer_if_any(wire) for wire in wires[1:]]
    assert ended.status == 0 and ended.seconds < DEADLINE_S / 2
    assert {answer.status for answer in answers if answer is not None} <= {200, 503}


def requests_in_flight(daemon):
    text = daemon.get("/metrics").text
    return int(text.split("\nttstd_http_requests_in_flight ")[1].split("\n")[0])


def test_requests_end_though_their_clients_have_left(crowded):
    for wires in ask_all(crowded, [evaluation(i) for i in range(200)]):
        for wire in wires:  # reset at once
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    eventually("none in flight but this one", lambda: requests_in_flight(crowded) == 1)
    begun = time.monotonic()
    assert crowded.terminate().status == 0
    assert time.monotonic() - begun < DEADLINE_S / 2
