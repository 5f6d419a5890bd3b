"""kill -9 at any moment: what was answered is kept, and a job ends as if nothing had happened."""

import random
import subprocess

import pytest

from daemon import FLAVOUR

KILLS = 10
START_S = {"plain": 0.02, "asan": 0.04, "tsan": 0.1}[FLAVOUR]  # about what a start takes


def job_without_times(job):
    times = ("created_at", "started_at", "finished_at", "matches_per_second")
    return {key: value for key, value in job.items() if key not in times}


def test_a_job_killed_ten_times_ends_as_if_it_had_not_been(house, amount):
    seed = random.randrange(2**32)
    print("moments are drawn with seed", seed)
    draw = random.Random(seed)
    order = {"matches": max(amount(1), 2**19), "workers": 2, "seed": 2026}

    undisturbed = house()
    expected = undisturbed.learn(**order)

    daemon = house("--save-interval", "20ms")
    number = daemon.train(**order)["id"]
    killed_running = 0
    for moment in sorted(draw.uniform(0, 0.8) for _ in range(KILLS)):
        job = daemon.wait_for_matches(number, int(moment * order["matches"]))
        killed_running += job["state"] == "running"
        assert sum(job["results"].values()) == job["matches_done"]
        daemon.kill9()
        daemon.start()
    assert killed_running >= KILLS / 2  # on a busy machine the last looks may come too late
    job = daemon.finish(number)
    assert job_without_times(job) == job_without_times(expected)
    assert job["started_at"] <= job["finished_at"]
    brain, whole = daemon.brain(), undisturbed.brain()
    for field in ("matches", "results", "digest", "training", "unsaved_matches"):
        assert brain[field] == whole[field]


def test_being_killed_while_starting_changes_nothing(house, amount):
    seed = random.randrange(2**32)
    print("moments are drawn with seed", seed)
    draw = random.Random(seed)
    order = {"matches": amount(0.4), "workers": 2, "seed": 2027}
    undisturbed = house()
    undisturbed.learn(**order)

    daemon = house("--save-interval", "10ms")
    number = daemon.train(**order)["id"]
    daemon.kill9()
    for _ in range(KILLS):
        daemon.spawn()
        # From before main() to the first saves.
        with pytest.raises(subprocess.TimeoutExpired):
            daemon.process.wait(timeout=draw.uniform(0, 3 * START_S))
        daemon.kill9()
    daemon.start()
    assert daemon.finish(number)["state"] == "done"
    assert daemon.digest() == undisturbed.digest()


def test_being_killed_while_creating_the_database_leaves_one_that_can_be_opened(house):
    seed = random.randrange(2**32)
    print("moments are drawn with seed", seed)
    draw = random.Random(seed)
    for _ in range(KILLS):
        daemon = house(start=False).spawn()
        with pytest.raises(subprocess.TimeoutExpired):
            daemon.process.wait(timeout=draw.uniform(0, START_S))
        daemon.kill9()
        daemon.start()
        assert daemon.brain()["matches"] == 0


def test_a_job_is_there_after_its_202(daemon):
    for number in range(1, 6):
        asked = {"matches": 10**9 + number, "seed": str(number), "workers": number, "learn": [2]}
        assert daemon.train(**asked)["id"] == number
        daemon.kill9()
        daemon.start()
        job = daemon.job(number)
        assert {key: job[key] for key in asked} == asked
        assert job["state"] == ("running" if number == 1 else "queued")


def test_a_brain_is_there_after_its_201(daemon):
    for number in range(5):
        daemon.create_brain(f"brain-{number}", reward=number)
        daemon.kill9()
        daemon.start()
        assert daemon.brain(f"brain-{number}")["options"]["reward"] == number


def test_a_job_that_was_done_stays_done(daemon):
    for number in range(1, 6):
        done = daemon.learn(1000, seed=number)
        digest = daemon.digest()
        daemon.kill9()
        daemon.start()
        assert daemon.job(number) == done
        assert (daemon.digest(), daemon.brain()["matches"]) == (digest, 1000 * number)


def test_a_job_that_was_stopped_stays_stopped(daemon):
    for number in range(1, 4):
        job = daemon.train(2**53, workers=number)
        daemon.wait_for_matches(job["id"], 1)
        daemon.delete(f"/train/{job['id']}")
        stopped = daemon.finish(job["id"])
        digest = daemon.digest()
        daemon.kill9()
        daemon.start()
        assert daemon.job(job["id"]) == stopped
        assert daemon.digest() == digest


def test_brain_and_job_agree_after_every_kill(house, amount):
    """They are saved together: what a brain has lived is what its jobs say they did."""
    daemon = house("--save-interval", "10ms")
    for seed in range(5):
        job = daemon.train(amount(0.2), seed=seed)
        daemon.wait_for_matches(job["id"], job["matches"] // 2)
        daemon.kill9()
        daemon.start()
        daemon.delete("/train")
        daemon.finish(job["id"])
        jobs, brain = daemon.jobs(), daemon.brain()
        assert brain["matches"] == sum(job["matches_done"] for job in jobs)
        for result, count in brain["results"].items():
            assert count == sum(job["results"][result] for job in jobs)
