"""The command `ttst` on a pseudo-terminal: matches, progress, plots."""

import re
import signal

import pytest

import tictactoe
from daemon import ENDLESS
from terminal import Terminal, end_of, environment

pytestmark = pytest.mark.usefixtures("nothing_left_training")

BOARD = re.compile(r"\n  (.) \| (.) \| (.)\r\n ---\+---\+---\r\n  (.) \| (.) \| (.)\r\n"
                   r" ---\+---\+---\r\n  (.) \| (.) \| (.)\r\n")
TOP_LEFT_FIRST = (6, 7, 8, 3, 4, 5, 0, 1, 2)
EMPTY_PAD = "7 | 8 | 9\r\n ---+---+---\r\n  4 | 5 | 6\r\n ---+---+---\r\n  1 | 2 | 3\r\n"


@pytest.fixture
def terminal(shared):
    return Terminal(shared.url)


@pytest.fixture
def expert(shared):
    """The name of a brain that never loses, played greedily."""
    if shared.get("/brains/expert").status_code == 404:
        shared.put("/brains/expert", {"game": "tictactoe", "rule": "guard"})
        shared.learn(1_000_000, brain="expert", seed=1, until={"never_loses": True})
    return "expert"


@pytest.fixture
def person(terminal):
    """Starts matches, and ends what is left of them."""
    children = []

    def sit(*words):
        children.append(terminal.spawn("play", *words))
        return children[-1]

    yield sit
    for child in children:
        child.close()


def seen(child):
    """The board that is shown next."""
    child.expect(BOARD)
    cells = {}
    for cell, mark in zip(TOP_LEFT_FIRST, child.match.groups()):
        cells[cell] = {"X": "1", "O": "2", str(cell + 1): "0"}[mark]
    return "".join(cells[cell] for cell in range(9))


def play_to_the_end(child, choose):
    """Plays a match that has begun; returns its last board."""
    while True:
        board = seen(child)
        if tictactoe.result(board) is not None:
            return board
        child.expect_exact("Your move: ")
        child.sendline(str(choose(board) + 1))


def test_a_whole_match_is_played_to_a_draw(person, shared, expert):
    def perfect(board):
        values = shared.get(f"/brains/{expert}/boards/{board}").json()["values"]
        return max(range(9), key=lambda cell: -2 if values[cell] is None else values[cell])

    child = person(expert, "--policy", "greedy")
    assert tictactoe.result(play_to_the_end(child, perfect)) == "draw"
    child.expect_exact("A draw.")
    child.expect_exact("n: new game   u: undo   q: quit: ")
    child.sendline("q")
    assert end_of(child)[1] == 0


def test_the_brain_begins_where_it_is_player_1(person):
    child = person("--as", "2")
    child.expect_exact("You are player 2, O; default is the other.")
    assert seen(child).count("1") == 1
    child.sendline("q")
    assert end_of(child)[1] == 0


def test_a_match_that_was_played_is_learned_when_asked(person, shared):
    shared.create_brain("eager")
    child = person("eager", "--learn")
    last = play_to_the_end(child, lambda board: tictactoe.legal(board)[0])
    child.expect(r"eager has learned from (\d) moves\.")
    assert int(child.match[1]) == 9 - last.count("0")
    child.expect_exact("n: new game   q: quit: ")
    brain = shared.brain("eager")
    assert (brain["matches"], brain["results"][tictactoe.result(last)]) == (1, 1)


def test_a_brain_learns_nothing_unless_asked(person, shared):
    shared.create_brain("calm")
    child = person("calm")
    play_to_the_end(child, lambda board: tictactoe.legal(board)[0])
    child.expect_exact("q: quit: ")
    assert shared.brain("calm")["matches"] == 0


def test_a_move_is_taken_back_with_its_answer(person):
    child = person()
    child.expect_exact("Your move: ")
    child.sendline("5")
    assert seen(child)[4] == "1"
    child.sendline("u")
    child.expect_exact(EMPTY_PAD)
    child.expect_exact("Your move: ")
    child.sendline("undo")
    child.expect_exact("There is nothing to take back.")


def test_the_second_player_takes_back_only_his_own_move(person):
    child = person("--as", "2")
    first = seen(child)
    child.sendline(str(tictactoe.legal(first)[0] + 1))
    assert 0 < seen(child).count("2")
    child.sendline("u")
    assert seen(child) == first


def test_the_last_move_of_a_match_is_taken_back(person):
    child = person()
    last = play_to_the_end(child, lambda board: tictactoe.legal(board)[0])
    child.expect_exact("q: quit: ")
    child.sendline("u")
    board = seen(child)
    assert tictactoe.result(board) is None and board.count("1") == last.count("1") - 1


def test_a_hint_shows_what_the_brain_would_play(person, expert):
    child = person(expert, "--policy", "greedy")
    child.expect_exact("Your move: ")
    child.sendline("h")
    child.expect_exact(f"What {expert} would play:")
    child.expect("100%")
    child.expect_exact(EMPTY_PAD)


