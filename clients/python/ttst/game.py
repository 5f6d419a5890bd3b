"""Tic-tac-toe: whose turn it is, what stands on a board, and all boards at which somebody is to
move."""

import functools
from typing import List, Optional, Tuple

from .board import EMPTY_BOARD

NAME = "tictactoe"
CELLS = 9
LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))


def player_to_move(board: str) -> int:
    """1 or 2."""
    return 1 if board.count("1") == board.count("2") else 2


def free_cells(board: str) -> List[int]:
    return [cell for cell, stone in enumerate(board) if stone == "0"]


def play(board: str, cell: int) -> str:
    """The board after the move of who is to move."""
    return board[:cell] + str(player_to_move(board)) + board[cell + 1 :]


def result_on(board: str) -> Optional[str]:
    """ "player1", "player2", "draw", or None while the match goes on."""
    for a, b, c in LINES:
        if board[a] == board[b] == board[c] != "0":
            return "player" + board[a]
    return None if "0" in board else "draw"


@functools.lru_cache(maxsize=None)
def decision_boards() -> Tuple[str, ...]:
    """The 4,520 boards that a match gets to and goes on from, in ascending order."""
    layer = {EMPTY_BOARD}
    found = set(layer)
    while layer:
        after = {play(board, cell) for board in layer for cell in free_cells(board)}
        layer = {board for board in after if result_on(board) is None}
        found |= layer
    return tuple(sorted(found))
