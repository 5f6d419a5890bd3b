"""The Python client: brains as one keeps them, and how good they are."""

import dataclasses
import json

import pytest

import ttst
from daemon import DEADLINE_S, ENDLESS
from fake_server import FakeServer, answer
from tictactoe import EMPTY

SHARES = {"win": 0.25, "draw": 0.25, "loss": 0.5}
BOTH = {"as_player1": SHARES, "as_player2": SHARES}
EVALUATION = {
    "brain": "default",
    "matches": 100,
    "policy": "sample",
    "self": {"player1": 0.25, "player2": 0.25, "draw": 0.5},
    "random": BOTH,
    "perfect": BOTH,
    "worst_case_loss": {"as_player1": 1, "as_player2": 0.5},
    "best_response": {"against_player1": 1, "against_player2": 0},
    "nash_conv": 1.0,
    "exploitability": 0.5,
    "ttst_exploitability": 0.5,
    "never_loses": {"as_player1": False, "as_player2": False},
    "against": None,
}


def raised(kind, ask):
    with pytest.raises(kind) as caught:
        ask()
    return caught.value


@pytest.fixture
def trained(client):
    """The name of a brain that has learned from 1,000 matches."""
    client.create_brain("trained")
    if client.brain("trained").matches == 0:
        client.train(1000, brain="trained", seed=1).wait()
    return "trained"


# Keeping.


def test_a_copy_is_as_its_brain_was(client, trained):
    copy = client.copy_brain(trained, "copied")
    assert (copy.name, copy.matches) == ("copied", 1000)
    assert client.brain("copied").digest == client.brain(trained).digest


def test_a_copy_onto_another_brain_is_a_conflict(client, trained):
    assert raised(ttst.Conflict, lambda: client.copy_brain(trained, "default")).field == "to"


def test_a_brain_forgets_all(client, trained):
    client.copy_brain(trained, "forgetful")
    assert client.reset_brain("forgetful").matches == 0
    assert client.brain("forgetful").digest == client.brain("default").digest


def test_a_brain_is_deleted(client):
    client.create_brain("doomed")
    assert client.delete_brain("doomed") is None
    assert raised(ttst.NotFound, lambda: client.brain("doomed")).status == 404


def test_a_brain_in_training_is_not_deleted(daemon):
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        client.train(ENDLESS)
        assert raised(ttst.Conflict, lambda: client.delete_brain("default")).status == 409


@pytest.mark.parametrize("parse", [bytes, json.loads], ids=["as-it-is", "parsed"])
def test_a_file_makes_the_same_brain(client, trained, parse):
    file = parse(client.export_brain(trained))
    brain = client.import_brain("from-file", file)
    assert (brain.name, brain.matches) == ("from-file", 1000)
    assert client.brain("from-file").digest == client.brain(trained).digest


def test_what_is_wrong_with_a_file_is_named(client, trained):
    file = json.loads(client.export_brain(trained))
    file["rows"][EMPTY][4] = -1
    error = raised(ttst.Impossible, lambda: client.import_brain("wrong", file))
    assert error.field == f"rows.{EMPTY}[4]"


# Checkpoints.


def test_a_brain_leaves_checkpoints_behind(client, trained):
    kept = [(kept.name, kept.matches) for kept in client.checkpoints(trained)]
    assert kept == [("10", 10), ("100", 100), ("1000", 1000)]
    assert client.move(EMPTY, brain="trained@10").brain == "trained@10"


def test_a_checkpoint_is_kept_restored_and_deleted(client, trained):
    client.copy_brain(trained, "mind")
    digest = client.brain("mind").digest
    assert client.keep_checkpoint("mind", "before").matches == 1000
    client.match([0, 3, 1, 4, 2], brain="mind")
    assert client.brain("mind").digest != digest
    assert client.restore_checkpoint("mind", "before").matches == 1000
    assert client.brain("mind").digest == digest
    client.delete_checkpoint("mind", "before")
    assert client.checkpoints("mind") == []


def test_a_checkpoint_that_is_not_there_is_not_found(client):
    assert raised(ttst.NotFound, lambda: client.restore_checkpoint("default", "no")).status == 404


# How good they are.


def test_an_evaluation_is_what_the_daemon_answers(client, shared, trained):
    told = shared.get("/brains/trained/evaluation?policy=greedy&against=default").json()
    evaluation = client.evaluation(trained, policy="greedy", against="default")
    assert dataclasses.asdict(evaluation) == told


def test_an_evaluation_against_nobody_is_against_none(client):
    assert client.evaluation().against is None


def test_an_evaluation_against_a_brain_that_is_not_there_is_not_found(client):
    assert raised(ttst.NotFound, lambda: client.evaluation(against="nobody")).field == "against"


def test_a_curve_is_plain_lists(client, shared, trained):
    told = shared.get("/brains/trained/curve").json()["points"]
    curve = client.curve(trained)
    assert curve.matches == [point["matches"] for point in told]
    assert curve.values("exploitability") == [p["sample"]["exploitability"] for p in told]
    wins = [point["greedy"]["random"]["as_player1"]["win"] for point in told]
    assert curve.values("random.as_player1.win", policy="greedy") == wins
    with pytest.raises(AttributeError):
        curve.values("luck")


def test_a_curve_of_a_new_brain_is_empty(client):
    client.create_brain("new")
    assert client.curve("new").points == ()


def test_whole_numbers_are_shares_too():
    with FakeServer(answer(200, EVALUATION)) as server, ttst.Client(server.url) as client:
        assert client.evaluation().worst_case_loss.as_player1 == 1.0
