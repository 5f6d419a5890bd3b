"""POST /move"""

import collections
import json
import math
import random
import re

import pytest
import requests

import tictactoe
from contract import BATCH, DETAILED_BATCH, MOVE, assert_fits, assert_problem
from daemon import encode
from tictactoe import EMPTY

BATCH_MAX = 4096
BODY_MAX = 64 * 1024
SEED_MAX = 2**64 - 1
POLICIES = ["sample", "greedy", {"power": 4}]


@pytest.fixture(scope="module")
def trained(shared):
    """A daemon whose default brain has learned a little, always the same."""
    shared.learn(60_000, seed=11, workers=2)
    return shared


@pytest.fixture(scope="module")
def weights(trained):
    """The weights of every decision board of that brain."""
    found = {}
    boards = tictactoe.decision_boards()
    for first in range(0, len(boards), BATCH_MAX):
        part = boards[first : first + BATCH_MAX]
        found.update(zip(part, trained.move(boards=part, detail=True)["weights"]))
    return found


# What an answer looks like.


def test_a_move_has_the_fields_of_the_contract(shared):
    answer = shared.post("/move", {"board": EMPTY})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    move = answer.json()
    assert_fits(move, MOVE)
    assert (move["brain"], move["board"], move["player"]) == ("default", EMPTY, 1)
    assert (move["result"], move["policy"]) == (None, "sample")
    assert len(move["weights"]) == len(move["probabilities"]) == 9


def test_a_fresh_brain_weighs_all_moves_the_same(daemon):
    for board in (EMPTY, "012000210"):
        expected = [6 if cell == "0" else 0 for cell in board]
        assert daemon.move(board=board)["weights"] == expected


@pytest.mark.parametrize("detail", [None, False, True])
def test_a_batch_has_the_fields_of_the_contract(shared, detail):
    boards = [EMPTY, "100000000", "121212000"]
    body = {"boards": boards} if detail is None else {"boards": boards, "detail": detail}
    batch = shared.move(**body)
    assert_fits(batch, DETAILED_BATCH if detail else BATCH)
    lists = [value for value in batch.values() if isinstance(value, list)]
    assert [len(one) for one in lists] == [len(boards)] * len(lists)
    if detail:
        assert {len(row) for row in batch["weights"] + batch["probabilities"]} == {9}


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_the_policy_asked_for_is_in_the_answer(shared, policy):
    assert shared.move(board=EMPTY, policy=policy)["policy"] == policy
    assert shared.move(boards=[EMPTY], policy=policy)["policy"] == policy


def test_a_field_may_stand_anywhere_in_the_body(shared):
    fields = [("board", EMPTY), ("seed", 5), ("policy", "sample"), ("brain", "default")]
    answers = {
        shared.post("/move", dict(order)).text
        for order in (fields, fields[::-1], fields[2:] + fields[:2])
    }
    assert len(answers) == 1


def test_escapes_and_blanks_in_the_body_make_no_difference(shared):
    plain = shared.post("/move", '{"board":"000000000","seed":1}').text
    odd = ' {\t"bo\\u0061rd" :\r\n"\\u003000000000" , "seed":1.0e0 } \n'
    assert shared.post("/move", odd).text == plain


def test_another_brain_is_asked_by_its_name(shared):
    shared.create_brain("asked", start_weight=7)
    move = shared.move(board=EMPTY, brain="asked")
    assert move["brain"] == "asked"
    assert move["weights"] == [7] * 9
    assert shared.move(boards=[EMPTY], brain="asked")["brain"] == "asked"


# The game.


def test_every_decision_board_is_answered_with_a_legal_move_and_what_follows(trained):
    boards = tictactoe.decision_boards()
    assert len(boards) == trained.brain()["rows"] == 4520
    for first in range(0, len(boards), BATCH_MAX):
        part = boards[first : first + BATCH_MAX]
        batch = trained.move(boards=part)
        for board, move, after, result in zip(
            part, batch["moves"], batch["next"], batch["results"], strict=True
        ):
            assert move in tictactoe.legal(board)
            assert after == tictactoe.play(board, move)
            assert result == tictactoe.result(after)


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_whole_matches_follow_the_rules(trained, policy):
    results = collections.Counter()
    for seed in range(20):
        board = EMPTY
        while tictactoe.result(board) is None:
            move = trained.move(board=board, policy=policy, seed=seed)
            assert move["board"] == board
            assert move["player"] == tictactoe.player(board)
            assert move["next"] == tictactoe.play(board, move["move"])
            assert move["result"] == tictactoe.result(move["next"])
            board = move["next"]
        results[tictactoe.result(board)] += 1
    assert sum(results.values()) == 20


