"""The log."""

import pathlib

import pytest

from contract import assert_problem
from daemon import ENDLESS, LOG_LINE, Daemon, eventually
from sealing import sealing


def test_the_log_tells_the_story_one_line_an_event(daemon):
    daemon.learn(100)
    daemon.terminate()
    assert all(LOG_LINE.fullmatch(line) for line in daemon.log.splitlines())
    names = [event.name for event in daemon.events()]
    story = ["starting", "listening", "job_running", "job_over", "stopping", "stopped"]
    assert [name for name in names if name in story] == story
    assert [event.level for event in daemon.events()] == ["info"] * len(names)
    starting = daemon.events("starting")[0].fields
    assert starting["database"] == str(daemon.database)


def test_a_path_with_blanks_and_quotes_is_logged_so_that_it_can_be_read_back(house, tmp_path):
    path = tmp_path / 'a "strange" name=\\ä.db'
    daemon = house(database=path)
    assert daemon.events("starting")[0].fields["database"] == str(path)


@pytest.mark.parametrize("level, expected", [("error", []), ("warn", []), ("info", ["starting"])])
def test_the_log_level_says_what_is_too_unimportant(tmp_path, level, expected):
    daemon = Daemon(tmp_path, "--log-level", level).spawn()
    try:
        lock = pathlib.Path(f"{daemon.database}.lock")
        eventually("a database in use", lambda: lock.exists() and lock.read_text())
    finally:
        assert daemon.terminate().status == 0
    assert [event.name for event in daemon.events()][: len(expected)] == expected
    assert bool(daemon.log) == bool(expected)


def test_a_job_that_fails_nobody_but_itself(daemon):
    """A job begun under another schedule cannot go on; all else can."""
    number = daemon.train(ENDLESS)["id"]
    daemon.terminate()
    with sealing(daemon.database) as database:
        database.execute("UPDATE job SET schedule = 99")
    daemon.start()
    job = daemon.job(number)
    assert (job["state"], job["ended_by"]) == ("failed", "error")
    assert "schedule" in job["error"]
    assert_problem(daemon.get("/train/77"), 404)
    assert daemon.learn(100)["state"] == "done"
