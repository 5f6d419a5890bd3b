"""POST /move"""

import collections
import json
import math
import random
import re

import pytest
import requests

import tictactoe
from contract import assert_problem
from daemon import encode
from tictactoe import EMPTY

BATCH_MAX = 4096
BODY_MAX = 2 * 1024 * 1024
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


def test_a_move_has_defaults(shared):
    move = shared.move(board=EMPTY)
    assert (move["brain"], move["board"], move["player"]) == ("default", EMPTY, 1)
    assert (move["result"], move["policy"]) == (None, "sample")


def test_a_fresh_brain_weighs_all_moves_the_same(daemon):
    for board in (EMPTY, "012000210"):
        expected = [6 if cell == "0" else 0 for cell in board]
        assert daemon.move(board=board)["weights"] == expected


@pytest.mark.parametrize("detail", [None, False, True])
def test_a_batch_has_an_entry_a_board_in_each_list(shared, detail):
    boards = [EMPTY, "100000000", "121212000"]
    body = {"boards": boards} if detail is None else {"boards": boards, "detail": detail}
    batch = shared.move(**body)
    lists = [value for value in batch.values() if isinstance(value, list)]
    assert [len(one) for one in lists] == [len(boards)] * len(lists)
    assert ("weights" in batch, "probabilities" in batch) == (bool(detail),) * 2


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


# What is refused and too long for a case of cases/. One line each: name, body, status, field.

REFUSED = [
    ("board of 60,000 cells", {"board": "0" * 60_000}, 400, "board"),
    ("one board too many", {"boards": [EMPTY] * (BATCH_MAX + 1)}, 422, "boards"),
    ("boards[17] finished", {"boards": [EMPTY] * 17 + ["111220000"]}, 422, "boards[17]"),
    ("boards[17] the first of two", {"boards": [EMPTY] * 17 + ["111"] * 2}, 400, "boards[17]"),
    ("boards[4095]", {"boards": [EMPTY] * 4095 + ["222220000"]}, 422, "boards[4095]"),
]


@pytest.mark.parametrize("body, status, field", [pytest.param(*c[1:], id=c[0]) for c in REFUSED])
def test_it_is_refused(shared, body, status, field):
    assert_problem(shared.post("/move", body), status, field)


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
