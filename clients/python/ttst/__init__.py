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
    Match,
    Move,
    Policy,
    Results,
    Version,
)
from .board import EMPTY_BOARD, format_board
from .client import Client
from .errors import (
    ApiError,
    BadRequest,
    Conflict,
    Impossible,
    NotFound,
    ServerFailure,
    Timeout,
    TooLarge,
    TtstError,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
    WaitTimeout,
)
from .job import Job

__all__ = [
    "EMPTY_BOARD",
    "ApiError",
    "BadRequest",
    "Batch",
    "BoardView",
    "Brain",
    "Change",
    "Client",
    "Conflict",
    "Impossible",
    "Job",
    "Match",
    "Move",
    "NotFound",
    "Policy",
    "Results",
    "ServerFailure",
    "Timeout",
    "TooLarge",
    "TtstError",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
    "Version",
    "WaitTimeout",
    "__version__",
    "format_board",
]
