"""The Python client: games other than tic-tac-toe, with a daemon, without one, and on paper."""

import base64
import hashlib
import json
import random
import re
import shlex
import subprocess
import sys

import numpy
import pytest

import tictactoe
import ttst
from daemon import DEADLINE_S, LIBRARY, ROOT
from fake_server import FakeServer, answer
from terminal import COMMAND, environment
from test_client import MOVE
from ttst.game import find

GAMES = ("tictactoe", "four-5x5", "connectfour", "connectfour-6x5", "6x4r4g", "9x4r3", "1x9r5g")
README = (ROOT / "clients" / "python" / "README.md").read_text()
FOUR = "connectfour"
UPRIGHT = "1212121"  # player 1 has four in column 1


@pytest.fixture(autouse=True)
def library(monkeypatch):
    monkeypatch.setenv("TTST_LIB", LIBRARY)


@pytest.fixture
def four(client):
    """The name of a brain of Connect Four that has learned a little."""
    client.create_brain("four", game=FOUR)
    if client.brain("four").matches == 0:
        client.train(500, brain="four", seed=1).wait()
    return "four"


def raised(kind, ask):
    with pytest.raises(kind) as caught:
        ask()
    return caught.value


# Games on paper.


def test_the_games_are_the_daemons(client, shared):
    told = shared.get("/games").json()["games"]
    assert len(told) == 13
    for game, one in zip(client.games(), told):
        counted = {"cells": game.cells, "moves": game.moves, "rules": list(game.rules)}
        assert {**vars(game), **counted}.items() <= one.items()
        assert vars(find(game.name)).items() <= vars(game).items()
    assert [game.name for game in ttst.game.GAMES] == [one["name"] for one in told]
    assert client.games()[-1].board_after("44")[:14] == "0001000" "0002000"


@pytest.mark.parametrize(
    "name, game",
    [
        ("3x3r3", "tictactoe"), ("7x6r4g", FOUR), ("8x8r5", "gomoku-8x8"), ("6x4r4g", "6x4r4g"),
        ("3x1r3", "3x1r3"), ("1x3r3g", "1x3r3g"), ("3x3r3g", "3x3r3g"), ("5x3r5", "5x3r5"),
    ],
)
def test_a_described_game_is_known_by_its_name(client, name, game):
    assert find(name).name == game == client.create_brain("described", rule="patterns", game=name).game
    client.delete_brain("described")


@pytest.mark.parametrize(
    "name",
    [
        "chess", "", "TicTacToe", "6x4r4G", "06x4r4", "6x04r4", "6x4r04", "9x8r4", "65x1r3", "4x4r5", "4x4r2",
        "100x1r3", "6x4", "6x4r4gg", "6x4r4g ", " 6x4r4g", "6x4r4g\n", "6x4g", "\u0666x4r4", "0x4r3", "-6x4r4",
    ],
)
def test_what_is_no_game_is_none_here_and_there(client, name):
    assert repr(name) in str(raised(ValueError, lambda: find(name)))
    assert raised(ttst.Impossible, lambda: client.create_brain("none", game=name)).field == "game"


@pytest.mark.parametrize("name", [None, 5, b"tictactoe"])
def test_what_is_no_name_is_no_game(name):
    raised(ttst.InvalidArgument, lambda: find(name))


def wins(game, board, player):
    """Looked for cell by cell, not line by line."""
    stones = {divmod(cell, game.width)[::-1] for cell, stone in enumerate(board) if stone == player}
    return any(
        all((x + i * dx, y + i * dy) in stones for i in range(game.run))
        for x, y in stones for dx, dy in ((1, 0), (0, 1), (1, 1), (1, -1))
    )


