"""Rules and their options, as a user meets them."""

import hashlib

import pytest

import tictactoe
from contract import assert_problem
from daemon import lasting
from tictactoe import EMPTY

pytestmark = pytest.mark.usefixtures("nothing_left_training")

DEFAULTS = {
    "menace": {
        "scoring": "standard", "start_weight": 6, "reward": 3, "penalty": 1, "draw_reward": 1,
        "halve_above": 4096, "explore": 6554 / 65536, "symmetry": False,
    },
    "guard": {
        "scoring": "standard", "start_weight": 6, "reward": 3, "penalty": 1, "draw_reward": 0,
        "halve_above": 2**30, "explore": 19661 / 65536, "symmetry": False,
    },
}

# Cells that each image of the board takes its stones from.
IMAGES = [
    [8 - c if turn else c for c in cells]
    for cells in (
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        [2, 1, 0, 5, 4, 3, 8, 7, 6],
        [0, 3, 6, 1, 4, 7, 2, 5, 8],
        [2, 5, 8, 1, 4, 7, 0, 3, 6],
    )
    for turn in (False, True)
]


def image(values, cells):
    return [values[cell] for cell in cells]


def create(daemon, name, rule, **options):
    answer = daemon.put(f"/brains/{name}", {"game": "tictactoe", "rule": rule, "options": options})
    assert answer.status_code == 201, answer.text
    return answer.json()


def views(daemon, name, boards, policy="sample"):
    """Weights and probabilities of each board."""
    seen = {}
    for first in range(0, len(boards), 4096):
        some = boards[first : first + 4096]
        answer = daemon.move(brain=name, boards=some, detail=True, policy=policy)
        seen |= zip(some, zip(answer["weights"], answer["probabilities"]))
    return seen


@pytest.mark.parametrize("rule", ["menace", "guard"])
def test_a_rule_has_its_documented_defaults(shared, rule):
    brain = create(shared, f"{rule}-plain", rule)
    assert (brain["rule"], brain["warnings"]) == (rule, [])
    assert brain["options"] == pytest.approx(DEFAULTS[rule], rel=1e-14)
    assert shared.brain(f"{rule}-plain")["options"] == brain["options"]


def test_a_share_that_explores_is_rounded_to_65536ths(shared):
    third = create(shared, "third", "beads", explore=1 / 3)["options"]["explore"]
    assert third == pytest.approx(21845 / 65536, rel=1e-14)
    assert create(shared, "all", "menace", explore=1)["options"]["explore"] == 1
    assert create(shared, "none", "guard", explore=0.0)["options"]["explore"] == 0
    order = {"game": "tictactoe", "rule": "beads", "options": {"explore": 1 / 3}}
    assert shared.put("/brains/third", order).status_code == 200


@pytest.mark.parametrize(
    "rule, options, status, field",
    [
        ("guard", {"scoring": "ttst"}, 422, "options.scoring"),
        ("menace", {"scoring": "ttst"}, 422, "options.draw_reward"),
        ("menace", {"start_weight": 1000}, 422, "options.halve_above"),
        ("beads", {"explore": 1.1}, 422, "options.explore"),
        ("beads", {"explore": -0.1}, 422, "options.explore"),
        ("beads", {"explore": "0.1"}, 400, "options.explore"),
        ("beads", {"explore": None}, 400, "options.explore"),
        ("beads", {"symmetry": 1}, 400, "options.symmetry"),
    ],
)
def test_options_that_a_rule_cannot_have_are_refused(shared, rule, options, status, field):
    order = {"game": "tictactoe", "rule": rule, "options": options}
    assert_problem(shared.put("/brains/refused", order), status, field)


def test_menace_may_have_scoring_ttst_without_a_reward_for_draws(shared):
    brain = create(shared, "old-boxes", "menace", scoring="ttst", draw_reward=0)
    assert "draw_reward" not in brain["options"]


def test_draws_that_pay_nothing_are_warned_of_unless_there_are_proofs(shared):
    (warning,) = create(shared, "sad", "menace", draw_reward=0)["warnings"]
    assert "player 2" in warning
    assert shared.brain("sad")["warnings"] == [warning]
    assert create(shared, "glad", "guard", draw_reward=0)["warnings"] == []


@pytest.mark.parametrize("rule", ["beads", "menace", "guard"])
def test_the_same_seed_makes_the_same_brain_under_any_rule(shared, rule):
    digests = set()
    for number, seed in enumerate([5, 5, 6]):
        create(shared, f"{rule}-{number}", rule)
        shared.learn(5000, brain=f"{rule}-{number}", seed=seed)
        digests.add(shared.digest(f"{rule}-{number}"))
    assert len(digests) == 2


def test_an_option_changes_what_is_learned(shared):
    digests = set()
    for number, options in enumerate([{}, {"explore": 0.2}, {"symmetry": True}]):
        create(shared, f"like-{number}", "menace", **options)
        shared.learn(5000, brain=f"like-{number}", seed=5)
        digests.add(shared.digest(f"like-{number}"))
    assert len(digests) == 3


# Proofs.


