"""The command `ttst`: games other than tic-tac-toe."""

import csv
import io
import json

import pytest

from fake_server import FakeServer, answer
from terminal import Terminal
from test_client import MOVE
from test_client_errors import BRAIN
from ttst.cli.parser import parse
from ttst.game import find

LINE_7 = " ---+---+---+---+---+---+---\n"
ROW_7 = "    |   |   |   |   |   |\n"
EMPTY_7 = (ROW_7 + LINE_7) * 5 + ROW_7 + "  1   2   3   4   5   6   7\n"


@pytest.fixture
def terminal(shared):
    return Terminal(shared.url)


@pytest.fixture
def make(shared):
    """Makes a brain of a game, if it is not there, and returns its name."""

    def brain(name, game="connectfour", rule="patterns"):
        if shared.get(f"/brains/{name}").status_code == 404:
            assert shared.put(f"/brains/{name}", {"game": game, "rule": rule}).status_code == 201
        return name

    return brain


def test_the_games_are_listed(terminal, shared):
    told = shared.get("/games").json()["games"]
    rows = list(csv.DictReader(io.StringIO(terminal.says("games")), delimiter="\t"))
    assert [row["name"] for row in rows] == [game["name"] for game in told]
    assert list(rows[-1].values()) == ["connectfour", "7", "6", "4", "yes", "player1", "patterns"]
    assert (rows[0]["gravity"], rows[0]["rules"]) == ("no", "beads menace guard patterns")
    for game, one in zip(terminal.json("games"), told):
        assert game.items() <= one.items() and game["moves"] == one["moves"]


# Brains.


def test_a_brain_of_any_game_is_created_listed_and_shown(terminal, shared):
    said = terminal.says("brains", "create", "made", "--game", "6x4r4g", "--option", "explore=0.5")
    assert said == "made: rule patterns, 0 matches\n"
    assert (shared.brain("made")["game"], shared.brain("made")["options"]["explore"]) == ("6x4r4g", 0.5)
    listed = csv.DictReader(io.StringIO(terminal.says("brains", "list")), delimiter="\t")
    assert [row["game"] for row in listed if row["name"] == "made"] == ["6x4r4g"]
    said = terminal.says("brains", "show", "made")
    assert "made: 6x4r4g, rule patterns\n" in said
    assert f"size      {shared.brain('made')['bytes']:,} bytes\n" in said
    assert terminal.json("brains", "show", "made")["rows"] is None


def test_the_rule_is_the_games_unless_it_is_named(terminal, shared):
    terminal.says("brains", "create", "plain")
    terminal.says("brains", "create", "paper", "--rule", "patterns")
    assert (shared.brain("plain")["rule"], shared.brain("paper")["rule"]) == ("beads", "patterns")
    assert "422" in terminal.complains(1, "brains", "create", "x", "--game", "connectfour", "--rule", "guard")
    assert "game: " in terminal.complains(1, "brains", "create", "x", "--game", "chess")


def test_training_goes_on_as_with_any_brain(terminal, make):
    job = terminal.json("train", "100", make("trained"), "--seed", "1")
    assert (job["state"], job["matches_done"]) == ("done", 100)


def test_a_brain_goes_through_a_pipe(terminal, shared, make):
    name = make("piped")
    shared.learn(100, brain=name, seed=1)
    file = terminal.says("brains", "export", name)
    assert terminal.says("brains", "import", "piped-out", input=file).startswith("piped-out: rule patterns, ")
    assert shared.digest("piped-out") == shared.digest(name)


def test_a_brain_of_patterns_has_no_files_of_ttsts(terminal, make, tmp_path):
    name = make("paper3", "tictactoe")
    said = terminal.complains(1, "export-ttst", "--first", tmp_path / "1", "--second", tmp_path / "2", name)
    assert said == f"ttst: {name} has no rows, as TTST has: its rule is patterns\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("evaluate",), ("against", "unjudged"), ("train", "10", "--until-never-loses")])
def test_what_only_tic_tac_toe_has_is_the_daemons_to_refuse(terminal, make, words):
    said = terminal.complains(1, *words, make("unjudged"))
    assert "422 Unprocessable Content: " in said and "connectfour" in said


def test_a_brain_without_a_curve_says_so(terminal, make):
    assert "has no curve yet" in terminal.complains(1, "curve", make("unjudged"))


# Boards and matches.


def test_a_match_is_a_text_of_columns_or_a_list_of_moves(terminal, make):
    for moves in (["1212121"], [0, 1, 0, 1, 0, 1, 0]):
        match = terminal.json("match", make("told"), *moves)
        assert match["result"] == "player1"
        assert [change["cell"] for change in match["changes"]] == [0, 1, 7, 8, 14, 15, 21]
    said = terminal.says("match", make("told2"), "1212121")
    assert said.startswith("told2 learned: player1\n" + "0" * 42 + ": 0: 65,536 -> ")
    assert ", expected 0.000 -> " in said and said.endswith(", expected 1.000 -> 1.000\n")
    assert "expected" not in terminal.says("match", make("beads", "tictactoe", "beads"), 0, 3, 1, 4, 2)