@pytest.mark.parametrize("name", GAMES)
def test_a_match_goes_here_as_it_does_there(client, name):
    brain = client.create_brain("player", rule="patterns", game=name).name
    game, noise = find(name), random.Random(5)
    for seed in range(3):
        board, moves = game.empty_board, []
        while game.result_on(board) is None:
            view = client.board(board, brain=brain)
            assert (view.player, game.player_to_move(board)) == (1 + len(moves) % 2,) * 2
            assert game.legal_moves(board) == [move for move, weight in enumerate(view.weights) if weight]
            assert [value is None for value in view.expected] == [weight == 0 for weight in view.weights]
            move = client.move(moves=moves, brain=brain, policy={"power": 1e-9}, seed=noise.randrange(2**64))
            assert (move.board, move.cell) == (board, game.cell_of(board, move.move))
            board = game.play(board, move.move)
            moves.append(move.move)
            assert (move.next, move.result) == (board, game.result_on(board))
            assert board == game.board_after(moves)
        ended = [f"player{player}" for player in "12" if wins(game, board, player)] or ["draw"]
        assert [game.result_on(board)] == ended and game.legal_moves(board) == []
        assert client.match(moves, brain=brain).result == game.result_on(board)
    client.delete_brain(brain)


def test_tic_tac_toe_is_the_game_of_its_name():
    game = find("tictactoe")
    for board in tictactoe.decision_boards():
        assert game.legal_moves(board) == tictactoe.legal(board)
        cell = tictactoe.legal(board)[-1]
        after = game.play(board, cell)
        assert after == tictactoe.play(board, cell) == ttst.game.play(board, cell)
        assert game.result_on(after) == tictactoe.result(after) == ttst.game.result_on(after)


def test_stones_fall():
    game = find(FOUR)
    board = game.board_after("44")
    assert board == game.board_after([3, 3]) == "0001000" "0002000" + "0" * 28
    assert (game.cell_of(board, 3), game.cell_of(board, 0)) == (17, 0)
    assert game.legal_moves(game.board_after("444444")) == [0, 1, 2, 4, 5, 6]
    assert game.board_after("") == game.board_after([]) == game.empty_board


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda game: game.board_after("4444444"), r"moves\[6\]: 3 is no move on the board 00010"),
        (lambda game: game.board_after("48"), r"moves\[1\]: '8' is no column"),
        (lambda game: game.board_after("0"), r"moves\[0\]: '0' is no column"),
        (lambda game: game.board_after([3, 7]), r"moves\[1\]: 7 is no move"),
        (lambda game: game.board_after([-1]), r"moves\[0\]: -1 is no move"),
        (lambda game: game.board_after(UPRIGHT + "1"), r"moves\[7\]: 0 is no move"),
        (lambda game: game.play(game.empty_board, 7), "7 is no move"),
        (lambda game: game.result_on("0" * 9), "'000000000' is no board of connectfour"),
        (lambda game: game.legal_moves("3" * 42), "is no board"),
        (lambda game: game.player_to_move(None), "None is no board"),
        (lambda game: game.format(""), "'' is no board"),
        (lambda game: find("four-4x4").board_after("11"), "no stone falls in four-4x4"),
    ],
)
def test_what_cannot_be_played_is_refused_by_name(ask, message):
    with pytest.raises(ValueError, match=message):
        ask(find(FOUR))


def test_a_text_of_columns_is_the_daemons_too(client, four):
    for text in ("4444444", "48", "0", "4 4", UPRIGHT + "1"):
        assert raised(ttst.Impossible, lambda: client.move(moves=text, brain=four)).field.startswith("moves")


@pytest.mark.parametrize(
    "game, names",
    [
        ("tictactoe", {0: "1", 4: "5", 8: "9"}),
        (FOUR, {0: "1", 6: "7"}),
        ("12x4r4g", {0: "1", 11: "12"}),
        ("3x3r3g", {0: "1", 2: "3"}),
        ("gomoku-8x8", {0: "a1", 7: "h1", 8: "a2", 63: "h8"}),
        ("30x2r3", {0: "a1", 25: "z1", 26: "aa1", 59: "ad2"}),
    ],
)
def test_moves_have_names_for_people(game, names):
    game = find(game)
    for move, name in names.items():
        assert (game.move_name(move), game.move_named(name)) == (name, move)
    assert len({game.move_name(move) for move in range(game.moves)}) == game.moves
    assert [game.move_named(name) for name in ("", "0", "a0", "x", str(game.moves + 1), "zz99")] == [None] * 6


