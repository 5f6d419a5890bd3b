"""The Python client: moves, brains, operation, and how it connects."""

import datetime

import pytest

import ttst
from daemon import DEADLINE_S, eventually
from fake_server import FakeServer, answer
from tictactoe import EMPTY

SEED_MAX = 2**64 - 1
MOVE = {
    "brain": "default",
    "board": EMPTY,
    "player": 1,
    "move": 0,
    "cell": 0,
    "next": "100000000",
    "result": None,
    "policy": "sample",
    "seed": "1",
    "weights": [6] * 9,
    "probabilities": [0, 1, 0, 0, 0, 0, 0, 0, 0],
    "expected": None,
}


def connect(daemon):
    return ttst.Client(daemon.url, timeout=DEADLINE_S)


# Moves.


def test_a_move_is_what_the_daemon_answers(client, shared):
    told = shared.move(board="100020000", seed=5, policy={"power": 2})
    move = client.move("100020000", seed=5, policy={"power": 2})
    assert (move.brain, move.board, move.player) == ("default", "100020000", 1)
    assert (move.move, move.cell) == (told["move"], told["move"])
    assert (move.next, move.result, move.expected) == (told["next"], None, None)
    assert move.policy == {"power": 2}
    assert move.weights == tuple(told["weights"])
    assert move.probabilities == tuple(told["probabilities"])


@pytest.mark.parametrize("seed", [0, 2**53 + 1, SEED_MAX])
def test_a_seed_is_a_number_and_keeps_its_value(client, seed):
    assert client.move(EMPTY, seed=seed).seed == seed
    assert client.moves([EMPTY], seed=seed).seed == seed


def test_a_seed_that_was_drawn_is_told_and_draws_the_same_move(client):
    drawn = client.move(EMPTY)
    assert client.move(EMPTY, seed=drawn.seed) == drawn


def test_the_policy_is_passed_on(client):
    assert client.move(EMPTY, policy="greedy").policy == "greedy"
    assert client.moves([EMPTY], policy={"power": 0.5}).policy == {"power": 0.5}


def test_the_result_is_told_with_the_move_that_ends_the_match(client):
    assert client.move("121221210", seed=1).result == "player1"


def test_a_batch_is_what_the_daemon_answers(client, shared):
    boards = [EMPTY, "100020000", "121221210"]
    told = shared.move(boards=boards, seed=3)
    batch = client.moves(iter(boards), seed=3)
    assert (batch.brain, batch.policy, batch.seed) == ("default", "sample", 3)
    assert batch.moves == batch.cells == tuple(told["moves"])
    assert batch.next == tuple(told["next"])
    assert batch.results == (None, None, "player1")
    assert batch.weights is None and batch.probabilities is None and batch.expected is None


def test_a_batch_in_detail_has_weights_and_probabilities(client):
    batch = client.moves([EMPTY, "100000000"], detail=True)
    assert batch.weights == ((6,) * 9, (0,) + (6,) * 8)
    assert [len(row) for row in batch.probabilities] == [9, 9]
    assert batch.expected == (None, None)


def test_moves_are_chosen_by_the_brain_asked_for(client):
    client.create_brain("heavy", start_weight=70)
    assert client.move(EMPTY, brain="heavy").weights == (70,) * 9
    assert client.moves([EMPTY], brain="heavy", detail=True).weights == ((70,) * 9,)


# Brains.


def test_a_brain_comes_with_its_digest(client, shared):
    told = shared.brain()
    brain = client.brain()
    assert (brain.name, brain.game, brain.rule) == ("default", "tictactoe", "beads")
    assert brain.options == told["options"]
    assert (brain.matches, brain.rows, brain.training) == (0, 4520, None)
    assert brain.results == ttst.Results(player1=0, player2=0, draw=0)
    assert (brain.unsaved_matches, brain.last_save_error, brain.warnings) == (0, None, ())
    assert brain.digest == told["digest"]


def test_a_brain_is_created_with_its_options(client):
    brain = client.create_brain("careful", scoring="standard", draw_reward=1)
    assert brain.name == "careful"
    assert (brain.options["scoring"], brain.options["draw_reward"]) == ("standard", 1)


