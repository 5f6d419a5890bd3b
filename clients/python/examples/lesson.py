"""A lesson for a class, about an hour: a machine that learns by itself, and how to look inside it.

Usage: lesson.py [--pause] [URL]        default: http://127.0.0.1:8080, where ttstd runs (`make run`)

It prints what to tell and what there is to see, step by step; --pause waits for Enter in between.
Training is exact, so every class sees the same figures, those that stand here: each step says
whether they came out so. Two brains, `lesson` and `lesson-guard`, are made anew each time.
"""

import sys
from pathlib import Path
from typing import Callable, Dict, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # works without installation

import ttst
from ttst.cli import boards
from ttst.cli.plot import plot

BRAIN, GUARD = "lesson", "lesson-guard"
SEED = 1961  # the year of MENACE
Step = Callable[[ttst.Client], None]


def tell(text: str) -> None:
    print("\n" + text.strip("\n"))


def compare(what: str, found: object, expected: object) -> None:
    """Says a figure, and whether it is the one that was expected."""
    print(f"  {what}: {found}" + ("" if found == expected else f"   (expected {expected})"))


def draw(board: str, labels: Dict[int, str]) -> str:
    return boards.draw(ttst.game.TICTACTOE, board, labels)


def percent(share: float) -> str:
    return f"{share:.1%}"


def start_anew(client: ttst.Client) -> None:
    for name, rule in ((BRAIN, "beads"), (GUARD, "guard")):
        if any(brain.name == name for brain in client.brains()):
            client.delete_brain(name)
        client.create_brain(name, rule)


def step_1(client: ttst.Client) -> None:
    tell(
        """
STEP 1. A machine that knows nothing

In 1961 Donald Michie built MENACE of 304 matchboxes, one for every board that it could meet, with
beads in them, a colour for each cell. Who drew a bead from the box of the present board knew its
move. Our boxes are rows of numbers: a cell's weight is how many of its beads there are.

Here is the box of the empty board. How likely is each move?
"""
    )
    view = client.board(ttst.EMPTY_BOARD, brain=BRAIN)
    print(draw(view.board, {cell: str(weight) for cell, weight in enumerate(view.weights)}) + "\n")
    compare("the centre is drawn with probability", percent(view.probabilities[4]), "11.1%")
    compare("boxes there are", f"{client.brain(BRAIN).rows:,}", "4,520")
    tell("Why more than MENACE's 304? (It knew boards turned and mirrored as one, and it always began.)")


def step_2(client: ttst.Client) -> None:
    tell(
        """
STEP 2. One lesson

Two children play a match and report it. Every move of the winner gains 3 beads. Every move of the
loser loses 1, but never the last: what has no bead can never be tried again.
"""
    )
    match = client.match([4, 0, 3, 1, 5], brain=BRAIN)
    for change in match.changes:
        player = 1 if change.board.count("1") == change.board.count("2") else 2
        print(f"  player {player} on {change.board}: {change.before} -> {change.after}")
    view = client.board(ttst.EMPTY_BOARD, brain=BRAIN)
    compare("the centre is now drawn with probability", percent(view.probabilities[4]), "15.8%")
    tell("Check it by hand: 9 beads of how many? Play some matches yourselves: ttst play lesson --learn")


def step_3(client: ttst.Client) -> None:
    tell(
        """
STEP 3. A hundred thousand lessons

Now it plays against itself. Before you look: which first move will it like best? Will player 1 or
player 2 win more often? (Here a full board counts as a win for player 2.)
"""
    )
    client.reset_brain(BRAIN)
    for matches, expected in ((100, WINS[0]), (900, WINS[1]), (99_000, WINS[2])):
        results = client.train(matches, brain=BRAIN, seed=SEED).wait().results
        share = percent(results.player1 / matches)
        compare(f"of {matches:,} more matches player 1 wins", share, expected)
    view = client.board("000010000", brain=BRAIN)
    print("\n" + draw(view.board, {cell: f"{w:,}" for cell, w in enumerate(view.weights)}) + "\n")
    corners = sum(view.probabilities[cell] for cell in (0, 2, 6, 8))
    compare("to the centre player 2 answers in a corner with", percent(corners), CORNERS)
    assert view.values is not None
    compare("is an edge a mistake? its exact value is", view.values[1], -1)


def step_4(client: ttst.Client) -> None:
    tell(
        """
STEP 4. How good is it?

Not by playing many matches, but by adding up all there can be: exactly. The worst case is an
opponent who knows every box.
"""
    )
    evaluation = client.evaluation(BRAIN)
    losses = evaluation.worst_case_loss
    compare("as player 1 it loses at worst", percent(losses.as_player1), WORST[0])
    compare("as player 2 it loses at worst", percent(losses.as_player2), WORST[1])
    curve = client.curve(BRAIN)
    figures = {"1": "worst_case_loss.as_player1", "2": "worst_case_loss.as_player2"}
    series = {mark: curve.values(figure) for mark, figure in figures.items()}
    print("\nAt worst, after so many matches, as player 1 and 2:\n")
    print(plot(curve.matches, series, width=78, height=14))
    greedy = client.evaluation(BRAIN, policy="greedy").never_loses
    print()
    compare("always playing the heaviest move, player 2 never loses", greedy.as_player2, True)
    tell(
        """
Why does player 1 learn so little? (A draw costs it beads as a loss does. What is not rewarded is
not learned.)
"""
    )


def step_5(client: ttst.Client) -> None:
    tell(
        """
STEP 5. A better rule

The rule `guard` also remembers what is proven: a move that wins at once, a move that lets the other
win. Proofs travel backwards, match by match. How many matches until it cannot lose at all?
"""
    )
    until = {"never_loses": True}
    job = client.train(1_000_000, brain=GUARD, seed=SEED, until=until).wait()
    compare("it never loses, as either player, after", f"{job.matches_done:,} matches", GUARDED)
    evaluation = client.evaluation(GUARD, policy="greedy", against=BRAIN)
    random = evaluation.random
    compare("as player 1 it beats a random player in", percent(random.as_player1.win), BEATS[0])
    compare("as player 2 it beats a random player in", percent(random.as_player2.win), BEATS[1])
    assert evaluation.against is not None
    first = evaluation.against.as_player2
    compare("as player 2 it beats the first brain in", percent(first.win), BEATS[2])
    tell("Try to beat it: ttst play lesson-guard --policy greedy")


# What comes of SEED.
WINS = ("58.0%", "56.4%", "17.9%")
CORNERS = "99.5%"
WORST = ("93.2%", "22.6%")
GUARDED = "12,590 matches"
BEATS = ("99.0%", "89.9%", "100.0%")

STEPS: Sequence[Step] = (step_1, step_2, step_3, step_4, step_5)


def main() -> None:
    words = sys.argv[1:]
    pauses = "--pause" in words
    with ttst.Client(*[word for word in words if word != "--pause"][:1]) as client:
        start_anew(client)
        for step in STEPS:
            step(client)
            if pauses:
                input("\nEnter: ")


if __name__ == "__main__":
    try:
        main()
    except ttst.TtstError as error:
        sys.exit(str(error))
