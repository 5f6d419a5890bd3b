"""/brains"""

import functools
import time

import pytest

import tictactoe
from contract import assert_problem
from daemon import ENDLESS, Wire, encode
from tictactoe import EMPTY

FRESH = "sha256:2a7509b39e511ea583d883ed59ff779bd4207cb312c2020c76d302b2b11a9150"
DEFAULTS = {
    "scoring": "ttst",
    "start_weight": 6,
    "reward": 3,
    "penalty": 1,
    "halve_above": 2**30,
    "explore": 0,
    "symmetry": False,
}
ORDER = {"game": "tictactoe", "rule": "beads"}


def order(**options):
    return {**ORDER, "options": options}


# Looking at brains.


def test_a_fresh_daemon_has_the_default_brain(daemon):
    answer = daemon.get("/brains")
    assert answer.status_code == 200
    (brain,) = answer.json()["brains"]
    assert brain["name"] == "default"
    assert brain["options"] == DEFAULTS
    assert (brain["matches"], brain["results"]) == (0, {"player1": 0, "player2": 0, "draw": 0})
    assert (brain["training"], brain["last_save_error"]) == (None, None)
    assert brain["unsaved_matches"] == 0
    assert brain["warnings"] == []
    assert brain["created_at"] == brain["saved_at"]
    now = time.strftime("%Y-%m-%dT%H:%M:%S.999Z", time.gmtime())
    assert brain["created_at"] <= now


def test_a_brain_is_shown_with_its_digest(daemon):
    answer = daemon.get("/brains/default")
    assert answer.status_code == 200
    assert answer.json()["digest"] == FRESH
    without = {key: value for key, value in answer.json().items() if key != "digest"}
    assert daemon.get("/brains").json()["brains"] == [without]


def test_brains_are_listed_by_name(daemon):
    for name in ("zoe", "anna", "d", "e", "anna-2"):
        daemon.create_brain(name)
    names = [brain["name"] for brain in daemon.get("/brains").json()["brains"]]
    assert names == ["anna", "anna-2", "d", "default", "e", "zoe"]


def test_a_brain_counts_what_all_its_jobs_played(daemon):
    jobs = [daemon.learn(n, seed=n) for n in (100, 2500, 7)]
    brain = daemon.brain()
    assert brain["matches"] == 2607
    for result, count in brain["results"].items():
        assert count == sum(job["results"][result] for job in jobs)
    assert brain["unsaved_matches"] == 0
    assert brain["saved_at"] >= jobs[-1]["started_at"]


# Boards.


@pytest.mark.parametrize("query", ["", "?policy=sample", "?policy=greedy", "?policy=power:4"])
def test_a_board_is_shown_as_moves_are_chosen(shared, query):
    shared.learn(2000, seed=7)
    policies = {"": "sample", "?policy=power:4": {"power": 4}}
    policy = policies.get(query, query.removeprefix("?policy="))
    for board in tictactoe.decision_boards()[::97]:
        answer = shared.get(f"/brains/default/boards/{board}{query}")
        assert answer.status_code == 200
        seen = answer.json()
        move = shared.move(board=board, policy=policy)
        for field in ("board", "player", "weights", "probabilities"):
            assert seen[field] == move[field]


@functools.lru_cache(maxsize=None)
def exact_value(board):
    """For whoever is to move: Zermelo's backward induction."""
    if tictactoe.result(board) is not None:
        return 0 if tictactoe.result(board) == "draw" else -1
    return max(-exact_value(tictactoe.play(board, cell)) for cell in tictactoe.legal(board))


def test_a_board_is_shown_with_its_exact_values(shared):
    for board in tictactoe.decision_boards()[::41]:
        seen = shared.get(f"/brains/default/boards/{board}").json()
        assert seen["value"] == exact_value(board)
        assert seen["values"] == [
            -exact_value(tictactoe.play(board, cell)) if board[cell] == "0" else None
            for cell in range(9)
        ]
        assert seen["proofs"] is None


# Creating brains.


def test_a_brain_is_created(shared):
    answer = shared.put("/brains/plain", ORDER)
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/brains/plain"
    assert answer.json()["name"] == "plain"
    assert answer.json()["options"] == DEFAULTS
    assert shared.digest("plain") == FRESH


def test_creating_a_brain_again_changes_nothing(shared):
    created = shared.put("/brains/again", ORDER)
    assert created.status_code == 201
    for same in (ORDER, order(), order(**DEFAULTS), order(reward=3), order(draw_reward=0)):
        answer = shared.put("/brains/again", same)
        assert answer.status_code == 200
        assert answer.json() == created.json()
        assert "Location" not in answer.headers
    shared.learn(100, brain="again")
    assert shared.put("/brains/again", ORDER).json()["matches"] == 100


OTHERS = [{"reward": 4}, {"penalty": 0}, {"start_weight": 7}, {"halve_above": 256},
          {"scoring": "standard"}]


@pytest.mark.parametrize("options", OTHERS, ids=str)
def test_a_brain_that_is_there_otherwise_is_a_conflict(shared, options):
    assert_problem(shared.put("/brains/default", order(**options)), 409, "name")
    assert shared.brain()["options"] == DEFAULTS


