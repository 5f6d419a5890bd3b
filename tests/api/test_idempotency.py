"""Idempotency-Key: what is asked for twice is done once."""

import concurrent.futures
import contextlib
import json
import select
import sqlite3

import pytest
import requests

from contract import assert_problem
from daemon import DEADLINE_S, Wire
from sealing import sealing
from test_rules import create
from tictactoe import EMPTY

pytestmark = pytest.mark.usefixtures("nothing_left_training")

MATCH = {"moves": [0, 3, 1, 4, 2]}


def ask(daemon, path, body, key):
    return daemon.post(path, body, headers={"Idempotency-Key": key})


def test_a_match_that_is_sent_twice_is_learned_once(shared):
    create(shared, "once", "beads")
    body = {**MATCH, "brain": "once"}
    first, second = (ask(shared, "/match", body, "m1") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert shared.brain("once")["matches"] == 1
    assert ask(shared, "/match", body, "m2").status_code == 200
    assert shared.brain("once")["matches"] == 2
    plain = shared.post("/match", body)
    assert plain.status_code == 200
    assert shared.brain("once")["matches"] == 3


def test_a_job_that_is_ordered_twice_is_started_once(shared):
    create(shared, "ordered", "beads")
    body = {"matches": 100, "brain": "ordered"}
    first, second = (ask(shared, "/train", body, "t1") for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content  # the seed that was drawn, too
    assert first.headers["Location"] == second.headers["Location"]
    assert first.json()["state"] == "queued"
    shared.finish(first.json()["id"])
    assert shared.brain("ordered")["matches"] == 100
    assert len(shared.jobs("?brain=ordered")) == 1


def test_a_key_goes_with_one_request(shared):
    assert ask(shared, "/match", MATCH, "k").status_code == 200
    assert_problem(ask(shared, "/match", {**MATCH, "learn": [1]}, "k"), 422, "Idempotency-Key")
    assert_problem(ask(shared, "/train", {"matches": 1}, "k"), 422, "Idempotency-Key")
    assert_problem(ask(shared, "/match", b'{"moves": [0,3,1,4,2]}', "k"), 422, "Idempotency-Key")


def test_a_request_that_was_refused_may_be_sent_again(shared):
    wrong = {"moves": [0, 0]}
    assert_problem(ask(shared, "/match", wrong, "r"), 422, "moves[1]")
    assert_problem(ask(shared, "/match", wrong, "r"), 422, "moves[1]")
    assert ask(shared, "/match", MATCH, "r").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "\x7f"])
def test_keys_have_a_form(shared, key):
    assert_problem(ask(shared, "/match", MATCH, key), 400, "Idempotency-Key")


def test_keys_are_taken_as_they_are(shared):
    create(shared, "keys", "beads")
    body = {**MATCH, "brain": "keys"}
    for key in ("a", "A", "a b", "x" * 255, "'; DROP TABLE receipt; --"):
        for _ in range(2):
            assert ask(shared, "/match", body, key).status_code == 200
    assert shared.brain("keys")["matches"] == 5


def test_other_routes_do_not_mind_a_key(shared):
    for _ in range(2):
        assert ask(shared, "/move", {"board": EMPTY}, "m").status_code == 200


def test_answers_survive_a_kill(daemon):
    first = ask(daemon, "/match", MATCH, "k")
    job = ask(daemon, "/train", {"matches": 10, "seed": 1}, "j")
    daemon.finish(job.json()["id"])
    daemon.kill9()
    daemon.start()
    assert ask(daemon, "/match", MATCH, "k").content == first.content
    assert ask(daemon, "/train", {"matches": 10, "seed": 1}, "j").content == job.content
    assert daemon.brain()["matches"] == 11


def test_answers_are_kept_for_a_day(daemon):
    first = ask(daemon, "/match", MATCH, "old")
    assert first.status_code == 200
    daemon.terminate()
    with sealing(daemon.database) as connection:
        connection.execute("UPDATE receipt SET created_at = created_at - 86400001")
    daemon.start()
    assert ask(daemon, "/match", MATCH, "old").content != first.content
    assert daemon.brain()["matches"] == 2
    daemon.terminate()
    with sealing(daemon.database) as connection:
        assert connection.execute("SELECT count(*) FROM receipt").fetchone() == (1,)
        connection.execute("UPDATE receipt SET created_at = created_at - 86400001")
    daemon.start()
    assert ask(daemon, "/match", MATCH, "new").status_code == 200
    daemon.terminate()
    with contextlib.closing(sqlite3.connect(daemon.database)) as connection:
        assert connection.execute("SELECT key FROM receipt").fetchall() == [("new",)]
    daemon.start()


@pytest.mark.parametrize("path, body", [("/match", MATCH), ("/train", {"matches": 1})])
def test_a_request_that_is_being_done_is_not_begun_again(daemon, path, body):
    with Wire(daemon) as one, Wire(daemon) as other:
        with contextlib.closing(sqlite3.connect(daemon.database)) as connection:
            connection.execute("BEGIN IMMEDIATE")  # so that the daemon's own change has to wait
            for wire in (one, other):
                wire.ask("POST", path, json.dumps(body).encode(), "Idempotency-Key: k")
            answered, _, _ = select.select([one.socket, other.socket], [], [], DEADLINE_S)
            refused, done = (one, other) if one.socket in answered else (other, one)
            answer = refused.answer()
            assert answer.status == 409
            assert json.loads(answer.body)["field"] == "Idempotency-Key"
            connection.rollback()
        assert done.answer().status in (200, 202)


def test_many_who_send_the_same_at_once_are_answered_the_same_or_told_to_wait(shared):
    create(shared, "crowd", "beads")
    body = {**MATCH, "brain": "crowd"}

    def send(_):
        return requests.post(f"{shared.url}/match", json=body, timeout=DEADLINE_S,
                             headers={"Idempotency-Key": "crowd"})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(40)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert shared.brain("crowd")["matches"] == 1