def test_a_draw_is_called_a_draw_though_its_scoring_rewards_player_2(shared):
    assert shared.brain()["options"]["scoring"] == "ttst"
    move = shared.move(board="121122210")
    assert (move["move"], move["next"], move["result"]) == (8, "121122211", "draw")


def test_a_single_free_cell_is_certain(shared):
    text = shared.post("/move", {"board": "121122210"}).text
    assert '"probabilities":[0,0,0,0,0,0,0,0,1]' in text


def test_moving_never_learns(trained):
    before = trained.brain()
    for policy in POLICIES:
        trained.move(boards=[EMPTY] * 500, policy=policy)
    assert trained.brain() == before


# Weights and probabilities.


def raw_probabilities(answer):
    """The digits as they were sent."""
    lists = re.findall(r'"probabilities":\[([^]]*)\]', answer.text)
    return lists[0].split(",")


def expected_probabilities(policy, row):
    if policy == "greedy":
        best = row.index(max(row))
        return [float(cell == best) for cell in range(9)]
    power = 1 if policy == "sample" else policy["power"]
    shares = [(weight / max(row)) ** power if weight else 0.0 for weight in row]
    return [share / math.fsum(shares) for share in shares]


@pytest.mark.parametrize(
    "policy", ["sample", "greedy", *({"power": p} for p in (0.25, 1, 1.5, 4, 16))], ids=str
)
def test_probabilities_agree_with_weights_to_twelve_decimals(trained, policy):
    boards = random.Random(3).sample(tictactoe.decision_boards(), 300)
    batch = trained.move(boards=boards, policy=policy, detail=True)
    for board, row, probabilities in zip(boards, batch["weights"], batch["probabilities"]):
        assert [weight > 0 for weight in row] == [cell == "0" for cell in board]
        for got, expected in zip(probabilities, expected_probabilities(policy, row)):
            assert (got == 0) == (expected == 0)
            assert got == pytest.approx(max(expected, 1e-12) if expected else 0, abs=1.1e-12)


@pytest.mark.parametrize("policy", ["sample", {"power": 0.5}], ids=str)
def test_probabilities_are_printed_with_twelve_decimals(trained, policy):
    answer = trained.post("/move", {"board": "100000000", "policy": policy})
    probabilities = raw_probabilities(answer)
    assert probabilities[0] == "0"
    assert all(re.fullmatch(r"0\.\d{12}", one) for one in probabilities[1:])


def test_a_probability_that_is_not_zero_never_prints_as_zero(trained, weights):
    tiny = [
        board for board, row in weights.items()
        if (min(w for w in row if w) / max(row)) ** 16 < 1e-14
    ]
    assert tiny
    for board in tiny[:20]:
        answer = trained.post("/move", {"board": board, "policy": {"power": 16}})
        for weight, printed in zip(weights[board], raw_probabilities(answer)):
            assert (printed == "0") == (weight == 0)
            assert weight == 0 or float(printed) >= 1e-12


def test_the_digest_is_that_of_all_weights(trained, weights):
    assert tictactoe.digest(weights) == trained.digest()


# Policies.


def test_greedy_takes_the_largest_weight_and_of_equals_the_lowest_cell(trained, weights):
    boards = tictactoe.decision_boards()[:BATCH_MAX]
    moves = trained.move(boards=boards, policy="greedy")["moves"]
    assert moves == [weights[board].index(max(weights[board])) for board in boards]


def chi_square_sigmas(counts, expected):
    """How far the counts are from what is expected, in standard deviations (Wilson-Hilferty)."""
    pairs = [(counts[cell], expect) for cell, expect in enumerate(expected) if expect >= 5]
    rare = [(counts[cell], expect) for cell, expect in enumerate(expected) if 0 < expect < 5]
    if rare:
        pairs.append((sum(c for c, _ in rare), sum(e for _, e in rare)))
    freedom = len(pairs) - 1
    statistic = sum((count - expect) ** 2 / expect for count, expect in pairs)
    variance = 2 / (9 * freedom)
    return ((statistic / freedom) ** (1 / 3) - 1 + variance) / math.sqrt(variance)


