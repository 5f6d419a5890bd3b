"""Playing against a brain, and looking at boards with its eyes."""

import sys
from argparse import Namespace
from typing import List, Optional

from .. import game
from ..answers import BoardView, Policy
from ..board import EMPTY_BOARD
from ..client import Client
from .numberpad import cell_of_key, draw, key_of_cell
from .output import Failure, show

VALUES = {1: "wins", 0: "draws", -1: "loses", None: ""}
HELP = "1 to 9: a move, as on a number pad   u: undo   h: hint   n: new game   q: quit"


def run(client: Client, args: Namespace) -> None:
    brain = client.brain(args.name)
    if brain.game != game.NAME:
        raise Failure(f"{brain.name} plays {brain.game}, for which this terminal has no board")
    if args.learn and "@" in args.name:
        raise Failure(f"{args.name} is a checkpoint, which does not learn")
    Table(client, args.name, args.player, args.policy, args.learn, args.seed).sit()


def run_board(client: Client, args: Namespace) -> None:
    view = look(client, args.board, args.name, args.policy)
    show(args, view, describe(view))


def run_match(client: Client, args: Namespace) -> None:
    wanted = {} if args.learn is None else {"learn": args.learn}
    match = client.match(args.moves, brain=args.name, **wanted)
    lines = [
        f"{change.board}: {change.move}: {change.before:,} -> {change.after:,}"
        for change in match.changes
    ]
    show(args, match, "\n".join([f"{match.brain} learned: {match.result}", *lines]))


def look(client: Client, board: str, brain: str, policy: Policy) -> BoardView:
    """Failure: the answer is no board that can be drawn here."""
    view = client.board(board, brain=brain, policy=policy)
    lengths = {len(one) for one in (view.board, view.weights, view.probabilities, view.values)}
    if lengths != {game.CELLS} or set(view.board) - set("012") or set(view.values) - set(VALUES):
        raise Failure(f"what {brain} answers is no board of {game.NAME}")
    return view


def describe(view: BoardView) -> str:
    """The board beside each move's probability, weight and exact value."""
    free = [cell for cell, value in enumerate(view.values) if value is not None]
    parts = [
        draw(view.board),
        "drawn with probability",
        draw(view.board, {cell: _percent(view.probabilities[cell]) for cell in free}),
        "weights",
        draw(view.board, {cell: f"{view.weights[cell]:,}" for cell in free}),
        f"in truth, for player {view.player}",
        draw(view.board, {cell: _value(view.values[cell]) for cell in free}),
    ]
    return "\n\n".join(parts)


def _percent(probability: float) -> str:
    text = f"{probability:.0%}"
    return "<1%" if text == "0%" and probability > 0 else text


def _value(value: Optional[int]) -> str:
    return VALUES[value]


class Quit(Exception):
    """Somebody has had enough."""


class Table:
    """A person and a brain, and the matches that they play.

    moves  of the match under way, as cells
    """

    def __init__(
        self,
        client: Client,
        brain: str,
        player: int,
        policy: Policy,
        learns: bool = False,
        seed: Optional[int] = None,
    ) -> None:
        self.client = client
        self.brain = brain
        self.player = player
        self.policy = policy
        self.learns = learns
        self.seed = seed
        self.moves: List[int] = []

    @property
    def board(self) -> str:
        board = EMPTY_BOARD
        for move in self.moves:
            board = game.play(board, move)
        return board

    def sit(self) -> None:
        """Plays until the person has had enough."""
        print(f"You are player {self.player}, {'XO'[self.player - 1]}; {self.brain} is the other.")
        print(HELP)
        try:
            while True:
                self.play_match()
        except Quit:
            pass

    def play_match(self) -> None:
        self.moves = []
        while self.play_to_end() and self.finish():
            pass

    def play_to_end(self) -> bool:
        """False if the person would rather begin another match."""
        while game.result_on(self.board) is None:
            if game.player_to_move(self.board) != self.player:
                self.ask_brain()
            elif not self.ask_person():
                return False
        return True

    def ask_brain(self) -> None:
        seed, self.seed = self.seed, None if self.seed is None else self.seed + 1
        move = self.client.move(self.board, brain=self.brain, policy=self.policy, seed=seed).move
        if move not in game.free_cells(self.board):
            raise Failure(f"{self.brain} plays {move}, which is no free cell")
        print(f"{self.brain} plays {key_of_cell(move)}.")
        self.moves.append(move)

    def ask_person(self) -> bool:
        """Takes one move or command. False if a new match is wanted."""
        print("\n" + draw(self.board) + "\n")
        word = ask("Your move: ")
        cell = cell_of_key(word)
        if cell is not None and self.board[cell] == "0":
            self.moves.append(cell)
        elif cell is not None:
            print(f"{word} is taken.")
        elif word == "n":
            return False
        elif word == "u":
            self.undo()
        elif word == "h":
            self.hint()
        else:
            print(HELP)
        return True

    def undo(self) -> None:
        """Takes back the person's last move and the answer to it."""
        own = [at for at in range(len(self.moves)) if at % 2 == self.player - 1]
        if not own:
            print("There is nothing to take back.")
            return
        del self.moves[own[-1] :]

    def hint(self) -> None:
        view = look(self.client, self.board, self.brain, self.policy)
        free = game.free_cells(self.board)
        print(f"\nWhat {self.brain} would play:\n")
        print(draw(self.board, {cell: _percent(view.probabilities[cell]) for cell in free}))

    def finish(self) -> bool:
        """Says how it ended, and reports it where the brain is to learn. True if the person takes
        back a move, so that the match goes on."""
        result = game.result_on(self.board)
        print("\n" + draw(self.board) + "\n")
        endings = {"draw": "A draw.", f"player{self.player}": "You win."}
        print(endings.get(str(result), f"{self.brain} wins."))
        if self.learns:
            changes = self.client.match(self.moves, brain=self.brain).changes
            print(f"{self.brain} has learned from {len(changes)} moves.")
        while True:
            undo = "" if self.learns else "u: undo   "  # what was learned cannot be taken back
            word = ask(f"n: new game   {undo}q: quit: ")
            if word == "n":
                return False
            if word == "u" and not self.learns:
                self.undo()
                return True


def ask(question: str) -> str:
    """The next word on standard input. Quit at its end, or where that is the word."""
    if not sys.stdin.isatty():
        question = ""  # nobody there to read it
    try:
        word = input(question).strip().lower()
    except EOFError:
        raise Quit from None
    if word in ("q", "quit"):
        raise Quit
    return word[:1] if word in ("undo", "hint", "new") else word
