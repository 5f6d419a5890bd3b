"""Files that are not ours, or no longer whole.

Each is made from a sound database, with and without a write-ahead log beside it that holds a change."""

import contextlib
import os
import pathlib
import random
import shutil
import sqlite3

import pytest

from sealing import seal
from starting import only_error, start_on


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
    if sql.startswith(("UPDATE brain", "UPDATE job")):
        seal(database)
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
    "a flipped bit in a table": "UPDATE brain_table SET table_blob ="
    " CAST(substr(table_blob, 1, 999) || x'ff' || substr(table_blob, 1001) AS BLOB) WHERE brain_id = 1",
    "half a table": "UPDATE brain_table SET table_blob = substr(table_blob, 1, 5000) WHERE brain_id = 1",
    "a table too long": "UPDATE brain_table SET table_blob = CAST(table_blob || x'00' AS BLOB)",
    "an empty table": "UPDATE brain_table SET table_blob = x''",
    "no table": "DELETE FROM brain_table WHERE brain_id = 1",
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
    "a definition with another word": "PRAGMA writable_schema = ON; UPDATE sqlite_schema"
    " SET sql = replace(sql, '(until IN', '(qntil IN')",
    "a definition without a blank": "PRAGMA writable_schema = ON; UPDATE sqlite_schema"
    " SET sql = replace(sql, '(symmetry IN', '(symmetryxIN')",
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
        assert str(path) in error and "input/output" not in error
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
