"""All games, written down a second time: what the daemon says of them is checked against this."""

import dataclasses
import itertools
import re

# As server/README.md lists them, by their descriptions.
NAMED = {
    "tictactoe": "3x3r3",
    "three-4x4": "4x4r3",
    "four-4x4": "4x4r4",
    "four-5x5": "5x5r4",
    "four-6x6": "6x6r4",
    "gomoku-7x7": "7x7r5",
    "gomoku-8x8": "8x8r5",
    "connectfour-4x4": "4x4r4g",
    "connectfour-5x4": "5x4r4g",
    "connectfour-5x5": "5x5r4g",
    "connectfour-6x5": "6x5r4g",
    "connectfour-6x6": "6x6r4g",
    "connectfour": "7x6r4g",
}


@dataclasses.dataclass(frozen=True)
class Game:
    name: str
    width: int
    height: int
    run: int
    gravity: bool

    @classmethod
    def of(cls, name):
        parts = re.fullmatch(r"(\d+)x(\d+)r(\d+)(g?)", NAMED.get(name, name))
        return cls(name, *map(int, parts.groups()[:3]), bool(parts[4]))

    @property
    def cells(self):
        return self.width * self.height

    @property
    def moves(self):
        return self.width if self.gravity else self.cells

    @property
    def empty(self):
        return "0" * self.cells

    def lines(self, board, who):
        """The cells of each run of that player's, as sets."""
        found = []
        for column, row in itertools.product(range(self.width), range(self.height)):
            for right, up in ((1, 0), (0, 1), (1, 1), (-1, 1)):
                line = [(column + i * right, row + i * up) for i in range(self.run)]
                if all(0 <= x < self.width and y < self.height for x, y in line):
                    cells = {y * self.width + x for x, y in line}
                    if all(board[cell] == who for cell in cells):
                        found.append(cells)
        return found

    def player(self, board):
        """Whose turn it is."""
        return 1 if board.count("1") == board.count("2") else 2

    def cell(self, board, move):
        """The cell that a move fills; None if it cannot be made."""
        places = range(move, self.cells, self.width) if self.gravity else [move]
        return next((cell for cell in places if board[cell] == "0"), None)

    def legal(self, board):
        return [move for move in range(self.moves) if self.cell(board, move) is not None]

    def play(self, board, move):
        cell = self.cell(board, move)
        return board[:cell] + str(self.player(board)) + board[cell + 1 :]

    def result(self, board):
        for who in "12":
            if self.lines(board, who):
                return "player" + who
        return None if "0" in board else "draw"

    def follow(self, moves):
        board = self.empty
        for move in moves:
            board = self.play(board, move)
        return board

    def random_match(self, draw):
        """Its moves and the board before each."""
        moves, boards, board = [], [], self.empty
        while self.result(board) is None:
            boards.append(board)
            moves.append(draw.choice(self.legal(board)))
            board = self.play(board, moves[-1])
        return moves, boards

    def mirrored(self, board):
        """Left for right."""
        rows = [board[at : at + self.width] for at in range(0, self.cells, self.width)]
        return "".join(row[::-1] for row in rows)

    def mirrored_move(self, move):
        return move - move % self.width + self.width - 1 - move % self.width

    def flaw(self, board):
        """Why no move can be made on a board: what a refusal begins with; None if one can be."""
        first, second = board.count("1"), board.count("2")
        if first - second not in (0, 1):
            return f"player 1 has {first} stones and player 2 has {second}"
        for cell in range(self.width, self.cells):
            if self.gravity and board[cell] != "0" and board[cell - self.width] == "0":
                return f"nothing is below the stone on cell {cell}:"
        lines = {who: self.lines(board, who) for who in "12"}
        if lines["1"] and lines["2"]:
            return "both players have a line"
        mover = self.player(board)
        if lines[str(mover)]:
            return f"player {mover} has a line and is to move"
        won = lines[str(3 - mover)]
        if won and not set.intersection(*won):
            return "a player has lines without a common cell"
        result = self.result(board)
        return f"the match on this board is over: {result}" if result else None