def test_a_board_with_gravity_is_drawn_beside_a_table_of_columns(terminal, shared, make):
    board = find("connectfour").board_after("4411")
    said = terminal.says("board", board, make("seen"))
    assert said.startswith(
        (ROW_7 + LINE_7) * 4 + "  O |   |   | O |   |   |\n" + LINE_7 + "  X |   |   | X |   |   |\n"
        + "  1   2   3   4   5   6   7\n\ncolumn  drawn with probability  weights  expected, for player 1\n"
    )
    assert said.endswith("\n7       14%                     65,536   0.00\n")
    assert terminal.json("board", board, "seen") == shared.get(f"/brains/seen/boards/{board}").json()


def test_a_board_without_gravity_is_drawn_with_letters_and_numbers(terminal, make):
    said = terminal.says("board", "1" + "0" * 14 + "2", make("flat", "four-4x4"))
    assert said.startswith(
        "  a4 | b4 | c4 | O\n ----+----+----+----\n  a3 | b3 | c3 | d3\n ----+----+----+----\n"
        "  a2 | b2 | c2 | d2\n ----+----+----+----\n  X  | b1 | c1 | d1\n\ndrawn with probability\n\n"
    )
    assert "\n\nexpected, for player 1\n\n  0.00 | " in said and "in truth" not in said


def test_a_board_has_its_truth_under_patterns_too(terminal, make):
    said = terminal.says("board", "000010000", make("truth", "tictactoe"))
    assert "\n\nexpected, for player 2\n\n" in said and "\n\nin truth, for player 2\n\n  draws | loses" in said


# Play.


def test_a_match_with_gravity_is_played_by_columns(terminal, make):
    said = terminal.says("play", "--brain", make("rival"), "--seed", 1, input="4\nq\n")
    assert said.startswith(
        "You are player 1, X; rival is the other.\n"
        "1 to 7: a move, the column where a stone falls   u: undo   h: hint   n: new game   q: quit\n\n" + EMPTY_7
    )
    assert "\nrival plays " in said
    assert said.splitlines()[-3].split("|")[3] == " X "
    assert said.splitlines()[-2] == "  1   2   3   4   5   6   7"


def test_a_match_without_gravity_is_played_by_letters_and_numbers(terminal, make):
    said = terminal.says("play", make("flat", "four-4x4"), "--as", 2, "--seed", 1, input="e1\nq\n")
    assert "\na1 to d4: a move, a letter and a number, as in chess   u: undo" in said
    assert said.count("a1 to d4") == 2  # e1 is no move
    played = said.split("flat plays ")[1].split(".")[0]
    column, row = "abcd".index(played[0]), int(played[1])
    line = said.split("\n\n")[1].splitlines()[2 * (4 - row)]
    assert line.split("|")[column].strip() == "X"


def test_a_taken_cell_and_nonsense_are_no_moves(terminal, make):
    said = terminal.says("play", make("flat", "four-4x4"), input="B2\nb2\n5\nq\n")
    assert "\nb2 is taken.\n" in said and said.count("a1 to d4: a move") == 2


@pytest.mark.parametrize("game", ["connectfour-4x4", "4x3r3"])
def test_a_whole_match_is_played_and_learned(terminal, shared, make, game):
    name, game = make(f"small{len(game)}", game), find(game)
    moves = "".join(game.move_name(move) + "\n" for move in range(game.moves))
    said = terminal.says("play", name, "--learn", input=moves * 8 + "q\n")
    brain = shared.brain(name)
    (result,) = [one for one, count in brain["results"].items() if count]
    assert brain["matches"] == 1
    assert {"player1": "You win.", "player2": f"{name} wins.", "draw": "A draw."}[result] in said
    last = said.split("\n\n")[-2]
    assert f"\n{name} has learned from {last.count('X') + last.count('O')} moves.\n" in said


def test_a_full_column_is_no_move(terminal, make):
    said = terminal.says("play", make("one", "1x4r4g"), "--as", 2, input="1\n2\nq\n")
    assert "1 to 1: a move" in said
    two = terminal.says("play", make("two", "3x1r3g"), input="2\n2\nq\n")
    assert "\n2 is full.\n" in two


def test_a_move_is_taken_back_with_its_answer(terminal, make):
    said = terminal.says("play", make("rival"), input="4\nu\nq\n")
    assert said.count(EMPTY_7) == 2 and said.endswith(EMPTY_7 + "\n")


def test_a_hint_stands_below_the_columns(terminal, make):
    said = terminal.says("play", make("rival"), input="h\nq\n")
    assert "What rival would play:\n\n" in said
    assert "\n  14%   14%   14%   14%   14%   14%   14%\n" in said


def test_a_move_to_where_nobody_can_is_a_line_and_status_1():
    four = {**BRAIN, "game": "connectfour", "rule": "patterns", "rows": None}
    with FakeServer(answer(200, four), answer(200, {**MOVE, "move": 7})) as server:
        done = Terminal(server.url).run("play", "--as", 2)
    assert (done.returncode, done.stderr) == (1, "ttst: default plays 7, which is no free column\n")


def test_a_game_that_is_not_known_has_no_board():
    with FakeServer(answer(200, {**BRAIN, "game": "99x99r5"})) as server:
        for words in (("play",), ("board", "0" * 9)):
            assert "plays 99x99r5, for which this terminal has no board" in Terminal(server.url).complains(1, *words)


def test_the_words_for_games_stand_in_any_order():
    fields = vars(parse("brains create --game connectfour four --rule patterns".split()))
    assert (fields["name"], fields["game"], fields["rule"]) == ("four", "connectfour", "patterns")
    assert json.loads(json.dumps(vars(parse(["match", "four", "4453"]))["moves"])) == [4453]