NAMES = ["a", "z9", "a-b_c-9", "a" * 64, "x--", "y__"]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_allowed(shared, name):
    assert shared.put("/brains/" + name, ORDER).status_code == 201
    assert shared.brain(name)["name"] == name


BAD_NAMES = ["A", "Abc", "aB", "1a", "-a", "_a", "a.b", "a%20b", "%20a", "a@b", "a:b", "%C3%A4",
             "%F0%9F%8E%B2", "a%0A", "a%FF", "a%00b", "a%2Fb", "a%2fb", "a" * 65, "a" * 79]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_are_not_allowed(shared, name):
    before = shared.get("/brains").json()
    assert_problem(shared.put("/brains/" + name, ORDER), 422, "name")
    assert shared.get("/brains").json() == before


@pytest.mark.parametrize("length", [80, 500, 4000])
def test_names_that_are_far_too_long(shared, length):
    assert shared.put("/brains/" + "a" * length, ORDER).status_code in (404, 422)


OPTIONS = [
    {"scoring": "ttst"},
    {"start_weight": 1},
    {"start_weight": 2**20},
    {"reward": 0},
    {"reward": 255},
    {"penalty": 0},
    {"penalty": 255},
    {"halve_above": 256},
    {"halve_above": 2**30},
    {"start_weight": 28, "halve_above": 256},
    {"reward": 1e1, "penalty": 2.0},
    {"scoring": "standard", "draw_reward": 0},
    {"scoring": "standard", "draw_reward": 255},
    {"scoring": "standard"},
    {"scoring": "ttst", "draw_reward": 0},
]


@pytest.mark.parametrize("number, options", enumerate(OPTIONS), ids=map(str, OPTIONS))
def test_options_are_kept_and_survive_a_restart(module_house, shared, number, options):
    name = f"options-{number}"
    brain = shared.create_brain(name, **options)
    expected = {**DEFAULTS, **options}
    if expected["scoring"] == "standard":
        expected.setdefault("draw_reward", 0)
    else:
        expected.pop("draw_reward", None)
    assert brain["options"] == expected
    assert bool(brain["warnings"]) == (expected.get("draw_reward") == 0)
    shared.restart()
    assert shared.brain(name)["options"] == expected
    assert shared.put(f"/brains/{name}", order(**options)).status_code == 200


def test_the_start_weight_is_that_of_every_legal_move(shared):
    shared.create_brain("heavy", start_weight=1000)
    move = shared.move(board="100000000", brain="heavy")
    assert move["weights"] == [0] + [1000] * 8


def rows_of(daemon, brain):
    boards = tictactoe.decision_boards()
    rows = []
    for first in range(0, len(boards), 4096):
        body = {"brain": brain, "boards": boards[first : first + 4096], "detail": True}
        rows += daemon.move(**body)["weights"]
    return dict(zip(boards, rows, strict=True))


def test_weights_stay_within_their_bounds(shared):
    shared.create_brain("bounded", halve_above=256, reward=255, penalty=255)
    shared.learn(50_000, brain="bounded", workers=4)
    for board, row in rows_of(shared, "bounded").items():
        assert [weight > 0 for weight in row] == [cell == "0" for cell in board]
        assert sum(row) <= 256


def test_without_reward_and_penalty_nothing_is_learned(shared):
    shared.create_brain("stoic", reward=0, penalty=0)
    shared.learn(5000, brain="stoic")
    assert shared.digest("stoic") == FRESH


def test_scoring_says_what_a_draw_is_worth(shared):
    """Only a forced draw follows on this board, so only its scoring can change its row."""
    board = "121122210"
    shared.create_brain("for-two", scoring="ttst", reward=5, penalty=0)
    shared.create_brain("for-both", scoring="standard", reward=0, draw_reward=5, penalty=0)
    for name, grows in (("for-two", False), ("for-both", True)):
        shared.learn(50_000, brain=name, seed=1)
        row = shared.move(board=board, brain=name)["weights"]
        assert (row[8] > 6) == grows


def test_a_brain_is_on_disk_when_it_is_answered(daemon):
    daemon.create_brain("kept", reward=9)
    daemon.kill9()
    daemon.start()
    assert daemon.brain("kept")["options"]["reward"] == 9


def test_many_brains_created_at_once_are_all_there(daemon):
    names = [f"b{number:02}" for number in range(40)]
    wires = [Wire(daemon) for _ in names]
    for wire, name in zip(wires, names):
        wire.ask("PUT", f"/brains/{name}", encode(ORDER))
    for wire in wires:
        with wire:
            assert wire.answer().status == 201
    daemon.restart()
    listed = [brain["name"] for brain in daemon.get("/brains").json()["brains"]]
    assert listed == [*names, "default"]


def test_two_who_create_the_same_brain_at_once_make_one(daemon):
    for number in range(10):
        with Wire(daemon) as one, Wire(daemon) as other:
            for wire in (one, other):
                wire.ask("PUT", f"/brains/twin{number}", encode(ORDER))
            statuses = sorted(wire.answer().status for wire in (one, other))
        assert statuses == [200, 201]


def test_training_shows_in_the_list(daemon):
    number = daemon.train(ENDLESS)["id"]
    (brain,) = daemon.get("/brains").json()["brains"]
    assert brain["training"] == number


def test_the_first_brain_moves_as_the_start_weights_say(daemon):
    assert daemon.move(board=EMPTY)["weights"] == [6] * 9
