"""An exact evaluation in Python, for brains that no daemon has: one pass over all boards, from the
fullest to the empty one.

It is slow beside the daemon's, a fraction of a second, but needs nothing besides the weights.
"""

import functools
from typing import Dict, List, Mapping, NamedTuple, Sequence, Tuple

from . import game
from .answers import Policy
from .board import EMPTY_BOARD
from .evaluation import (
    BestResponse,
    Evaluation,
    Losses,
    NeverLoses,
    Outcome,
    Outcomes,
    SelfPlay,
)

Rows = Mapping[str, Sequence[int]]
Numbers = Tuple[float, ...]


class Quantity(NamedTuple):
    """Something that every board has: what it is where a match ends, by result, and how each player
    makes it from those of the boards after his moves: "policy", "uniform", "perfect" (shares of
    moves), "most", or "possible", the most of what the policy can choose at all."""

    at_end: Mapping[str, Numbers]
    player1: str
    player2: str


def _at_end(player1: Numbers, player2: Numbers, draw: Numbers) -> Dict[str, Numbers]:
    return {"player1": player1, "player2": player2, "draw": draw}


_SHARES = _at_end((1, 0, 0), (0, 1, 0), (0, 0, 1))  # of player 1's and 2's wins, and of draws
_LOSS_1, _LOSS_2 = _at_end((0,), (1,), (0,)), _at_end((1,), (0,), (0,))
_GAIN_1, _GAIN_2 = _at_end((1,), (-1,), (0,)), _at_end((-1,), (1,), (0,))
_TTST_GAIN_1, _TTST_GAIN_2 = _at_end((1,), (-1,), (-1,)), _at_end((-1,), (1,), (1,))

QUANTITIES = {
    "self": Quantity(_SHARES, "policy", "policy"),
    "random 1": Quantity(_SHARES, "policy", "uniform"),  # the brain is player 1
    "random 2": Quantity(_SHARES, "uniform", "policy"),
    "perfect 1": Quantity(_SHARES, "policy", "perfect"),
    "perfect 2": Quantity(_SHARES, "perfect", "policy"),
    "loss 1": Quantity(_LOSS_1, "policy", "most"),
    "loss 2": Quantity(_LOSS_2, "most", "policy"),
    "response 1": Quantity(_GAIN_2, "policy", "most"),  # to the brain as player 1
    "response 2": Quantity(_GAIN_1, "most", "policy"),
    "ttst response 1": Quantity(_TTST_GAIN_2, "policy", "most"),
    "ttst response 2": Quantity(_TTST_GAIN_1, "most", "policy"),
    # Counted by moves that can be made at all, not by how likely they are.
    "can lose 1": Quantity(_LOSS_1, "possible", "most"),
    "can lose 2": Quantity(_LOSS_2, "most", "possible"),
}


def evaluate(rows: Rows, policy: Policy, brain: str, matches: int) -> Evaluation:
    """Of the weights of all boards at which somebody is to move. ValueError: no such policy."""
    found = _pass(rows, policy)
    (loss_1,), (loss_2,) = found["loss 1"], found["loss 2"]
    (response_1,), (response_2,) = found["response 1"], found["response 2"]
    (ttst_1,), (ttst_2,) = found["ttst response 1"], found["ttst response 2"]
    return Evaluation(
        brain=brain,
        matches=matches,
        policy=policy,
        self=SelfPlay(*found["self"]),
        random=_outcomes(found["random 1"], found["random 2"]),
        perfect=_outcomes(found["perfect 1"], found["perfect 2"]),
        worst_case_loss=Losses(loss_1, loss_2),
        best_response=BestResponse(response_1, response_2),
        nash_conv=response_1 + response_2,
        exploitability=(response_1 + response_2) / 2,
        ttst_exploitability=(ttst_1 + ttst_2) / 2,
        never_loses=NeverLoses(found["can lose 1"] == (0,), found["can lose 2"] == (0,)),
        against=None,
    )


def _outcomes(as_player1: Numbers, as_player2: Numbers) -> Outcomes:
    win_1, win_2, draw = as_player1
    other_1, other_2, other_draw = as_player2
    return Outcomes(Outcome(win_1, draw, win_2), Outcome(other_2, other_draw, other_1))


def _pass(rows: Rows, policy: Policy) -> Dict[str, Numbers]:
    """The quantities of the empty board."""
    ended = {
        result: {name: quantity.at_end[result] for name, quantity in QUANTITIES.items()}
        for result in ("player1", "player2", "draw")
    }
    found: Dict[str, Dict[str, Numbers]] = {}
    for board in _fullest_first():
        cells, after, values = _moves_of(board)
        shares = probabilities([rows[board][cell] for cell in cells], policy)
        ways = {
            "policy": shares,
            "uniform": [1 / len(cells)] * len(cells),
            "perfect": _even([value == max(values) for value in values]),
            "possible": [float(share > 0) for share in shares],
        }
        nexts = [ended[text] if text in ended else found[text] for text in after]
        found[board] = _combine(game.player_to_move(board), ways, nexts)
    return found[EMPTY_BOARD]


def _combine(
    player: int, ways: Mapping[str, List[float]], nexts: List[Dict[str, Numbers]]
) -> Dict[str, Numbers]:
    combined: Dict[str, Numbers] = {}
    for name, quantity in QUANTITIES.items():
        way = quantity.player1 if player == 1 else quantity.player2
        values = [after[name] for after in nexts]
        if way == "most":
            combined[name] = max(values)
        elif way == "possible":
            combined[name] = max(value for value, can in zip(values, ways[way]) if can)
        else:
            columns = zip(*values)
            combined[name] = tuple(
                sum(share * number for share, number in zip(ways[way], column))
                for column in columns
            )
    return combined


def probabilities(weights: Sequence[int], policy: Policy) -> List[float]:
    """Of legal moves by their weights, some above 0. None of these is 0 but under "greedy"."""
    if policy == "greedy":
        best = max(range(len(weights)), key=lambda i: (weights[i], -i))
        return [float(i == best) for i in range(len(weights))]
    if policy == "sample":
        power = 1.0
    elif isinstance(policy, Mapping) and set(policy) == {"power"} and 0 < policy["power"] <= 16:
        power = policy["power"]
    else:
        raise ValueError(f'policy must be "sample", "greedy" or {{"power": t}}, not {policy!r}')
    most = max(weights)
    # Above 0 also where a power is too small for a float: every move stays possible.
    powers = [weight and ((weight / most) ** power or 5e-324) for weight in weights]
    total = sum(powers)
    return [one and max(one / total, 5e-324) for one in powers]


def _even(chosen: List[bool]) -> List[float]:
    return [is_chosen / sum(chosen) for is_chosen in chosen]


@functools.lru_cache(maxsize=None)
def _fullest_first() -> List[str]:
    return sorted(game.decision_boards(), key=lambda board: board.count("0"))


@functools.lru_cache(maxsize=None)
def _moves_of(board: str) -> Tuple[List[int], List[str], List[int]]:
    """A board's free cells, the board or result after each, and each one's exact value for who is
    to move."""
    cells = game.free_cells(board)
    boards = [game.play(board, cell) for cell in cells]
    after = [game.result_on(one) or one for one in boards]
    return cells, after, [-_value(one) for one in boards]


@functools.lru_cache(maxsize=None)
def _value(board: str) -> int:
    """For who is to move if both play perfectly: 1 won, 0 drawn, -1 lost."""
    result = game.result_on(board)
    if result is not None:
        return 0 if result == "draw" else -1
    return max(-_value(game.play(board, cell)) for cell in game.free_cells(board))
