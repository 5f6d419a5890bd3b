"""From a database of the previous schema to this one, and back by the copy that was made before."""

import contextlib
import shutil
import sqlite3

import pytest

from daemon import ROOT, run_to_end

MIGRATIONS = sorted((ROOT / "schema/sql").glob("*.sql"))
APPLICATION = 0x74747374


def columns(database, table):
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def tables(database):
    query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [name for (name,) in database.execute(query)]


def version(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute("PRAGMA user_version").fetchone()[0]


def downgraded(path, to):
    """The same brains and jobs as the previous ttstd would have stored them."""
    with contextlib.closing(sqlite3.connect(to, isolation_level=None)) as old:
        for migration in MIGRATIONS[:-1]:
            old.executescript(migration.read_text())
        old.execute("ATTACH ? AS new", (str(path),))
        for table in tables(old):
            kept = ", ".join(columns(old, table))
            old.execute(f"INSERT INTO main.{table} ({kept}) SELECT {kept} FROM new.{table}")
        for table in ("brain", "job"):
            old.execute(f"UPDATE {table} SET digest = NULL")  # as of rows from before there were any
        old.execute("DETACH new")
        old.execute(f"PRAGMA application_id = {APPLICATION}")
        old.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
    return to


@pytest.fixture
def before(house, tmp_path):
    """What the previous ttstd left: the database, and the digests of its brains."""
    daemon = house()
    daemon.learn(100_000, seed=1)
    daemon.put("/brains/strong", {"game": "tictactoe", "rule": "guard"})
    daemon.learn(5_000, seed=2, brain="strong")
    digests = {name: daemon.digest(name) for name in ("default", "strong")}
    assert daemon.terminate().status == 0
    return downgraded(daemon.database, tmp_path / "old.db"), digests


def assert_has(daemon, digests):
    assert {name: daemon.digest(name) for name in digests} == digests


def test_an_upgrade_keeps_every_brain_and_goes_on(house, before):
    path, digests = before
    assert version(path) == len(MIGRATIONS) - 1
    daemon = house(database=path)
    assert_has(daemon, digests)
    daemon.learn(1000)
    assert daemon.put("/brains/strong/checkpoints/kept").status_code == 201
    daemon.restart()
    assert version(path) == len(MIGRATIONS)


def test_a_copy_made_before_the_upgrade_is_still_of_the_previous_schema(house, before, tmp_path):
    path, digests = before
    copy = tmp_path / "copy.db"
    assert run_to_end("backup", path, copy).returncode == 0
    assert version(copy) == len(MIGRATIONS) - 1
    upgraded = house(database=path)
    upgraded.learn(1000)
    assert upgraded.terminate().status == 0
    assert run_to_end("check", copy).returncode == 0
    assert version(copy) == len(MIGRATIONS) - 1
    path.unlink()
    shutil.copy(copy, path)
    assert_has(house(database=path), digests)
