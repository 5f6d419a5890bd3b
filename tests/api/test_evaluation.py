"""/brains/{name}/evaluation"""

import functools

import pytest

import tictactoe
from contract import assert_problem
from daemon import ENDLESS, eventually, hammering
from test_brains import exact_value
from test_rules import create, views
from tictactoe import EMPTY

pytestmark = pytest.mark.usefixtures("nothing_left_training")

UNIFORM_NASH_CONV = 1.919659391534391  # the value that OpenSpiel's own test expects
POLICIES = {"sample": "sample", "greedy": "greedy", "power:2.5": {"power": 2.5}}


def evaluation(daemon, name, query=""):
    answer = daemon.get(f"/brains/{name}/evaluation{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


# A plain evaluation, by recursion over boards. A player is a function from a board to the
# probability of each cell.


def against(first, second):
    """How often each result, when they play each other."""

    @functools.lru_cache(maxsize=None)
    def outcome(board):
        result = tictactoe.result(board)
        if result is not None:
            return tuple(float(result == name) for name in ("player1", "player2", "draw"))
        mover = first if tictactoe.player(board) == 1 else second
        shares = [
            [p * share for share in outcome(tictactoe.play(board, cell))]
            for cell, p in enumerate(mover(board)) if p > 0
        ]
        return tuple(map(sum, zip(*shares)))

    return outcome(EMPTY)


def best(brain, me, worth):
    """The most that player `me` can make of it; worth(result) is what a result is to him."""

    @functools.lru_cache(maxsize=None)
    def value(board):
        result = tictactoe.result(board)
        if result is not None:
            return worth(result)
        after = [
            (p, value(tictactoe.play(board, cell)))
            for cell, p in enumerate(brain(board)) if board[cell] == "0"
        ]
        if tictactoe.player(board) == me:
            return max(v for _, v in after)
        return sum(p * v for p, v in after)

    return value(EMPTY)


def alike(cells):
    return [1 / len(cells) if cell in cells else 0 for cell in range(9)]


def uniform(board):
    return alike(tictactoe.legal(board))


def perfect(board):
    values = {c: -exact_value(tictactoe.play(board, c)) for c in tictactoe.legal(board)}
    return alike([c for c, value in values.items() if value == max(values.values())])


def player_of(daemon, name, policy):
    seen = views(daemon, name, tictactoe.decision_boards(), policy)
    return lambda board: seen[board][1]


def plain(brain, other=None):
    def outcomes(opponent):
        p1, p2, draw = against(brain, opponent)
        q1, q2, drawn = against(opponent, brain)
        return {
            "as_player1": {"win": p1, "draw": draw, "loss": p2},
            "as_player2": {"win": q2, "draw": drawn, "loss": q1},
        }

    def response(me, draw):
        mine = f"player{me}"
        return best(brain, me, lambda result: draw if result == "draw" else
                    1 if result == mine else -1)

    responses = [response(2, 0), response(1, 0)]
    losses = [best(brain, me, lambda result: float(result == f"player{me}")) for me in (2, 1)]
    return {
        "self": dict(zip(("player1", "player2", "draw"), against(brain, brain))),
        "random": outcomes(uniform),
        "perfect": outcomes(perfect),
        "worst_case_loss": dict(zip(("as_player1", "as_player2"), losses)),
        "best_response": dict(zip(("against_player1", "against_player2"), responses)),
        "nash_conv": sum(responses),
        "exploitability": sum(responses) / 2,
        "ttst_exploitability": (response(2, 1) + response(1, -1)) / 2,
        "never_loses": {"as_player1": losses[0] == 0, "as_player2": losses[1] == 0},
        "against": outcomes(other) if other else None,
    }


def assert_close(seen, expected, path=""):
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert_close(seen[key], value, f"{path}.{key}")
    elif isinstance(expected, float):
        assert seen == pytest.approx(expected, abs=1e-9), path
    else:
        assert seen == expected, path


@pytest.fixture(scope="module")
def brains(shared):
    """One of each rule that has learned a little."""
    create(shared, "beads", "beads")
    create(shared, "menace", "menace", symmetry=True)
    create(shared, "guard", "guard")
    for seed, name in enumerate(["beads", "menace", "guard"]):
        shared.learn(4000, brain=name, seed=seed)
    return shared


@pytest.mark.parametrize("name", ["beads", "menace", "guard"])
@pytest.mark.parametrize("policy", POLICIES)
def test_an_evaluation_is_what_plain_recursion_finds(brains, name, policy):
    brain = player_of(brains, name, POLICIES[policy])
    other = player_of(brains, "beads", POLICIES[policy])
    seen = evaluation(brains, name, f"?policy={policy}&against=beads")
    assert_close(seen, plain(brain, other))
    assert (seen["brain"], seen["matches"]) == (name, 4000)
    assert seen["policy"] == POLICIES[policy]


def test_uniform_play_has_its_known_values(shared):
    create(shared, "fresh", "beads")
    seen = evaluation(shared, "fresh")
    assert seen["nash_conv"] == pytest.approx(UNIFORM_NASH_CONV, abs=1e-9)
    assert seen["self"]["player1"] == pytest.approx(0.58492, abs=5e-6)
    assert seen["self"]["player2"] == pytest.approx(0.28810, abs=5e-6)
    assert seen["self"]["draw"] == pytest.approx(0.12698, abs=5e-6)
    assert seen["worst_case_loss"]["as_player1"] == pytest.approx(0.938624, abs=5e-7)
    assert seen["worst_case_loss"]["as_player2"] == pytest.approx(0.994792, abs=5e-7)
    assert seen["against"] is None


def test_a_brain_evaluates_under_sample_unless_told_otherwise(brains):
    assert evaluation(brains, "beads") == evaluation(brains, "beads", "?policy=sample")


def test_a_brain_that_never_loses_says_so_of_greedy_play_only(brains):
    create(brains, "safe", "guard")
    brains.learn(50_000, brain="safe", seed=1)
    greedy = evaluation(brains, "safe", "?policy=greedy")
    assert greedy["never_loses"] == {"as_player1": True, "as_player2": True}
    assert greedy["worst_case_loss"] == {"as_player1": 0, "as_player2": 0}
    menace = evaluation(brains, "menace")
    assert menace["never_loses"] == {"as_player1": False, "as_player2": False}


def test_the_other_brain_has_to_be_there(shared):
    assert_problem(shared.get("/brains/default/evaluation?against=nobody"), 404, "against")
    assert_problem(shared.get("/brains/nobody/evaluation"), 404)


@pytest.mark.parametrize("query, status, field", [
    ("policy=best", 422, "policy"),
    ("policy=power:0", 422, "policy"),
    ("policy=power:x", 400, "policy"),
    ("color=red", 400, "color"),
    ("against=default&against=default", 400, "against"),
])
def test_queries_that_cannot_be_are_refused(shared, query, status, field):
    assert_problem(shared.get(f"/brains/default/evaluation?{query}"), status, field)


def test_evaluating_does_not_change_a_brain(brains):
    before = brains.brain("guard")
    evaluation(brains, "guard", "?against=menace")
    assert brains.brain("guard") == before


def test_evaluations_are_answered_beside_training_and_moves(shared):
    job = shared.train(ENDLESS, workers=4)
    shared.wait_for_matches(job["id"], 1)
    with hammering(shared) as statuses:
        seen = [evaluation(shared, "default")["matches"] for _ in range(50)]
        eventually("training goes on", lambda: evaluation(shared, "default")["matches"] > seen[-1])
        eventually("moves are answered", lambda: statuses[200] > 10)
    assert seen == sorted(seen)
