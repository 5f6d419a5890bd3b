"""How a brain's worth came about: as a plot in the terminal, a table, or a picture."""

import shutil
import sys
from argparse import Namespace
from typing import Dict, List, Sequence

from ..client import Client
from ..evaluation import Curve
from .output import Failure, as_json, can_show, records, wants_json
from .plot import plot

FIGURES = ("worst_case_loss.as_player1", "worst_case_loss.as_player2")
MARKS = ("●○◆◇▲△", "*o+x#@")  # one for each figure; the second where the first cannot be shown


def run(client: Client, args: Namespace) -> None:
    curve = client.curve(args.name)
    figures = args.figure or FIGURES
    series = {figure: _values(curve, figure, args.policy) for figure in figures}
    if not curve.points:
        raise Failure(f"{args.name} has no curve yet: it begins after ten matches of tic-tac-toe")
    title = f"{args.name}, policy {args.policy}"
    if args.out:
        _save(args.out, title, curve.matches, series)
    elif wants_json(args):
        print(as_json({"matches": curve.matches, **series}))
    elif (args.form or ("plot" if sys.stdout.isatty() else "table")) == "plot":
        print(_plotted(title, curve.matches, series))
    else:
        rows = zip(curve.matches, *series.values())
        print(records(["matches", *series], rows))


def _values(curve: Curve, figure: str, policy: str) -> List[float]:
    try:
        values = curve.values(figure, policy)
        return list(map(float, values))
    except (AttributeError, TypeError, ValueError):
        raise Failure(f"{figure!r} is no figure of an evaluation") from None


def _plotted(title: str, matches: Sequence[int], series: Dict[str, List[float]]) -> str:
    if matches[0] < 1 or list(matches) != sorted(matches):
        raise Failure("not a curve of ttstd's: its matches do not ascend from 1")
    size = shutil.get_terminal_size()
    marks = MARKS[0] if can_show(MARKS[0]) else MARKS[1]
    if len(series) > len(marks):
        raise Failure(f"no more than {len(marks)} figures at once")
    marked = dict(zip(marks, series.values()))
    legend = [f"{mark} {figure}" for mark, figure in zip(marks, series)]
    height = max(8, min(size.lines - len(legend) - 6, 24))
    return "\n".join([title, plot(matches, marked, size.columns, height), *legend])


def _save(path: str, title: str, matches: Sequence[int], series: Dict[str, List[float]]) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise Failure("--out needs matplotlib: apt-get install python3-matplotlib") from None
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot(title=title, xlabel="matches", xscale="log")
    for name, values in series.items():
        axes.plot(matches, values, marker=".", label=name)
    axes.grid(alpha=0.3)
    axes.legend()
    try:
        figure.savefig(path, dpi=120)
    except ValueError as error:  # no format of that name
        raise Failure(f"{path}: {error}") from None