def test_creating_a_brain_that_is_there_just_so_finds_it(client):
    first = client.create_brain("again", reward=7)
    assert client.create_brain("again", "beads", "tictactoe", reward=7) == first


def test_brains_are_listed_without_digests(daemon):
    with connect(daemon) as client:
        client.create_brain("second")
        listed = [(brain.name, brain.digest) for brain in client.brains()]
    assert listed == [("default", None), ("second", None)]


def test_times_are_in_utc(client):
    age = datetime.datetime.now(datetime.timezone.utc) - client.brain().created_at
    assert datetime.timedelta(0) <= age < datetime.timedelta(hours=1)


# Operation.


def test_the_version_is_told(client, shared):
    assert vars(client.version()).items() <= shared.get("/version").json().items()


def test_a_daemon_that_listens_is_alive_and_ready(client):
    assert client.is_alive() and client.is_ready()


def test_a_daemon_that_has_ended_is_neither_alive_nor_ready(daemon):
    with connect(daemon) as client:
        daemon.terminate()
        assert not client.is_alive()
        assert not client.is_ready()


def test_a_daemon_that_goes_down_is_not_ready():
    problem = {"title": "Service Unavailable", "status": 503, "detail": "going down"}
    with FakeServer(answer(503, problem)) as server, ttst.Client(server.url) as client:
        assert not client.is_ready()


def test_a_daemon_that_its_proxy_does_not_reach_is_not_ready():
    with FakeServer(answer(502, "<html>", "text/html")) as server:
        with ttst.Client(server.url) as client:
            assert not client.is_ready()


def test_another_server_is_no_daemon():
    with FakeServer(answer(200, "<html>", "text/html")) as server:
        with ttst.Client(server.url) as client, pytest.raises(ttst.UnexpectedAnswer):
            client.is_alive()


# Connecting.


def test_a_connection_is_used_again():
    with FakeServer(answer(200, MOVE)) as server, ttst.Client(server.url) as client:
        for _ in range(3):
            client.move(EMPTY)
    assert (len(server.requests), server.connections) == (3, 1)


def test_a_client_goes_on_with_a_daemon_that_was_restarted(daemon):
    with connect(daemon) as client:
        client.move(EMPTY)
        daemon.options[1] = f"127.0.0.1:{daemon.port}"
        daemon.restart()
        client.move(EMPTY)


def test_the_end_of_the_block_closes_the_connections():
    with FakeServer(answer(200, MOVE)) as server:
        with ttst.Client(server.url) as client:
            client.move(EMPTY)
        eventually("the end of the connection", lambda: server.hung_up == 1)


def test_the_environments_proxy_is_not_asked_for_this_machines_daemon(monkeypatch, shared):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with connect(shared) as client:
        assert client.is_alive()


def test_the_environments_proxy_is_asked_for_other_machines(monkeypatch):
    with FakeServer(answer(200, MOVE)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        with ttst.Client("http://ttstd.example:8080/below/") as client:
            client.move(EMPTY)
    assert proxy.requests[0][0] == "POST http://ttstd.example:8080/below/move HTTP/1.1"


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "localhost", "ftp://localhost", "http://"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(ValueError, match="url"):
        ttst.Client(url)


def test_requests_name_the_client_and_its_version():
    with FakeServer(answer(200, MOVE)) as server, ttst.Client(server.url) as client:
        client.move(EMPTY)
    assert server.requests[0][1]["User-Agent"] == f"ttst-python/{ttst.__version__}"


# Answers of later versions.


def test_fields_that_are_new_are_ignored():
    more = {**MOVE, "confidence": 1, "nested": {"a": []}}
    with FakeServer(answer(200, MOVE), answer(200, more)) as server:
        with ttst.Client(server.url) as client:
            assert client.move(EMPTY) == client.move(EMPTY)


# Boards for the eye.


def test_a_board_shows_cell_0_at_the_top_left():
    assert ttst.format_board("120000001") == "X O .\n. . .\n. . X"
