"""A full disk: nothing stops but the saving, and that goes on by itself once there is room."""

import contextlib
import http.client
import json
import os
import resource
import socket
import subprocess

import pytest

from contract import assert_problem
from daemon import BINARY, DEADLINE_S, ENDLESS, clean_environment, eventually

SMALL_DISK = 2 * 1024 * 1024
WAL_FRAME = 24 + 4096


class SmallDisk:
    """A file system of its own that a ballast file fills to the last byte."""

    def __init__(self, folder):
        self.folder = folder
        self.ballast = folder / "ballast"

    def fill(self, daemon):
        with open(self.ballast, "wb", buffering=0) as file:
            size = 65536
            while size > 0:
                try:
                    file.write(bytes(size))
                except OSError:
                    size //= 2

    def free(self, daemon):
        self.ballast.unlink()


class SmallFiles:
    """A limit to the size of the files that the daemon may write: what they are now."""

    def __init__(self, folder):
        self.folder = folder

    def fill(self, daemon, room=0):
        size = os.path.getsize(f"{daemon.database}-wal")
        resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (size + room, resource.RLIM_INFINITY))

    def free(self, daemon):
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, unlimited)


@pytest.fixture(params=["small disk", "small files"])
def disk(request, tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "small files":
        yield SmallFiles(folder)
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", folder],
        capture_output=True,
        text=True,
    )
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a small tmpfs here: {mounted.stderr.strip()}")
    yield SmallDisk(folder)
    subprocess.run(["umount", folder], check=True)


@pytest.fixture
def daemon(disk, house):
    """On that disk; set up after it, so that it ends before."""
    return house("--save-interval", "20ms", database=disk.folder / "ttst.db")


def save_error(daemon, name="default"):
    return daemon.brain(name)["last_save_error"]


def test_training_and_moves_go_on_while_the_disk_is_full(disk, daemon):
    number = daemon.train(ENDLESS, seed=1)["id"]
    disk.fill(daemon)
    error = eventually("a save that failed", lambda: save_error(daemon))
    assert error.strip() and "\n" not in error
    assert daemon.get("/brains").json()["brains"][0]["last_save_error"]

    before = daemon.job(number)["matches_done"]
    daemon.wait_for_matches(number, before + 10_000)
    assert daemon.brain()["unsaved_matches"] > 0
    assert daemon.move(boards=["000000000"] * 100)["moves"]
    assert daemon.get("/healthz").status_code == 200
    assert len(daemon.events("save_failed")) == 1  # said once, not at every try

    disk.free(daemon)
    eventually("a save that succeeds", lambda: save_error(daemon) is None)
    daemon.wait_for_event("save_recovered", brain="default")
    assert daemon.job(number)["state"] == "running"
    daemon.delete(f"/train/{number}")
    stopped = daemon.finish(number)
    assert daemon.brain()["unsaved_matches"] == 0
    daemon.kill9()
    daemon.start()
    assert daemon.brain()["matches"] == stopped["matches_done"]


def test_a_full_disk_has_no_say_in_what_is_learned(disk, daemon, house, amount):
    order = {"matches": amount(0.6), "seed": 3, "workers": 2}
    undisturbed = house()
    expected = undisturbed.learn(**order)
    number = daemon.train(**order)["id"]
    disk.fill(daemon)
    eventually("a save that failed", lambda: save_error(daemon))
    eventually("the last match", lambda: daemon.brain()["matches"] == order["matches"])
    disk.free(daemon)
    job = daemon.finish(number)
    eventually("the last save", lambda: save_error(daemon) is None)
    assert (job["state"], job["results"]) == ("done", expected["results"])
    daemon.kill9()
    daemon.start()
    assert daemon.job(number)["state"] == "done"
    assert daemon.digest() == undisturbed.digest()


def test_the_next_job_waits_until_the_last_one_is_saved(disk, daemon, amount):
    first = daemon.train(amount(0.3), seed=1)["id"]
    second = daemon.train(1000, seed=2)["id"]
    disk.fill(daemon)
    eventually("the last match", lambda: daemon.brain()["matches"] == daemon.job(first)["matches"])
    eventually("a save that failed", lambda: save_error(daemon))
    assert daemon.job(second)["state"] == "queued"
    disk.free(daemon)
    assert daemon.finish(second)["state"] == "done"
    assert daemon.job(first)["state"] == "done"
    assert save_error(daemon) is None
    assert daemon.brain()["unsaved_matches"] == 0


