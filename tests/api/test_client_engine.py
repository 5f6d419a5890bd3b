"""The Python client: self-play in the test's own process."""

import dataclasses
import json
import subprocess
import sys
import threading

import numpy
import pytest

import tictactoe
import ttst
from daemon import LIBRARY
from terminal import environment
from tictactoe import EMPTY

SEED_MAX = 2**64 - 1


@pytest.fixture(autouse=True)
def library(monkeypatch):
    monkeypatch.setenv("TTST_LIB", LIBRARY)


@pytest.fixture
def engine():
    with ttst.Engine() as engine:
        yield engine


# Learning.


def test_a_new_engine_is_a_new_brain(engine, shared):
    assert engine.digest == shared.digest()
    assert (engine.matches, engine.results) == (0, ttst.Results(0, 0, 0))


def test_equal_seeds_make_equal_brains(engine):
    with ttst.Engine() as other, ttst.Engine() as third:
        assert engine.train(20_000, seed=5) == other.train(20_000, seed=5)
        third.train(20_000, seed=6)
        assert engine.digest == other.digest != third.digest


def test_a_seed_is_drawn_where_none_is_given(engine):
    with ttst.Engine() as other:
        engine.train(1000)
        other.train(1000)
        assert engine.digest != other.digest


def test_every_kernel_learns_the_same(engine):
    with ttst.Engine(kernel="scalar") as scalar:
        engine.train(20_000, seed=SEED_MAX)
        scalar.train(20_000, seed=SEED_MAX)
        assert engine.digest == scalar.digest


@pytest.mark.parametrize("lanes", [1, 16])
def test_results_count_every_match(engine, lanes):
    first = engine.train(1234, lanes=lanes)
    second = engine.train(4321, lanes=lanes)
    assert engine.matches == 5555 == sum(vars(engine.results).values())
    assert engine.results.draw == first.draw + second.draw


def test_only_those_players_learn_that_are_named(engine):
    engine.train(5000, seed=1, learn=[2])
    assert engine.row(EMPTY) == (6,) * 9
    assert engine.row("000010000") != (6, 6, 6, 6, 0, 6, 6, 6, 6)


# Looking inside.


def test_weights_are_a_buffer_of_all_rows(engine):
    engine.train(5000, seed=1)
    weights = numpy.asarray(engine.weights())
    assert (weights.shape, weights.dtype) == ((4520, 9), numpy.dtype("uint32"))
    rows = {board: weights[i].tolist() for i, board in enumerate(ttst.decision_boards())}
    assert tictactoe.digest(rows) == engine.digest
    assert engine.row("100020000") == tuple(rows["100020000"])


def test_weights_are_those_of_their_moment(engine):
    before = engine.weights()
    engine.train(5000, seed=1)
    assert before.tolist()[0] == [6] * 9


@pytest.mark.parametrize("policy", ["sample", "greedy", {"power": 4}, {"power": 0.01}], ids=str)
@pytest.mark.parametrize("matches", [0, 50_000])
def test_an_evaluation_is_the_daemons(engine, client, policy, matches):
    engine.train(matches, seed=3)
    name = f"engine{matches}"
    client.import_brain(name, engine.export())
    told = client.evaluation(name, policy=policy)
    found = dataclasses.replace(engine.evaluate(policy), brain=name, policy=told.policy)
    exactly = flat(dataclasses.asdict(told))
    assert flat(dataclasses.asdict(found)) == {
        figure: pytest.approx(value, abs=1e-12) if type(value) is float else value
        for figure, value in exactly.items()
    }


def flat(value, prefix=""):
    """Nested dictionaries as one, with dotted names."""
    if not isinstance(value, dict):
        return {prefix[:-1]: value}
    return {k: v for name, one in value.items() for k, v in flat(one, f"{prefix}{name}.").items()}


def test_a_brain_goes_to_a_daemon_and_has_its_digest(engine, client):
    engine.train(1000, seed=2)
    brain = client.import_brain("from-engine", json.loads(json.dumps(engine.export())))
    assert (brain.matches, brain.results) == (1000, engine.results)
    assert client.brain("from-engine").digest == engine.digest


# Refusals, and the end.


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda e: e.train(-1), "matches"),
        (lambda e: e.train(2**53 + 1), "matches"),
        (lambda e: e.train(1, seed=-1), "seed"),
        (lambda e: e.train(1, seed=2**64), "seed"),
        (lambda e: e.train(1, lanes=2), "lanes"),
        (lambda e: e.train(1, learn=[]), "learn"),
        (lambda e: e.train(1, learn=[3]), "learn"),
        (lambda e: e.row("111220000"), "there is no move on the board '111220000'"),
        (lambda e: e.row("0000"), "there is no move"),
        (lambda e: e.evaluate("wild"), "policy"),
        (lambda e: e.evaluate({"power": 17}), "policy"),
        (lambda e: ttst.Engine(kernel="abacus"), "kernel"),
    ],
)
def test_what_cannot_be_is_refused_by_name(engine, ask, message):
    with pytest.raises(ValueError, match=message):
        ask(engine)
    assert engine.matches == 0


def test_a_closed_engine_says_so():
    engine = ttst.Engine()
    engine.close()
    engine.close()
    for ask in (lambda: engine.train(1), lambda: engine.row(EMPTY), lambda: engine.digest):
        with pytest.raises(ValueError, match="closed"):
            ask()


def test_other_threads_go_on_while_an_engine_plays(engine):
    played = threading.Thread(target=lambda: engine.train(3_000_000))
    played.start()
    looked = 0
    while played.is_alive():
        looked += 1
    assert looked > 100


def test_one_engine_may_be_used_by_many_threads(engine):
    threads = [threading.Thread(target=lambda: engine.train(5000)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.matches == 40_000 == sum(vars(engine.results).values())


def test_a_library_that_is_not_there_is_told_how_to_get():
    done = subprocess.run(
        [sys.executable, "-c", "import ttst\ntry: ttst.Engine()\nexcept OSError as e: print(e)"],
        env=environment("", TTST_LIB="/no/libttst.so"), capture_output=True, text=True,
    )
    assert done.stdout.startswith("there is no libttst: `make` builds it")
    assert "/no/libttst.so" in done.stdout
