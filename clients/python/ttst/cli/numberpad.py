"""Tic-tac-toe's board as TTST draws it: like a keyboard's number pad, cell 0 at the bottom left."""

from typing import Dict, Optional

STONES = {"1": "X", "2": "O"}
ROWS = ((6, 7, 8), (3, 4, 5), (0, 1, 2))  # from the top


def key_of_cell(cell: int) -> int:
    return cell + 1


def cell_of_key(key: str) -> Optional[int]:
    """None if that is no key of the pad."""
    return int(key) - 1 if len(key) == 1 and key in "123456789" else None


def draw(board: str, labels: Optional[Dict[int, str]] = None) -> str:
    """Five lines. Free cells show their labels, or else their keys."""
    texts = {}
    for cell, stone in enumerate(board):
        free = str(key_of_cell(cell)) if labels is None else labels.get(cell, "")
        texts[cell] = STONES.get(stone, free)
    width = max(map(len, texts.values()))
    between = "\n " + "+".join(["-" * (width + 2)] * 3) + "\n"
    lines = ("|".join(f" {texts[cell].center(width)} " for cell in row).rstrip() for row in ROWS)
    return between.join(f" {line}" for line in lines)
