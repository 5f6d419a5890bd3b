"""POST /match: a brain learns from a match played elsewhere, and has it on disk when it says so."""

import concurrent.futures
import random

import pytest

import tictactoe
from contract import assert_problem
from daemon import ENDLESS
from tictactoe import EMPTY

WON = [0, 3, 1, 4, 2]
LOST = [3, 0, 4, 1, 8, 2]
DRAWN = [4, 0, 8, 2, 1, 7, 3, 5, 6]


def boards_of(moves):
    """The board before each move, and the last one."""
    boards = [EMPTY]
    for cell in moves:
        boards.append(tictactoe.play(boards[-1], cell))
    return boards


def random_match(draw):
    moves, board = [], EMPTY
    while tictactoe.result(board) is None:
        moves.append(draw.choice(tictactoe.legal(board)))
        board = tictactoe.play(board, moves[-1])
    return moves


class Plain:
    """The rule `beads`, written down a second time."""

    def __init__(self, reward=3, penalty=1, scoring="ttst", draw_reward=0):
        self.rows = {
            board: [6 if cell == "0" else 0 for cell in board]
            for board in tictactoe.decision_boards()
        }
        self.reward, self.penalty = reward, penalty
        self.scoring, self.draw_reward = scoring, draw_reward

    def change(self, result, player):
        if result == "draw" and self.scoring == "standard":
            return self.draw_reward
        winner = 2 if result == "draw" else int(result[-1])
        return self.reward if winner == player else -self.penalty

    def learn(self, moves, learn=(1, 2)):
        boards = boards_of(moves)
        result = tictactoe.result(boards[-1])
        changes = []
        for board, move in zip(boards, moves):
            player = tictactoe.player(board)
            if player in learn:
                before = self.rows[board][move]
                self.rows[board][move] = max(1, before + self.change(result, player))
                changes.append(
                    {"board": board, "move": move, "cell": move, "before": before,
                     "after": self.rows[board][move], "expected": None}
                )
        return result, changes

    def digest(self):
        return tictactoe.digest(self.rows)


def learned(daemon, moves, **more):
    answer = daemon.post("/match", {"moves": moves, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "moves, result", [(WON, "player1"), (LOST, "player2"), (DRAWN, "draw")], ids=lambda v: str(v)
)
def test_a_match_changes_the_weights_of_its_moves(daemon, moves, result):
    plain = Plain()
    expected = plain.learn(moves)
    answer = learned(daemon, moves)
    assert (answer["brain"], answer["result"]) == ("default", result)
    assert (answer["result"], answer["changes"]) == expected
    brain = daemon.brain()
    assert brain["digest"] == plain.digest()
    assert (brain["matches"], brain["results"][result]) == (1, 1)
    assert brain["unsaved_matches"] == 0


def test_only_the_players_that_learn_do(daemon):
    plain = Plain()
    for learn in ([1], [2], [2, 1]):
        expected = plain.learn(WON, learn)
        assert learned(daemon, WON, learn=learn)["changes"] == expected[1]
    assert daemon.digest() == plain.digest()


def test_a_brain_learns_by_its_own_options(daemon):
    options = {"scoring": "standard", "reward": 5, "penalty": 200, "draw_reward": 2}
    daemon.create_brain("careful", **options)
    plain = Plain(**options)
    for moves in (DRAWN, WON, LOST, WON):
        assert learned(daemon, moves, brain="careful")["changes"] == plain.learn(moves)[1]
    assert daemon.digest("careful") == plain.digest()
    assert daemon.brain()["matches"] == 0


def test_many_matches_one_after_the_other_are_learned_as_the_rule_says(daemon):
    seed = random.randrange(2**32)
    print("matches are drawn with seed", seed)
    draw, plain = random.Random(seed), Plain()
    for _ in range(100):
        moves = random_match(draw)
        result, changes = plain.learn(moves)
        answer = learned(daemon, moves)
        assert (answer["result"], answer["changes"]) == (result, changes)
    assert daemon.digest() == plain.digest()


def test_matches_from_many_clients_are_all_learned(daemon):
    def report(_):
        return learned(daemon, WON)["changes"][0]

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        first_moves = list(pool.map(report, range(200)))
    plain = Plain()
    for _ in range(200):
        plain.learn(WON)
    assert daemon.digest() == plain.digest()
    assert daemon.brain()["matches"] == 200
    assert sorted(change["after"] for change in first_moves) == list(range(9, 609, 3))


def test_a_match_is_there_after_its_200_whatever_happens(house):
    daemon = house()
    plain = Plain()
    for moves in (WON, LOST, DRAWN):
        plain.learn(moves)
        learned(daemon, moves)
        daemon.kill9()
        daemon.start()
        assert daemon.digest() == plain.digest()
    assert daemon.brain()["matches"] == 3


def test_a_brain_that_is_trained_learns_no_match(daemon):
    daemon.create_brain("other")
    running = daemon.train(ENDLESS)["id"]
    queued = daemon.train(10)["id"]
    assert_problem(daemon.post("/match", {"moves": WON}), 409, "brain")
    learned(daemon, WON, brain="other")
    daemon.delete(f"/train/{running}")
    daemon.finish(running)
    daemon.finish(queued)
    before = daemon.brain()["matches"]
    learned(daemon, WON)
    assert daemon.brain()["matches"] == before + 1


def test_a_job_goes_on_from_what_matches_taught(house):
    order = {"matches": 3000, "seed": 5}
    one, other = house(), house()
    for daemon in (one, other):
        for moves in (WON, DRAWN, LOST):
            learned(daemon, moves)
    other.restart()
    assert one.learn(**order)["results"] == other.learn(**order)["results"]
    assert one.digest() == other.digest()
    assert one.brain()["matches"] == 3003
