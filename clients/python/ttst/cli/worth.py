"""How good brains play."""

from argparse import Namespace
from typing import List

from ..client import Client
from ..evaluation import Evaluation, Outcomes
from .output import show, table

Row = List[object]


def run_evaluate(client: Client, args: Namespace) -> None:
    evaluation = client.evaluation(args.name, policy=args.policy)
    show(args, evaluation, describe(evaluation))


def run_against(client: Client, args: Namespace) -> None:
    evaluation = client.evaluation(args.name, policy=args.policy, against=args.other)
    assert evaluation.against is not None
    rows = _outcome_rows(f"{args.name} against {args.other}", evaluation.against)
    show(args, evaluation, table(_OUTCOME_HEAD, rows))


_OUTCOME_HEAD = ["", "as player", "wins", "draws", "loses"]


def _outcome_rows(label: str, outcomes: Outcomes) -> List[Row]:
    sides = ((1, outcomes.as_player1), (2, outcomes.as_player2))
    return [
        [label if player == 1 else "", player, outcome.win, outcome.draw, outcome.loss]
        for player, outcome in sides
    ]


def describe(evaluation: Evaluation) -> str:
    """As text, of several lines."""
    rows: List[Row] = [["against itself", 1, *_self_play(evaluation)]]
    rows += _outcome_rows("a random player", evaluation.random)
    rows += _outcome_rows("a perfect player", evaluation.perfect)
    losses, never = evaluation.worst_case_loss, evaluation.never_loses
    worst: List[Row] = [
        ["loses at worst", losses.as_player1, losses.as_player2],
        ["best response", *vars(evaluation.best_response).values()],
        ["never loses", _yes(never.as_player1), _yes(never.as_player2)],
    ]
    return "\n".join(
        [
            f"{evaluation.brain}: {evaluation.matches:,} matches, policy {_policy(evaluation)}",
            "",
            table(_OUTCOME_HEAD, rows),
            "",
            table(["", "as player 1", "as player 2"], worst),
            "",
            f"exploitability {evaluation.exploitability:.6g}"
            f" (NashConv {evaluation.nash_conv:.6g});"
            f" under TTST's scoring {evaluation.ttst_exploitability:.6g}",
        ]
    )


def _self_play(evaluation: Evaluation) -> List[float]:
    shares = evaluation.self
    return [shares.player1, shares.draw, shares.player2]


def _policy(evaluation: Evaluation) -> str:
    policy = evaluation.policy
    if isinstance(policy, str):
        return policy
    return ",".join(f"{name}:{value:g}" for name, value in policy.items())


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
