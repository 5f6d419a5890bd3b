-- Ids that are given once for ever; in which of its brain's lives a checkpoint was kept; SHA-256 over all
-- that a row says, so that no changed bit passes for data. The function row_digest() is the daemon's own
-- (server/store/row_digest.h).

CREATE TABLE counter (
    name   TEXT    NOT NULL PRIMARY KEY, -- of the table whose ids it counts
    last   INTEGER NOT NULL,             -- none of its rows that were deleted had a higher id
    digest BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- A kept answer may name a job that has been deleted.
INSERT INTO counter (name, last, digest)
    SELECT name, last, row_digest(name, last) FROM (
        SELECT 'brain' AS name, ifnull(max(id), 0) AS last FROM brain
        UNION ALL SELECT 'job', ifnull(max(id), 0) FROM (
            SELECT id FROM job
            UNION ALL SELECT CAST(substr(location, 8) AS INTEGER) FROM receipt
                      WHERE location GLOB '/train/[0-9]*'));

ALTER TABLE brain      ADD COLUMN life INTEGER NOT NULL DEFAULT 1; -- counted: reset, import and restore begin one
ALTER TABLE checkpoint ADD COLUMN life INTEGER NOT NULL DEFAULT 0; -- of its brain; 0 = not known

-- `digest` is now of the columns that never change, those before there were digests included; a wrong one
-- stays wrong. `state_digest` is of the others.
ALTER TABLE brain       ADD COLUMN state_digest BLOB;
ALTER TABLE job         ADD COLUMN state_digest BLOB;
ALTER TABLE curve_point ADD COLUMN digest BLOB;
ALTER TABLE checkpoint  ADD COLUMN digest BLOB;
ALTER TABLE receipt     ADD COLUMN digest BLOB;

UPDATE brain SET
    digest = CASE WHEN digest IS NULL
            OR digest IS row_digest(id, name, game, rule, scoring, start_weight, reward, penalty,
                                    draw_reward, halve_above, explore, symmetry)
        THEN row_digest(id, name, game, rule, scoring, start_weight, reward, penalty, draw_reward,
                        halve_above, explore, symmetry, created_at)
        ELSE digest END,
    state_digest = row_digest(id, saved_at, life, substr(table_blob, -32));

-- A seed used to be hashed as 64 bits, of which SQLite counts from -2^63 on.
UPDATE job SET
    digest = CASE WHEN digest IS NULL
            OR digest IS row_digest(id, brain_id, matches, workers,
                CASE WHEN length(seed) < 19 OR (length(seed) = 19 AND seed <= '9223372036854775807')
                     THEN CAST(seed AS INTEGER)
                     ELSE (CAST(substr(seed, 1, length(seed) - 1) AS INTEGER) - 1844674407370955161) * 10
                          + CAST(substr(seed, -1) AS INTEGER) - 6 END,
                learners, schedule, opponent, ifnull(opponent_brain, ''), ifnull(until, ''),
                ifnull(until_below, 0.0), ifnull(until_policy, ''), ifnull(until_power, 0.0))
        THEN row_digest(id, brain_id, matches, workers, seed, learners, schedule, opponent,
                        opponent_brain, until, until_below, until_policy, until_power, created_at)
        ELSE digest END,
    state_digest = row_digest(matches_done, won_by_player1, won_by_player2, drawn, running_ms, state,
                              ended_by, started_at, finished_at, error, id, substr(opponent_blob, -32));

UPDATE curve_point SET digest = row_digest(brain_id, matches, evaluations);
UPDATE checkpoint SET
    digest = row_digest(brain_id, name, matches, created_at, life, substr(table_blob, -32));
UPDATE receipt SET digest = row_digest(token, key, request, status, location, body, created_at);
