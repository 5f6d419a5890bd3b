"""The original program's way of learning, in Python and numpy: the baseline of all speed here.

A brain map is a dictionary from boards as strings to arrays of nine weights, made when first needed.
A move is drawn by numpy with probability weight / sum. After a match each of the winner's moves gains
3, each of the loser's loses 1 but only while it is above 1; a full board is a win for player 2.

    reference.py [MATCHES]      prints seconds for so many matches from empty brain maps
"""

import sys
import time

import numpy as np

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
CELLS = np.arange(9)


class Player:
    def __init__(self, stone, random):
        self.stone = stone
        self.random = random
        self.brain_map = {}

    def weights(self, board):
        if board not in self.brain_map:
            self.brain_map[board] = np.array([6 if cell == "0" else 0 for cell in board])
        return self.brain_map[board]

    def choose(self, board):
        weights = self.weights(board)
        return self.random.choice(CELLS, p=weights / weights.sum())

    def learn(self, moves, won):
        for board, move in moves:
            weights = self.weights(board)
            if won:
                weights[move] += 3
            elif weights[move] > 1:
                weights[move] -= 1


def has_line(board, stone):
    return any(board[a] == board[b] == board[c] == stone for a, b, c in LINES)


def play(players):
    """One match; returns the moves of both players and the index of the winner."""
    board = "000000000"
    moves = ([], [])
    for ply in range(9):
        mover = players[ply % 2]
        move = mover.choose(board)
        moves[ply % 2].append((board, move))
        board = board[:move] + mover.stone + board[move + 1 :]
        if has_line(board, mover.stone):
            return moves, ply % 2
    return moves, 1


def train(matches, seed=1):
    random = np.random.RandomState(seed)
    players = (Player("1", random), Player("2", random))
    for _ in range(matches):
        moves, winner = play(players)
        for index, player in enumerate(players):
            player.learn(moves[index], index == winner)
    return players


if __name__ == "__main__":
    begin = time.process_time()
    train(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    print(f"{time.process_time() - begin:.3f}")