def test_nothing_is_half_done_when_a_job_cannot_be_written(disk, daemon):
    disk.fill(daemon)
    before = daemon.brain()
    for _ in range(3):
        assert_problem(daemon.post("/train", {"matches": 1000}), 503)
    assert daemon.jobs() == []
    assert daemon.brain() == before
    disk.free(daemon)
    job = daemon.learn(1000)
    assert daemon.jobs() == [job]
    daemon.restart()
    assert daemon.jobs() == [job]
    assert daemon.brain()["matches"] == 1000


def test_nothing_is_half_done_when_a_brain_cannot_be_written(disk, daemon):
    order = {"game": "tictactoe", "rule": "beads"}
    disk.fill(daemon)
    for _ in range(3):
        assert_problem(daemon.put("/brains/other", order), 503)
        assert_problem(daemon.get("/brains/other"), 404)
        assert_problem(daemon.post("/train", {"matches": 1, "brain": "other"}), 404, "brain")
    disk.free(daemon)
    assert daemon.put("/brains/other", order).status_code == 201
    daemon.restart()
    assert [b["name"] for b in daemon.get("/brains").json()["brains"]] == ["default", "other"]


def test_a_stop_that_cannot_save_says_what_is_lost(disk, daemon):
    number = daemon.train(ENDLESS, seed=1)["id"]
    disk.fill(daemon)
    eventually("a save that failed", lambda: save_error(daemon))
    ended = daemon.terminate()
    assert ended.status == 1
    last = daemon.events()[-1]
    assert (last.level, last.name) == ("error", "not_saved")
    assert "default" in last.fields["error"] and "matches" in last.fields["error"]
    assert len(daemon.events("not_saved")) == 1 and not daemon.events("stopped")
    if isinstance(disk, SmallDisk):  # the other limit ended with the process
        disk.free(daemon)
    daemon.start()
    assert daemon.job(number)["state"] == "running"  # from its last save


def test_a_stop_that_had_to_wait_for_room_loses_nothing(disk, daemon):
    number = daemon.train(ENDLESS, seed=1)["id"]
    disk.fill(daemon)
    eventually("a save that failed", lambda: save_error(daemon))
    seen = daemon.job(number)["matches_done"]
    disk.free(daemon)
    assert daemon.terminate().status == 0
    daemon.start()
    assert daemon.job(number)["matches_done"] >= seen


def test_a_new_database_on_a_full_disk_is_refused(disk, house):
    if isinstance(disk, SmallFiles):
        pytest.skip("no file is there whose size could be the limit")
    disk.fill(None)
    daemon = house(database=disk.folder / "ttst.db", start=False).spawn()
    status = daemon.process.wait(timeout=DEADLINE_S)
    daemon.process = None
    assert status == 1
    (error,) = daemon.errors()
    assert "ttst.db" in error.fields["error"]
    disk.free(None)
    daemon.start()
    assert daemon.learn(100)["state"] == "done"


def test_a_job_is_not_written_as_done_before_its_brain_is(tmp_path, house, amount):
    """There may be room for a job's row and none for its brain's table."""
    disk = SmallFiles(tmp_path)
    daemon = house("--save-interval", "60m")
    number = daemon.train(amount(0.3), seed=1)["id"]
    disk.fill(daemon, room=6 * WAL_FRAME)
    eventually("a save that failed", lambda: save_error(daemon))
    daemon.delete(f"/train/{number}")  # writes the job's row
    daemon.kill9()
    daemon.start()
    job = daemon.finish(number)
    assert job["matches_done"] == daemon.brain()["matches"]
    assert job["state"] == "done"


@pytest.mark.parametrize(
    "redirection",
    ["2>/dev/full", "2>&-", "<&- >&- 2>&-"],
    ids=["a full disk", "nowhere", "nothing open at all"],
)
def test_a_log_that_cannot_be_written_stops_nothing(house, redirection):
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    daemon = house(start=False)
    options = ["--listen", f"127.0.0.1:{port}", "--database", str(daemon.database)]
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", BINARY, *options],
        env=clean_environment(),
    )

    def ask(method, path, body=None):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.request(method, path, body)
            return json.loads(connection.getresponse().read())

    def listening():
        assert process.poll() is None
        with contextlib.suppress(ConnectionRefusedError):
            return ask("GET", "/healthz")

    try:
        eventually("an answer", listening)
        for number in range(1, 4):
            ask("POST", "/train", '{"matches":1000}')
            assert ask("GET", f"/train/{number}?wait=60")["state"] == "done"
            assert "field" in ask("POST", "/move", "{}")  # logged too
        lock = daemon.database.with_name("ttst.db.lock")
        assert lock.read_text() == f"{process.pid}\n"
    finally:
        process.terminate()
        assert process.wait(timeout=DEADLINE_S) == 0
    daemon.start()
    assert daemon.brain()["matches"] == 3000
