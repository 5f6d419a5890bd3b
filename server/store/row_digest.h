/*
 * row_digest - SHA-256 over what a row says. A bit that flips in a database would have a brain
 * learn otherwise, or tell of it what never was.
 *
 * SQL has a function for it, row_digest(value, ...). Hashed are its values in order: integers as 8
 * bytes, little-endian, reals as the 8 bytes of their bits, texts and blobs with their length in 8
 * bytes before them, NULL as one byte, 255. Of a table's blob the last 32 bytes stand for all: they
 * are its own SHA-256.
 *
 * What never changes in a row that saves change has a digest of its own: each save writes the other
 * anew, and must not make right what has been damaged beside it.
 */
#ifndef TTSTD_STORE_ROW_DIGEST_H
#define TTSTD_STORE_ROW_DIGEST_H

#include <sqlite3.h>

#define BRAIN_DIGEST                                                                               \
    "row_digest(id, name, game, rule, scoring, start_weight, reward, penalty, draw_reward,"        \
    " halve_above, explore, symmetry, step_size, trace_decay, created_at)"
#define BRAIN_STATE_DIGEST                                                                         \
    "row_digest(id, saved_at, life, lessons, matches, won_by_player1, won_by_player2, drawn,"      \
    " table_digest)"
#define LESSON_DIGEST "row_digest(brain_id, number, learners, moves, learned_at)"
#define JOB_DIGEST                                                                                 \
    "row_digest(id, brain_id, matches, workers, seed, learners, schedule, opponent,"               \
    " opponent_brain, opponent_look, until, until_below, until_above, until_policy, until_power,"  \
    " created_at)"
#define JOB_STATE_DIGEST                                                                           \
    "row_digest(matches_done, won_by_player1, won_by_player2, drawn, running_ms, state, ended_by," \
    " started_at, finished_at, error, id, substr(opponent_blob, -32))"
#define POINT_DIGEST "row_digest(brain_id, matches, evaluations)"
#define CHECKPOINT_DIGEST                                                                          \
    "row_digest(brain_id, name, matches, created_at, life, substr(table_blob, -32))"
#define RECEIPT_DIGEST "row_digest(token, key, request, status, location, body, created_at)"
#define COUNTER_DIGEST "row_digest(name, last)"

/* Makes the function known to a connection, and table_count(blob, i), which migrations need: the
 * i-th of a table's counts, matches and results, or -1 if the blob is none. Returns SQLite's result
 * code. */
int row_digest_register(sqlite3 *handle);

#endif
