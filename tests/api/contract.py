"""What answers look like."""

import re

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NUMBER_TEXT = re.compile(r"0|[1-9][0-9]{0,19}")
RESULTS = {"player1": int, "player2": int, "draw": int}

MOVE = {
    "brain": str,
    "board": str,
    "player": int,
    "move": int,
    "next": str,
    "result": (None, "player1", "player2", "draw"),
    "policy": ("sample", "greedy", {"power": (int, float)}),
    "seed": NUMBER_TEXT,
    "weights": [int],
    "probabilities": [(int, float)],
}

BATCH = {
    "brain": str,
    "policy": ("sample", "greedy", {"power": (int, float)}),
    "seed": NUMBER_TEXT,
    "moves": [int],
    "next": [str],
    "results": [(None, "player1", "player2", "draw")],
}

DETAILED_BATCH = {**BATCH, "weights": [[int]], "probabilities": [[(int, float)]]}

MATCH = {
    "brain": str,
    "result": ("player1", "player2", "draw"),
    "changes": [{"board": str, "move": int, "before": int, "after": int}],
}

BOARD = {
    "board": str,
    "player": int,
    "weights": [int],
    "probabilities": [(int, float)],
    "proofs": None,
    "value": int,
    "values": [(None, int)],
}

JOB = {
    "id": int,
    "brain": str,
    "state": ("queued", "running", "stopping", "done", "stopped", "failed"),
    "matches": int,
    "matches_done": int,
    "workers": int,
    "seed": NUMBER_TEXT,
    "learn": [int],
    "opponent": "self",
    "until": None,
    "ended_by": (None, "matches", "stop", "error"),
    "results": RESULTS,
    "matches_per_second": int,
    "created_at": TIME,
    "started_at": (None, TIME),
    "finished_at": (None, TIME),
    "error": (None, str),
}

_OPTIONS = {
    "start_weight": int,
    "reward": int,
    "penalty": int,
    "halve_above": int,
}

BRAIN = {
    "name": str,
    "game": "tictactoe",
    "rule": "beads",
    "options": (
        {"scoring": "ttst", **_OPTIONS},
        {"scoring": "standard", "draw_reward": int, **_OPTIONS},
    ),
    "matches": int,
    "results": RESULTS,
    "rows": 4520,
    "training": (None, int),
    "created_at": TIME,
    "saved_at": TIME,
    "unsaved_matches": int,
    "last_save_error": (None, str),
    "warnings": [str],
}

BRAIN_WITH_DIGEST = {**BRAIN, "digest": re.compile(r"sha256:[0-9a-f]{64}")}

VERSION = {
    "version": str,
    "commit": str,
    "kernel": str,
    "libmicrohttpd": str,
    "sqlite": str,
    "jansson": str,
}

PROBLEM = {"type": str, "title": str, "status": int, "detail": str}


def fits(value, shape):
    """Whether a value has a shape: a type, a pattern, a constant, a list of one shape, an object of
    shapes, or a tuple of shapes of which one must fit."""
    if isinstance(shape, tuple):
        return any(fits(value, one) for one in shape)
    if isinstance(shape, type):
        return type(value) is shape  # true is no number here
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(fits(value[key], shape[key]) for key in shape)
        )
    return type(value) is type(shape) and value == shape


def assert_fits(value, shape):
    if isinstance(shape, dict) and isinstance(value, dict):
        assert value.keys() == shape.keys()
        wrong = {key: value[key] for key in shape if not fits(value[key], shape[key])}
        assert not wrong
    assert fits(value, shape), value


def assert_problem(answer, status, field=None):
    """That an answer is a problem with that status which names that field, or none."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"]
    problem = answer.json()
    assert_fits(problem, {**PROBLEM, "field": str} if field is not None else PROBLEM)
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert field is None or problem["field"] == field, problem
    if status == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    return problem
