/* Rows of the table `job`. */
#include "base/text.h"
#include "store/counter_rows.h"
#include "store/row_digest.h"
#include "store/statement.h"
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>

/* Columns hold words instead of numbers, so that a database explains itself. */

enum { WORD_SIZE = 32 };

static bool read_goal(struct statement *row, struct until *out)
{
    char word[WORD_SIZE];
    char policy[WORD_SIZE];
    statement_text(row, word, sizeof word);
    out->below = statement_real(row);
    out->above = statement_real(row);
    statement_text(row, policy, sizeof policy);
    out->policy.power = statement_real(row);
    return word[0] == '\0' || (until_kind_parse(word, &out->kind) == ERR_OK &&
                               policy_kind_parse(policy, &out->policy.kind) == ERR_OK);
}

/* What no ttstd writes shows as altered. */
static void read_job(struct statement *row, struct job *out)
{
    char state[WORD_SIZE];
    char ended_by[WORD_SIZE];
    char opponent[WORD_SIZE];
    char seed[24];
    *out = (struct job){.id = statement_id(row)};
    out->brain_id = statement_id(row);
    statement_text(row, state, sizeof state);
    statement_text(row, ended_by, sizeof ended_by);
    out->matches = statement_count(row);
    out->workers = statement_u32(row);
    statement_text(row, seed, sizeof seed);
    if (text_parse_number(seed, &out->seed) != ERR_OK)
        statement_reject(row);
    out->learners = statement_u32(row);
    out->schedule = statement_u32(row);
    statement_text(row, opponent, sizeof opponent);
    statement_text(row, out->opponent_brain, sizeof out->opponent_brain);
    out->opponent_look = statement_u32(row);
    const bool has_goal = read_goal(row, &out->until);
    out->matches_done = statement_count(row);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        out->results[result] = statement_count(row);
    out->running_ms = statement_time(row);
    out->created_at_ms = statement_time(row);
    out->started_at_ms = statement_time(row);
    out->finished_at_ms = statement_time(row);
    statement_text(row, out->error, sizeof out->error);
    out->is_altered = statement_is_altered(row) || !has_goal ||
                      job_state_parse(state, &out->state) != ERR_OK ||
                      job_opponent_parse(opponent, &out->opponent) != ERR_OK ||
                      (ended_by[0] != '\0' && job_end_parse(ended_by, &out->ended_by) != ERR_OK);
}

enum err store_each_job(struct store *store,
                        enum err (*each)(void *context, const struct job *job, const char *opponent,
                                         size_t opponent_size),
                        void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT id, brain_id, state, ended_by, matches, workers, seed, learners,"
                    " schedule, opponent, opponent_brain, opponent_look, until, until_below,"
                    " until_above, until_policy, until_power, matches_done, won_by_player1,"
                    " won_by_player2, drawn, running_ms, created_at, started_at, finished_at,"
                    " error, digest IS " JOB_DIGEST " AND state_digest IS " JOB_STATE_DIGEST ","
                    " opponent_blob FROM job ORDER BY id");
    while (statement_next_row(&row)) {
        struct job job;
        read_job(&row, &job);
        size_t size;
        const char *opponent = statement_blob(&row, &size);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, &job, opponent, size));
    }
    return statement_end(&row);
}

/* matches_done, won_by_player1, won_by_player2, drawn, running_ms */
static void bind_progress(struct statement *statement, const struct job *job)
{
    statement_bind_int(statement, (int64_t)job->matches_done);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        statement_bind_int(statement, (int64_t)job->results[result]);
    statement_bind_int(statement, job->running_ms);
}

/* state, ended_by, started_at, finished_at, error, and the id */
static void bind_state(struct statement *statement, const struct job *job)
{
    statement_bind_text(statement, job_state_name(job->state));
    statement_bind_optional_text(statement, job_end_name(job->ended_by));
    statement_bind_optional_int(statement, job->started_at_ms);
    statement_bind_optional_int(statement, job->finished_at_ms);
    statement_bind_optional_text(statement, job->error);
    statement_bind_int(statement, job->id);
}

/* seed, learners, schedule, opponent, opponent_brain, opponent_look, until, until_below,
 * until_above, until_policy, until_power */
