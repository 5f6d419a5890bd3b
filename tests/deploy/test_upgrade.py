"""From a database of the previous schema to this one, and back by the copy that was made before."""

import contextlib
import re
import shutil
import sqlite3

import pytest

from daemon import ROOT, run_to_end

MIGRATIONS = sorted((ROOT / "schema/sql").glob("*.sql"))


def version(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def before(tmp_path):
    """What the last ttstd of the previous schema left, and the digests of brains that nothing trains there."""
    stem = f"schema-{len(MIGRATIONS) - 1}.sqlite"
    told = (ROOT / f"tests/support/old_database_{len(MIGRATIONS) - 1}.c").read_text()
    digests = dict(zip(("default", "teacher"), re.findall(r"sha256:\w+", told)))
    return shutil.copy(ROOT / "tests/data" / stem, tmp_path / "old.db"), digests


def assert_has(daemon, digests):
    assert {name: daemon.digest(name) for name in digests} == digests


def test_an_upgrade_keeps_every_brain_and_goes_on(house, before):
    path, digests = before
    assert version(path) == len(MIGRATIONS) - 1
    daemon = house(database=path)
    assert_has(daemon, digests)
    daemon.learn(1000)
    assert daemon.put("/brains/teacher/checkpoints/kept").status_code == 201
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
