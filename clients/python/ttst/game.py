"""Board games: whose turn it is, what can be played, and what stands on a board.

`find` knows them by name. The functions besides are tic-tac-toe's: with all boards at which somebody
is to move.
"""

import functools
import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Dict, Iterable, Iterator, List, Optional, Tuple, Union

from ._given import shown
from .board import EMPTY_BOARD
from .errors import InvalidArgument

CELLS_MAX = 64
RUN_MIN = 3
MARKS = str.maketrans("012", ".XO")

Moves = Union[str, Iterable[int]]
"""A list of moves or, under gravity, a text of columns from 1: "4453"."""

_DESCRIPTION = re.compile(r"([1-9][0-9]?)x([1-9][0-9]?)r([1-9][0-9]?)(g?)")


@dataclass(frozen=True)
class Game:
    """A board, and what wins on it.

        game = ttst.game.find("connectfour")
        print(game.format(game.board_after("4453")))

    A board is a text of one digit a cell, row by row, row 0 at the bottom. A move is a cell or, under
    gravity, a column from 0, where the stone falls on the lowest free cell. A result is "player1",
    "player2" or "draw".

    name     as the daemon knows it
    width    columns
    height   rows
    run      stones in a row, column or diagonal that win
    gravity  whether stones fall towards row 0

    Its methods raise InvalidArgument, a ValueError, for what is no board of the game, or no move on it.
    """

    name: str
    width: int
    height: int
    run: int
    gravity: bool

    @property
    def cells(self) -> int:
        """Of a board."""
        return self.width * self.height

    @property
    def moves(self) -> int:
        """How many moves there are, on boards that have room for all: columns or cells."""
        return self.width if self.gravity else self.cells

    @property
    def empty_board(self) -> str:
        return "0" * self.cells

    @property
    def lines(self) -> Tuple[Tuple[int, ...], ...]:
        """The sets of cells that win for who has them all."""
        return _lines(self.width, self.height, self.run)

    def player_to_move(self, board: str) -> int:
        """1 or 2."""
        self._check(board)
        return player_to_move(board)

    def result_on(self, board: str) -> Optional[str]:
        """None while the match goes on."""
        self._check(board)
        for line in self.lines:
            stone = board[line[0]]
            if stone != "0" and all(board[cell] == stone for cell in line):
                return "player" + stone
        return None if "0" in board else "draw"

    def legal_moves(self, board: str) -> List[int]:
        """In ascending order; none where the match is over."""
        if self.result_on(board) is not None:
            return []
        above = self.cells - self.moves  # from a column's lowest cell to its highest
        return [move for move in range(self.moves) if board[move + above] == "0"]

    def cell_of(self, board: str, move: int) -> int:
        """The cell that a legal move fills."""
        if move not in self.legal_moves(board):
            raise InvalidArgument(f"{shown(move)} is no move on the board {board}")
        column = range(move, self.cells, self.width if self.gravity else self.cells)
        return next(cell for cell in column if board[cell] == "0")

    def play(self, board: str, move: int) -> str:
        """The board after a legal move of who is to move."""
        return play(board, self.cell_of(board, move))

    def board_after(self, moves: Moves) -> str:
        """The board after these moves from the empty one."""
        board = self.empty_board
        for number, move in enumerate(self._columns(moves) if isinstance(moves, str) else moves):
            try:
                board = self.play(board, move)
            except InvalidArgument as error:
                raise InvalidArgument(f"moves[{number}]: {error}") from None
        return board

    def move_name(self, move: int) -> str:
        """As people say it: on a 3x3 board the key of a number pad, under gravity the column from 1,
        else a letter and a number as in chess, "a1" at the bottom left."""
        if self.gravity or self.width == self.height == 3:
            return str(move + 1)
        row, column = divmod(move, self.width)
        return f"{_letters(column)}{row + 1}"

    def move_named(self, name: str) -> Optional[int]:
        """None if no move has that name."""
        return _names(self).get(name)

    def format(self, board: str) -> str:
        """A line of text a row, row 0 the last: "X" is player 1, "O" player 2, "." empty."""
        self._check(board)
        marks = board.translate(MARKS)
        rows = [marks[first : first + self.width] for first in range(0, self.cells, self.width)]
        return "\n".join(map(" ".join, reversed(rows)))

    def _check(self, board: str) -> None:
        if not isinstance(board, str) or len(board) != self.cells or board.strip("012"):
            raise InvalidArgument(f"{shown(board)} is no board of {self.name}")

    def _columns(self, text: str) -> Iterator[int]:
        if not self.gravity:
            raise InvalidArgument(f"moves must be a list of cells: no stone falls in {self.name}")
        for number, digit in enumerate(text):
            if digit not in "123456789"[: self.width]:
                raise InvalidArgument(f"moves[{number}]: {shown(digit)} is no column")
            yield int(digit) - 1


