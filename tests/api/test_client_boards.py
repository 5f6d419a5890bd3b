"""The Python client: matches played elsewhere, and boards beside the truth."""

import pytest

import ttst
from daemon import DEADLINE_S, ENDLESS
from fake_server import FakeServer, answer
from tictactoe import EMPTY

WON = [0, 3, 1, 4, 2]
DRAWN = [4, 0, 8, 2, 1, 7, 3, 5, 6]


def raised(kind, ask):
    with pytest.raises(kind) as caught:
        ask()
    return caught.value


# Matches.


def test_a_brain_learns_from_a_match(client):
    client.create_brain("pupil")
    match = client.match(iter(WON), brain="pupil")
    assert (match.brain, match.result, len(match.changes)) == ("pupil", "player1", 5)
    assert match.changes[0] == ttst.Change(EMPTY, move=0, cell=0, before=6, after=9, expected=None)
    assert match.changes[1] == ttst.Change("100000000", 3, 3, before=6, after=5, expected=None)
    assert client.brain("pupil").matches == 1
    assert client.move(EMPTY, brain="pupil").weights == (9,) + (6,) * 8


def test_only_those_players_learn_that_are_named(client):
    client.create_brain("second")
    match = client.match(DRAWN, brain="second", learn=[2])
    assert match.result == "draw"
    assert [change.move for change in match.changes] == DRAWN[1::2]


def test_a_move_that_cannot_be_is_named(client):
    assert raised(ttst.Impossible, lambda: client.match([0, 3, 0])).field == "moves[2]"


def test_a_match_that_is_not_over_is_impossible(client):
    assert raised(ttst.Impossible, lambda: client.match([0, 3])).status == 422


def test_a_brain_in_training_does_not_learn_from_matches(daemon):
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        client.train(ENDLESS)
        assert raised(ttst.Conflict, lambda: client.match(WON)).status == 409


# Boards.


def test_a_board_is_shown_beside_the_truth(client):
    view = client.board("000010000")
    assert (view.board, view.player, view.weights) == ("000010000", 2, (6,) * 4 + (0,) + (6,) * 4)
    assert sum(view.probabilities) == pytest.approx(1)
    assert (view.expected, view.proofs, view.value) == (None, None, 0)
    assert view.values == (0, -1, 0, -1, None, -1, 0, -1, 0)


@pytest.mark.parametrize("policy", ["greedy", {"power": 4}, {"power": 1e-9}], ids=str)
def test_a_board_has_the_probabilities_of_the_policy(client, policy):
    client.create_brain("learned")
    client.match(WON, brain="learned")
    view = client.board(EMPTY, brain="learned", policy=policy)
    move = client.move(EMPTY, brain="learned", policy=policy)
    assert view.probabilities == move.probabilities


def test_a_board_that_no_match_gets_to_is_impossible(client):
    assert raised(ttst.Impossible, lambda: client.board("111000000")).field == "board"


def test_a_board_of_a_brain_that_is_not_there_is_not_found(client):
    assert raised(ttst.NotFound, lambda: client.board(EMPTY, brain="nobody")).status == 404


def test_proofs_are_told():
    body = {
        "board": EMPTY,
        "player": 1,
        "weights": [6] * 9,
        "probabilities": [0.0] * 9,
        "expected": None,
        "proofs": [1, None, -1, 0, 0, 0, 0, 0, 0],
        "value": 0,
        "values": [0] * 9,
    }
    with FakeServer(answer(200, body)) as server, ttst.Client(server.url) as client:
        assert client.board(EMPTY).proofs == (1, None, -1, 0, 0, 0, 0, 0, 0)
