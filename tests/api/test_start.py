"""Starting: addresses, and the database that a daemon keeps to itself."""

import ctypes
import os
import pathlib
import platform
import subprocess

import pytest

from daemon import eventually, run_to_end
from starting import only_error, start_on


def test_a_port_that_is_taken_is_named(house, tmp_path):
    first = house()
    address = f"127.0.0.1:{first.port}"
    ended = run_to_end("--listen", address, "--database", tmp_path / "second.db")
    error = only_error(ended)
    assert "127.0.0.1" in error and str(first.port) in error
    assert first.get("/healthz").status_code == 200


def test_a_port_may_be_taken_again_at_once(daemon):
    port = daemon.port
    daemon.learn(10)
    daemon.terminate()
    daemon.options[daemon.options.index("--listen") + 1] = f"127.0.0.1:{port}"
    daemon.start()
    assert daemon.port == port


def test_an_address_of_another_machine_is_refused(tmp_path):
    ended = run_to_end("--insecure", "--listen", "192.0.2.1:0", "--database", tmp_path / "x.db")
    assert "192.0.2.1" in only_error(ended)


@pytest.mark.parametrize(
    "name, reason",
    [
        ("missing/ttst.db", "No such file or directory"),
        ("folder", "not a readable file"),
        ("file/ttst.db", "Not a directory"),
        pytest.param("x" * 300, "File name too long", id="a name too long"),
    ],
)
def test_a_database_that_cannot_be_is_named_with_the_reason(tmp_path, name, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.rglob("*"))
    error = only_error(start_on(tmp_path / name))
    assert str(tmp_path) in error and reason in error
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "path", ["/proc/ttst.db", "/sys/ttst.db", "/dev/null", "/dev/full/ttst.db"]
)
def test_a_database_that_cannot_be_written_is_named(path):
    assert path in only_error(start_on(path))


def test_a_database_on_a_read_only_file_system_is_named(house, read_only):
    daemon = house()
    daemon.learn(10)
    daemon.terminate()
    folder = read_only(daemon.folder)
    assert "ttst.db" in only_error(start_on(folder / "ttst.db"))
    assert "new.db" in only_error(start_on(folder / "new.db"))


@pytest.fixture
def read_only(tmp_path):
    """Shows a folder where nothing can be written."""
    shown = tmp_path / "read-only"
    shown.mkdir()
    mounted = []

    def show(folder):
        if os.geteuid() != 0:
            folder.chmod(0o555)
            mounted.append(None)
            return folder
        done = subprocess.run(["mount", "--bind", "-o", "ro", folder, shown], capture_output=True)
        if done.returncode != 0:
            pytest.skip(f"cannot mount here: {done.stderr.decode().strip()}")
        mounted.append(shown)
        return shown

    yield show
    for path in mounted:
        if path is not None:
            subprocess.run(["umount", path], check=True)


# The database belongs to one daemon.


def test_a_second_daemon_on_the_same_database_is_refused(daemon):
    for _ in range(3):
        assert f"process {daemon.pid}" in only_error(start_on(daemon.database))
    assert daemon.learn(1000)["state"] == "done"


def test_it_is_the_same_database_by_any_path(daemon, tmp_path):
    roundabout = daemon.folder / ".." / daemon.folder.name / "ttst.db"
    assert str(daemon.pid) in only_error(start_on(roundabout))
    (tmp_path / "folder").symlink_to(daemon.folder)
    assert str(daemon.pid) in only_error(start_on(tmp_path / "folder" / "ttst.db"))


def test_it_is_the_same_database_through_a_symbolic_link(daemon, tmp_path):
    """Two daemons would overwrite each other's brains."""
    link = tmp_path / "link.db"
    link.symlink_to(daemon.database)
    assert str(daemon.pid) in only_error(start_on(link))


def test_it_is_the_same_database_through_a_link_that_led_nowhere_at_first(house, tmp_path):
    target, link = tmp_path / "target.db", tmp_path / "link.db"
    link.symlink_to(target)
    daemon = house(database=link)
    for path in (target, link):
        assert str(daemon.pid) in only_error(start_on(path))


def test_the_lock_ends_with_the_process(daemon):
    daemon.kill9()
    daemon.start()
    daemon.terminate()
    daemon.start()
    assert daemon.get("/healthz").status_code == 200


def slice_ns(thread):
    """A thread's time slice; 0 where the kernel has none of one's own (before Linux 6.12)."""
    number = {"x86_64": 315, "aarch64": 275}[platform.machine()]
    attributes = ctypes.create_string_buffer(56)
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.syscall(number, thread, attributes, len(attributes), 0) == 0
    return int.from_bytes(attributes.raw[24:32], "little")


def test_who_answers_requests_has_shorter_time_slices_than_others(daemon):
    def is_so():
        tasks = pathlib.Path(f"/proc/{daemon.pid}/task").iterdir()
        slices = {(task / "comm").read_text().strip(): slice_ns(int(task.name)) for task in tasks}
        named = {"http", "train"} <= slices.keys()
        return named and (slices["http"] < slices["train"] or slices["train"] == 0)

    eventually("shorter slices", is_so)  # threads take names and slices as they begin
