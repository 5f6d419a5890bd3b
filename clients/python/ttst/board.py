"""Boards for the eye."""

EMPTY_BOARD = "000000000"


def format_board(board: str) -> str:
    """A tic-tac-toe board: three lines of text, cell 0 at the top left. "X" is player 1, "O" player
    2, "." empty. Those of any game, cell 0 at the bottom left, are Game.format's."""
    marks = board.translate(str.maketrans("012", ".XO"))
    return "\n".join(" ".join(marks[first : first + 3]) for first in (0, 3, 6))
