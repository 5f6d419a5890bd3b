"""ttstd check and ttstd backup"""

import contextlib
import os
import sqlite3

import pytest

from daemon import ENDLESS, run_to_end
from test_rules import create


@pytest.fixture
def filled(daemon):
    """A daemon that has something of everything."""
    daemon.learn(2000, seed=1)
    create(daemon, "strong", "guard")
    create(daemon, "boxes", "menace", symmetry=True)
    daemon.learn(200, brain="strong", seed=1)
    daemon.learn(200, brain="boxes", seed=1, learn=[2], opponent="perfect")
    daemon.put("/brains/strong/checkpoints/mine")
    daemon.post("/match", {"moves": [0, 3, 1, 4, 2]}, headers={"Idempotency-Key": "k"})
    return daemon


def change(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_sound_database_is_told_so_and_what_is_in_it(filled):
    digest = filled.digest("strong")
    filled.terminate()
    ended = run_to_end("check", filled.database)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert f"brain strong: rule guard, 200 matches, {digest}" in lines
    assert "is sound: brains 3, jobs 3, checkpoints 8, curve points" in lines[-1]
    filled.start()


def test_a_database_can_be_checked_while_a_daemon_trains(filled):
    job = filled.train(ENDLESS, workers=2)["id"]
    for matches in (10**4, 10**5, 10**6):
        filled.wait_for_matches(job, matches)
        ended = run_to_end("check", filled.database)
        assert (ended.returncode, ended.stderr) == (0, "")
    assert filled.job(job)["state"] == "running"


def redefine(old, new):
    """Changes the schema's text, as flipped bits would."""
    return f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}')"


