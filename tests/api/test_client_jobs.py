"""The Python client: training jobs."""

import time

import pytest

import ttst
from daemon import DEADLINE_S, ENDLESS
from fake_server import FakeServer, answer

JOB = {
    "id": 7,
    "brain": "default",
    "state": "running",
    "matches": 1000,
    "matches_done": 250,
    "workers": 1,
    "seed": "42",
    "learn": [1, 2],
    "opponent": "self",
    "until": None,
    "ended_by": None,
    "results": {"player1": 100, "player2": 100, "draw": 50},
    "matches_per_second": 5,
    "created_at": "2026-01-31T12:00:00.000Z",
    "started_at": "2026-01-31T12:00:00.001Z",
    "finished_at": None,
    "error": None,
}
DONE = {**JOB, "state": "done", "matches_done": 1000, "ended_by": "matches"}


@pytest.fixture
def trainer(daemon):
    """The client of a daemon of the test's own."""
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        yield client


# The job.


def test_a_job_is_what_was_asked_for(trainer):
    trainer.create_brain("other")
    job = trainer.train(ENDLESS, brain="other", workers=3, seed=2**64 - 1, learn=[2])
    assert (job.id, job.brain, job.matches, job.workers) == (1, "other", ENDLESS, 3)
    assert (job.seed, job.learn, job.opponent, job.until) == (2**64 - 1, (2,), "self", None)
    assert (job.state, job.progress, job.is_over) == ("queued", 0, False)
    assert (job.started_at, job.finished_at, job.ended_by, job.error) == (None,) * 4


def test_a_job_that_is_over_tells_how_it_ended(trainer):
    job = trainer.train(1000).wait()
    assert (job.state, job.ended_by, job.progress, job.is_over) == ("done", "matches", 1, True)
    assert job.matches_done == sum(vars(job.results).values()) == 1000
    assert job.created_at <= job.started_at <= job.finished_at


def test_training_is_as_exact_as_over_http(trainer, daemon):
    trainer.create_brain("other")
    trainer.train(20_000, seed=9, workers=2, learn=(1,)).wait()
    daemon.learn(20_000, brain="other", seed=9, workers=2, learn=[1])
    assert trainer.brain().digest == trainer.brain("other").digest


def test_the_wish_for_another_opponent_and_end_is_passed_on():
    with FakeServer(answer(202, JOB)) as server, ttst.Client(server.url) as client:
        client.train(1, opponent={"brain": "other"}, until={"never_loses": True})
    body = server.requests[0][2]
    assert b'"opponent": {"brain": "other"}' in body
    assert b'"until": {"never_loses": true}' in body


def test_a_job_is_found_by_its_id(trainer):
    started = trainer.train(500, seed=1).wait()
    assert vars(trainer.job(started.id)) == vars(started)


def test_progress_is_the_fraction_that_is_played():
    with FakeServer(answer(200, JOB)) as server, ttst.Client(server.url) as client:
        assert client.job(7).progress == 0.25


def test_a_job_is_renewed_in_place(trainer, daemon):
    job = trainer.train(ENDLESS)
    daemon.wait_for_matches(job.id, 1)
    assert job.matches_done == 0
    assert job.refresh() is job
    assert job.matches_done > 0


# Stopping.


def test_a_job_is_stopped(trainer):
    job = trainer.train(ENDLESS)
    assert job.stop() is job
    assert job.state in ("stopping", "stopped")
    assert (job.wait().state, job.ended_by) == ("stopped", "stop")


def test_a_job_that_is_over_stays_as_it_is_when_it_is_stopped(trainer):
    assert trainer.train(10).wait().stop().state == "done"


def test_all_jobs_are_stopped_at_once(trainer):
    trainer.train(10).wait()
    first, second = trainer.train(ENDLESS), trainer.train(ENDLESS)
    assert [job.id for job in trainer.stop_all()] == [second.id, first.id]
    assert {first.wait().state, second.wait().state} == {"stopped"}