GAMES = (
    Game("tictactoe", 3, 3, 3, False),
    Game("three-4x4", 4, 4, 3, False),
    Game("four-4x4", 4, 4, 4, False),
    Game("four-5x5", 5, 5, 4, False),
    Game("four-6x6", 6, 6, 4, False),
    Game("gomoku-7x7", 7, 7, 5, False),
    Game("gomoku-8x8", 8, 8, 5, False),
    Game("connectfour-4x4", 4, 4, 4, True),
    Game("connectfour-5x4", 5, 4, 4, True),
    Game("connectfour-5x5", 5, 5, 4, True),
    Game("connectfour-6x5", 6, 5, 4, True),
    Game("connectfour-6x6", 6, 6, 4, True),
    Game("connectfour", 7, 6, 4, True),
)
"""Those that have a name."""


def find(name: str) -> Game:
    """The game of that name, or that is so described: "6x4r4g" is 6 columns, 4 rows, a run of 4, and
    g for gravity, with 3 to 64 cells and a run from 3 to the longer side. What is described has its
    name, if it has one.

    InvalidArgument, a ValueError: there is none.
    """
    for game in GAMES:
        if game.name == name:
            return game
    found = _DESCRIPTION.fullmatch(name) if isinstance(name, str) else None
    if found:
        width, height, run = map(int, found.groups()[:3])
        game = Game(name, width, height, run, found[4] == "g")
        if game.cells <= CELLS_MAX and RUN_MIN <= run <= max(width, height):
            same = (one for one in GAMES if _shape(one) == _shape(game))
            return next(same, game)
    raise InvalidArgument(f"{shown(name)} is no game, and not like 6x4r4g")


def _shape(game: Game) -> Tuple[int, int, int, bool]:
    return game.width, game.height, game.run, game.gravity


@functools.lru_cache(maxsize=None)
def _lines(width: int, height: int, run: int) -> Tuple[Tuple[int, ...], ...]:
    return tuple(
        tuple((row + i * up) * width + column + i * right for i in range(run))
        for row in range(height)
        for column in range(width)
        for right, up in ((1, 0), (0, 1), (1, 1), (1, -1))
        if column + (run - 1) * right < width and 0 <= row + (run - 1) * up < height
    )


@functools.lru_cache(maxsize=None)
def _names(game: Game) -> Dict[str, int]:
    return {game.move_name(move): move for move in range(game.moves)}


def _letters(column: int) -> str:
    """a to z, aa, ab, ..."""
    before, last = divmod(column, 26)
    return (ascii_lowercase[before - 1] if before else "") + ascii_lowercase[last]


# ---- tic-tac-toe

TICTACTOE = GAMES[0]
NAME = TICTACTOE.name
CELLS = TICTACTOE.cells
LINES = TICTACTOE.lines


def player_to_move(board: str) -> int:
    """1 or 2."""
    return 1 if board.count("1") == board.count("2") else 2


def free_cells(board: str) -> List[int]:
    return [cell for cell, stone in enumerate(board) if stone == "0"]


def play(board: str, cell: int) -> str:
    """The board after the move of who is to move."""
    return board[:cell] + str(player_to_move(board)) + board[cell + 1 :]


def result_on(board: str) -> Optional[str]:
    """ "player1", "player2", "draw", or None while the match goes on."""
    return TICTACTOE.result_on(board)


@functools.lru_cache(maxsize=None)
def decision_boards() -> Tuple[str, ...]:
    """The 4,520 boards that a match gets to and goes on from, in ascending order."""
    layer = {EMPTY_BOARD}
    found = set(layer)
    while layer:
        after = {play(board, cell) for board in layer for cell in free_cells(board)}
        layer = {board for board in after if result_on(board) is None}
        found |= layer
    return tuple(sorted(found))
