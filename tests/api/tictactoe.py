"""The game, written down a second time: what the daemon says is checked against this."""

import functools
import hashlib

EMPTY = "000000000"
LINES = [
    (0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6),
]


def player(board):
    """Whose turn it is."""
    return 1 if board.count("1") == board.count("2") else 2


def legal(board):
    return [cell for cell in range(9) if board[cell] == "0"]


def play(board, cell):
    assert board[cell] == "0"
    return board[:cell] + str(player(board)) + board[cell + 1 :]


def result(board):
    for who in "12":
        if any(all(board[cell] == who for cell in line) for line in LINES):
            return "player" + who
    return None if "0" in board else "draw"


@functools.lru_cache(maxsize=None)
def decision_boards():
    """All boards on which a move can be made, in ascending order."""
    found = {EMPTY}
    layer = [EMPTY]
    while layer:
        after = {play(board, cell) for board in layer for cell in legal(board)}
        layer = [board for board in after if result(board) is None]
        found.update(layer)
    return sorted(found)


def digest(weights):
    """The digest of a brain, given the weights of every decision board."""
    lines = (
        ",".join([board, *map(str, weights[board])]) + "\n" for board in decision_boards()
    )
    return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()