DAMAGE = {
    "a flipped bit in a table": (
        "UPDATE brain_table SET table_blob = CAST(replace(hex(table_blob), '', '') AS BLOB) WHERE brain_id = 2",
        "brain strong is damaged"),
    "an unknown rule": ("UPDATE brain SET rule = 'x' WHERE id = 2", "no ttstd writes"),
    "an option out of range": (
        "UPDATE brain SET reward = 256 WHERE id = 2", "brain strong is damaged"),
    "an option that is another": ("UPDATE brain SET reward = 4 WHERE id = 2", "brain strong is damaged"),
    "a job with another seed": ("UPDATE job SET seed = '2' WHERE id = 1", "job 1 is damaged"),
    "a job ahead of itself": (
        "UPDATE job SET matches_done = 10000 WHERE id = 1", "job 1 is damaged"),
    "an orphan": ("UPDATE job SET brain_id = 99 WHERE id = 1", "job belongs to a brain"),
    "a point where none is": (
        "UPDATE curve_point SET matches = 11 WHERE brain_id = 2 AND matches = 10",
        "the curve's point at 11 matches"),
    "a point of nonsense": (
        "UPDATE curve_point SET evaluations = randomblob(360) WHERE brain_id = 2 AND matches = 10",
        "the curve's point at 10 matches"),
    "a definition with another word": (
        redefine("(until IN", "(qntil IN"), "the definition of job is damaged"),
    "a definition without a blank": (
        redefine("(symmetry IN", "(symmetryxIN"), "the definition of brain is damaged"),
    "a definition that allows another word": (
        redefine("''matches''", "''matchQs''"), "the definition of job is damaged"),
    "an index of less": (redefine("(state, id)", "(state)"), "the definition of job_by_state"),
    "a damaged checkpoint": (
        "UPDATE checkpoint SET table_blob = zeroblob(64748) WHERE name = 'mine'",
        "the checkpoint mine is damaged"),
    "a job of another time": (
        "UPDATE job SET started_at = started_at + 1024 WHERE id = 1", "job 1 is damaged"),
    "a point of another number": (
        "UPDATE curve_point SET evaluations = CAST(x'00' || substr(evaluations, 2) AS BLOB)"
        " WHERE brain_id = 2 AND matches = 10", "the curve's point at 10 matches"),
    "a kept answer with another status": ("UPDATE receipt SET status = 201", "a row of receipt"),
    "a counter that is behind": (
        "UPDATE counter SET last = 1 WHERE name = 'job'", "a row of counter"),
    "a checkpoint of another life": (
        "UPDATE checkpoint SET life = 2 WHERE name = 'mine'", "the checkpoint mine is damaged"),
    "a checkpoint of other matches": (
        "UPDATE checkpoint SET matches = 7 WHERE name = 'mine'", "the checkpoint mine is damaged"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found_and_named(filled, what):
    statement, words = DAMAGE[what]
    filled.terminate()
    change(
        filled.database, "PRAGMA foreign_keys = OFF", "PRAGMA writable_schema = ON", statement
    )
    before = filled.database.read_bytes()
    ended = run_to_end("check", filled.database)
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "is sound" not in ended.stdout
    assert filled.database.read_bytes() == before
    filled.database.unlink()
    filled.start()


def test_what_is_no_database_of_ours_is_refused(tmp_path):
    (tmp_path / "text").write_text("hello" * 100)
    (tmp_path / "empty").touch()
    change(tmp_path / "other", "CREATE TABLE t (x)")
    for name in ("text", "empty", "other", "absent"):
        for command in (["check"], ["backup"]):
            to = [tmp_path / "to"] if command == ["backup"] else []
            ended = run_to_end(*command, tmp_path / name, *to)
            assert ended.returncode == 1
            assert name in ended.stderr
            assert len(ended.stderr.splitlines()) == 1
            assert not (tmp_path / "to").exists()
    assert (tmp_path / "text").read_text() == "hello" * 100


@pytest.mark.parametrize("words", [["check"], ["backup"], ["backup", "a"], ["check", "a", "b"],
                                   ["backup", "a", "b", "c"], ["check", "--listen"],
                                   ["check", ""]])
def test_unusable_words_are_refused(words):
    ended = run_to_end(*words)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1


def test_a_backup_is_a_database_that_a_daemon_serves(filled, house, tmp_path):
    to = tmp_path / "copy.db"
    ended = run_to_end("backup", filled.database, to)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert [path.name for path in tmp_path.glob("copy.db*")] == ["copy.db"]
    assert run_to_end("check", to).returncode == 0
    other = house(database=to)
    for name in ("default", "strong", "boxes", "strong@mine"):
        assert other.digest(name) == filled.digest(name)
    assert len(other.jobs()) == 3


def test_a_backup_can_be_made_while_a_daemon_trains(filled, house, tmp_path):
    job = filled.train(10**7, brain="strong", seed=2, workers=2)["id"]
    filled.wait_for_matches(job, 10**5)
    to = tmp_path / "copy.db"
    assert run_to_end("backup", filled.database, to).returncode == 0
    other = house(database=to)
    assert filled.finish(job)["state"] == other.finish(job)["state"] == "done"
    assert other.digest("strong") == filled.digest("strong")


def test_a_backup_never_overwrites(filled, tmp_path):
    to = tmp_path / "there"
    to.write_text("precious")
    ended = run_to_end("backup", filled.database, to)
    assert ended.returncode == 1
    assert "is there already" in ended.stderr
    assert to.read_text() == "precious"
    ended = run_to_end("backup", filled.database, tmp_path / "no" / "folder.db")
    assert ended.returncode == 1
    assert os.listdir(tmp_path / "1") if (tmp_path / "1").exists() else True


def test_a_damaged_database_makes_no_backup(filled, tmp_path):
    filled.terminate()
    pages = bytearray(filled.database.read_bytes())
    pages[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    filled.database.write_bytes(pages)
    ended = run_to_end("backup", filled.database, tmp_path / "to")
    assert ended.returncode == 1
    assert list(tmp_path.glob("to*")) == []
    assert run_to_end("check", filled.database).returncode == 1
    filled.database.unlink()
    filled.start()
