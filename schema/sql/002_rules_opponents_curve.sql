-- Rules that explore and brains reduced by symmetry; what jobs play against and what ends them early;
-- the learning curve.

ALTER TABLE brain ADD COLUMN explore  INTEGER NOT NULL DEFAULT 0; -- in 65536ths
ALTER TABLE brain ADD COLUMN symmetry INTEGER NOT NULL DEFAULT 0 CHECK (symmetry IN (0, 1));

-- A CHECK cannot be altered, so the table is made anew.
CREATE TABLE job_2 (
    id              INTEGER PRIMARY KEY,
    brain_id        INTEGER NOT NULL REFERENCES brain (id) ON DELETE CASCADE,
    state           TEXT    NOT NULL
        CHECK (state IN ('queued', 'running', 'stopping', 'done', 'stopped', 'failed')),
    ended_by        TEXT    CHECK (ended_by IN ('matches', 'until', 'stop', 'error')),
    matches         INTEGER NOT NULL CHECK (matches > 0),
    workers         INTEGER NOT NULL CHECK (workers > 0),
    seed            TEXT    NOT NULL, -- unsigned 64-bit, in decimal
    learners        INTEGER NOT NULL CHECK (learners BETWEEN 1 AND 3), -- bit 0 player 1, bit 1 player 2
    schedule        INTEGER NOT NULL, -- the version of the training schedule it began under
    opponent        TEXT    NOT NULL DEFAULT 'self'
        CHECK (opponent IN ('self', 'random', 'perfect', 'brain')),
    opponent_brain  TEXT,             -- the name it had when it was copied
    opponent_blob   BLOB,             -- as brain.table_blob; a move that is never made weighs 0
    until           TEXT    CHECK (until IN ('never_loses', 'exploitability_below')),
    until_below     REAL,
    until_policy    TEXT,             -- sample, greedy, or power
    until_power     REAL,
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

INSERT INTO job_2 (id, brain_id, state, ended_by, matches, workers, seed, learners, schedule,
                   matches_done, won_by_player1, won_by_player2, drawn, running_ms, created_at,
                   started_at, finished_at, error)
    SELECT id, brain_id, state, ended_by, matches, workers, seed, learners, schedule,
           matches_done, won_by_player1, won_by_player2, drawn, running_ms, created_at,
           started_at, finished_at, error
    FROM job;

DROP TABLE job;
ALTER TABLE job_2 RENAME TO job;
CREATE INDEX job_by_state ON job (state, id);

-- What a brain was worth when it had played so many matches.
CREATE TABLE curve_point (
    brain_id INTEGER NOT NULL REFERENCES brain (id) ON DELETE CASCADE,
    matches  INTEGER NOT NULL,
    -- Two evaluations, under sample and greedy; laid out in schema/README.md.
    evaluations BLOB NOT NULL,
    PRIMARY KEY (brain_id, matches)
) STRICT, WITHOUT ROWID;
