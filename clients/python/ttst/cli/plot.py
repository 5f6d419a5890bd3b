"""Lines of characters that show how numbers grow and fall."""

import math
from typing import Dict, List, Sequence

MARGIN = 9  # columns for the numbers at the left, and the axis


def plot(x: Sequence[int], series: Dict[str, List[float]], width: int, height: int) -> str:
    """Each series' values over x, which ascends from 1 or more and is shown logarithmically. A
    series is drawn with the mark that is its key."""
    columns = max(width - MARGIN - 1, 10)
    low, high = _range(series)
    first, last = math.log10(x[0]), math.log10(x[-1])
    canvas = [[" "] * columns for _ in range(height)]
    for mark, values in series.items():
        for matches, value in zip(x, values):
            column = _step(math.log10(matches), first, last, columns)
            canvas[height - 1 - _step(value, low, high, height)][column] = mark
    lines = [
        f"{_label(low, high, height - 1 - row, height)} |{''.join(cells).rstrip()}"
        for row, cells in enumerate(canvas)
    ]
    axis = " " * (MARGIN - 2) + "+" + "-" * columns
    return "\n".join([*lines, axis, _x_labels(x[0], x[-1], columns)])


def _range(series: Dict[str, List[float]]) -> tuple[float, float]:
    values = [value for one in series.values() for value in one]
    return min(0.0, *values), max(*values, 1e-9)


def _step(value: float, low: float, high: float, steps: int) -> int:
    """Which of so many steps, from 0, a value between low and high is on."""
    return round((value - low) / (high - low) * (steps - 1)) if high > low else 0


def _label(low: float, high: float, row: int, height: int) -> str:
    """The number at a row from the bottom; only every fourth row and the ends have one."""
    if row % 4 and row != height - 1:
        return " " * (MARGIN - 3)
    return f"{low + (high - low) * row / (height - 1):6.3g}"


def _x_labels(first: int, last: int, columns: int) -> str:
    """Powers of ten where they are, and the last number of matches."""
    line = [" "] * (MARGIN - 1 + columns + 12)
    for power in range(math.ceil(math.log10(first)), math.floor(math.log10(last)) + 1):
        column = _step(power, math.log10(first), math.log10(last), columns)
        at = MARGIN - 1 + column
        label = f"1e{power}"
        line[at : at + len(label)] = label
    return "".join(line).rstrip() + " matches"