def test_a_board_is_shown_with_row_0_at_the_bottom():
    assert find("4x3r3g").format("1200" "1000" "0000") == ". . . .\nX . . .\nX O . ."


# With a daemon.


def test_a_brain_of_another_game_learns_patterns(client, shared, four):
    told = shared.brain(four)
    brain = client.brain(four)
    assert (brain.game, brain.rule, brain.rows, brain.bytes) == (FOUR, "patterns", None, told["bytes"])
    assert set(brain.options) == {"explore", "step_size", "trace_decay"}


def test_a_rule_is_the_games_unless_it_is_named(client):
    assert client.create_brain("ruled").rule == "beads"
    assert client.create_brain("paper", rule="patterns", step_size=0.5).options["step_size"] == 0.5
    assert client.create_brain("paper", "patterns", "tictactoe", step_size=0.5).rows is None
    assert raised(ttst.Impossible, lambda: client.create_brain("x", "guard", FOUR)).field == "rule"
    assert raised(ttst.Impossible, lambda: client.create_brain("x", game=FOUR, reward=3)).field == "options.reward"


def test_a_move_is_asked_for_by_the_moves_before_it(client, shared, four):
    told = shared.move(moves="445", brain=four, seed="7")
    for asked in ({"moves": "445"}, {"moves": iter([3, 3, 4])}, {"board": told["board"]}):
        move = client.move(**asked, brain=four, seed=7)
        assert (move.board, move.move, move.cell, move.next) == tuple(map(told.get, ("board", "move", "cell", "next")))
        assert move.expected == tuple(told["expected"]) and len(move.expected) == len(move.weights) == 7
        assert move.cell % 7 == move.move


def test_a_board_and_moves_are_not_asked_for_at_once(client):
    assert raised(ttst.BadRequest, lambda: client.move("0" * 9, moves=[])).field == "moves"
    assert raised(ttst.BadRequest, lambda: client.move()).field == "board"


def test_a_batch_has_cells_and_what_is_expected(client, shared, four):
    boards = [find(FOUR).board_after(text) for text in ("", "4", "111111")]
    told = shared.move(boards=boards, brain=four, seed="3", detail=True)
    batch = client.moves(boards, brain=four, seed=3, detail=True)
    assert batch.cells == tuple(told["cells"]) and batch.moves == tuple(cell % 7 for cell in batch.cells)
    assert batch.expected == tuple(map(tuple, told["expected"])) and batch.expected[2][0] is None
    assert client.moves(boards, brain=four).expected is None


def test_a_board_without_a_known_value_has_none(client, shared, four):
    told = shared.get(f"/brains/{four}/boards/{'0' * 42}").json()
    view = client.board("0" * 42, brain=four)
    assert (view.value, view.values, view.proofs) == (None, None, None)
    assert view.expected == tuple(told["expected"]) and len(view.expected) == 7


def test_a_board_has_its_value_under_patterns_too_where_it_is_known(client):
    client.create_brain("paper2", rule="patterns")
    view = client.board("000010000", brain="paper2")
    assert (view.value, view.values[4], view.expected[4], view.expected[0]) == (0, None, None, 0.0)


def test_a_match_is_told_as_a_text_or_a_list(client):
    for name, moves in (("text", UPRIGHT), ("list", [int(column) - 1 for column in UPRIGHT])):
        client.create_brain(name, game=FOUR)
        match = client.match(moves, brain=name)
        assert (match.result, len(match.changes)) == ("player1", 7)
        change = match.changes[2]
        assert (change.move, change.cell, change.expected.before) == (0, 7, 0.0)
        assert change.expected.after != 0
        assert match.changes[6].expected == ttst.Expectation(1.0, 1.0)
    assert client.brain("text").digest == client.brain("list").digest