static void bind_order(struct statement *statement, const struct job *job)
{
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, job->seed);
    statement_bind_text(statement, seed);
    statement_bind_int(statement, job->learners);
    statement_bind_int(statement, job->schedule);
    statement_bind_text(statement, job_opponent_name(job->opponent));
    statement_bind_optional_text(statement, job->opponent_brain);
    statement_bind_optional_int(statement, job->opponent_look);
    const bool has_goal = job->until.kind != UNTIL_NOTHING;
    statement_bind_optional_text(statement, until_kind_name(job->until.kind));
    statement_bind_real(statement, job->until.below);
    if (job->until.kind == UNTIL_EXAM_ABOVE)
        statement_bind_real(statement, job->until.above);
    else
        statement_bind_null(statement);
    statement_bind_optional_text(statement,
                                 has_goal ? policy_kind_name(job->until.policy.kind) : NULL);
    statement_bind_real(statement, job->until.policy.power);
}

enum err store_insert_job(struct store *store, const struct job *job, const char *opponent,
                          size_t opponent_size)
{
    struct statement insert;
    statement_begin(
        &insert, store_database(store),
        "INSERT INTO job (matches_done, won_by_player1, won_by_player2, drawn,"
        " running_ms, state, ended_by, started_at, finished_at, error, id, brain_id,"
        " matches, workers, seed, learners, schedule, opponent, opponent_brain,"
        " opponent_look, until, until_below, until_above, until_policy, until_power, created_at,"
        " opponent_blob, digest, state_digest)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
        " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, row_digest(?11, ?12, ?13, ?14, ?15, ?16,"
        " ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26),"
        " row_digest(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, substr(?27, -32)))");
    bind_progress(&insert, job);
    bind_state(&insert, job);
    statement_bind_int(&insert, job->brain_id);
    statement_bind_int(&insert, (int64_t)job->matches);
    statement_bind_int(&insert, job->workers);
    bind_order(&insert, job);
    statement_bind_int(&insert, job->created_at_ms);
    statement_bind_optional_blob(&insert, opponent, opponent_size);
    return statement_run(&insert);
}

/* What is damaged beside it stays so, here and below. */
enum err store_save_state(struct store *store, const struct job *job)
{
    struct statement update;
    statement_begin(&update, store_database(store),
                    "UPDATE job SET state = ?1, ended_by = ?2, started_at = ?3, finished_at = ?4,"
                    " error = ?5, opponent_blob = CASE WHEN ?4 IS NULL THEN opponent_blob END,"
                    " state_digest = CASE WHEN state_digest IS " JOB_STATE_DIGEST " THEN"
                    " row_digest(matches_done, won_by_player1, won_by_player2, drawn, running_ms,"
                    " ?1, ?2, ?3, ?4, ?5, id,"
                    " CASE WHEN ?4 IS NULL THEN substr(opponent_blob, -32) END) END WHERE id = ?6");
    bind_state(&update, job);
    return statement_run(&update);
}

enum err store_save_progress(struct store *store, const struct job *job)
{
    struct statement update;
    statement_begin(&update, store_database(store),
                    "UPDATE job SET matches_done = ?1, won_by_player1 = ?2, won_by_player2 = ?3,"
                    " drawn = ?4, running_ms = ?5, state_digest ="
                    " CASE WHEN state_digest IS " JOB_STATE_DIGEST " THEN"
                    " row_digest(?1, ?2, ?3, ?4, ?5, state, ended_by, started_at, finished_at,"
                    " error, id, substr(opponent_blob, -32)) END WHERE id = ?6");
    bind_progress(&update, job);
    statement_bind_int(&update, job->id);
    return statement_run(&update);
}

enum err store_save_job(struct store *store, const struct job *job)
{
    enum err err = store_save_progress(store, job);
    return err == ERR_OK ? store_save_state(store, job) : err;
}

enum err store_prune_jobs(struct store *store, unsigned keep)
{
    enum err err = counters_note(store);
    return err == ERR_OK ? statement_run_with(store_database(store),
                                              "DELETE FROM job WHERE id IN (SELECT id FROM job"
                                              " WHERE state IN ('done', 'stopped', 'failed')"
                                              " ORDER BY id DESC LIMIT -1 OFFSET ?)",
                                              keep)
                         : err;
}
