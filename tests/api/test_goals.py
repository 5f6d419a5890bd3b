"""Whom a job plays against, and what ends it early."""

import pytest

from contract import assert_problem
from test_curve import curve
from test_evaluation import evaluation
from test_rules import create

pytestmark = pytest.mark.usefixtures("nothing_left_training")


def trained(daemon, name, rule="beads", matches=5000, options=None, **job):
    """A new brain that has learned so."""
    create(daemon, name, rule, **(options or {}))
    return daemon.finish(daemon.train(matches, brain=name, seed=1, **job)["id"])


# Opponents.


def test_a_job_plays_against_random_and_perfect_players(shared):
    digests = {}
    for opponent in ("self", "random", "perfect"):
        job = trained(shared, f"to-{opponent}", learn=[2], opponent=opponent)
        assert shared.job(job["id"])["opponent"] == opponent
        digests[opponent] = shared.digest(f"to-{opponent}")
    # The player that does not learn has fresh rows, in which all moves are alike.
    assert digests["self"] == digests["random"] != digests["perfect"]


def test_nobody_beats_the_perfect_player(shared):
    assert trained(shared, "first", learn=[1], opponent="perfect")["results"]["player1"] == 0
    assert trained(shared, "second", learn=[2], opponent="perfect")["results"]["player2"] == 0


def test_a_player_learns_to_beat_the_random_one(shared):
    trained(shared, "hunter", "menace", 100_000, learn=[1], opponent="random")
    assert evaluation(shared, "hunter", "?policy=greedy")["random"]["as_player1"]["win"] > 0.95


def test_a_job_plays_against_another_brain_as_it_was_when_the_job_was_accepted(shared, amount):
    trained(shared, "teacher", "menace")
    first = {"matches": amount(0.5), "seed": 1}
    second = {"matches": 5000, "seed": 2, "learn": [2], "opponent": {"brain": "teacher"}}
    for name in ("pupil", "patient", "other"):
        create(shared, name, "beads")
    for order in (first, second):
        assert shared.learn(brain="pupil", **order)["state"] == "done"
    waiting = [shared.train(brain="patient", **order)["id"] for order in (first, second)]
    shared.learn(20_000, brain="teacher", seed=9)
    assert shared.finish(waiting[1])["opponent"] == {"brain": "teacher"}
    assert shared.digest("patient") == shared.digest("pupil")
    for order in (first, second):
        shared.learn(brain="other", **order)
    assert shared.digest("other") != shared.digest("pupil")


def test_a_frozen_copy_is_kept_with_the_job_over_a_restart(house, amount):
    digests = []
    matches = amount(1)
    for is_killed in (False, True):
        daemon = house("--save-interval", "50ms")
        trained(daemon, "teacher", "guard")
        create(daemon, "pupil", "menace")
        order = {"brain": "pupil", "seed": 3, "learn": [1], "opponent": {"brain": "teacher"}}
        job = daemon.train(matches, **order)["id"]
        if is_killed:
            daemon.learn(1000, brain="teacher", seed=5)
            daemon.wait_for_matches(job, matches // 4)
            daemon.kill9()
            daemon.start()
        assert daemon.finish(job)["opponent"] == {"brain": "teacher"}
        digests.append(daemon.digest("pupil"))
    assert digests[0] == digests[1]


@pytest.mark.parametrize("opponent", ["random", "perfect", {"brain": "default"}])
@pytest.mark.parametrize("learn", [None, [1, 2]])
def test_against_others_one_player_has_to_be_named(shared, opponent, learn):
    body = {"matches": 10, "opponent": opponent} | ({"learn": learn} if learn else {})
    assert_problem(shared.post("/train", body), 422, "learn")


def test_an_opponent_has_to_be_there(shared):
    body = {"matches": 10, "opponent": {"brain": "nobody"}, "learn": [1]}
    assert_problem(shared.post("/train", body), 404, "opponent.brain")


def test_an_opponent_has_to_be_of_the_same_symmetry(shared):
    create(shared, "mirrored", "beads", symmetry=True)
    body = {"matches": 10, "opponent": {"brain": "mirrored"}, "learn": [1]}
    assert_problem(shared.post("/train", body), 422, "opponent.brain")


# Goals.


def test_a_job_ends_when_its_brain_never_loses(shared):
    job = trained(shared, "guarded", "guard", 1_000_000, until={"never_loses": True})
    assert (job["state"], job["ended_by"]) == ("done", "until")
    assert job["until"] == {"never_loses": True}
    assert 0 < job["matches_done"] < 1_000_000
    points = curve(shared, "guarded")
    safe = [all(point["greedy"]["never_loses"].values()) for point in points]
    assert safe == [False] * (len(points) - 1) + [True]
    assert points[-1]["matches"] == shared.brain("guarded")["matches"] == job["matches_done"]


@pytest.mark.parametrize("policy, name", [
    (None, "plainly"), ("sample", "sampled"), ("greedy", "greedily"), ({"power": 4}, "powerful"),
])
def test_a_job_ends_when_its_brain_is_hard_enough_to_exploit(shared, policy, name):
    until = {"exploitability_below": 0.25} | ({"policy": policy} if policy else {})
    job = trained(shared, name, "guard", 1_000_000, until=until)
    assert job["ended_by"] == "until"
    assert job["until"] == {"exploitability_below": 0.25, "policy": policy or "sample"}
    query = "power:4" if isinstance(policy, dict) else policy or "sample"
    assert evaluation(shared, name, f"?policy={query}")["exploitability"] < 0.25
    if query != "power:4":
        assert all(point[query]["exploitability"] >= 0.25 for point in curve(shared, name)[:-1])


def test_a_goal_that_is_not_reached_ends_nothing(shared):
    job = trained(shared, "hopeless", "beads", 30_000, until={"never_loses": True})
    assert (job["ended_by"], job["matches_done"]) == ("matches", 30_000)


def test_a_job_with_a_goal_can_be_stopped(shared):
    create(shared, "stopped", "beads")
    job = shared.train(2**50, brain="stopped", until={"never_loses": True})["id"]
    shared.wait_for_matches(job, 1000)
    assert shared.delete(f"/train/{job}").status_code == 202
    assert shared.finish(job)["ended_by"] == "stop"


def test_a_goal_is_reached_at_the_same_match_whatever_happens(house):
    ends = []
    for threads, is_killed in ((1, False), (2, False), (2, True)):
        daemon = house("--save-interval", "10ms", "--training-threads", threads)
        create(daemon, "boxes", "menace")
        job = daemon.train(10**7, brain="boxes", seed=4, workers=4,
                           until={"never_loses": True})["id"]
        if is_killed:
            daemon.wait_for_matches(job, 1000)
            daemon.kill9()
            daemon.start()
        done = daemon.finish(job)
        assert done["ended_by"] == "until"
        ends.append((done["matches_done"], daemon.digest("boxes")))
    assert ends[0] == ends[1] == ends[2]
