"""The process: options, start, stop, the database that it keeps to itself."""

import contextlib
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

import pytest

from contract import assert_problem
from daemon import (
    DEADLINE_S,
    ENDLESS,
    FLAVOUR,
    LOG_LINE,
    Daemon,
    Wire,
    age_brain,
    eventually,
    lasting,
    parse_log,
    run_to_end,
    sanitizer_reports,
)

# Options.


def test_help_names_every_option(tmp_path):
    ended = run_to_end("--help", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    for name in ("listen", "database", "training-threads", "save-interval", "log-level", "config"):
        assert f"--{name} " in ended.stdout
        assert "TTSTD_" + name.upper().replace("-", "_") in ended.stdout
    assert max(map(len, ended.stdout.splitlines())) <= 100
    assert not list(tmp_path.iterdir())


def test_the_version_is_printed(tmp_path):
    ended = run_to_end("--version", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    name, number, commit = ended.stdout.split()
    assert name == "ttstd" and number[0].isdigit() and commit[0] == "("
    assert not list(tmp_path.iterdir())


# One line a case: name, flags, environment, what the message names.

UNUSABLE = [
    ("an unknown option", ["--frobnicate"], {}, "--frobnicate"),
    ("a misspelt option", ["--databse", "x"], {}, "--database"),
    ("an unknown command", ["train"], {}, "train"),
    ("a command that does not come first", ["--log-level", "info", "serve"], {}, "serve"),
    ("a missing value", ["--database"], {}, "--database"),
    ("an empty value", ["--database", ""], {}, "--database"),
    ("an option given twice", ["--database", "a", "--database", "b"], {}, "--database"),
    ("an address without a port", ["--listen", "127.0.0.1"], {}, "--listen"),
    ("an address with a name", ["--listen", "localhost:80"], {}, "--listen"),
    ("a port out of range", ["--listen", "127.0.0.1:65536"], {}, "--listen"),
    ("a port below 0", ["--listen", "127.0.0.1:-1"], {}, "--listen"),
    ("no threads", ["--training-threads", "0"], {}, "--training-threads"),
    ("65 threads", ["--training-threads", "65"], {}, "--training-threads"),
    ("half a thread", ["--training-threads", "1.5"], {}, "--training-threads"),
    ("an interval without a unit", ["--save-interval", "5"], {}, "--save-interval"),
    ("an interval too short", ["--save-interval", "9ms"], {}, "--save-interval"),
    ("an interval too long", ["--save-interval", "61m"], {}, "--save-interval"),
    ("an unknown level", ["--log-level", "loud"], {}, "--log-level"),
    ("a config file that is not there", ["--config", "/nonexistent/ttstd.conf"], {}, "ttstd.conf"),
    ("a bad value in the environment", [], {"TTSTD_SAVE_INTERVAL": "soon"}, "TTSTD_SAVE_INTERVAL"),
    ("a bad value that a flag overrides", ["--log-level", "info"], {"TTSTD_LOG_LEVEL": "loud"},
     "TTSTD_LOG_LEVEL"),
    ("a newline in a value", ["--log-level", "a\nb"], {}, "--log-level"),
]


@pytest.mark.parametrize("flags, env, named", [pytest.param(*c[1:], id=c[0]) for c in UNUSABLE])
def test_unusable_options_end_with_status_2_and_one_line(tmp_path, flags, env, named):
    ended = run_to_end(*flags, env=env, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("ttstd: ") and named in ended.stderr
    assert ended.stderr.count("\n") == 1 and ended.stderr.endswith("\n")
    assert not list(tmp_path.iterdir())


def test_a_flag_is_stronger_than_the_environment_that_than_the_file(house, tmp_path):
    file = tmp_path / "ttstd.conf"
    file.write_text("# for a test\ntraining-threads = 3\nlog-level = debug\n")

    def threads(*flags, env=None):
        daemon = house("--config", file, *flags, env=env)
        daemon.get("/healthz")
        daemon.wait_for_event("request", path="/healthz")  # by level debug alone
        return daemon.events("starting")[0].fields["training_threads"]

    assert threads() == "3"
    assert threads(env={"TTSTD_TRAINING_THREADS": "4"}) == "4"
    assert threads("--training-threads", "5", env={"TTSTD_TRAINING_THREADS": "4"}) == "5"


def test_all_options_may_come_from_the_environment(house):
    """As in a container."""
    daemon = house(start=False)
    database = daemon.folder / "by-environment.db"
    daemon.options = []
    daemon.env = {
        "TTSTD_LISTEN": "127.0.0.1:0",
        "TTSTD_DATABASE": str(database),
        "TTSTD_TRAINING_THREADS": "1",
        "TTSTD_SAVE_INTERVAL": "2s",
        "TTSTD_LOG_LEVEL": "info",
        "TTSTD_PORT": "tcp://10.0.0.1:80",  # Kubernetes sets this for a service of our name
    }
    daemon.start()
    assert daemon.events("starting")[0].fields["database"] == str(database)
    assert database.exists()


# Starting.


def only_error(ended):
    """The one line that says why the daemon did not start."""
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout == ""
    errors = [event for event in parse_log(ended.stderr) if event.level == "error"]
    assert len(errors) == 1, ended.stderr
    assert len(parse_log(ended.stderr)) == len(ended.stderr.splitlines())
    return errors[0].fields["error"]


def start_on(database):
    """Starts a daemon that ought to refuse; one that does not is ended."""
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder, database=database)
        daemon.spawn()
        try:
            eventually(
                "an end, or listening",
                lambda: daemon.process.poll() is not None or daemon.events("listening"),
            )
            assert daemon.process.poll() is not None, f"it was accepted:\n{daemon.log}"
        finally:
            if daemon.process.poll() is None:
                daemon.kill9()
        assert not sanitizer_reports(daemon.log), daemon.log
        return subprocess.CompletedProcess([], daemon.process.returncode, "", daemon.log)


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


# Files that are not ours, or no longer whole. Each is made from a sound database, with and without
# a write-ahead log beside it that holds a change.


@pytest.fixture(scope="module")
def sound(module_house):
    """A database with two brains and two jobs, closed."""
    daemon = module_house()
    daemon.create_brain("second", reward=5)
    daemon.learn(30_000, seed=1)
    daemon.learn(2000, seed=2, brain="second")
    assert daemon.terminate().status == 0
    return daemon.database


def copy_with_change(source, target, sql, leave_log):
    """Copies a database with a change, which is left in the write-ahead log or brought home."""
    work = target.with_name("work.db")
    shutil.copyfile(source, work)
    database = sqlite3.connect(work, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 0")
    database.executescript(sql)
    if not leave_log:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(work, target)
    if leave_log:
        shutil.copyfile(f"{work}-wal", f"{target}-wal")
        assert os.path.getsize(f"{target}-wal") > 32
    database.close()
    work.unlink()


def harmless(sql=""):
    """A change that touches the brains' table only."""
    return f"UPDATE brain SET saved_at = saved_at + 1 WHERE name = 'second'; {sql}"


def root_page(path, table):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchone()[0]


def overwrite(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


PAGE = 4096


def a_text_file(path, sound, leave_log):
    path.write_text("Dear diary, today I learned tic-tac-toe.\n" * 100)
    if leave_log:
        pathlib.Path(f"{path}-wal").write_bytes(b"not a log either")


def a_short_file(path, sound, leave_log):
    a_text_file(path, sound, leave_log)
    path.write_bytes(sound.read_bytes()[:99])


def noise(path, sound, leave_log):
    a_text_file(path, sound, leave_log)
    path.write_bytes(random.Random(1).randbytes(10_000))


def a_database_of_somebody_else(path, sound, leave_log):
    empty = path.with_name("empty.db")
    empty.touch()
    copy_with_change(empty, path, "CREATE TABLE brain (name); PRAGMA user_version = 1", leave_log)
    empty.unlink()


def a_database_with_another_mark(path, sound, leave_log):
    a_database_of_somebody_else(path, sound, leave_log)
    overwrite(path, 68, b"TTST")


def half_of_ours(path, sound, leave_log):
    copy_with_change(sound, path, harmless(), leave_log)
    os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE)


def ours_cut_within_a_page(path, sound, leave_log):
    # The last page is a brain's, so the change, whose pages the log can heal, is a job's.
    copy_with_change(sound, path, "UPDATE job SET running_ms = running_ms + 1", leave_log)
    os.truncate(path, path.stat().st_size - PAGE // 2)


def only_our_header(path, sound, leave_log):
    copy_with_change(sound, path, harmless(), leave_log)
    os.truncate(path, 100)


def ours_with_a_page_of_noise(path, sound, leave_log):
    copy_with_change(sound, path, harmless(), leave_log)
    overwrite(path, (root_page(sound, "job") - 1) * PAGE, random.Random(2).randbytes(PAGE))


def ours_with_flipped_bytes_in_a_page(path, sound, leave_log):
    copy_with_change(sound, path, harmless(), leave_log)
    start = (root_page(sound, "job") - 1) * PAGE
    page = bytearray(path.read_bytes()[start : start + PAGE])
    for i in range(0, 16):
        page[i] ^= 0xFF
    overwrite(path, start, page)


def ours_with_a_lost_index(path, sound, leave_log):
    copy_with_change(sound, path, harmless(), leave_log)
    overwrite(path, (root_page(sound, "job_by_state") - 1) * PAGE, bytes(PAGE))


def ours_of_a_newer_program(path, sound, leave_log):
    copy_with_change(sound, path, harmless("PRAGMA user_version = 99"), leave_log)


DAMAGES = {
    "a flipped bit in a table": "UPDATE brain SET table_blob ="
    " CAST(substr(table_blob, 1, 999) || x'ff' || substr(table_blob, 1001) AS BLOB) WHERE id = 1",
    "half a table": "UPDATE brain SET table_blob = substr(table_blob, 1, 5000) WHERE id = 1",
    "a table too long": "UPDATE brain SET table_blob = CAST(table_blob || x'00' AS BLOB)",
    "an empty table": "UPDATE brain SET table_blob = x''",
    "the other brain's halves": "UPDATE brain SET halve_above = 256 WHERE id = 1",
    "an unknown rule": "UPDATE brain SET rule = 'magic' WHERE id = 1",
    "an unknown scoring": "UPDATE brain SET scoring = 'golf' WHERE id = 1",
    "an unknown game": "UPDATE brain SET game = 'chess' WHERE id = 1",
    "a name out of bounds": "UPDATE brain SET name = 'No Name' WHERE id = 1",
    "a name too long": "UPDATE brain SET name = printf('%.200c', 'a') WHERE id = 1",
    "a name with a NUL": "UPDATE brain SET name = 'a' || char(0) || 'b' WHERE id = 1",
    "a reward out of range": "UPDATE brain SET reward = 4294967299 WHERE id = 1",
    "a job of too many workers": "UPDATE job SET workers = 65 WHERE id = 1",
    "a job that did more than it was asked to": "UPDATE job SET matches_done = matches + 1",
    "a job of nobody": "UPDATE job SET brain_id = 77 WHERE id = 1",
    "a seed that is no number": "UPDATE job SET seed = 'many' WHERE id = 1",
    "results that do not add up": "UPDATE job SET drawn = drawn + 1 WHERE id = 1",
    "a running job that is through": "UPDATE job SET state = 'running', ended_by = NULL",
    "a running job ahead of its brain": "UPDATE job SET state = 'running', ended_by = NULL,"
    " matches = 90000, matches_done = 80000 WHERE id = 1",
}


def damaged(name):
    def make(path, sound, leave_log):
        copy_with_change(sound, path, DAMAGES[name], leave_log)

    make.__name__ = name
    return make


REFUSED = [
    a_text_file,
    a_short_file,
    noise,
    a_database_of_somebody_else,
    a_database_with_another_mark,
    half_of_ours,
    ours_cut_within_a_page,
    only_our_header,
    ours_with_a_page_of_noise,
    ours_with_flipped_bytes_in_a_page,
    ours_with_a_lost_index,
    ours_of_a_newer_program,
    *(damaged(name) for name in DAMAGES),
]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("leave_log", [False, True], ids=["alone", "with its log"])
@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_a_file_that_is_not_ours_and_whole_is_refused_and_stays_as_it_is(
    tmp_path, sound, make, leave_log
):
    path = tmp_path / "it.db"
    make(path, sound, leave_log)
    before = contents(tmp_path)
    for _ in range(2):
        error = only_error(start_on(path))
        assert str(path) in error
        after = contents(tmp_path)
        assert {name: after[name] for name in before} == before
        # SQLite's working files and the lock are all that may have come, and only beside ours.
        come = after.keys() - before.keys()
        assert come <= {"it.db.lock", "it.db-shm", "it.db-wal"}
        assert not after.get("it.db-wal") or leave_log
    if make is ours_of_a_newer_program:
        assert "99" in error


def test_beside_a_file_of_somebody_else_nothing_appears(tmp_path, sound):
    a_database_of_somebody_else(tmp_path / "it.db", sound, False)
    only_error(start_on(tmp_path / "it.db"))
    assert os.listdir(tmp_path) == ["it.db"]


def test_a_sound_copy_is_accepted_with_and_without_its_log(tmp_path, house, sound):
    """Or else the refusals above would prove nothing."""
    for leave_log in (False, True):
        path = tmp_path / f"{leave_log}.db"
        copy_with_change(sound, path, harmless(), leave_log)
        daemon = house(database=path)
        assert [b["matches"] for b in daemon.get("/brains").json()["brains"]] == [30_000, 2000]


def test_an_empty_file_is_a_new_database(house, tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    daemon = house(database=path)
    assert daemon.brain()["matches"] == 0
    daemon.learn(100)
    daemon.restart()
    assert daemon.brain()["matches"] == 100


def test_the_database_is_marked_as_ours(sound):
    header = sound.read_bytes()[:100]
    assert header[:16] == b"SQLite format 3\0"
    assert header[68:72] == b"ttst"
    assert not pathlib.Path(f"{sound}-wal").exists()


# Stopping.


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_a_signal_ends_the_daemon_cleanly(daemon, number):
    daemon.learn(100)
    ended = daemon.terminate(number)
    assert ended.status == 0
    assert daemon.events("stopping")[0].fields["signal"] == number.name
    assert daemon.events()[-1].name == "stopped"
    assert not daemon.errors()


def test_a_second_signal_changes_nothing(daemon):
    daemon.train(ENDLESS, workers=8)
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.terminate(signal.SIGINT).status == 0


# The third brain has lived so long that its rounds are as long as they get.
@pytest.mark.parametrize(
    "number, lived",
    [
        pytest.param(signal.SIGTERM, 0, id="SIGTERM"),
        pytest.param(signal.SIGINT, 0, id="SIGINT"),
        pytest.param(signal.SIGTERM, 10**9 if FLAVOUR == "plain" else 10**6, id="an old brain"),
    ],
)
def test_it_stops_within_two_seconds_while_training_with_64_workers(daemon, number, lived):
    daemon.terminate()
    age_brain(daemon.database, lived)
    daemon.start()
    job = daemon.train(ENDLESS, workers=64, seed=1)["id"]
    seen = daemon.wait_for_matches(job, 20_000)
    ended = daemon.terminate(number)
    assert ended.status == 0
    if FLAVOUR == "plain":
        assert ended.seconds < 2
    daemon.start()
    again, brain = daemon.job(job), daemon.brain()
    assert again["state"] == "running"
    assert again["matches_done"] >= seen["matches_done"]
    assert sum(again["results"].values()) == again["matches_done"]
    assert brain["matches"] >= lived + again["matches_done"]


def test_a_job_goes_on_after_a_stop_to_the_very_same_end(house, amount):
    matches = amount(0.6)
    undisturbed = house()
    expected = undisturbed.learn(matches, seed=5, workers=3)
    daemon = house("--save-interval", "60m")  # only the stop saves
    number = daemon.train(matches, seed=5, workers=3)["id"]
    for part in (0.01, 0.2, 0.5):
        seen = daemon.wait_for_matches(number, int(part * matches))
        daemon.restart()
        assert daemon.job(number)["matches_done"] >= seen["matches_done"]
    job = daemon.finish(number)
    for field in ("state", "matches_done", "results", "ended_by"):
        assert job[field] == expected[field]
    assert daemon.digest() == undisturbed.digest()


def test_jobs_and_brains_are_the_same_after_a_restart(daemon):
    daemon.create_brain("other", scoring="standard", draw_reward=1)
    daemon.learn(20_000, seed=str(2**64 - 1), workers=2)
    daemon.learn(500, brain="other", learn=[2])
    stopped = daemon.train(ENDLESS, brain="other")["id"]
    queued = daemon.train(ENDLESS, brain="other")["id"]
    daemon.delete(f"/train/{queued}")
    daemon.wait_for_matches(stopped, 1)
    daemon.delete(f"/train/{stopped}")
    daemon.finish(stopped)

    def all_there_is():
        brains = [lasting(brain) for brain in daemon.get("/brains").json()["brains"]]
        return daemon.jobs(), brains, daemon.digest()

    before = all_there_is()
    daemon.restart()
    assert all_there_is() == before
    assert daemon.train(1)["id"] == queued + 1


def test_jobs_that_wait_still_do_after_a_restart(daemon, amount):
    first = daemon.train(amount(0.4), seed=1)["id"]
    second = daemon.train(1000, seed=2)["id"]
    daemon.wait_for_matches(first, 1)
    daemon.restart()
    assert daemon.job(second)["state"] == "queued"
    assert daemon.finish(second)["started_at"] >= daemon.job(first)["finished_at"]


def test_a_stop_that_a_crash_cut_short_is_a_stop(daemon):
    number = daemon.train(ENDLESS)["id"]
    daemon.wait_for_matches(number, 1)
    daemon.delete(f"/train/{number}")
    daemon.kill9()
    daemon.start()
    job = daemon.finish(number)
    assert (job["state"], job["ended_by"]) == ("stopped", "stop")
    assert job["matches_done"] == daemon.brain()["matches"]
    assert daemon.learn(10)["state"] == "done"


# Draining.


def test_who_waits_is_answered_when_the_daemon_goes_down(daemon):
    number = daemon.train(ENDLESS)["id"]
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(daemon)) for _ in range(20)]
        for wire in wires:
            assert wire.ask("GET", "/healthz").answer().status == 200  # kept alive
            wire.ask("GET", f"/train/{number}?wait=30")
        daemon.get("/healthz")
        begin = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        for wire in wires:
            answer = wire.answer()
            assert answer.status == 200
            assert b'"state":"running"' in answer.body
            assert answer.headers["Connection"].lower() == "close"
            assert wire.is_closed_by_daemon()
        assert time.monotonic() - begin < 10
    assert daemon.end(0).status == 0


def test_a_daemon_that_goes_down_is_alive_but_not_ready(daemon):
    body = b'{"board":"000000000"}'
    with Wire(daemon) as slow, Wire(daemon) as ready, Wire(daemon) as alive:
        # A request whose body is still to come holds the daemon for a moment.
        slow.ask("POST", "/move", b"", f"Content-Length: {len(body)}", "Expect: 100-continue")
        assert slow.answer().status == 100
        assert ready.ask("GET", "/readyz").answer().status == 200
        assert alive.ask("GET", "/healthz").answer().status == 200
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for_event("stopping")

        def not_ready():
            answer = ready.ask("GET", "/readyz").answer()
            return answer if answer.status == 503 else None

        answer = eventually("a 503", not_ready)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Connection"].lower() == "close"
        assert alive.ask("GET", "/healthz").answer().status == 200
        assert slow.send(body).answer().status == 503
    assert daemon.end(0).status == 0


def test_nobody_is_let_in_any_more_when_the_daemon_goes_down(daemon):
    with Wire(daemon) as slow:
        slow.send("POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        assert daemon.get("/healthz").status_code == 200
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for_event("stopping")
        assert daemon.end(0).status == 0
    with pytest.raises(ConnectionRefusedError):
        Wire(daemon)


def test_a_change_under_way_is_answered_before_the_daemon_ends(house):
    """Whatever was accepted is there after the restart, whatever was refused is not."""
    daemon = house()
    accepted, refused = [], []
    begun = threading.Event()

    def client(name):
        for number in range(10_000):
            try:
                answer = Wire(daemon).ask(
                    "PUT", f"/brains/{name}{number}", b'{"game":"tictactoe","rule":"beads"}'
                ).answer()
            except OSError:
                return
            if answer is None:
                return
            (accepted if answer.status == 201 else refused).append(f"{name}{number}")
            begun.set()

    threads = [threading.Thread(target=client, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    begun.wait(DEADLINE_S)
    assert daemon.terminate().status == 0
    for thread in threads:
        thread.join()
    daemon.start()
    there = {brain["name"] for brain in daemon.get("/brains").json()["brains"]}
    assert set(accepted) <= there
    assert not there & set(refused)


# The log.


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
    with contextlib.closing(sqlite3.connect(daemon.database)) as database, database:
        database.execute("UPDATE job SET schedule = 99, digest = NULL")
    daemon.start()
    job = daemon.job(number)
    assert (job["state"], job["ended_by"]) == ("failed", "error")
    assert "schedule" in job["error"]
    assert_problem(daemon.get("/train/77"), 404)
    assert daemon.learn(100)["state"] == "done"
