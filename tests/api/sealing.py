"""Changes to a database's rows that are not to be found by their digests, but by what they say."""

import contextlib
import hashlib
import pathlib
import re
import sqlite3
import struct

HEADER = pathlib.Path(__file__).resolve().parents[2] / "server/store/row_digest.h"
ROWS = {
    "brain": {"digest": "BRAIN_DIGEST", "state_digest": "BRAIN_STATE_DIGEST"},
    "lesson": {"digest": "LESSON_DIGEST"},
    "job": {"digest": "JOB_DIGEST", "state_digest": "JOB_STATE_DIGEST"},
    "curve_point": {"digest": "POINT_DIGEST"},
    "checkpoint": {"digest": "CHECKPOINT_DIGEST"},
    "receipt": {"digest": "RECEIPT_DIGEST"},
    "counter": {"digest": "COUNTER_DIGEST"},
}


def row_digest(*values):
    """The function of that name that the daemon gives to SQL."""
    text = b""
    for value in values:
        if value is None:
            text += b"\xff"
        elif isinstance(value, int):
            text += struct.pack("<q", value)
        elif isinstance(value, float):
            text += struct.pack("<d", value)
        else:
            value = value if isinstance(value, bytes) else value.encode()
            text += struct.pack("<Q", len(value)) + value
    return hashlib.sha256(text).digest()


def definitions():
    """What each digest is of, by its name."""
    found = re.findall(r"#define (\w+_DIGEST)((?:.*\\\n)*.*)", HEADER.read_text())
    return {name: "".join(re.findall(r'"([^"]*)"', body)) for name, body in found}


def seal(database):
    """Makes all digests right."""
    database.create_function("row_digest", -1, row_digest)
    of = definitions()
    for table, columns in ROWS.items():
        new = ", ".join(f"{column} = {of[name]}" for column, name in columns.items())
        database.execute(f"UPDATE {table} SET {new}")


@contextlib.contextmanager
def sealing(path):
    """A connection to a database that no daemon uses; when the block ends, its digests are right."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        yield database
        seal(database)


def multiply(path, table, count, **changes):
    """Adds so many rows like the newest one, under ids of their own. A column's change is SQL, in which `i` counts
    from 1. No daemon uses the database."""
    with sealing(path) as database:
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        key, *others = columns
        values = [changes.get(column, column) for column in others]
        database.execute(
            f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
            f" INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT t.{key} + i, {', '.join(values)} FROM n,"
            f" (SELECT * FROM {table} ORDER BY {key} DESC LIMIT 1) AS t"
        )
