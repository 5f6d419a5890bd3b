"""Digests are made once a table: asking for them costs about as much as asking for anything else, so that a
burst of such requests delays nobody."""

import pathlib

import pytest

from daemon import ENDLESS, Wire

REQUESTS = 1000
DEAREST = 6  # times a small answer
SMALL = ("GET", "/version")


def cpu_seconds(daemon):
    """Of the thread that answers requests."""
    for task in pathlib.Path(f"/proc/{daemon.pid}/task").iterdir():
        if (task / "comm").read_text() == "http\n":
            return int((task / "schedstat").read_text().split()[0]) / 1e9
    raise AssertionError("no thread http")


def cost(daemon, *request):
    """What as many requests cost the daemon, as fast as they can be answered."""
    with Wire(daemon) as wire:
        before = cpu_seconds(daemon)
        for _ in range(REQUESTS // 20):
            for _ in range(20):
                wire.ask(*request)
            for _ in range(20):
                assert wire.answer().status in (200, 304)
        return cpu_seconds(daemon) - before


@pytest.mark.parametrize("training", [False, True], ids=["idle", "in training"])
@pytest.mark.parametrize(
    "request_",
    [
        ("GET", "/brains/default"),
        ("GET", "/brains/default@10"),
        ("GET", "/brains/default/export", b"", "If-None-Match: *"),
    ],
    ids=["brain", "checkpoint", "tag"],
)
def test_a_digest_that_is_asked_for_again_and_again_costs_little(daemon, request_, training):
    daemon.learn(10)
    if training:
        daemon.train(ENDLESS)
    dear, small = cost(daemon, *request_), cost(daemon, *SMALL)
    assert dear < DEAREST * small + 0.1


def test_a_digest_is_that_of_what_was_learned_last(daemon):
    seen = set()
    for _ in range(20):
        seen.add(daemon.digest())
        assert daemon.post("/match", {"moves": [0, 3, 1, 4, 2]}).status_code == 200
    daemon.learn(100)
    seen.add(daemon.digest())
    daemon.post("/brains/default/reset")
    assert daemon.digest() in seen and len(seen) == 21
