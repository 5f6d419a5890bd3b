"""Playing against a brain, and looking at boards with its eyes."""

import sys
from argparse import Namespace
from typing import List, Optional

from ..answers import BoardView, Change, Policy
from ..client import Client
from ..errors import InvalidArgument
from ..game import Game, find
from .boards import draw
from .output import Failure, show, table

VALUES = {1: "wins", 0: "draws", -1: "loses", None: ""}
COMMANDS = "u: undo   h: hint   n: new game   q: quit"


def run(client: Client, args: Namespace) -> None:
    name = args.brain or args.name
    game = game_of(client, name)
    if args.learn and "@" in name:
        raise Failure(f"{name} is a checkpoint, which does not learn")
    Table(client, name, args.player, args.policy, args.learn, args.seed, game).sit()


def run_board(client: Client, args: Namespace) -> None:
    game = game_of(client, args.name)
    view = look(client, args.board, args.name, args.policy, game)
    show(args, view, describe(view, game))


def run_match(client: Client, args: Namespace) -> None:
    wanted = {} if args.learn is None else {"learn": args.learn}
    # No match has a single move: it is a text of columns.
    moves = args.moves if len(args.moves) > 1 else str(args.moves[0])
    match = client.match(moves, brain=args.name, **wanted)
    lines = map(_change, match.changes)
    show(args, match, "\n".join([f"{match.brain} learned: {match.result}", *lines]))


def _change(change: Change) -> str:
    line = f"{change.board}: {change.move}: {change.before:,} -> {change.after:,}"
    if change.expected is None:
        return line
    return f"{line}, expected {change.expected.before:.3f} -> {change.expected.after:.3f}"


def game_of(client: Client, brain: str) -> Game:
    """Failure: it is none that this terminal knows."""
    found = client.brain(brain)
    try:
        return find(found.game)
    except InvalidArgument:
        problem = f"{found.name} plays {found.game}, for which this terminal has no board"
        raise Failure(problem) from None


def look(client: Client, board: str, brain: str, policy: Policy, game: Game) -> BoardView:
    """Failure: the answer is no board that can be drawn here."""
    view = client.board(board, brain=brain, policy=policy)
    values = view.values or ()
    moves = (view.weights, view.probabilities, view.expected, view.values)
    lengths = {len(one) for one in moves if one is not None}
    has_board = len(view.board) == game.cells and not view.board.strip("012")
    if not has_board or lengths != {game.moves} or set(values) - set(VALUES):
        raise Failure(f"what {brain} answers is no board of {game.name}")
    return view


def describe(view: BoardView, game: Game) -> str:
    """The board beside each move's probability and weight, and what is expected or known of it."""
    figures = {
        "drawn with probability": list(map(_percent, view.probabilities)),
        "weights": [f"{weight:,}" for weight in view.weights],
    }
    if view.expected is not None:
        expected = ["" if value is None else f"{value:.2f}" for value in view.expected]
        figures[f"expected, for player {view.player}"] = expected
    if view.values is not None:
        figures[f"in truth, for player {view.player}"] = [VALUES[value] for value in view.values]
    legal = game.legal_moves(view.board)
    parts = [draw(game, view.board)]
    if game.gravity:
        rows = [[game.move_name(move), *(one[move] for one in figures.values())] for move in legal]
        parts.append(table(["column", *figures], rows))
    else:
        for title, one in figures.items():
            parts += [title, draw(game, view.board, {move: one[move] for move in legal})]
    return "\n\n".join(parts)


def _percent(probability: float) -> str:
    text = f"{probability:.0%}"
    return "<1%" if text == "0%" and probability > 0 else text


class Quit(Exception):
    """Somebody has had enough."""


class Table:
    """A person and a brain, and the matches that they play.

    moves  of the match under way
    """

    def __init__(
        self,
        client: Client,
        brain: str,
        player: int,
        policy: Policy,
        learns: bool,
        seed: Optional[int],
        game: Game,
    ) -> None:
        self.client = client
        self.brain = brain
        self.player = player
        self.policy = policy
        self.learns = learns
        self.seed = seed
        self.game = game
        self.moves: List[int] = []

    @property
    def board(self) -> str:
        return self.game.board_after(self.moves)

    @property
    def help(self) -> str:
        first, last = map(self.game.move_name, (0, self.game.moves - 1))
        kind = "a letter and a number, as in chess"
        if self.game.gravity:
            kind = "the column where a stone falls"
        elif self.game.cells == 9:
            kind = "as on a number pad"
        return f"{first} to {last}: a move, {kind}   {COMMANDS}"

    def sit(self) -> None:
        """Plays until the person has had enough."""
        print(f"You are player {self.player}, {'XO'[self.player - 1]}; {self.brain} is the other.")
        print(self.help)
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
        while self.game.result_on(self.board) is None:
            if self.game.player_to_move(self.board) != self.player:
                self.ask_brain()
            elif not self.ask_person():
                return False
        return True

    def ask_brain(self) -> None:
        seed, self.seed = self.seed, None if self.seed is None else self.seed + 1
        move = self.client.move(self.board, brain=self.brain, policy=self.policy, seed=seed).move
        if move not in self.game.legal_moves(self.board):
            place = "column" if self.game.gravity else "cell"
            raise Failure(f"{self.brain} plays {move}, which is no free {place}")
        print(f"{self.brain} plays {self.game.move_name(move)}.")
        self.moves.append(move)

    def ask_person(self) -> bool:
        """Takes one move or command. False if a new match is wanted."""
        print("\n" + draw(self.game, self.board) + "\n")
        word = ask("Your move: ")
        move = self.game.move_named(word)
        if move in self.game.legal_moves(self.board):
            self.moves.append(move)
        elif move is not None:
            print(f"{word} is {'full' if self.game.gravity else 'taken'}.")
        elif word == "n":
            return False
        elif word == "u":
            self.undo()
        elif word == "h":
            self.hint()
        else:
            print(self.help)
        return True

    def undo(self) -> None:
        """Takes back the person's last move and the answer to it."""
        own = [at for at in range(len(self.moves)) if at % 2 == self.player - 1]
        if not own:
            print("There is nothing to take back.")
            return
        del self.moves[own[-1] :]

    def hint(self) -> None:
        view = look(self.client, self.board, self.brain, self.policy, self.game)
        shares = {move: view.probabilities[move] for move in self.game.legal_moves(self.board)}
        print(f"\nWhat {self.brain} would play:\n")
        print(draw(self.game, self.board, {move: _percent(one) for move, one in shares.items()}))

    def finish(self) -> bool:
        """Says how it ended, and reports it where the brain is to learn. True if the person takes
        back a move, so that the match goes on."""
        result = self.game.result_on(self.board)
        print("\n" + draw(self.game, self.board) + "\n")
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
