"""Trains the default brain, then has it play a match against a random player.

Usage: train_and_play.py [URL]      default: http://127.0.0.1:8080
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # works without installation

import ttst

POLICIES: dict[int, ttst.Policy] = {
    1: {"power": 1e-9},  # to a power of almost 0 all weights are alike: random moves
    2: "greedy",
}
ENDINGS = {"player1": "The random player wins.", "player2": "The brain wins.", "draw": "A draw."}


def main() -> None:
    with ttst.Client(*sys.argv[1:2]) as client:
        for job in client.train(100_000).watch(interval=0.5):
            print(f"{job.state}: {job.matches_done:,} of {job.matches:,} ({job.progress:.0%})")

        board, player, result = ttst.EMPTY_BOARD, 1, None
        while result is None:
            move = client.move(board, policy=POLICIES[player])
            board, player, result = move.next, 3 - move.player, move.result
            print(f"\nplayer {move.player} plays {move.move}\n{ttst.format_board(board)}")

    print("\n" + ENDINGS[result])


if __name__ == "__main__":
    try:
        main()
    except ttst.TtstError as error:
        sys.exit(str(error))