@pytest.mark.parametrize("policy", ["sample", {"power": 0.5}, {"power": 2}], ids=str)
@pytest.mark.parametrize("board", [EMPTY, "000010000", "120000000", "121000000"])
def test_moves_are_drawn_with_their_probabilities(trained, policy, board):
    batches = 4
    counts = collections.Counter()
    for seed in range(batches):
        moves = trained.move(boards=[board] * BATCH_MAX, policy=policy, seed=seed)["moves"]
        counts.update(moves)
    probabilities = trained.move(board=board, policy=policy)["probabilities"]
    drawn = batches * BATCH_MAX
    assert all(probabilities[cell] > 0 for cell in counts)
    assert abs(chi_square_sigmas(counts, [p * drawn for p in probabilities])) < 4


def test_moves_of_one_batch_do_not_hang_together(trained):
    """Neighbours agree as often as independent draws would."""
    moves = trained.move(boards=[EMPTY] * BATCH_MAX, seed=9)["moves"]
    probabilities = trained.move(board=EMPTY)["probabilities"]
    agree = sum(a == b for a, b in zip(moves, moves[1:]))
    expected = sum(p * p for p in probabilities) * (BATCH_MAX - 1)
    assert abs(agree - expected) < 5 * math.sqrt(expected)


# Seeds.


@pytest.mark.parametrize(
    "seed, printed",
    [
        (0, "0"),
        (42, "42"),
        ("42", "42"),
        (2**53, "9007199254740992"),
        ("0", "0"),
        ("007", "7"),
        (str(2**63), str(2**63)),
        (str(SEED_MAX), str(SEED_MAX)),
    ],
)
def test_a_seed_reproduces_the_answer(trained, seed, printed):
    body = {"boards": [EMPTY] * 64, "seed": seed}
    first = trained.post("/move", body)
    assert first.status_code == 200
    assert first.json()["seed"] == printed
    assert trained.post("/move", body).text == first.text
    assert trained.move(boards=[EMPTY] * 64, seed=printed)["moves"] == first.json()["moves"]


@pytest.mark.parametrize("number", ["1e6", "1000000.0", "10.0e5", "1E+6"])
def test_any_number_without_a_fraction_is_an_integer(shared, number):
    answer = shared.post("/move", f'{{"board":"{EMPTY}","seed":{number}}}')
    assert answer.status_code == 200
    assert answer.json()["seed"] == "1000000"


def test_a_drawn_seed_reproduces_the_answer_when_sent_back(trained):
    for body in ({"board": EMPTY}, {"boards": [EMPTY] * 64}):
        drawn = trained.move(**body)
        assert trained.move(**body, seed=drawn["seed"]) == drawn


def test_seeds_are_drawn_anew_each_time(shared):
    assert len({shared.move(board=EMPTY)["seed"] for _ in range(20)}) == 20


def test_different_seeds_give_different_moves(trained):
    batches = {tuple(trained.move(boards=[EMPTY] * 64, seed=s)["moves"]) for s in range(50)}
    assert len(batches) == 50


# What is refused. One line a case: name, body, status, field.

ONE = {"board": EMPTY}
MANY = {"boards": [EMPTY]}

