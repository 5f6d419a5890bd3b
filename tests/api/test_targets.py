"""What is asked for: absolute targets, as proxies get them, and queries."""

import pytest

from contract import assert_problem
from daemon import Wire

BOARD = "/brains/default/boards/100020000"


def ask(daemon, target, host="localhost", method="GET"):
    with Wire(daemon) as wire:
        return wire.send(f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").answer()


@pytest.mark.parametrize(
    "target",
    ["http://localhost/healthz", "HTTP://LOCALHOST/healthz", "https://localhost/%68ealthz",
     "http://127.0.0.1:8080/healthz", "http://[::1]/healthz"],
)
def test_an_absolute_target_is_served(shared, target):
    answer = ask(shared, target)
    assert answer.status == 200 and b"ok" in answer.body


def test_an_absolute_target_may_be_a_host_alone(shared):
    assert ask(shared, "http://localhost").body == ask(shared, "/").body
    assert ask(shared, "http://localhost?x=1").status == 400


def test_an_absolute_target_has_a_query_too(shared):
    target = f"{BOARD}?policy=greedy"
    assert ask(shared, f"http://localhost{target}").body == ask(shared, target).body


def test_its_authority_counts_as_the_host(shared):
    assert ask(shared, "http://localhost/healthz", host="evil.example").status == 200
    answer = ask(shared, "http://evil.example/healthz")
    assert answer.status == 403 and b'"field":"Host"' in answer.body


@pytest.mark.parametrize(
    "target", ["http://", "http:///healthz", "http://u@localhost/healthz", f"http://{'h' * 300}/healthz"]
)
def test_an_authority_that_is_no_host_is_refused(shared, target):
    assert ask(shared, target).status == 400


@pytest.mark.parametrize("target", ["localhost:80", "ftp://localhost/healthz", "*", "healthz", "http:/healthz"])
def test_there_is_nothing_at_targets_of_other_forms(shared, target):
    assert ask(shared, target).status == 404


# Queries.


@pytest.mark.parametrize("query", ["", "&", "&&&", "&policy=greedy", "policy=greedy&", "&&policy=greedy&&"])
def test_an_empty_pair_of_a_query_is_none(shared, query):
    wanted = "?policy=greedy" if "policy" in query else ""
    answer = shared.get(f"{BOARD}?{query}")
    assert answer.status_code == 200
    assert answer.text == shared.get(f"{BOARD}{wanted}").text


@pytest.mark.parametrize(
    "query, field",
    [("x", "x"), ("x=", "x"), ("&x=1", "x"), ("a%20b=1", "a b"), ("a+b=1", "a b"), ("policy=sample&policy", "policy"),
     ("policy=sample&&policy=sample", "policy"), ("%3D=1", "=")],
)
def test_a_parameter_that_is_refused_is_named(shared, query, field):
    assert_problem(shared.get(f"{BOARD}?{query}"), 400, field)


@pytest.mark.parametrize("query", ["=", "=1", "policy=greedy&=1", "==policy"])
def test_a_parameter_without_a_name_is_refused_for_that(shared, query):
    assert "has no name" in assert_problem(shared.get(f"{BOARD}?{query}"), 400)["detail"]


def test_a_query_is_decoded_once(shared):
    text = shared.get(f"{BOARD}?policy=power:4").text
    assert shared.get(f"{BOARD}?p%6Flicy=power%3A4").text == text
    assert_problem(shared.get(f"{BOARD}?policy=power%253A4"), 422, "policy")
