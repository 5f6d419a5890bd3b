"""The command `ttst`: names and options stand in any order."""

import itertools

import pytest

from terminal import Terminal
from ttst.cli.parser import parse


def orders_of(command, *parts):
    """All orders of parts, each of which stays together."""
    return [[*command, *itertools.chain(*order)] for order in itertools.permutations(parts)]


def fields_of(words):
    return vars(parse(words))


def names_stay(order):
    """Whether names keep their own order, which means something."""
    return order.index("100000") < order.index("lesson")


@pytest.mark.parametrize(
    "words",
    filter(names_stay, orders_of(
        ["train"], ["100000"], ["lesson"], ["--seed", "42"], ["--learn", "1", "2"], ["--json"]
    )),
    ids=" ".join,
)
def test_a_job_is_asked_for_in_any_order(words):
    fields = fields_of(words)
    assert (fields["matches"], fields["name"], fields["seed"]) == (100000, "lesson", 42)
    assert (fields["learn"], fields["json"]) == ([1, 2], True)


@pytest.mark.parametrize(
    "words",
    [
        "match told --learn 1 0 3 1 4 2", "match --learn 1 told 0 3 1 4 2", "match told 0 3 --learn 1 1 4 2",
        "match told 0 3 1 4 2 --learn 1", "match told 0 --learn=1 3 1 4 2",
    ],
)
def test_the_moves_of_a_match_are_not_players_that_learn(words):
    fields = fields_of(words.split())
    assert (fields["name"], fields["learn"][0]) == ("told", 1)
    assert fields["moves"][:2] == [0, 3] and fields["moves"][-2:] == [4, 2]


@pytest.mark.parametrize(
    "words",
    [
        "--json curve", "curve --json", "--json --timeout 3 curve", "--timeout 3 curve --json",
        "--json brains list", "brains --json list", "brains list --json", "brains --timeout 3 list --json",
        "--json checkpoints --url http://h list lesson", "checkpoints list --json lesson",
    ],
)
def test_the_common_options_stand_anywhere(words):
    fields = fields_of(words.split())
    assert fields["json"] is True and fields.get("timeout") in (None, 3)


@pytest.mark.parametrize(
    "words, name, other",
    [
        ("board --policy greedy 000000000 lesson", "lesson", "000000000"),
        ("board 000000000 --policy greedy lesson", "lesson", "000000000"),
        ("play --learn lesson --as 2", "lesson", None),
        ("curve --as table lesson", "lesson", None),
        ("brains export --timeout 3 lesson -", "lesson", "-"),
        ("brains export lesson --timeout 3 -", "lesson", "-"),
        ("brains import lesson --json -- -odd.json", "lesson", "-odd.json"),
        ("brains create --rule guard lesson --option a=1 --option b=2", "lesson", None),
        ("export-ttst lesson --first 1 --second 2", "lesson", None),
        ("export-ttst --first 1 lesson --second 2", "lesson", None),
    ],
)
def test_a_name_stands_anywhere(words, name, other):
    fields = fields_of(words.split())
    assert fields["name"] == name
    assert other in (None, fields.get("board"), fields.get("file"))


def test_a_name_that_is_left_out_is_the_default():
    assert fields_of(["train", "--seed", "1", "10"])["name"] == "default"
    assert fields_of(["curve", "--json"])["name"] == "default"


@pytest.mark.parametrize(
    "words",
    [
        "--json play", "play --json", "--json brains export x", "train 10 --sed 1 lesson", "train lesson --seed",
        "train 10 lesson more", "train --seed 1", "train 10 --seed --json", "match told --learn 1 2",
        "train 10 lesson --learn 3", "--seed 1 train 10",
    ],
)
def test_what_is_wrongly_asked_stays_so_in_any_order(words):
    done = Terminal("http://127.0.0.1:1").run(*words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ttst") and "Traceback" not in done.stderr


def test_a_lesson_is_trained(shared):
    shared.create_brain("lesson")
    job = Terminal(shared.url).json("train", "1k", "--seed", "42", "lesson")
    assert (job["brain"], job["matches"], job["seed"], job["state"]) == ("lesson", 1000, "42", "done")
