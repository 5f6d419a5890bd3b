"""The most matches that a brain can live, 2^53: what is written there can be read again."""

import json

from contract import assert_problem
from daemon import run_to_end
from test_rules import create

MOST = 2**53
MATCH = {"moves": [0, 3, 1, 4, 2], "brain": "old"}


def old(daemon, matches):
    """A brain that has lived so many."""
    create(daemon, "old", "beads")
    file = daemon.get("/brains/old/export").json()
    file["matches"] = matches
    file["results"] = {"player1": 0, "player2": 0, "draw": matches}
    answer = daemon.put("/brains/old/import", json.dumps(file))
    assert answer.status_code == 200, answer.text


def assert_readable(daemon):
    """It can be exported and imported, its database opened and checked."""
    assert daemon.brain("old")["matches"] == MOST
    exported = daemon.get("/brains/old/export").content
    assert daemon.put("/brains/old/import", exported).status_code == 200
    daemon.restart()
    assert daemon.brain("old")["matches"] == MOST
    checked = run_to_end("check", daemon.database)
    assert checked.returncode == 0, checked.stderr


def test_the_last_match_is_learned_and_no_other(daemon):
    old(daemon, MOST - 1)
    assert daemon.post("/match", MATCH).status_code == 200
    assert_problem(daemon.post("/match", MATCH), 422, "brain")
    assert_problem(daemon.post("/train", {"matches": 1, "brain": "old"}), 422, "brain")
    assert_readable(daemon)


def test_a_job_ends_at_the_last_match(daemon):
    old(daemon, MOST - 1000)
    job = daemon.learn(5000, brain="old", seed=1)
    assert (job["ended_by"], job["matches_done"]) == ("matches", 1000)
    assert_readable(daemon)


def test_what_waits_behind_the_last_match_is_refused_too(daemon):
    old(daemon, MOST - 1000)
    first = daemon.train(5000, brain="old", seed=1)["id"]
    second = daemon.post("/train", {"matches": 5000, "brain": "old"})
    assert daemon.finish(first)["state"] == "done"
    if second.status_code == 202:  # it was ordered before the first had ended
        job = daemon.finish(second.json()["id"])
        assert job["state"] == "failed" and "2^53" in job["error"]
    assert_readable(daemon)
