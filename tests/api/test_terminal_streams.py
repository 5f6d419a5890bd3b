"""The command `ttst`: streams that are closed, full or have no end, and answers that it cannot show."""

import json
import subprocess

import pytest

from daemon import DEADLINE_S
from fake_server import FakeServer, answer
from terminal import COMMAND, Terminal, environment
from test_client_brains import EVALUATION
from test_client_errors import BRAIN
from test_client_jobs import DONE
from test_client_retries import MOVE


def in_a_shell(url, line, **env):
    """What a shell makes of a line in which `ttst` is the command."""
    return subprocess.run(
        ["sh", "-c", line.replace("ttst ", " ".join(COMMAND) + " ")],
        env=environment(url, **env), capture_output=True, text=True, timeout=DEADLINE_S,
    )


@pytest.mark.parametrize("words", ["brains list", "--json brains list", "--help", "--version", "stop"])
def test_a_closed_standard_output_is_said_and_nothing_asked(words):
    with FakeServer(answer(200, {"brains": [BRAIN]})) as server:
        done = in_a_shell(server.url, f"ttst {words} >&-")
    assert (done.returncode, done.stderr) == (1, "ttst: standard output is closed\n")
    assert server.requests == []


@pytest.mark.parametrize("words", ["brains list", "brains export default", "--help", "--version"])
def test_a_full_standard_output_is_said_once(words):
    with FakeServer(answer(200, {"brains": [BRAIN]})) as server:
        done = in_a_shell(server.url, f"ttst {words} >/dev/full")
    assert done.returncode == 1
    assert done.stderr.startswith("ttst: ") and done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


def test_what_goes_wrong_is_not_said_to_standard_output_where_errors_go_nowhere():
    done = in_a_shell("http://127.0.0.1:1", "ttst brains list 2>&-")
    assert (done.returncode, done.stdout) == (3, "")


def test_all_streams_may_be_closed():
    with FakeServer(answer(200, {"brains": [BRAIN]})) as server:
        assert in_a_shell(server.url, "ttst brains list <&- >&- 2>&-").returncode == 1


@pytest.mark.parametrize("words, status", [("brains import x", 1), ("play", 0)])
def test_a_closed_standard_input_has_nothing_to_say(shared, words, status):
    done = in_a_shell(shared.url, f"ttst {words} <&-")
    assert done.returncode == status and "Traceback" not in done.stderr


@pytest.mark.parametrize("where", ["x /dev/zero", "x </dev/zero"])
def test_a_file_without_an_end_is_no_brain(where):
    done = in_a_shell("http://127.0.0.1:1", f"ulimit -v 600000; ttst brains import {where}")
    assert done.returncode == 1
    assert "no brain's file has more than 67,108,864 bytes" in done.stderr


@pytest.mark.parametrize("path", ["/dev/zero", "/bin/sh"])
def test_a_file_that_is_none_of_tokens_is_wrongly_asked(path):
    done = in_a_shell("http://127.0.0.1:1", f"ulimit -v 600000; ttst --token-file {path} brains list")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
@pytest.mark.parametrize("name", ["\u20ac", "\ud800"], ids=ascii)
def test_a_character_that_a_terminal_has_not_is_shown_in_others(encoding, name):
    with FakeServer(answer(200, {"brains": [{**BRAIN, "name": name}]})) as server:
        Terminal(server.url).says("brains", "list", PYTHONIOENCODING=encoding)


@pytest.mark.parametrize(
    "words", [("--timeout", "0"), ("--timeout", "nan"), ("--timeout", "inf"), ("--timeout", "-1"),
              ("--ca-file", "/no/such.pem"), ("--url", f"http://{'a' * 70}.example")], ids=" ".join,
)
def test_what_cannot_be_used_is_a_line_and_status_2(words):
    said = Terminal("http://127.0.0.1:1").complains(2, *words, "brains", "list")
    assert words[0].strip("-").replace("-", "_") in said


def export(**more):
    """A brain's file as a strange daemon may have it."""
    file = {"options": {"symmetry": False, "start_weight": 6}, "rows": {"000000000": [6] * 9}, **more}
    return answer(200, json.dumps(file))


@pytest.mark.parametrize(
    "reply",
    [
        answer(200, "[]"), answer(200, "["), answer(200, "[" * 100_000), answer(200, "{}"),
        export(options=5), export(options={"symmetry": False}), export(rows=None),
        export(rows={"000000000": 5}), export(rows={"000000000": [6]}),
        export(rows={"000000000": [2**70] * 9}), export(rows={"000000000": ["six"] * 9}),
    ],
)
def test_a_strange_file_of_a_brain_is_a_line_and_status_1(reply, tmp_path):
    words = ("export-ttst", "--first", tmp_path / "1", "--second", tmp_path / "2", "x")
    with FakeServer(reply) as server:
        Terminal(server.url).complains(1, *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("figure", ["nash_conv", "random.as_player1.win"])
def test_a_strange_curve_is_shown_or_a_line_and_status_1(figure):
    points = [{"matches": count, "sample": EVALUATION, "greedy": {**EVALUATION, "nash_conv": 1e19}}
              for count in (0, 1, 2**64)]
    with FakeServer(answer(200, {"points": points})) as server:
        for words in (("--policy", "greedy"), ("--as", "plot", "--policy", "greedy"), ("--as", "table")):
            done = Terminal(server.url).run("curve", "--figure", figure, *words)
            assert done.returncode in (0, 1) and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "wrong", [{"board": ""}, {"board": "x" * 9}, {"weights": []}, {"probabilities": [1.0]},
              {"expected": [0.5]}, {"values": [None]}, {"values": [2] * 9}], ids=str,
)
def test_a_strange_board_is_a_line_and_status_1(wrong):
    board = {"board": "0" * 9, "player": 1, "weights": [6] * 9, "probabilities": [0.1] * 9,
             "expected": None, "proofs": None, "value": 0, "values": [0] * 9}
    with FakeServer(answer(200, BRAIN), answer(200, {**board, **wrong})) as server:
        assert "is no board of tictactoe" in Terminal(server.url).complains(1, "board", "0" * 9)


def test_a_move_to_where_nobody_can_is_a_line_and_status_1():
    with FakeServer(answer(200, BRAIN), answer(200, {**MOVE, "move": 9})) as server:
        done = Terminal(server.url).run("play", "--as", 2)
    assert (done.returncode, done.stderr) == (1, "ttst: default plays 9, which is no free cell\n")


def test_a_job_of_no_matches_is_shown():
    with FakeServer(answer(200, {**DONE, "matches": 0, "matches_done": 0})) as server:
        Terminal(server.url).says("stop", 7)
