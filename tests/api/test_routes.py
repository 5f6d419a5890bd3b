"""What schema/README.md says of routes, rights and limits, against the code and the daemon."""

import re

import pytest

from contract import assert_problem
from daemon import ROOT, Wire, run_to_end
from routes import LIMITS, ROUTES

ENTRY = re.compile(
    r'\{HTTP_(\w+),\s*"([^"]+)"(?:,\s*RIGHT_(\w+))?(?:,\s*ROUTE_BODY_(\w+))?'
)
SIZE_OF_BODY = {"": "", "SMALL": "4 KiB", "MOVE": "2 MiB", "FILE": "48 MiB"}


def test_the_table_of_routes_is_that_of_the_code():
    source = (ROOT / "server" / "api" / "api.c").read_text()
    served = [
        (method, path, (right or "none").lower(), SIZE_OF_BODY[body])
        for method, path, right, body in ENTRY.findall(source)
    ]
    assert [(route.method, route.pattern, route.right, route.limit) for route in ROUTES] == served


def test_the_table_of_limits_has_the_defaults_of_the_options():
    lines = run_to_end("--print-config").stdout.splitlines()
    options = dict(line.split(" = ") for line in lines)
    named = {option: options[option.removeprefix("--")] for option in LIMITS}
    assert named == LIMITS
    limits = [name for name in options if name.startswith("max-")]
    assert {f"--{name}" for name in limits} <= set(LIMITS)


each_route = pytest.mark.parametrize(
    "route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}"
)


@each_route
def test_options_tell_what_a_path_takes(shared, route):
    answer = shared.request("OPTIONS", route.path)
    assert (answer.status_code, answer.content) == (204, b"")
    methods = answer.headers["Allow"].split(", ")
    assert route.method in methods and "OPTIONS" in methods
    assert ("HEAD" in methods) == ("GET" in methods)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_options_of_nothing_are_not_found(shared):
    assert shared.request("OPTIONS", "/nothing").status_code == 404


@each_route
def test_a_route_refuses_what_has_no_place_there(shared, route):
    def ask(body=None, **more):
        return shared.request(route.method, route.path, body, **more)

    assert_problem(ask(params={"nothing": 1}), 400, "nothing")
    assert_problem(shared.request("PATCH", route.path), 405)
    if not route.limit:
        assert_problem(ask({"a": 1}), 400)
        return
    assert_problem(ask(b""), 400)
    assert_problem(ask(b"{}", headers={"Content-Type": "text/plain"}), 415)
    with Wire(shared) as wire:
        wire.ask(route.method, route.path, b"", "Content-Length: 100000000")
        assert wire.answer().status == 413