def test_what_is_proven_is_true_and_played(shared):
    create(shared, "prover", "guard")
    shared.learn(20_000, brain="prover", seed=1)
    proven = 0
    for board in tictactoe.decision_boards()[::7]:
        view = shared.get(f"/brains/prover/boards/{board}").json()
        legal = tictactoe.legal(board)
        for cell in range(9):
            assert (view["proofs"][cell] is None) == (cell not in legal)
            if view["proofs"][cell]:
                assert view["proofs"][cell] == view["values"][cell]
                proven += 1
        best = max(view["proofs"][cell] for cell in legal)
        played = {cell for cell in range(9) if view["probabilities"][cell] > 0}
        assert played == {cell for cell in legal if view["proofs"][cell] == best}
    assert proven > 1000


def test_proofs_are_part_of_the_digest(shared):
    create(shared, "digested", "guard")
    shared.learn(3000, brain="digested", seed=2)
    boards = tictactoe.decision_boards()
    weights = views(shared, "digested", boards)
    lines = []
    for board in boards:
        proofs = shared.get(f"/brains/digested/boards/{board}").json()["proofs"]
        lines.append(",".join(map(str, [board, *weights[board][0], *(q or 0 for q in proofs)])))
    text = "".join(line + "\n" for line in lines)
    assert shared.digest("digested") == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_guard_moves_only_where_nothing_worse_is_known(shared):
    create(shared, "mover", "guard")
    shared.learn(20_000, brain="mover", seed=3)
    boards = tictactoe.decision_boards()[::23]
    proofs = [shared.get(f"/brains/mover/boards/{board}").json()["proofs"] for board in boards]
    best = [max(proof for proof in row if proof is not None) for row in proofs]
    assert best.count(1) > 50
    for policy in ("greedy", {"power": 4}, "sample"):
        moves = shared.move(brain="mover", boards=boards, policy=policy, seed=1)["moves"]
        assert [row[move] for row, move in zip(proofs, moves)] == best


# Symmetry.


def test_a_symmetric_brain_has_a_row_for_each_board_up_to_symmetry(shared):
    assert create(shared, "mirror", "beads", symmetry=True)["rows"] == 627
    assert create(shared, "straight", "beads")["rows"] == 4520


@pytest.mark.parametrize("policy", ["sample", {"power": 3}])
def test_a_symmetric_brain_sees_all_images_of_a_board_alike(daemon, policy):
    create(daemon, "same", "menace", symmetry=True)
    daemon.learn(5000, brain="same", seed=4)
    boards = tictactoe.decision_boards()[::29]
    for cells in IMAGES:
        images = ["".join(image(board, cells)) for board in boards]
        seen, turned = views(daemon, "same", boards, policy), views(daemon, "same", images, policy)
        for board, other in zip(boards, images):
            for before, after in zip(seen[board], turned[other]):
                assert image(before, cells) == after


def test_cells_that_are_the_same_share_one_weight_and_its_probability(shared):
    create(shared, "corners", "beads", symmetry=True)
    shared.learn(5000, brain="corners", seed=5)
    ((weights, probabilities),) = views(shared, "corners", [EMPTY]).values()
    corner, edge, centre = weights[0], weights[1], weights[4]
    assert weights == [corner, edge, corner, edge, centre, edge, corner, edge, corner]
    total = corner + edge + centre
    assert probabilities[4] == pytest.approx(centre / total, abs=1e-12)
    for cell in (0, 2, 6, 8):
        assert probabilities[cell] == pytest.approx(corner / total / 4, abs=1e-12)
    moves = shared.move(brain="corners", boards=[EMPTY] * 400, seed=1)["moves"]
    assert set(moves) == set(range(9))


def test_a_symmetric_brains_digest_lists_the_boards_that_stand_for_all(shared):
    create(shared, "listed", "beads", symmetry=True)
    lines = []
    for board in tictactoe.decision_boards():
        images = ["".join(image(board, cells)) for cells in IMAGES]
        if min(images) != board:
            continue
        keeping = [cells for cells, other in zip(IMAGES, images) if other == board]
        firsts = {min(cells.index(cell) for cells in keeping) for cell in tictactoe.legal(board)}
        lines.append(",".join([board, *("6" if c in firsts else "0" for c in range(9))]) + "\n")
    assert len(lines) == 627
    expected = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert shared.digest("listed") == "sha256:" + expected


def test_a_symmetric_brain_learns_from_a_match_wherever_it_lies(shared):
    first, second = (create(shared, name, "beads", symmetry=True)["name"] for name in ("p", "q"))
    moves = [0, 3, 1, 4, 2]
    answers = [
        shared.post("/match", {"brain": first, "moves": moves}),
        shared.post("/match", {"brain": second, "moves": [8 - cell for cell in moves]}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    there, here = (answer.json()["changes"] for answer in answers)
    assert [c["board"][::-1] for c in here] == [c["board"] for c in there]
    assert [c["after"] for c in here] == [c["after"] for c in there]
    assert shared.digest(first) == shared.digest(second)


def test_rules_survive_a_restart(house):
    daemon = house()
    for rule in ("menace", "guard"):
        create(daemon, rule, rule, symmetry=True, explore=0.25)
        daemon.learn(3000, brain=rule, seed=1)
    before = [lasting(daemon.brain(rule)) for rule in ("menace", "guard")]
    daemon.restart()
    assert [lasting(daemon.brain(rule)) for rule in ("menace", "guard")] == before