REFUSED = [
    ("no board", {}, 400, "board"),
    ("board null", {"board": None}, 400, "board"),
    ("board a number", {"board": 0}, 400, "board"),
    ("board a list", {"board": [EMPTY]}, 400, "board"),
    ("board empty", {"board": ""}, 400, "board"),
    ("board of 8 cells", {"board": "0" * 8}, 400, "board"),
    ("board of 10 cells", {"board": "0" * 10}, 400, "board"),
    ("board of 60,000 cells", {"board": "0" * 60_000}, 400, "board"),
    ("board with a 3", {"board": "300000000"}, 400, "board"),
    ("board with a blank", {"board": " 00000000"}, 400, "board"),
    ("board with letters", {"board": "XO0000000"}, 400, "board"),
    ("board with digits of another script", {"board": "\u0660" * 9}, 400, "board"),
    ("board twice", f'{{"board":"{EMPTY}","board":"{EMPTY}"}}', 400, "board"),
    ("board twice, as it was written", '{"board":"","bo\\u0061rd":1}', 400, r"bo\u0061rd"),
    ("board and boards", {**ONE, **MANY}, 400, "boards"),
    ("boards null", {"boards": None}, 400, "boards"),
    ("boards a text", {"boards": EMPTY}, 400, "boards"),
    ("boards an object", {"boards": {"0": EMPTY}}, 400, "boards"),
    ("no boards at all", {"boards": []}, 422, "boards"),
    ("one board too many", {"boards": [EMPTY] * (BATCH_MAX + 1)}, 422, "boards"),
    ("boards[1] a number", {"boards": [EMPTY, 0]}, 400, "boards[1]"),
    ("boards[0] null", {"boards": [None]}, 400, "boards[0]"),
    ("boards[2] too short", {"boards": [EMPTY, EMPTY, "0"]}, 400, "boards[2]"),
    ("boards[17] finished", {"boards": [EMPTY] * 17 + ["111220000"]}, 422, "boards[17]"),
    ("boards[17] the first of two", {"boards": [EMPTY] * 17 + ["111"] * 2}, 400, "boards[17]"),
    ("boards[4095]", {"boards": [EMPTY] * 4095 + ["222220000"]}, 422, "boards[4095]"),
    ("detail with a single board", {**ONE, "detail": True}, 400, "detail"),
    ("detail null", {**MANY, "detail": None}, 400, "detail"),
    ("detail a number", {**MANY, "detail": 1}, 400, "detail"),
    ("detail a text", {**MANY, "detail": "true"}, 400, "detail"),
    ("brain null", {**ONE, "brain": None}, 400, "brain"),
    ("brain a number", {**ONE, "brain": 1}, 400, "brain"),
    ("brain unknown", {**ONE, "brain": "nobody"}, 404, "brain"),
    ("brain without a name", {**ONE, "brain": ""}, 404, "brain"),
    ("brain in capitals", {**ONE, "brain": "DEFAULT"}, 404, "brain"),
    ("brain with a very long name", {**ONE, "brain": "a" * 5000}, 404, "brain"),
    ("brain unknown, batch", {**MANY, "brain": "nobody"}, 404, "brain"),
    ("policy null", {**ONE, "policy": None}, 400, "policy"),
    ("policy a number", {**ONE, "policy": 4}, 400, "policy"),
    ("policy a list", {**ONE, "policy": ["sample"]}, 400, "policy"),
    ("policy unknown", {**ONE, "policy": "best"}, 422, "policy"),
    ("policy in capitals", {**ONE, "policy": "Greedy"}, 422, "policy"),
    ("policy power without a number", {**ONE, "policy": "power"}, 422, "policy"),
    ("policy as in a query", {**ONE, "policy": "power:4"}, 422, "policy"),
    ("policy empty", {**ONE, "policy": {}}, 400, "policy.power"),
    ("policy of another name", {**ONE, "policy": {"greedy": 1}}, 400, "policy.greedy"),
    ("power a text", {**ONE, "policy": {"power": "4"}}, 400, "policy.power"),
    ("power true", {**ONE, "policy": {"power": True}}, 400, "policy.power"),
    ("power null", {**ONE, "policy": {"power": None}}, 400, "policy.power"),
    ("power 0", {**ONE, "policy": {"power": 0}}, 422, "policy.power"),
    ("power below 0", {**ONE, "policy": {"power": -1}}, 422, "policy.power"),
    ("power above 16", {**ONE, "policy": {"power": 16.001}}, 422, "policy.power"),
    ("power 1e300", {**ONE, "policy": {"power": 1e300}}, 422, "policy.power"),
    ("policy with a field too many", {**ONE, "policy": {"power": 4, "x": 1}}, 400, "policy.x"),
    ("policy twice", '{"board":"000000000","policy":"sample","policy":"greedy"}', 400, "policy"),
    ("seed null", {**ONE, "seed": None}, 400, "seed"),
    ("seed true", {**ONE, "seed": True}, 400, "seed"),
    ("seed a list", {**ONE, "seed": [1]}, 400, "seed"),
    ("seed with a fraction", {**ONE, "seed": 1.5}, 400, "seed"),
    ("seed below 0", {**ONE, "seed": -1}, 422, "seed"),
    ("seed a number above 2^53", {**ONE, "seed": 2**53 + 1}, 422, "seed"),
    ("seed 1e17", '{"board":"000000000","seed":1e17}', 422, "seed"),
    ("seed a text of 2^64", {**ONE, "seed": str(SEED_MAX + 1)}, 422, "seed"),
    ("seed a text of 1,000 digits", {**ONE, "seed": "9" * 1000}, 422, "seed"),
    ("seed an empty text", {**ONE, "seed": ""}, 400, "seed"),
    ("seed a text below 0", {**ONE, "seed": "-1"}, 400, "seed"),
    ("seed a text with a plus", {**ONE, "seed": "+1"}, 400, "seed"),
    ("seed a text with a blank", {**ONE, "seed": " 1"}, 400, "seed"),
    ("seed a text with an exponent", {**ONE, "seed": "1e3"}, 400, "seed"),
    ("seed a text with a fraction", {**ONE, "seed": "1.0"}, 400, "seed"),
    ("seed a text in hex", {**ONE, "seed": "0x10"}, 400, "seed"),
    ("seed twice", '{"board":"000000000","seed":1,"seed":1}', 400, "seed"),
    ("an unknown field", {**ONE, "learn": [1]}, 400, "learn"),
    ("an unknown field in another case", {**ONE, "Seed": 1}, 400, "Seed"),
    ("an unknown field with a blank", {**ONE, "seed ": 1}, 400, "seed "),
]


