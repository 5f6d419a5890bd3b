"""One database has one daemon, by whatever names it is reached, and whatever becomes of its lock file."""

import os
import subprocess

import pytest

from daemon import BINARY, run_to_end
from starting import only_error, start_on

IN_USE = "is in use by"


def match(daemon):
    return daemon.post("/match", {"moves": [0, 3, 1, 4, 2]})


def test_a_second_hard_link_is_refused_and_told(house, tmp_path):
    daemon = house()
    other = tmp_path / "other.db"
    os.link(daemon.database, other)
    assert IN_USE in only_error(start_on(other))
    assert daemon.terminate().status == 0
    for name in (daemon.database, other):
        before = name.read_bytes()
        error = only_error(start_on(name))
        assert "2 hard links" in error and "ttstd backup" in error and str(name) in error
        assert name.read_bytes() == before
    assert not os.path.exists(f"{other}.lock")
    other.unlink()
    daemon.start()


def test_a_symbolic_link_is_followed_to_the_file_itself(house, tmp_path):
    daemon = house()
    link = tmp_path / "link.db"
    link.symlink_to(daemon.database)
    assert IN_USE in only_error(start_on(link))
    daemon.terminate()
    by_link = house(database=link)
    assert match(by_link).status_code == 200
    assert f"process {by_link.pid}" in only_error(start_on(daemon.database))
    beside = sorted(path.name for path in daemon.database.parent.glob("ttst.db*"))
    assert beside == ["ttst.db", "ttst.db-shm", "ttst.db-wal", "ttst.db.lock"]
    assert list(tmp_path.glob("link.db?*")) == []


def test_a_removed_lock_file_lets_nobody_in(daemon):
    os.unlink(f"{daemon.database}.lock")
    assert IN_USE in only_error(start_on(daemon.database))
    assert not os.path.exists(f"{daemon.database}.lock")
    assert match(daemon).status_code == 200
    assert daemon.restart()


def test_the_file_mounted_at_another_path_is_the_same_file(house, tmp_path):
    daemon = house()
    other = tmp_path / "other.db"
    other.touch()
    script = 'mount --bind "$1" "$2" && exec "$3" --database "$2" --listen 127.0.0.1:0'
    if subprocess.run(["unshare", "-m", "mount", "--bind", daemon.database, other]).returncode:
        pytest.skip("nothing can be mounted here")
    ended = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", daemon.database, other, BINARY],
        capture_output=True, text=True, timeout=30,
    )
    assert IN_USE in only_error(ended)


def test_who_finds_the_lock_taken_by_another_writes_no_more(daemon):
    """As by an older ttstd, which locks FILE.lock alone."""
    lock = f"{daemon.database}.lock"
    os.unlink(lock)
    with open(lock, "w") as file:
        file.write("1\n")
    before = {path.name: path.read_bytes() for path in daemon.database.parent.glob("ttst.db*")}
    answer = match(daemon)
    assert answer.status_code == 503 and "another process may be writing" in answer.json()["detail"]
    assert daemon.terminate().status == 1
    after = {path.name: path.read_bytes() for path in daemon.database.parent.glob("ttst.db*")}
    del before["ttst.db-shm"], after["ttst.db-shm"]
    assert before == after


def test_beside_a_daemon_the_file_can_be_checked_and_copied(daemon, tmp_path):
    assert match(daemon).status_code == 200
    assert run_to_end("check", daemon.database).returncode == 0
    assert run_to_end("backup", daemon.database, tmp_path / "copy.db").returncode == 0
    assert match(daemon).status_code == 200
    assert IN_USE in only_error(start_on(daemon.database))
    assert daemon.restart()
    assert daemon.brain()["matches"] == 2
