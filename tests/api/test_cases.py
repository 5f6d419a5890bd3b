"""The golden cases in cases/, one folder each; cases/README.md explains them."""

import json
import os
import pathlib

import pytest

from daemon import Wire

CASES = pathlib.Path(__file__).with_name("cases")
REWRITE = bool(os.environ.get("TTST_REWRITE_CASES"))
ANY = "<any>"

# What a new response file shows of an answer's headers.
HEADERS_SHOWN = ("Content-Type", "Allow", "Location", "Retry-After", "Connection")


def split(raw):
    """The lines before the first empty line, and the bytes behind it."""
    head, _, body = raw.partition(b"\n\n")
    return head.decode("latin-1").splitlines(), body


class Response:
    """A status, some headers and a body's JSON (None: no body), as a response file has them."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @classmethod
    def read(cls, path):
        (status, *headers), body = split(path.read_bytes())
        pairs = dict(line.split(": ", 1) for line in headers)
        return cls(int(status), pairs, json.loads(body) if body.strip() else None)

    def __str__(self):
        lines = [str(self.status), *(f"{name}: {value}" for name, value in self.headers.items())]
        if self.body is not None:
            lines += ["", json.dumps(self.body, indent=2, ensure_ascii=False)]
        return "\n".join(lines) + "\n"


def leave_open(expected, value):
    """The value, but for what is expected to be anything."""
    if expected == ANY:
        return ANY
    if isinstance(expected, dict) and isinstance(value, dict):
        return {key: leave_open(expected.get(key), one) for key, one in value.items()}
    if isinstance(expected, list) and isinstance(value, list) and len(expected) == len(value):
        return [leave_open(*pair) for pair in zip(expected, value)]
    return value


def ask(daemon, case):
    (line, *headers), body = split((case / "request").read_bytes())
    method, path = line.split(" ")
    with Wire(daemon) as wire:
        return wire.ask(method, path, body, *headers).answer(has_body=method != "HEAD")


def shown(answer, expected):
    """What the response file would say of an answer: headers and open places are as they are in
    the one that is there."""
    names = expected.headers if expected else HEADERS_SHOWN
    headers = {name: answer.headers[name] for name in names if name in answer.headers}
    body = json.loads(answer.body) if answer.body else None
    if expected:
        headers, body = leave_open(expected.headers, headers), leave_open(expected.body, body)
    return Response(answer.status, headers, body)


def state(daemon):
    return daemon.get("/brains").json(), daemon.get("/train").json()


@pytest.fixture
def unchanged(shared):
    before = state(shared)
    yield shared
    assert state(shared) == before


@pytest.mark.parametrize("name", sorted(path.parent.name for path in CASES.glob("*/request")))
def test_the_answer_is_as_it_is_written(unchanged, name):
    file = CASES / name / "response"
    expected = Response.read(file) if file.exists() else None
    got = shown(ask(unchanged, CASES / name), expected)
    if REWRITE:
        file.write_bytes(str(got).encode())
        return
    assert expected, "there is no response file: cases/README.md says how to write it"
    assert str(got) == str(expected)