def test_a_new_game_begins_from_the_empty_board(person):
    child = person()
    child.expect_exact("Your move: ")
    child.sendline("5")
    assert seen(child)[4] == "1"
    child.sendline("n")
    child.expect_exact(EMPTY_PAD)


def test_a_second_match_follows_the_first(person):
    child = person()
    for _ in range(2):
        play_to_the_end(child, lambda board: tictactoe.legal(board)[0])
        child.expect_exact("q: quit: ")
        child.sendline("n")


def test_a_taken_cell_and_nonsense_are_no_moves(person):
    child = person()
    for said, answer in (("5", None), ("5", "5 is taken."), ("0", "1 to 9: a move"),
                         ("hello", "1 to 9: a move"), ("", "1 to 9: a move")):
        child.expect_exact("Your move: ")
        child.sendline(said)
        if answer:
            child.expect_exact(answer)


def test_the_same_seed_plays_the_same_match(person, terminal):
    moves = "1\n2\n3\n4\n5\n6\n7\n8\n9\nq\n"
    assert terminal.says("play", "--seed", 7, input=moves) == (
        terminal.says("play", "--seed", 7, input=moves)
    )


def test_an_interrupt_ends_a_match_with_status_130(person):
    child = person()
    child.expect_exact("Your move: ")
    child.sendintr()
    assert end_of(child)[1] == 130


def test_the_end_of_input_ends_a_match(person):
    child = person()
    child.expect_exact("Your move: ")
    child.sendeof()
    assert end_of(child)[1] == 0


# Training.


def without(tmp_path, *modules):
    """A path on which these modules cannot be found."""
    for module in modules:
        (tmp_path / f"{module}.py").write_text("raise ImportError")
    return {"PYTHONPATH": environment("")["PYTHONPATH"] + ":" + str(tmp_path)}


def test_training_shows_a_bar(terminal, shared, amount):
    shared.create_brain("barred")
    matches = amount(0.5)
    said, status = end_of(terminal.spawn("train", matches, "barred"))
    assert status == 0
    assert "━" in said and f"{matches}/{matches}" in said
    assert f"barred: done after {matches:,} matches" in said


def test_training_shows_a_plain_line_where_there_is_no_other_bar(terminal, shared, tmp_path):
    shared.create_brain("plain")
    blind = without(tmp_path, "rich", "tqdm")
    said, status = end_of(terminal.spawn("train", 20_000, "plain", **blind))
    assert status == 0
    assert re.search(r"job \d+: 100% of 20,000 matches \n", said)


def test_a_bar_of_tqdms_is_fed_too(terminal, shared, tmp_path):
    blind = without(tmp_path, "rich")
    (tmp_path / "tqdm.py").write_text(
        "class tqdm:\n"
        "    n = 0\n"
        "    def __init__(self, total, desc, file, **more): self.total, self.file = total, file\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *_): print('tqdm', self.n, 'of', self.total, file=self.file)\n"
        "    def update(self, more): self.n += more\n"
    )
    shared.create_brain("tqdm")
    said, _ = end_of(terminal.spawn("train", 20_000, "tqdm", **blind))
    assert "tqdm 20000 of 20000" in said


def test_an_interrupt_leaves_the_job_alone_and_says_how_to_stop_it(terminal, shared):
    shared.create_brain("left")
    child = terminal.spawn("train", ENDLESS, "left")
    child.expect("job")
    (job,) = shared.jobs("?brain=left")
    child.kill(signal.SIGINT)
    said, status = end_of(child)
    assert status == 130
    assert f"job {job['id']} goes on; to stop it: ttst stop {job['id']}" in said
    assert shared.job(job["id"])["state"] in ("queued", "running")


# What is wide.


def test_lists_are_aligned_on_a_terminal(terminal, shared):
    shared.learn(1000, seed=1)
    said, _ = end_of(terminal.spawn("brains", "list"))
    head, *lines = said.splitlines()
    assert head.split() == ["name", "rule", "matches", "player", "1", "player", "2", "draw",
                            "training", "game"]
    (line,) = [line for line in lines if line.startswith("default")]
    assert line.index("1,000") + 5 == head.index("matches") + 7


def test_a_curve_is_plotted_on_a_terminal(terminal, shared):
    shared.create_brain("plotted")
    shared.learn(10_000, brain="plotted", seed=1)
    said, status = end_of(terminal.spawn("curve", "plotted", COLUMNS="60", LINES="24"))
    assert status == 0
    lines = said.splitlines()
    assert lines[0] == "plotted, policy sample"
    assert "● worst_case_loss.as_player1" in lines and "○ worst_case_loss.as_player2" in lines
    assert any(line.startswith("        1e1") and line.endswith("1e4 matches") for line in lines)
    assert max(map(len, lines)) <= 75 and len(lines) < 24


def test_a_terminal_without_the_marks_gets_others(terminal, shared):
    shared.create_brain("ascii")
    shared.learn(100, brain="ascii", seed=1)
    plain = {"PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C"}
    said, status = end_of(terminal.spawn("curve", "ascii", **plain))
    assert status == 0 and "\n* worst_case_loss.as_player1\n" in said
