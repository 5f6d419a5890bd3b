"""Writes down what is asked of the daemon and what it answers, for tests/contract to judge.

TTST_EXCHANGES names the file, one JSON object a line; without it nothing is written. In bodies and
headers each character stands for the byte of that number. Several processes write behind each
other: each line is one write at the file's end."""

import functools
import json
import os


@functools.cache
def _file():
    path = os.environ.get("TTST_EXCHANGES")
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if path else None


def _text(raw):
    if raw is None:
        return ""
    return raw if isinstance(raw, str) else raw.decode("latin-1")


def _pairs(headers):
    return [[_text(name), _text(value)] for name, value in headers]


def record(request, answer):
    """Each is a tuple: (method, path, headers, body) and (status, headers, body), the headers being
    pairs."""
    file = _file()
    if file is None:
        return
    method, path, headers, body = request
    status, answered_headers, answered_body = answer
    line = json.dumps(
        {
            "test": os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0],
            "method": method,
            "path": _text(path),
            "headers": _pairs(headers),
            "body": _text(body),
            "status": status,
            "answered_headers": _pairs(answered_headers),
            "answered_body": _text(answered_body),
        }
    )
    os.write(file, line.encode() + b"\n")
