"""The rule `patterns`: brains that are networks, which learn games of too many boards for a table."""

import collections
import concurrent.futures
import random
import time

import pytest

from boardgames import Game
from contract import assert_problem
from daemon import ENDLESS, FLAVOUR, eventually, lasting
from test_brain_changes import checkpoints
from test_curve import curve, points
from test_evaluation import evaluation
from test_games import create
from test_memory import resident_mb

pytestmark = pytest.mark.usefixtures("nothing_left_training")

SMALL = "connectfour-4x4"
FOUR = Game.of("connectfour")
JOB_BYTES_MAX = 2**30
OPPONENTS_BYTES_MAX = 2**28
BESIDE_WORKERS = 7
STOP_S = 0.5
LESSONS_MOST = 1024
# Some seconds, for a brain of megabytes is saved once a second at most.
KILLED = 600_000 if FLAVOUR == "plain" else 150_000

WON = "1122334"  # by player 1, in the bottom row


def drawing():
    seed = random.randrange(2**32)
    print("drawn with seed", seed)
    return random.Random(seed)


def taught(daemon, brain, moves, **more):
    answer = daemon.post("/match", {"brain": brain, "moves": moves, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


# Jobs.


@pytest.mark.parametrize("game", [SMALL, "three-4x4", "3x7r4g", "tictactoe"])
def test_a_job_plays_its_matches_and_is_counted(shared, game):
    brain = f"counted-{game}"
    fresh = create(shared, brain, game, rule="patterns")
    job = shared.learn(3000, brain=brain, seed=5)
    after = shared.brain(brain)
    assert (job["matches_done"], job["ended_by"]) == (3000, "matches")
    assert sum(job["results"].values()) == after["matches"] == 3000
    assert after["results"] == job["results"]
    assert after["unsaved_matches"] == 0
    lived = ("matches", "results", "saved_at", "last_save_seconds", "digest")
    assert {k: v for k, v in after.items() if k not in lived} == {
        k: v for k, v in fresh.items() if k not in lived}


def test_the_first_player_learns_to_win_where_he_can(shared):
    """On 4x4 cells three in a line are a sure win."""
    create(shared, "wins", "three-4x4")
    shared.learn(4000, brain="wins", seed=1)
    game, lost = Game.of("three-4x4"), 0
    for seed in range(100):
        draw, board = random.Random(seed), game.empty
        while game.result(board) is None:
            if game.player(board) == 1:
                board = shared.move(brain="wins", board=board, policy="greedy")["next"]
            else:
                board = game.play(board, draw.choice(game.legal(board)))
        lost += game.result(board) != "player1"
    assert lost == 0


def test_a_network_learns_not_to_lose_at_tictactoe(shared):
    create(shared, "careful", "tictactoe", rule="patterns")
    shared.learn(20_000, brain="careful", seed=2)
    exact = evaluation(shared, "careful", "?policy=greedy")
    assert exact["never_loses"] == {"as_player1": True, "as_player2": True}
    assert exact["random"]["as_player1"]["win"] > 0.9
    against = evaluation(shared, "careful", "?policy=greedy&against=default")["against"]
    assert against["as_player1"]["loss"] == against["as_player2"]["loss"] == 0


def test_a_job_on_an_exact_game_ends_at_its_goal(shared):
    create(shared, "goal", "tictactoe", rule="patterns")
    order = {"matches": 200_000, "brain": "goal", "seed": 2, "until": {"never_loses": True}}
    job = shared.finish(shared.train(**order)["id"])
    assert (job["state"], job["ended_by"]) == ("done", "until")
    assert job["matches_done"] in points(200_000, least=100)
    exact = evaluation(shared, "goal", "?policy=greedy")
    assert exact["never_loses"] == {"as_player1": True, "as_player2": True}


def test_only_exact_games_have_curves(shared):
    for name, game in (("curve", "tictactoe"), ("no-curve", SMALL)):
        create(shared, name, game, rule="patterns")
        shared.learn(1500, brain=name, seed=1)
    assert [point["matches"] for point in curve(shared, "curve")] == points(1500, least=100)
    assert curve(shared, "no-curve") == []
    assert_problem(shared.get("/brains/no-curve/evaluation"), 422, "name")


@pytest.mark.parametrize("game, workers", [("connectfour", 3), ("tictactoe", 2), ("four-5x5", 4)])
def test_equal_jobs_end_in_equal_brains_on_any_threads(house, game, workers):
    digests = set()
    for threads in ("1", "2", "5"):
        daemon = house("--training-threads", threads)
        create(daemon, "same", game, rule="patterns")
        daemon.learn(12_500, brain="same", seed="77", workers=workers)
        digests.add(daemon.digest("same"))
        daemon.terminate()
    assert len(digests) == 1


# Behaviour signatures: what 11,000 matches from seed 42 come to.
LEARNED = {
    (SMALL, 1): "86d4173f6a2fdf2c7ff3d2dbc5d2d42c279191b4224ef35a32f45506e4187e86",
    (SMALL, 3): "7bbac387deb46fead1e7242a11435c06fda4a0de752ae09ac2bc3801228a38d6",
    ("three-4x4", 2): "2d9bd5ecde1d64a7026ade473562145c52e4964a2af58bf3c99f48d27b907d39",
}


@pytest.mark.parametrize("game, workers", LEARNED)
def test_a_job_learns_what_it_always_did(shared, game, workers):
    create(shared, f"always-{game}-{workers}", game)
    shared.learn(11_000, brain=f"always-{game}-{workers}", seed=42, workers=workers)
    assert shared.digest(f"always-{game}-{workers}") == f"sha256:{LEARNED[game, workers]}"


def test_what_a_job_is_told_has_a_say(shared):
    orders = {
        "plain": ({}, {}),
        "seed": ({}, {"seed": 6}),
        "workers": ({}, {"workers": 2}),
        "learn": ({}, {"learn": [1]}),
        "random": ({}, {"learn": [1], "opponent": "random"}),
        "explore": ({"explore": 0.1}, {}),
        "step": ({"step_size": 0.5}, {}),
        "trace": ({"trace_decay": 0.5}, {}),
    }
    digests = set()
    for name, (options, order) in orders.items():
        create(shared, f"say-{name}", SMALL, options=options)
        shared.learn(10_500, **{"brain": f"say-{name}", "seed": 5, **order})
        digests.add(shared.digest(f"say-{name}"))
    assert len(digests) == len(orders)


def test_jobs_one_after_the_other_are_as_long_ones_that_end_there(shared):
    """A job's end is a cut like any other: what follows has seeds of its own."""
    for name in ("cut", "again"):
        create(shared, name, SMALL)
        shared.learn(1000, brain=name, seed=1)
        shared.learn(500, brain=name, seed=2)
    assert shared.digest("cut") == shared.digest("again")


# Opponents.


@pytest.mark.parametrize("learn", [1, 2])
def test_it_learns_to_beat_who_plays_at_random(shared, learn):
    """As far as can be told while a fifth of its own moves is drawn at random."""
    won, lost = f"player{learn}", f"player{3 - learn}"
    order = {"brain": f"hunter-{learn}", "learn": [learn], "opponent": "random"}
    create(shared, order["brain"], SMALL)
    shared.learn(4000, seed=2, **order)
    taught = shared.learn(2000, seed=3, **order)["results"]
    assert taught[won] > 0.55 * 2000 and taught[lost] < 0.1 * 2000
    create(shared, order["brain"] + "-fresh", SMALL, options={"explore": 1})
    fresh = shared.learn(2000, seed=3, **order | {"brain": order["brain"] + "-fresh"})["results"]
    assert fresh[won] < 0.45 * 2000 and fresh[lost] > 0.2 * 2000


def test_tables_and_networks_meet(shared):
    create(shared, "table", "tictactoe", rule="guard")
    shared.learn(5000, brain="table", seed=1)
    create(shared, "network", "tictactoe", rule="patterns")
    shared.learn(5000, brain="network", seed=1)
    before = shared.digest("table"), shared.digest("network")
    for brain, other in (("network", "table"), ("table", "network"), ("network", "network")):
        job = shared.learn(500, brain=brain, seed=3, learn=[2], opponent={"brain": other})
        assert job["opponent"] == {"brain": other}
        assert sum(job["results"].values()) == 500
    assert shared.digest("table") != before[0] and shared.digest("network") != before[1]
    job = shared.learn(500, brain="network", seed=3, learn=[2], opponent="perfect")
    assert job["results"]["player2"] == 0


def test_an_opponent_is_as_it_was_when_the_job_was_accepted(house):
    def played(meddle):
        daemon = house()
        create(daemon, "pupil", SMALL)
        create(daemon, "master", SMALL)
        daemon.learn(2000, brain="master", seed=1)
        first = daemon.train(2000, brain="pupil", seed=2)["id"]
        job = daemon.train(2000, brain="pupil", seed=3, learn=[1], opponent={"brain": "master"})["id"]
        if meddle:
            assert daemon.post("/brains/master/reset").status_code == 200
            daemon.kill9()
            daemon.start()
        assert daemon.finish(first)["state"] == daemon.finish(job)["state"] == "done"
        return daemon.digest("pupil"), daemon.job(job)["results"]

    assert played(False) == played(True)


def test_an_opponent_plays_the_same_game(shared):
    create(shared, "here", SMALL)
    create(shared, "elsewhere", "connectfour-5x4")
    order = {"matches": 1, "brain": "here", "learn": [1]}
    for other in ("elsewhere", "default"):
        answer = shared.post("/train", {**order, "opponent": {"brain": other}})
        assert_problem(answer, 422, "opponent.brain")
    assert_problem(shared.post("/train", {**order, "opponent": "perfect"}), 422, "opponent")
    answer = shared.post("/train", {**order, "until": {"exploitability_below": 0.5}})
    assert_problem(answer, 422, "until")


# Ends.


def saved(daemon, brain):
    """How many of its matches are on disk."""
    told = daemon.brain(brain)
    return told["matches"] - told["unsaved_matches"]


def test_a_job_that_was_killed_ends_in_the_very_same_brain(house):
    order = {"matches": KILLED, "brain": "four", "seed": 9, "workers": 2}
    killed, other = house("--save-interval", "100ms"), house()
    create(killed, "four", "connectfour")
    job = killed.train(**order)["id"]
    eventually("a save in the middle", lambda: saved(killed, "four") > 0)
    assert killed.job(job)["state"] == "running"
    killed.kill9()
    killed.start()
    assert 0 < saved(killed, "four") < KILLED
    assert killed.finish(job)["state"] == "done"
    create(other, "four", "connectfour")
    other.learn(**order)
    assert killed.digest("four") == other.digest("four")
    assert killed.job(job)["results"] == other.brain("four")["results"]


def test_a_job_goes_on_after_a_clean_stop(house):
    order = {"matches": 20_000, "brain": "small", "seed": 9, "workers": 2}
    one, other = house(), house()
    for daemon in (one, other):
        create(daemon, "small", "connectfour-6x5")
    job = one.train(**order)["id"]
    one.wait_for_matches(job, 1000)
    one.restart()
    assert one.finish(job)["state"] == "done"
    other.learn(**order)
    assert one.digest("small") == other.digest("small")


def make_old(daemon, brain, matches):
    """Makes a brain one that has lived so many matches, so that its rounds are as long as they are then."""
    file = daemon.get(f"/brains/{brain}/export").json()
    file |= {"matches": matches, "results": {"player1": 0, "player2": 0, "draw": matches}}
    assert daemon.put(f"/brains/{brain}/import", file).status_code == 200


@pytest.mark.skipif(FLAVOUR != "plain", reason="sanitizers are slower than that")
@pytest.mark.parametrize("game", ["gomoku-8x8", "connectfour"])
def test_a_stop_comes_soon(shared, game):
    """In the middle of a round of 16,384 matches. Of three tries the best: other work on this machine
    is not the daemon's doing."""
    create(shared, f"stopped-{game}", game)
    make_old(shared, f"stopped-{game}", 200_000)
    for workers in (1, 2):
        took = []
        for _ in range(3):
            job = shared.train(ENDLESS, brain=f"stopped-{game}", workers=workers)["id"]
            eventually("it runs", lambda: shared.job(job)["state"] == "running")
            begun = time.monotonic()
            assert shared.delete(f"/train/{job}").status_code == 202
            assert shared.get(f"/train/{job}?wait=30").json()["state"] == "stopped"
            took.append(time.monotonic() - begun)
        assert min(took) < STOP_S, (workers, took)


def test_moves_are_served_from_a_brain_that_learns(shared):
    create(shared, "busy", "connectfour")
    job = shared.train(ENDLESS, brain="busy", workers=2)["id"]
    shared.wait_for_matches(job, 1)
    fresh = [0] * 7
    eventually("moves change", lambda: shared.move(brain="busy", board=FOUR.empty)["expected"] != fresh)
    body = {"brain": "busy", "moves": WON}
    assert_problem(shared.post("/match", body), 409, "brain")
    for path in ("reset", "checkpoints/1000/restore"):
        assert shared.post(f"/brains/busy/{path}").status_code in (404, 409)


# Versions.


def test_a_network_leaves_checkpoints_behind_from_a_thousand_matches_on(shared):
    create(shared, "tens", SMALL)
    shared.learn(12_000, brain="tens", seed=1)
    assert checkpoints(shared, "tens") == ["1000", "10000"]
    for matches in (1000, 10_000):
        create(shared, f"to-{matches}", SMALL)
        shared.learn(matches, brain=f"to-{matches}", seed=1)
        assert shared.digest(f"tens@{matches}") == shared.digest(f"to-{matches}")
    board = Game.of(SMALL).empty
    past = shared.move(brain="tens@1000", board=board)["expected"]
    assert past == shared.move(brain="to-1000", board=board)["expected"]
    assert past != shared.move(brain="tens", board=board)["expected"]


def test_a_checkpoint_can_be_kept_and_restored(shared):
    create(shared, "kept", SMALL)
    shared.learn(700, brain="kept", seed=1)
    assert shared.put("/brains/kept/checkpoints/early").status_code == 201
    early = shared.brain("kept")
    shared.learn(700, brain="kept", seed=2)
    later = shared.digest("kept")
    assert shared.post("/brains/kept/checkpoints/early/restore").status_code == 200
    assert shared.brain("kept")["digest"] == early["digest"] != later
    assert shared.brain("kept")["results"] == early["results"]
    shared.learn(700, brain="kept", seed=2)
    assert shared.digest("kept") == later


def test_a_copy_and_its_original_go_their_own_ways(shared):
    create(shared, "parent", SMALL)
    shared.learn(1500, brain="parent", seed=1)
    assert shared.post("/brains/parent/copy", {"to": "child"}).status_code == 201
    parent, child = shared.brain("parent"), shared.brain("child")
    for field in ("digest", "game", "rule", "options", "matches", "results", "bytes", "rows"):
        assert parent[field] == child[field]
    shared.learn(100, brain="child", seed=2)
    assert shared.digest("parent") == parent["digest"] != shared.digest("child")
    shared.learn(100, brain="parent", seed=2)
    assert shared.digest("parent") == shared.digest("child")
    assert shared.post("/brains/parent@1000/copy", {"to": "past"}).status_code == 201
    assert shared.digest("past") == shared.digest("parent@1000")


def test_a_reset_brain_is_as_new(shared):
    options = {"explore": 0.5}
    create(shared, "forgetful", SMALL, options=options)
    fresh = shared.brain("forgetful")
    shared.learn(1500, brain="forgetful", seed=1)
    assert shared.digest("forgetful") != fresh["digest"]
    assert shared.post("/brains/forgetful/reset").status_code == 200
    again = shared.brain("forgetful")
    for field in ("digest", "matches", "results", "options"):
        assert again[field] == fresh[field]
    assert shared.move(brain="forgetful", board=Game.of(SMALL).empty)["expected"] == [0] * 4
    assert checkpoints(shared, "forgetful") == []


# Matches that were played elsewhere.


def test_what_a_match_changed_is_what_moves_are_chosen_by(shared):
    create(shared, "pupil", "connectfour")
    shared.learn(300, brain="pupil", seed=1)
    moves, boards = FOUR.random_match(drawing())

    def expected():
        seen = shared.move(brain="pupil", boards=boards, detail=True)
        return [one[move] for one, move in zip(seen["expected"], moves)], [
            one[move] for one, move in zip(seen["weights"], moves)]

    before = expected()
    changes = taught(shared, "pupil", moves)["changes"]
    after = expected()
    assert [change["expected"]["before"] for change in changes] == before[0]
    assert [change["expected"]["after"] for change in changes] == after[0]
    assert [change["before"] for change in changes] == before[1]
    assert [change["after"] for change in changes] == after[1]
    assert before != after


def test_a_match_is_good_for_who_won_it(shared):
    create(shared, "judge", "connectfour")
    for change in taught(shared, "judge", WON)["changes"][:-1]:
        is_winner = FOUR.player(change["board"]) == 1
        assert change["expected"]["before"] == 0
        assert (change["expected"]["after"] > 0) == is_winner


def test_only_the_players_that_learn_are_told_of(shared):
    for learn in ([1], [2], [1, 2]):
        name = "learns-" + "-".join(map(str, learn))
        create(shared, name, "connectfour")
        changes = taught(shared, name, WON, learn=learn)["changes"]
        assert {FOUR.player(change["board"]) for change in changes} == set(learn)
    assert len({shared.digest(f"learns-{who}") for who in ("1", "2", "1-2")}) == 3


def test_matches_survive_a_kill_and_are_counted_as_lessons(house):
    daemon, other = house(), house()
    draw = drawing()
    for one in (daemon, other):
        create(one, "four", "connectfour")
    taught_so_far = collections.Counter()
    for number in range(1, 9):
        moves, _ = FOUR.random_match(draw)
        answer = taught(daemon, "four", moves)
        assert answer == taught(other, "four", moves)
        taught_so_far[answer["result"]] += 1
        if number % 2:
            digest = daemon.digest("four")
            daemon.kill9()
            daemon.start()
            assert daemon.digest("four") == digest
        brain = daemon.brain("four")
        assert (brain["matches"], brain["lessons"], brain["unsaved_matches"]) == (number, number, 0)
        assert {k: v for k, v in brain["results"].items() if v} == taught_so_far
    assert daemon.digest("four") == other.digest("four")
    for one in (daemon, other):
        one.learn(200, brain="four", seed=3)
        assert (one.brain("four")["lessons"], one.brain("four")["matches"]) == (0, 208)
    assert daemon.digest("four") == other.digest("four")


def test_many_lessons_become_part_of_the_weights(house):
    """At a kibibyte of the brain for each, 1,024 at least."""
    daemon, count = house(), LESSONS_MOST + 76
    assert create(daemon, "schooled", "3x3r3g")["bytes"] < LESSONS_MOST << 10
    draw, game = drawing(), Game.of("3x3r3g")
    matches = [game.random_match(draw)[0] for _ in range(count)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda moves: taught(daemon, "schooled", moves), matches[: LESSONS_MOST - 1]))
    assert daemon.brain("schooled")["lessons"] == LESSONS_MOST - 1
    for moves in matches[LESSONS_MOST - 1 :]:
        taught(daemon, "schooled", moves)
    brain = daemon.brain("schooled")
    assert (brain["lessons"], brain["matches"]) == (count - LESSONS_MOST, count)
    daemon.kill9()
    daemon.start()
    assert lasting(daemon.brain("schooled")) == lasting(brain)


# Sizes and memory.


@pytest.mark.parametrize("game", ["8x8r5g", "32x2r3g", "64x1r3g"])
def test_the_workers_of_a_job_are_bounded_by_the_brains_bytes(shared, game):
    size = create(shared, f"heavy-{game}", game)["bytes"]
    most = JOB_BYTES_MAX // size - BESIDE_WORKERS
    assert most < 64
    order = {"matches": 1, "brain": f"heavy-{game}", "workers": most + 1}
    problem = assert_problem(shared.post("/train", order), 422, "workers")
    needed = (most + 1 + BESIDE_WORKERS) * size
    assert f"{needed >> 20} MB" in problem["detail"] and "1024" in problem["detail"]


def test_as_many_workers_as_fit_are_taken(daemon):
    """The rounds are cut short: what is taken is not used for long."""
    size = create(daemon, "heavy", "21x3r5g")["bytes"]
    most = JOB_BYTES_MAX // size - BESIDE_WORKERS
    job = daemon.train(1, brain="heavy", workers=most)
    assert daemon.finish(job["id"])["state"] == "done"


@pytest.mark.skipif(FLAVOUR != "plain", reason="sanitizers keep what is freed")
def test_many_networks_take_no_more_memory_than_they_may(house):
    daemon = house("--brain-memory", "16m")
    size = create(daemon, "four-0", "connectfour")["bytes"]
    daemon.learn(100, brain="four-0", seed=0)
    before_mb = resident_mb(daemon)
    count = 24
    for number in range(1, count):
        create(daemon, f"four-{number}", "connectfour")
        taught(daemon, f"four-{number}", WON, learn=[1 + number % 2])
    digests = [daemon.digest(f"four-{number}") for number in range(count)]
    assert len(set(digests)) == 3
    assert count * size > 64 << 20
    assert resident_mb(daemon) < before_mb + 16 + 24
    assert digests == [daemon.digest(f"four-{number}") for number in range(count)]


def test_opponents_of_jobs_that_wait_take_no_more_memory_than_they_may(house):
    daemon = house()
    create(daemon, "eight", "gomoku-8x8")
    order = {"brain": "eight", "matches": ENDLESS, "learn": [1], "opponent": {"brain": "eight"}}
    answers = [daemon.post("/train", order)]
    while answers[-1].status_code == 202:
        answers.append(daemon.post("/train", order))
    assert_problem(answers[-1], 503)
    assert "256 can be" in answers[-1].json()["detail"]
    assert len(answers) - 1 == OPPONENTS_BYTES_MAX // daemon.brain("eight")["bytes"]
    daemon.delete("/train")
    eventually("there is room again", lambda: daemon.post("/train", order).status_code == 202)
    daemon.delete("/train")