def test_a_job_trains_any_game(client, four):
    job = client.train(100, brain=four, seed=1, workers=2).wait()
    assert (job.state, sum(vars(job.results).values())) == ("done", 100)
    assert raised(ttst.Impossible, lambda: client.train(1, brain=four, opponent="perfect", learn=[1])).status == 422


@pytest.mark.parametrize("parse", [bytes, json.loads], ids=["as-it-is", "parsed"])
def test_a_large_file_makes_the_same_brain(client, four, parse):
    content = client.export_brain(four)
    assert len(content) > 4_000_000
    client.import_brain("from-file", parse(content))
    assert client.brain("from-file").digest == client.brain(four).digest


def test_what_is_wrong_with_a_file_is_named(client, four):
    file = json.loads(client.export_brain(four))
    file["weights"] = file["weights"][4:]
    assert raised(ttst.BadRequest, lambda: client.import_brain("wrong", file)).field == "weights"


def test_other_games_are_not_evaluated(client, four):
    assert "connectfour" in raised(ttst.Impossible, lambda: client.evaluation(four)).detail
    assert client.curve(four).points == ()


def test_fields_that_are_new_are_ignored(client):
    (game,) = [one for one in client.games() if one.name == FOUR]
    told = {**vars(game), "rules": ["patterns"], "looks": [2, 4], "exam": True}
    with FakeServer(answer(200, {"games": [told], "next": None}), answer(200, {**MOVE, "look": 2})) as server:
        with ttst.Client(server.url) as other:
            assert other.games() == [game]
            assert other.move(moves="").cell == 0
    assert json.loads(server.requests[1][2])["moves"] == ""


# Without one.


@pytest.mark.parametrize("game, rule", [("tictactoe", rule) for rule in (None, "menace", "guard", "patterns")]
                         + [(FOUR, None), ("four-4x4", "patterns"), ("6x4r4g", None)])
def test_an_engine_of_any_game_and_rule_goes_to_a_daemon(client, game, rule):
    with ttst.Engine(game=game, rule=rule) as engine:
        engine.train(1000, seed=3)
        empty = engine.game.empty_board
        brain = client.import_brain("engine", json.loads(json.dumps(engine.export())))
        assert (brain.game, brain.rule) == (engine.game.name, engine.rule) == (find(game).name, brain.rule)
        assert (brain.matches, brain.results) == (engine.matches, engine.results) == (1000, engine.results)
        assert client.brain("engine").digest == engine.digest == engine.export()["digest"]
        move = client.move(brain="engine", moves=[])
        assert engine.row(empty) == move.weights
        assert engine.expected(empty) == (move.expected and pytest.approx(move.expected, abs=1e-6))
        client.delete_brain("engine")


def test_an_engine_is_of_tic_tac_toe_and_beads_by_itself():
    for engine in (ttst.Engine(), ttst.Engine("scalar"), ttst.Engine(kernel="scalar")):
        assert (engine.game, engine.rule, engine.expected("0" * 9)) == (find("tictactoe"), "beads", None)
        engine.close()


def test_the_moves_of_an_engine_are_drawn_by_weight():
    with ttst.Engine(game="4x4r4g") as engine:
        assert engine.game.name == "connectfour-4x4"
        full = "1210" "2000" "1000" "2000"
        assert engine.row(full)[0] == 0 and engine.expected(full)[0] is None and None not in engine.expected(full)[1:]
        assert [engine.move(full, random=bits) for bits in (0, 2**31, 2**32 - 1)] == [1, 2, 3]
        assert {engine.move(engine.game.empty_board) for _ in range(200)} == {0, 1, 2, 3}
        for bits in (-1, 2**32):
            raised(ValueError, lambda: engine.move(full, random=bits))
        for ask in (engine.row, engine.expected, engine.move):
            for board in ("0" * 9, "0000" "1000" "0000" "0000", "1111" "2220" "0000" "0000"):
                assert "there is no move on the board" in str(raised(ValueError, lambda: ask(board)))


