"""Ids are given once: what has been deleted does not lend its id to another, whenever."""

import contextlib
import sqlite3

import pytest

from contract import assert_problem
from test_rules import create

LIVES = 3


def restart(daemon):
    daemon.restart()


def die(daemon):
    daemon.kill9()
    daemon.start()


@pytest.mark.parametrize("again", [restart, die])
def test_a_kept_answer_names_no_job_but_its_own(daemon, again):
    """The brain of the newest job is deleted, its jobs with it; the answer is kept for a day."""
    create(daemon, "passing", "beads")
    order = {"brain": "passing", "matches": 10}
    first = daemon.post("/train", order, headers={"Idempotency-Key": "k"})
    daemon.finish(first.json()["id"])
    assert daemon.delete("/brains/passing").status_code == 204
    again(daemon)
    other = daemon.learn(20)
    kept = daemon.post("/train", order, headers={"Idempotency-Key": "k"})
    assert kept.content == first.content
    assert other["id"] > kept.json()["id"]
    assert_problem(daemon.get(kept.headers["Location"]), 404)


@pytest.mark.parametrize("again", [restart, die])
def test_no_job_has_the_id_of_another(daemon, again):
    given = []
    for life in range(LIVES):
        create(daemon, "passing", "beads")
        given += [daemon.learn(10, brain="passing")["id"] for _ in range(2)]
        assert daemon.delete("/brains/passing").status_code == 204
        again(daemon)
    assert given == sorted(set(given))


def test_a_brain_has_nothing_of_one_that_was_deleted(daemon):
    """Its checkpoints and points are found by its id."""
    ids = set()
    for life in range(LIVES):
        create(daemon, "passing", "beads")
        daemon.learn(20, brain="passing", seed=life)
        daemon.put("/brains/passing/checkpoints/mine")
        daemon.terminate()
        ids.add(identity(daemon.database))
        daemon.start()
        assert daemon.delete("/brains/passing").status_code == 204
        daemon.restart()
    assert len(ids) == LIVES


def identity(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT max(id) FROM brain").fetchone()[0]
