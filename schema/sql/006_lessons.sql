-- Matches that a brain has learned since its table was written; tables apart from brains, so that all brains are
-- read without them. table_count() is the daemon's own function, as row_digest() is.

CREATE TABLE brain_table (
    brain_id   INTEGER PRIMARY KEY REFERENCES brain (id) ON DELETE CASCADE,
    table_blob BLOB NOT NULL -- counts, weights and their SHA-256; laid out in schema/README.md
) STRICT;

CREATE TABLE lesson (
    brain_id   INTEGER NOT NULL REFERENCES brain (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL, -- from brain.lessons + 1 on, without gaps: the order in which they are learned
    learners   INTEGER NOT NULL, -- bit 0 player 1, bit 1 player 2
    moves      BLOB    NOT NULL, -- a byte each
    learned_at INTEGER NOT NULL,
    digest     BLOB    NOT NULL,
    PRIMARY KEY (brain_id, number)
) STRICT, WITHOUT ROWID;

INSERT INTO brain_table (brain_id, table_blob) SELECT id, table_blob FROM brain;

ALTER TABLE brain ADD COLUMN lessons        INTEGER NOT NULL DEFAULT 0; -- the last one that is in its table
ALTER TABLE brain ADD COLUMN matches        INTEGER NOT NULL DEFAULT 0; -- what is counted in its table
ALTER TABLE brain ADD COLUMN won_by_player1 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE brain ADD COLUMN won_by_player2 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE brain ADD COLUMN drawn          INTEGER NOT NULL DEFAULT 0;
ALTER TABLE brain ADD COLUMN table_digest   BLOB; -- the last 32 bytes of its table; NULL: as new, it has none

-- A wrong digest stays wrong.
UPDATE brain SET
    matches = table_count(table_blob, 0), won_by_player1 = table_count(table_blob, 1),
    won_by_player2 = table_count(table_blob, 2), drawn = table_count(table_blob, 3),
    table_digest = substr(table_blob, -32),
    state_digest = CASE WHEN state_digest IS row_digest(id, saved_at, life, substr(table_blob, -32))
        THEN row_digest(id, saved_at, life, 0, table_count(table_blob, 0), table_count(table_blob, 1),
                        table_count(table_blob, 2), table_count(table_blob, 3), substr(table_blob, -32))
        ELSE state_digest END;

ALTER TABLE brain DROP COLUMN table_blob;

-- For the deletion of a brain.
CREATE INDEX job_by_brain ON job (brain_id);
