"""The write-ahead log beside a program that reads and does not end."""

import contextlib
import sqlite3

from contract import assert_problem
from daemon import ENDLESS, eventually
from test_metrics import scrape

LIMIT = 32 << 20
TRIES = 1000  # each writes a table, some 70 kB


@contextlib.contextmanager
def reading(path):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM brain").fetchone()
        yield
        database.execute("ROLLBACK")


def wal(daemon):
    return daemon.database.with_name("ttst.db-wal").stat().st_size


def change(daemon):
    return daemon.put("/brains/default/checkpoints/mine")


def fill(daemon):
    """The first answer that is a refusal."""
    for _ in range(TRIES):
        answer = change(daemon)
        if not answer.ok:
            return answer
    raise AssertionError(f"no limit, at {wal(daemon)} bytes")


def test_the_log_has_an_end_and_says_so(house):
    daemon = house("--max-wal", "32m")
    with reading(daemon.database):
        assert_problem(fill(daemon), 503)
        answer = change(daemon)
        assert "write-ahead log is 32 MB long" in answer.json()["detail"]
        assert LIMIT < wal(daemon) < LIMIT + (1 << 20)
        assert scrape(daemon)[("wal_bytes",)] == wal(daemon)
        assert daemon.get("/brains/default/curve").status_code == 200
        assert len(daemon.events("wal_is_long")) == 1
    assert change(daemon).status_code == 200
    assert scrape(daemon)[("wal_bytes",)] == wal(daemon) < 8 << 20
    assert len(daemon.events("wal_is_short_again")) == 1


def test_training_goes_on_and_is_saved_when_the_reader_has_ended(house):
    daemon = house("--max-wal", "32m", "--save-interval", "20ms")
    with reading(daemon.database):
        job = daemon.train(ENDLESS, seed=1)["id"]
        eventually("the limit", lambda: daemon.brain()["last_save_error"])
        assert "write-ahead log" in daemon.brain()["last_save_error"]
        more = daemon.job(job)["matches_done"] + 1
        assert daemon.wait_for_matches(job, more)["state"] == "running"
    eventually("a save", lambda: daemon.brain()["last_save_error"] is None)
    daemon.delete(f"/train/{job}")
    daemon.finish(job)


def test_the_log_is_short_again_after_a_reader_that_was_not_so_long(house):
    """It does not stay as long as it ever was."""
    daemon = house()
    with reading(daemon.database):
        for _ in range(200):
            assert change(daemon).ok
        assert wal(daemon) > 8 << 20
    for _ in range(3):
        change(daemon)
    assert wal(daemon) < 8 << 20
