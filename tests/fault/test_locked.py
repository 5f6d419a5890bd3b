"""Another program holds the database for longer than a change waits."""

import contextlib
import sqlite3
import time

from daemon import eventually

LOCKED_S = 7


@contextlib.contextmanager
def locked(database, *statements):
    connection = sqlite3.connect(database, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    begun = time.monotonic()
    yield lambda: time.monotonic() - begun < LOCKED_S
    connection.close()


def test_a_locked_database_fails_no_job_and_changes_no_end(house, amount):
    matches = amount(0.3)
    undisturbed = house()
    undisturbed.create_brain("learner")
    undisturbed.learn(matches, brain="learner", seed=3)
    daemon = house("--brain-memory", "1m")
    daemon.create_brain("learner")
    for number in range(6):
        daemon.create_brain(f"z{number}")  # so that the learner's table is not in memory
    job = daemon.train(matches, brain="learner", seed=3)["id"]
    daemon.wait_for_matches(job, 1)
    daemon.kill9()
    with locked(daemon.database, "BEGIN IMMEDIATE") as is_locked:
        daemon.start()
        while is_locked():
            assert daemon.job(job)["state"] != "failed"
            time.sleep(0.05)  # between two looks
    done = daemon.finish(job)
    assert (done["state"], done["matches_done"]) == ("done", matches)
    assert daemon.digest("learner") == undisturbed.digest("learner")
    curve = undisturbed.get("/brains/learner/curve").json()
    eventually(
        "the points are written", lambda: daemon.get("/brains/learner/curve").json() == curve
    )


def test_a_start_waits_for_a_lock_that_keeps_readers_out(daemon):
    daemon.learn(1000, seed=1)
    digest = daemon.digest()
    daemon.terminate()
    exclusive = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE")
    with locked(daemon.database, *exclusive) as is_locked:
        daemon.spawn()
        while is_locked():
            assert daemon.process.poll() is None, daemon.log
            time.sleep(0.05)  # between two looks
    daemon.wait_for_event("listening")
    daemon.kill9()
    daemon.start()
    assert daemon.digest() == digest
