"""Stopping: what goes on afterwards, and who is still answered."""

import contextlib
import signal
import threading
import time

import pytest

from daemon import DEADLINE_S, ENDLESS, FLAVOUR, Wire, age_brain, eventually, lasting


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_a_signal_ends_the_daemon_cleanly(daemon, number):
    daemon.learn(100)
    ended = daemon.terminate(number)
    assert ended.status == 0
    assert daemon.events("stopping")[0].fields["signal"] == number.name
    assert daemon.events()[-1].name == "stopped"
    assert not daemon.errors()


def test_a_second_signal_changes_nothing(daemon):
    daemon.train(ENDLESS, workers=8)
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.terminate(signal.SIGINT).status == 0


# The third brain has lived so long that its rounds are as long as they get.
@pytest.mark.parametrize(
    "number, lived",
    [
        pytest.param(signal.SIGTERM, 0, id="SIGTERM"),
        pytest.param(signal.SIGINT, 0, id="SIGINT"),
        pytest.param(signal.SIGTERM, 10**9 if FLAVOUR == "plain" else 10**6, id="an old brain"),
    ],
)
def test_it_stops_within_two_seconds_while_training_with_64_workers(daemon, number, lived):
    daemon.terminate()
    age_brain(daemon.database, lived)
    daemon.start()
    job = daemon.train(ENDLESS, workers=64, seed=1)["id"]
    seen = daemon.wait_for_matches(job, 20_000)
    ended = daemon.terminate(number)
    assert ended.status == 0
    if FLAVOUR == "plain":
        assert ended.seconds < 2
    daemon.start()
    again, brain = daemon.job(job), daemon.brain()
    assert again["state"] == "running"
    assert again["matches_done"] >= seen["matches_done"]
    assert sum(again["results"].values()) == again["matches_done"]
    assert brain["matches"] >= lived + again["matches_done"]


def test_a_job_goes_on_after_a_stop_to_the_very_same_end(house, amount):
    matches = amount(0.6)
    undisturbed = house()
    expected = undisturbed.learn(matches, seed=5, workers=3)
    daemon = house("--save-interval", "60m")  # only the stop saves
    number = daemon.train(matches, seed=5, workers=3)["id"]
    for part in (0.01, 0.2, 0.5):
        seen = daemon.wait_for_matches(number, int(part * matches))
        daemon.restart()
        assert daemon.job(number)["matches_done"] >= seen["matches_done"]
    job = daemon.finish(number)
    for field in ("state", "matches_done", "results", "ended_by"):
        assert job[field] == expected[field]
    assert daemon.digest() == undisturbed.digest()


def test_jobs_and_brains_are_the_same_after_a_restart(daemon):
    daemon.create_brain("other", scoring="standard", draw_reward=1)
    daemon.learn(20_000, seed=str(2**64 - 1), workers=2)
    daemon.learn(500, brain="other", learn=[2])
    stopped = daemon.train(ENDLESS, brain="other")["id"]
    queued = daemon.train(ENDLESS, brain="other")["id"]
    daemon.delete(f"/train/{queued}")
    daemon.wait_for_matches(stopped, 1)
    daemon.delete(f"/train/{stopped}")
    daemon.finish(stopped)

    def all_there_is():
        brains = [lasting(brain) for brain in daemon.get("/brains").json()["brains"]]
        return daemon.jobs(), brains, daemon.digest()

    before = all_there_is()
    daemon.restart()
    assert all_there_is() == before
    assert daemon.train(1)["id"] == queued + 1


def test_jobs_that_wait_still_do_after_a_restart(daemon, amount):
    first = daemon.train(amount(0.4), seed=1)["id"]
    second = daemon.train(1000, seed=2)["id"]
    daemon.wait_for_matches(first, 1)
    daemon.restart()
    assert daemon.job(second)["state"] == "queued"
    assert daemon.finish(second)["started_at"] >= daemon.job(first)["finished_at"]


def test_a_stop_that_a_crash_cut_short_is_a_stop(daemon):
    number = daemon.train(ENDLESS)["id"]
    daemon.wait_for_matches(number, 1)
    daemon.delete(f"/train/{number}")
    daemon.kill9()
    daemon.start()
    job = daemon.finish(number)
    assert (job["state"], job["ended_by"]) == ("stopped", "stop")
    assert job["matches_done"] == daemon.brain()["matches"]
    assert daemon.learn(10)["state"] == "done"


# Draining.


def test_who_waits_is_answered_when_the_daemon_goes_down(daemon):
    number = daemon.train(ENDLESS)["id"]
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(daemon)) for _ in range(20)]
        for wire in wires:
            assert wire.ask("GET", "/healthz").answer().status == 200  # kept alive
            wire.ask("GET", f"/train/{number}?wait=30")
        daemon.get("/healthz")
        begin = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        for wire in wires:
            answer = wire.answer()
            assert answer.status == 200
            assert b'"state":"running"' in answer.body
            assert answer.headers["Connection"].lower() == "close"
            assert wire.is_closed_by_daemon()
        assert time.monotonic() - begin < 10
    assert daemon.end(0).status == 0


def test_a_daemon_that_goes_down_is_alive_but_not_ready(daemon):
    body = b'{"board":"000000000"}'
    with Wire(daemon) as slow, Wire(daemon) as ready, Wire(daemon) as alive:
        # A request whose body is still to come holds the daemon for a moment.
        slow.ask("POST", "/move", b"", f"Content-Length: {len(body)}", "Expect: 100-continue")
        assert slow.answer().status == 100
        assert ready.ask("GET", "/readyz").answer().status == 200
        assert alive.ask("GET", "/healthz").answer().status == 200
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for_event("stopping")

        def not_ready():
            answer = ready.ask("GET", "/readyz").answer()
            return answer if answer.status == 503 else None

        answer = eventually("a 503", not_ready)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Connection"].lower() == "close"
        assert alive.ask("GET", "/healthz").answer().status == 200
        assert slow.send(body).answer().status == 503
    assert daemon.end(0).status == 0


def test_nobody_is_let_in_any_more_when_the_daemon_goes_down(daemon):
    with Wire(daemon) as slow:
        slow.send("POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        assert daemon.get("/healthz").status_code == 200
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for_event("stopping")
        assert daemon.end(0).status == 0
    with pytest.raises(ConnectionRefusedError):
        Wire(daemon)


def test_a_change_under_way_is_answered_before_the_daemon_ends(house):
    """Whatever was accepted is there after the restart, whatever was refused is not."""
    daemon = house()
    accepted, refused = [], []
    begun = threading.Event()

    def client(name):
        for number in range(10_000):
            try:
                answer = Wire(daemon).ask(
                    "PUT", f"/brains/{name}{number}", b'{"game":"tictactoe","rule":"beads"}'
                ).answer()
            except OSError:
                return
            if answer is None:
                return
            (accepted if answer.status == 201 else refused).append(f"{name}{number}")
            begun.set()

    threads = [threading.Thread(target=client, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    begun.wait(DEADLINE_S)
    assert daemon.terminate().status == 0
    for thread in threads:
        thread.join()
    daemon.start()
    there = {brain["name"] for brain in daemon.get("/brains").json()["brains"]}
    assert set(accepted) <= there
    assert not there & set(refused)
