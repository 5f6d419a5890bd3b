"""What a backup leaves, whatever happens to it: its copy whole, under its name alone, with its database's rights;
or nothing that is in the way of the next."""

import fcntl
import os
import resource
import signal
import stat
import subprocess

import pytest

from daemon import BINARY, clean_environment, run_to_end


@pytest.fixture
def to(tmp_path):
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies" / "copy.db"


def left(to):
    return sorted(path.name for path in to.parent.iterdir())


def be_killed_while_writing():
    """The kernel ends whoever writes beyond the limit, as kill -9 would in the middle."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def test_a_backup_that_was_killed_is_in_nobodys_way(daemon, to):
    daemon.learn(1000, seed=1)
    for _ in range(2):
        killed = subprocess.run([BINARY, "backup", daemon.database, to], env=clean_environment(),
                                preexec_fn=be_killed_while_writing)
        assert killed.returncode == -signal.SIGXFSZ
        assert "copy.db" not in left(to) and left(to)
    ended = run_to_end("backup", daemon.database, to)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert left(to) == ["copy.db"]
    assert "1000 matches" in run_to_end("check", to).stdout


def test_a_backup_to_the_same_name_that_is_under_way_is_left_alone(daemon, to):
    part = to.with_name("copy.db.ttstd-part")
    part.write_text("half of it")
    with open(part) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ended = run_to_end("backup", daemon.database, to)
    assert ended.returncode == 1 and "being made by another process" in ended.stderr
    assert part.read_text() == "half of it"
    assert run_to_end("backup", daemon.database, to).returncode == 0
    assert left(to) == ["copy.db"]


@pytest.mark.parametrize("make", [os.mkdir, lambda path: path.symlink_to("elsewhere")],
                         ids=["folder", "link"])
def test_what_no_backup_can_have_left_is_not_removed(daemon, to, make):
    part = to.with_name("copy.db.ttstd-part")
    make(part)
    ended = run_to_end("backup", daemon.database, to)
    assert ended.returncode == 1 and str(part) in ended.stderr
    assert left(to) == [part.name]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o400])
def test_the_copy_has_the_rights_of_its_database(daemon, to, mode):
    daemon.terminate()
    daemon.database.chmod(mode)
    assert run_to_end("backup", daemon.database, to).returncode == 0
    assert stat.S_IMODE(to.stat().st_mode) == mode
    daemon.database.chmod(0o600)
    daemon.start()
