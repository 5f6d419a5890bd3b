"""Whole numbers as people write them: the command and the daemon's options read the same. (The page:
browser/counts.test.js.)"""

import json

import pytest

from daemon import ROOT, run_to_end
from fake_server import FakeServer, answer
from terminal import Terminal
from test_client_errors import BRAIN
from test_client_jobs import DONE
from ttst.cli.parser import number, option, parse

COUNTS = json.loads((ROOT / "tests" / "data" / "counts.json").read_text())
OPTION, OPTION_MAX = "max-requests-per-second", 1_000_000


@pytest.mark.parametrize("text", COUNTS)
def test_the_command_reads_a_number(text):
    if COUNTS[text] is None:
        with pytest.raises(Exception, match="is no whole number"):
            number(text)
    else:
        assert number(text) == int(COUNTS[text])


@pytest.mark.parametrize("text", COUNTS)
def test_an_option_of_the_daemon_reads_a_number(text):
    done = run_to_end(f"--{OPTION}={text}", "--print-config")
    count = COUNTS[text]
    if count is None:
        assert done.returncode != 0 and f'"{text}" is not a whole number' in done.stderr
    elif int(count) > OPTION_MAX:
        assert done.returncode != 0 and f"{text} is out of range" in done.stderr
    else:
        assert f"\n{OPTION} = {count}\n" in f"\n{done.stdout}", done.stderr


@pytest.mark.parametrize("text, kibibytes", [("2048k", "2m"), ("1g", "1g"), ("1k", None)])
def test_sizes_of_memory_stay_powers_of_two(text, kibibytes):
    done = run_to_end(f"--brain-memory={text}", "--print-config")
    if kibibytes is None:
        assert "out of range (1m to 1024g)" in done.stderr
    else:
        assert f"\nbrain-memory = {kibibytes}\n" in done.stdout


@pytest.mark.parametrize("words", [
    ("train", "2.5k", "--seed", "1k", "--workers", "0.002k"),
    ("train", "2,500", "--seed", "1_000", "--workers", "2"),
])
def test_all_numbers_of_a_job_are_read_so(words):
    args = parse(list(words))
    assert (args.matches, args.seed, args.workers) == (2500, 1000, 2)


def test_the_largest_seed_is_exact():
    assert number(str(2**64 - 1)) == 2**64 - 1


@pytest.mark.parametrize("text", ["9" * 5000, "1," + "000," * 2000 + "000"])
def test_a_number_without_an_end_is_refused_at_once(text):
    with pytest.raises(Exception, match="is no whole number"):
        number(text)


@pytest.mark.parametrize("text, value", [
    ("1k", 1000), ("2.5M", 2_500_000), ("1e3", 1000), ("0.2", 0.2), ("true", True), ("standard", "standard"),
    ("[" * 100_000, "[" * 100_000), ("", ""),
])
def test_an_option_of_a_brain_is_read_so(text, value):
    assert option(f"x={text}") == ("x", value)


def test_the_daemon_gets_plain_numbers():
    with FakeServer(answer(200, BRAIN), answer(202, DONE)) as server:
        Terminal(server.url).says("brains", "create", "x", "--option", "halve_above=1k")
        Terminal(server.url).says("train", "1k", "--detach", "--seed", "1M")
    sent = [json.loads(body) for _, _, body in server.requests]
    assert sent[0]["options"] == {"halve_above": 1000}
    assert (sent[1]["matches"], sent[1]["seed"]) == (1000, "1000000")


@pytest.mark.parametrize("text", ["1k", "1000"])
def test_the_api_takes_numbers_only(shared, text):
    assert shared.post("/train", {"matches": text}).status_code == 400
