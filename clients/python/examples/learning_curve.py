"""TTST's learning curve, by self-play in this process: no daemon is needed, only libttst (`make`).

Usage: learning_curve.py [PICTURE]      a .png or .svg, by matplotlib; without one, a plot in text

60 brains play 20,000 matches each, as the original program once did. Player 1 wins most matches at
first, then ever fewer: a full board counts as player 2's win, and player 2 learns to fill it. Takes
less than a second; the original takes about two minutes.
"""

import statistics
import sys
import time
from pathlib import Path
from typing import Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # works without installation

import ttst
from ttst.cli.plot import plot

BRAINS = 60
POINTS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
ORIGINAL = {100: 0.5863, 1_000: 0.5841, 5_000: 0.5299, 20_000: 0.4324}  # means of its 60 runs


def shares_of_one(seed: int) -> List[float]:
    """Of all matches so far, how many player 1 has won, at each point."""
    shares = []
    with ttst.Engine() as engine:
        for number, point in enumerate(POINTS):
            # One by one (lanes=1): each match learns from all before it, as in the original.
            engine.train(point - engine.matches, seed=seed * len(POINTS) + number, lanes=1)
            shares.append(engine.results.player1 / point)
    return shares


def save(path: str, curve: Dict[int, float]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5))
    axes = figure.add_subplot(title="TTST's learning curve", xlabel="matches", xscale="log")
    axes.plot(list(curve), list(curve.values()), marker=".", label=f"mean of {BRAINS} brains")
    axes.plot(list(ORIGINAL), list(ORIGINAL.values()), "o", label="the original program")
    axes.set_ylabel("player 1's share of wins")
    axes.legend()
    figure.savefig(path)


def main() -> None:
    begin = time.perf_counter()
    runs = [shares_of_one(seed) for seed in range(BRAINS)]
    curve = dict(zip(POINTS, map(statistics.fmean, zip(*runs))))
    for point, original in ORIGINAL.items():
        print(f"after {point:6,} matches player 1 has won {curve[point]:.4f}; originally {original}")
    if len(sys.argv) > 1:
        save(sys.argv[1], curve)
    else:
        print(plot(POINTS, {"*": list(curve.values())}, width=78, height=16))
    print(f"{time.perf_counter() - begin:.2f} s for {BRAINS * POINTS[-1]:,} matches and the plot")


if __name__ == "__main__":
    main()