@pytest.mark.parametrize("body, status, field", [pytest.param(*c[1:], id=c[0]) for c in REFUSED])
def test_it_is_refused(shared, body, status, field):
    problem = assert_problem(shared.post("/move", body), status, field)
    assert not {"move", "moves"} & problem.keys()


IMPOSSIBLE = [
    ("player 1 has a line", "111220000"),
    ("player 2 has a line", "222110100"),
    ("a diagonal", "102010201"),
    ("a full board", "121122211"),
    ("two stones more of player 1", "110000000"),
    ("one stone more of player 2", "200000000"),
    ("nine stones of player 1", "111111111"),
    ("nine stones of player 2", "222222222"),
    ("both have a line", "111222000"),
    ("both have a line, full", "111222112"),
    ("player 2 went on after player 1's line", "111222002"),
    ("player 2 moved after player 1's line", "111220200"),
    ("player 1 moved after player 2's line", "222110110"),
]


@pytest.mark.parametrize("board", [pytest.param(c[1], id=c[0]) for c in IMPOSSIBLE])
def test_no_move_is_chosen_on_a_board_that_no_match_reaches_or_that_ends_one(shared, board):
    assert board not in tictactoe.decision_boards()
    assert_problem(shared.post("/move", {"board": board}), 422, "board")
    assert_problem(shared.post("/move", {"boards": [EMPTY, board]}), 422, "boards[1]")


def test_the_daemon_and_the_rules_agree_on_which_boards_are_refused(shared):
    """A sample of all 3^9 texts."""
    decision = set(tictactoe.decision_boards())
    seed = 20_260_131
    print("seed", seed)
    draw = random.Random(seed)
    for _ in range(600):
        board = "".join(draw.choice("012") for _ in range(9))
        answer = shared.post("/move", {"board": board})
        assert answer.status_code == (200 if board in decision else 422), board


def test_a_problem_can_be_told_apart_by_its_detail(shared):
    details = {
        shared.post("/move", {"board": board}).json()["detail"]
        for board in ("111220000", "222110100", "121122211", "110000000", "111222000")
    }
    assert len(details) == 5


# Sizes.


def test_a_batch_may_be_as_long_as_its_limit(shared):
    batch = shared.move(boards=[EMPTY] * BATCH_MAX, detail=True)
    assert len(batch["moves"]) == BATCH_MAX


def test_a_body_may_be_as_long_as_its_limit(shared):
    body = encode({"board": EMPTY})
    body += b" " * (BODY_MAX - len(body))
    assert shared.post("/move", body).status_code == 200
    assert_problem(shared.post("/move", body + b" "), 413)


def test_a_body_may_come_in_chunks(shared):
    body = encode({"boards": [EMPTY] * 3000, "seed": 1})
    chunks = (body[i : i + 1000] for i in range(0, len(body), 1000))
    answer = requests.post(
        shared.url + "/move", data=chunks, headers={"Content-Type": "application/json"}
    )
    assert answer.text == shared.post("/move", body).text


def test_numbers_of_any_size_are_answered(shared):
    for number in ("1" * 400, "-" + "1" * 400, "1e400", "-1e400", "1e-400", "0." + "3" * 5000):
        for field in ('"seed":%s', '"policy":{"power":%s}'):
            answer = shared.post("/move", '{"board":"000000000",' + field % number + "}")
            assert answer.status_code in (200, 400, 422), number
            json.loads(answer.text)


@pytest.mark.parametrize("number", ["99999999999999999999", "-99999999999999999999", "1e300"])
def test_a_number_out_of_every_range_is_called_that(shared, number):
    """It is JSON all the same."""
    body = f'{{"board":"{EMPTY}","seed":{number}}}'
    assert_problem(shared.post("/move", body), 422, "seed")
