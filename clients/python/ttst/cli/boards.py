"""Boards as TTST draws them, row 0 at the bottom: tic-tac-toe's like a keyboard's number pad."""

from typing import Mapping, Optional

from ..game import Game

STONES = {"1": "X", "2": "O"}


def draw(game: Game, board: str, labels: Optional[Mapping[int, str]] = None) -> str:
    """A line a row, and lines between them. Free cells show what their moves are labelled with;
    under gravity labels stand below the columns. Without any, moves show their names."""
    if labels is None:
        labels = {move: game.move_name(move) for move in range(game.moves)}
    free = {} if game.gravity else labels
    texts = [STONES.get(stone, free.get(cell, "")) for cell, stone in enumerate(board)]
    below = [labels.get(move, "") for move in range(game.moves)] if game.gravity else []
    width = max(map(len, texts + below))
    rows = [texts[first : first + game.width] for first in range(0, game.cells, game.width)]
    lines = ["|".join(f" {text.center(width)} " for text in row).rstrip() for row in reversed(rows)]
    between = "\n " + "+".join(["-" * (width + 2)] * game.width) + "\n"
    drawn = between.join(f" {line}" for line in lines)
    if below:
        drawn += "\n  " + "   ".join(text.center(width) for text in below).rstrip()
    return drawn
