-- Brains and training jobs.
--
-- Times are milliseconds since 1970-01-01T00:00:00Z, NULL where it has not happened.
-- A brain and the job that trains it are always written in one transaction, so the two
-- agree on how far training is.

CREATE TABLE brain (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    game         TEXT    NOT NULL,
    rule         TEXT    NOT NULL,
    scoring      TEXT    NOT NULL,
    start_weight INTEGER NOT NULL,
    reward       INTEGER NOT NULL,
    penalty      INTEGER NOT NULL,
    draw_reward  INTEGER NOT NULL,
    halve_above  INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    saved_at     INTEGER NOT NULL,
    -- Counts, weights and their SHA-256; laid out in schema/README.md.
    table_blob   BLOB    NOT NULL
) STRICT;

CREATE TABLE job (
    id              INTEGER PRIMARY KEY,
    brain_id        INTEGER NOT NULL REFERENCES brain (id) ON DELETE CASCADE,
    state           TEXT    NOT NULL
        CHECK (state IN ('queued', 'running', 'stopping', 'done', 'stopped', 'failed')),
    ended_by        TEXT    CHECK (ended_by IN ('matches', 'stop', 'error')),
    matches         INTEGER NOT NULL CHECK (matches > 0),
    workers         INTEGER NOT NULL CHECK (workers > 0),
    seed            TEXT    NOT NULL, -- unsigned 64-bit, in decimal
    learners        INTEGER NOT NULL CHECK (learners BETWEEN 1 AND 3), -- bit 0 player 1, bit 1 player 2
    schedule        INTEGER NOT NULL, -- the version of the training schedule it began under
    matches_done    INTEGER NOT NULL DEFAULT 0,
    won_by_player1  INTEGER NOT NULL DEFAULT 0,
    won_by_player2  INTEGER NOT NULL DEFAULT 0,
    drawn           INTEGER NOT NULL DEFAULT 0,
    running_ms      INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    finished_at     INTEGER,
    error           TEXT
) STRICT;

CREATE INDEX job_by_state ON job (state, id);
