"""How good a brain plays, exactly, and how good it was after so many matches."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any, List, Optional, Tuple

from ._decode import read_policy
from .answers import Policy


@dataclass(frozen=True)
class Outcome:
    """Shares of matches, 0 to 1, that the brain wins, draws and loses."""

    win: float
    draw: float
    loss: float


@dataclass(frozen=True)
class Outcomes:
    """Of the brain as player 1 and as player 2."""

    as_player1: Outcome
    as_player2: Outcome


@dataclass(frozen=True)
class SelfPlay:
    """Shares of matches, 0 to 1, of a brain against itself, by what stands on the board."""

    player1: float
    player2: float
    draw: float


@dataclass(frozen=True)
class Losses:
    """Shares of matches, 0 to 1, of the brain as player 1 and as player 2."""

    as_player1: float
    as_player2: float


@dataclass(frozen=True)
class BestResponse:
    """What the opponent gets on average: 1 a win, 0 a draw, -1 a loss."""

    against_player1: float
    against_player2: float


@dataclass(frozen=True)
class NeverLoses:
    as_player1: bool
    as_player2: bool


@dataclass(frozen=True)
class Evaluation:
    """What comes of matches from the empty board, by dynamic programming: nothing is sampled.

    A full board counts as a draw, whatever the brain's scoring, but for ttst_exploitability.

    matches          that the brain had learned from
    policy           that it plays by
    self             against itself
    random           against who makes every legal move alike
    perfect          against who plays alike among all moves that keep the board's exact value
    worst_case_loss  how often it loses to who knows it and is out for nothing else
    best_response    what an opponent gets who knows it and makes the most of it
    nash_conv        the sum of the two best responses, 0 to 2; 0 for perfect play
    exploitability   half of that, 0 to 1
    ttst_exploitability  the same in the game in which a full board is a win for player 2
    never_loses      whether no opponent wins even once; no rounded number
    against          against the other brain; None if none was named
    """

    brain: str
    matches: int
    policy: Annotated[Policy, read_policy]
    self: SelfPlay
    random: Outcomes
    perfect: Outcomes
    worst_case_loss: Losses
    best_response: BestResponse
    nash_conv: float
    exploitability: float
    ttst_exploitability: float
    never_loses: NeverLoses
    against: Optional[Outcomes]


@dataclass(frozen=True)
class CurvePoint:
    """What a brain was worth after so many matches, under two policies."""

    matches: int
    sample: Evaluation
    greedy: Evaluation


@dataclass(frozen=True)
class Curve:
    """How a brain's worth came about: points in ascending order of matches."""

    points: Tuple[CurvePoint, ...]

    @property
    def matches(self) -> List[int]:
        """The number of matches at each point."""
        return [point.matches for point in self.points]

    def values(self, figure: str, policy: str = "sample") -> List[Any]:
        """One figure at each point, to plot beside `matches`.

            curve.values("worst_case_loss.as_player2")
            curve.values("random.as_player1.win", policy="greedy")

        policy  "sample" or "greedy"
        figure  a field of Evaluation, and of what it holds. AttributeError if there is none
        """
        return list(map(attrgetter(f"{policy}.{figure}"), self.points))