# Lists.


def test_jobs_are_listed_the_newest_first(trainer):
    ids = [trainer.train(10).wait().id for _ in range(3)]
    assert [job.id for job in trainer.jobs()] == ids[::-1]
    assert [job.id for job in trainer.jobs(limit=2)] == [ids[2], ids[1]]


def test_the_list_can_be_narrowed(trainer):
    trainer.create_brain("other")
    done = trainer.train(10, brain="other").wait()
    running = trainer.train(ENDLESS)
    assert [job.id for job in trainer.jobs(state="done")] == [done.id]
    assert [job.id for job in trainer.jobs(brain="default")] == [running.id]
    assert trainer.jobs(state="failed", brain="other") == []


def test_jobs_of_a_list_can_be_waited_for(trainer):
    trainer.train(10)
    assert trainer.jobs()[0].wait().state == "done"


# Waiting.


def test_waiting_has_an_end_of_its_own_and_the_job_goes_on(trainer):
    job = trainer.train(ENDLESS)
    begun = time.monotonic()
    with pytest.raises(ttst.WaitTimeout, match=r"job 1 is \w+, not over, after 0\.3 s"):
        job.wait(0.3)
    assert time.monotonic() - begun >= 0.3
    assert not job.refresh().is_over


def test_waiting_no_time_is_one_look(trainer):
    job = trainer.train(ENDLESS)
    with pytest.raises(TimeoutError):
        job.wait(0)
    job.stop().wait()
    assert job.wait(0) is job


def test_a_wait_may_be_longer_than_the_time_out():
    with FakeServer(answer(200, JOB), answer(200, DONE), late_s=0.3) as server:
        with ttst.Client(server.url, timeout=0.1) as client:
            job = client.job(7, timeout=DEADLINE_S)
            assert job.wait().state == "done"


def test_a_long_wait_is_many_shorter_ones():
    with FakeServer(*[answer(200, JOB)] * 3, answer(200, DONE)) as server:
        with ttst.Client(server.url) as client:
            assert client.job(7).wait().state == "done"
    asked = [line for line, _, _ in server.requests[1:]]
    assert asked == ["GET /train/7?wait=30 HTTP/1.1"] * 3


def test_a_wait_of_less_than_a_second_looks_now_and_then():
    with FakeServer(answer(200, JOB)) as server, ttst.Client(server.url) as client:
        with pytest.raises(ttst.WaitTimeout):
            client.job(7).wait(0.3)
    assert len(server.requests) <= 9


def test_waiting_tells_the_progress_at_once_and_at_the_end(trainer):
    told = []
    job = trainer.train(2000)
    job.wait(on_progress=lambda job: told.append((job.state, job.progress)))
    assert (told[0], told[-1]) == (("queued", 0), ("done", 1))


def test_a_job_can_be_watched(trainer):
    job = trainer.train(ENDLESS)
    seen = []
    for now in job.watch(interval=0.05, timeout=DEADLINE_S):
        seen.append(now.matches_done)
        if len(set(seen)) == 3:
            break
    assert seen[0] == 0 and seen == sorted(seen)
    job.stop()
    assert [now.state for now in job.watch()][-1] == "stopped"


def test_watching_may_have_an_end_too(trainer):
    job = trainer.train(ENDLESS)
    with pytest.raises(ttst.WaitTimeout):
        for now in job.watch(interval=0.1, timeout=0.3):
            assert not now.is_over


def test_a_job_is_waited_for_again_after_a_restart(daemon):
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        job = client.train(ENDLESS)
        daemon.wait_for_matches(job.id, 1)
        daemon.options[1] = f"127.0.0.1:{daemon.port}"
        daemon.terminate()
        with pytest.raises(ttst.Unreachable):
            job.wait()
        daemon.start()
        with pytest.raises(ttst.WaitTimeout):
            job.wait(0.1)
        assert job.stop().wait().state == "stopped"