def test_the_weights_of_a_network_are_those_of_its_file():
    with ttst.Engine(game="connectfour-4x4") as engine:
        engine.train(1000, seed=1)
        weights, file = engine.weights(), engine.export()
        assert file["format"] == "ttst-patterns/1"
        both = [base64.b64decode(file[name]) for name in ("weights", "averages")]
        assert [numpy.frombuffer(one, "<i4").tolist() for one in both] == numpy.asarray(weights).tolist()
        assert file["digest"] == "sha256:" + hashlib.sha256(b"".join(both)).hexdigest()
        engine.train(1000, seed=2)
        assert numpy.asarray(weights).tolist() != numpy.asarray(engine.weights()).tolist()


@pytest.mark.parametrize("rule", ["menace", "guard", "patterns"])
@pytest.mark.parametrize("policy", ["sample", "greedy", {"power": 3}], ids=str)
def test_an_evaluation_is_the_daemons_under_every_rule(client, rule, policy):
    with ttst.Engine(game="tictactoe", rule=rule) as engine:
        engine.train(20_000 if rule == "patterns" else 1_000_000, seed=3)
        client.import_brain(rule, engine.export())
        told, found = client.evaluation(rule, policy=policy), engine.evaluate(policy)
    for figure in ("self", "worst_case_loss", "best_response"):
        assert vars(getattr(found, figure)) == pytest.approx(vars(getattr(told, figure)), abs=1e-12)
    assert found.never_loses == told.never_loses
    assert found.never_loses.as_player1 or rule != "guard"  # what is proven to lose is never drawn
    assert found.nash_conv == pytest.approx(told.nash_conv, abs=1e-12)


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda: ttst.Engine(game="chess"), "'chess' is no game"),
        (lambda: ttst.Engine(game=FOUR, rule="beads"), "no brains of connectfour under a rule 'beads'"),
        (lambda: ttst.Engine(rule="luck"), "'luck'"),
        (lambda: ttst.Engine(game="8x8r3"), "no brains of 8x8r3"),
        (lambda: ttst.Engine(game=FOUR).evaluate(), "connectfour are not evaluated"),
    ],
)
def test_what_no_engine_can_is_refused(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_a_closed_engine_exports_nothing():
    engine = ttst.Engine(game="connectfour-4x4")
    engine.close()
    for ask in (engine.export, engine.weights, lambda: engine.move("0" * 16)):
        assert "closed" in str(raised(ValueError, ask))


def test_a_library_that_is_older_is_none(tmp_path):
    (tmp_path / "old.c").write_text("int ttst_brain_create(void) { return 0; }\n")
    old = tmp_path / "old.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", old, tmp_path / "old.c"], check=True)
    done = subprocess.run(
        [sys.executable, "-c", "import ttst\ntry: ttst.Engine()\nexcept OSError as e: print(e)"],
        env=environment("", TTST_LIB=str(old)), capture_output=True, text=True,
    )
    assert "undefined symbol: ttst_brain_create_rule" in done.stdout


# As the README has it.


def section():
    """What it says of any game, for fewer matches."""
    (text,) = re.findall(r"\n## Any game\n(.*?)\n## ", README, re.DOTALL)
    return text.replace("1M", "1k").replace("20_000", "500")


def test_the_examples_of_the_readme_run(daemon):
    sources = re.findall(r"```python\n(.*?)```", section(), re.DOTALL)
    assert len(sources) == 2
    for source in sources:
        done = subprocess.run(
            [sys.executable, "-c", source.replace("http://127.0.0.1:8080", daemon.url)],
            env=environment(daemon.url, TTST_LIB=LIBRARY), capture_output=True, text=True, timeout=DEADLINE_S,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert ". . . O . . .\n" in done.stdout


def test_the_commands_of_the_readme_run(daemon):
    lines = re.findall(r"^    ttst (.*)$", section(), re.MULTILINE)
    assert len(lines) >= 5
    for line in lines:
        done = subprocess.run(
            [*COMMAND, *shlex.split(line, comments=True)], env=environment(daemon.url), input="4\nq\n",
            capture_output=True, text=True, timeout=DEADLINE_S,
        )
        assert (done.returncode, done.stderr) == (0, ""), line
