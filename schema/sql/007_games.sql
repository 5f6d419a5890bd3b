-- What brains of larger games learn by; jobs against an opponent that looks ahead, and until an exam is passed.

ALTER TABLE brain ADD COLUMN step_size   INTEGER NOT NULL DEFAULT 0; -- in 65536ths, as the next; 0 in tables
ALTER TABLE brain ADD COLUMN trace_decay INTEGER NOT NULL DEFAULT 0;

-- A wrong digest stays wrong.
UPDATE brain SET digest = row_digest(id, name, game, rule, scoring, start_weight, reward, penalty, draw_reward,
                                     halve_above, explore, symmetry, step_size, trace_decay, created_at)
    WHERE digest IS row_digest(id, name, game, rule, scoring, start_weight, reward, penalty, draw_reward,
                               halve_above, explore, symmetry, created_at);

-- A CHECK cannot be altered, so the table is made anew.
CREATE TABLE job_7 (
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
        CHECK (opponent IN ('self', 'random', 'perfect', 'brain', 'look')),
    opponent_brain  TEXT,             -- the name it had when it was copied
    opponent_look   INTEGER,          -- how many plies it looks ahead; NULL unless it does
    opponent_blob   BLOB,             -- as brain_table.table_blob; a move that is never made weighs 0
    until           TEXT    CHECK (until IN ('never_loses', 'exploitability_below', 'exam_above')),
    until_below     REAL,
    until_above     REAL,             -- NULL unless it is exam_above
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
    error           TEXT,
    digest          BLOB,             -- of the columns that never change
    state_digest    BLOB              -- of the others
) STRICT;

INSERT INTO job_7 (id, brain_id, state, ended_by, matches, workers, seed, learners, schedule, opponent,
                   opponent_brain, opponent_blob, until, until_below, until_policy, until_power, matches_done,
                   won_by_player1, won_by_player2, drawn, running_ms, created_at, started_at, finished_at, error,
                   digest, state_digest)
    SELECT id, brain_id, state, ended_by, matches, workers, seed, learners, schedule, opponent,
           opponent_brain, opponent_blob, until, until_below, until_policy, until_power, matches_done,
           won_by_player1, won_by_player2, drawn, running_ms, created_at, started_at, finished_at, error,
           CASE WHEN digest IS row_digest(id, brain_id, matches, workers, seed, learners, schedule, opponent,
                                          opponent_brain, until, until_below, until_policy, until_power, created_at)
               THEN row_digest(id, brain_id, matches, workers, seed, learners, schedule, opponent, opponent_brain,
                               NULL, until, until_below, NULL, until_policy, until_power, created_at)
               ELSE digest END,
           state_digest
    FROM job;

DROP TABLE job;
ALTER TABLE job_7 RENAME TO job;
CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_by_brain ON job (brain_id);
