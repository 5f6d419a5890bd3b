"""A client for ttstd, the daemon that learns board games by playing against itself.

    import ttst

    with ttst.Client() as client:
        client.train(100_000).wait()
        print(client.move(ttst.EMPTY_BOARD).move)

A board is a string of digits, one a cell: "0" empty, "1" a stone of player 1, "2" one of player 2;
cell 0 first, row by row, row 0 at the bottom: nine in rows of three for tic-tac-toe. A move is a
cell's index, 0 to 8, or in games with gravity a column's. A result is what stands on a board whose
match is over: "player1", "player2" or "draw". ttst.game knows the games.
"""

from . import game
from ._version import VERSION as __version__
from .answers import (
    Batch,
    BoardView,
    Brain,
    Change,
    Checkpoint,
    Expectation,
    GameInfo,
    Match,
    Move,
    Policy,
    Results,
    Version,
)
from .board import EMPTY_BOARD, format_board
from .client import Client
from .engine import Engine
from .errors import (
    ApiError,
    BadRequest,
    Conflict,
    Forbidden,
    Impossible,
    InvalidArgument,
    NotFound,
    ServerFailure,
    Timeout,
    TooLarge,
    TooManyRequests,
    TtstError,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
    WaitTimeout,
)
from .evaluation import Curve, CurvePoint, Evaluation, Outcome, Outcomes
from .game import Game, decision_boards
from .job import Event, Job

__all__ = [
    "EMPTY_BOARD",
    "ApiError",
    "BadRequest",
    "Batch",
    "BoardView",
    "Brain",
    "Change",
    "Checkpoint",
    "Client",
    "Conflict",
    "Curve",
    "CurvePoint",
    "Engine",
    "Evaluation",
    "Event",
    "Expectation",
    "Forbidden",
    "Game",
    "GameInfo",
    "Impossible",
    "InvalidArgument",
    "Job",
    "Match",
    "Move",
    "NotFound",
    "Outcome",
    "Outcomes",
    "Policy",
    "Results",
    "ServerFailure",
    "Timeout",
    "TooLarge",
    "TooManyRequests",
    "TtstError",
    "Unauthorized",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
    "Version",
    "WaitTimeout",
    "__version__",
    "decision_boards",
    "format_board",
    "game",
]
