"""A client for ttstd, the daemon that learns tic-tac-toe by playing against itself.

    import ttst

    with ttst.Client() as client:
        client.train(100_000).wait()
        print(client.move(ttst.EMPTY_BOARD).move)

A board is a string of nine digits, one a cell: "0" empty, "1" a stone of player 1, "2" one of
player 2; cell 0 first, rows of three. A move is a cell's index, 0 to 8. A result is what stands on
a board whose match is over: "player1", "player2" or "draw".
"""

from ._version import VERSION as __version__
from .answers import (
    Batch,
    BoardView,
    Brain,
    Change,
    Checkpoint,
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
from .game import decision_boards
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
    "Forbidden",
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
]
