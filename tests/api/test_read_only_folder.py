"""Databases in folders that nothing can be written to: on a medium for reading, or somebody else's."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from daemon import BINARY, DEADLINE_S, clean_environment

NOBODY = 65534
BESIDE = ("-wal", "-shm", ".lock")


@pytest.fixture
def archive(daemon):
    """A folder for reading, which all may look into, and the daemon whose database is to lie there."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        shutil.copy(BINARY, folder / "ttstd")
        (folder / "inbox").mkdir()
        (folder / "inbox").chmod(0o777)
        daemon.learn(1000, seed=1)
        yield folder / "archive #1?%"
        (folder / "archive #1?%").chmod(0o755)


def keep(daemon, archive, *suffixes):
    """What lies in the archive: the database and what is named of what is beside it."""
    archive.mkdir()
    for suffix in ("", *suffixes):
        shutil.copy(f"{daemon.database}{suffix}", archive / f"ttst.db{suffix}")
        (archive / f"ttst.db{suffix}").chmod(0o444)
    archive.chmod(0o555)
    return archive / "ttst.db"


def run_as_reader(archive, *words):
    """As somebody who may not write there, which root always may."""
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run([archive.parent / "ttstd", *words], env=clean_environment(), text=True,
                          capture_output=True, timeout=DEADLINE_S, **who)


def assert_sound(archive, database, matches):
    before = {path.name: path.read_bytes() for path in archive.iterdir()}
    copy = archive.parent / "inbox" / "copy.db"
    ended = run_as_reader(archive, "check", database)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"{matches} matches" in ended.stdout
    ended = run_as_reader(archive, "backup", database, copy)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"{matches} matches" in run_as_reader(archive, "check", copy).stdout
    assert {path.name: path.read_bytes() for path in archive.iterdir()} == before


def test_a_database_that_was_closed_is_sound(daemon, archive):
    assert daemon.terminate().status == 0
    assert_sound(archive, keep(daemon, archive), 1000)
    daemon.start()


def test_a_backup_of_it_is_sound(daemon, archive, tmp_path):
    assert subprocess.run([BINARY, "backup", daemon.database, tmp_path / "copy.db"]).returncode == 0
    daemon.terminate()
    (tmp_path / "copy.db").replace(daemon.database)
    assert_sound(archive, keep(daemon, archive), 1000)
    daemon.start()


def test_one_of_a_killed_daemon_is_read_with_its_log(daemon, archive):
    daemon.kill9()
    assert os.path.getsize(f"{daemon.database}-wal") > 0
    assert_sound(archive, keep(daemon, archive, *BESIDE), 1000)
    daemon.start()


def test_a_log_that_cannot_be_read_is_told_and_not_taken_for_damage(daemon, archive):
    daemon.kill9()
    database = keep(daemon, archive, "-wal")
    for words in (["check", database], ["backup", database, archive.parent / "inbox" / "copy.db"]):
        ended = run_as_reader(archive, *words)
        assert ended.returncode == 1
        assert "copy both" in ended.stderr and str(database) in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
    assert os.listdir(archive.parent / "inbox") == []
    daemon.start()
