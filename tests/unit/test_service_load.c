/* A database with something in it that no ttstd writes is refused whole, and not touched. */
#include "support/served.h"
#include "support/stored.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

/* A database with two brains and a job that is not over, closed. */
static void make_database(struct served *served)
{
    served_open(served);
    struct brain_order other = served_brain_order("other");
    struct job_order order = served_job_order(1, 1000000);
    served_create(served, &other);
    served_wait_matches(served, served_begin(served, &order), 100);
    served_shut(served);
}

/* Opening fails, and leaves the file as it is. */
static void assert_refused(const struct served *served, const char *what)
{
    size_t size;
    size_t size_now;
    char *bytes = folder_read(served->path, &size);
    struct service_options options = {
        .database = served->path, .training_threads = 1, .save_interval_ms = 1000};
    struct service *const untouched = (struct service *)bytes;
    struct service *service = untouched;
    struct fault fault = {.err = ERR_OK};
    enum err err = service_open(&options, &service, &fault);
    ck_assert_msg(err == ERR_CORRUPT, "%s: %s %s", what, err_name(err), fault.detail);
    ck_assert_ptr_nonnull(strstr(fault.detail, served->path));
    ck_assert_ptr_eq(service, untouched);
    char *now = folder_read(served->path, &size_now);
    ck_assert_uint_eq(size_now, size);
    ck_assert(memcmp(now, bytes, size) == 0);
    free(now);
    free(bytes);
}

/* What makes a job one against a brain, but for the table. */
#define AGAINST_OTHER "UPDATE job SET opponent = 'brain', opponent_brain = 'other', learners = 1"

#define LESSON "INSERT INTO lesson (brain_id, number, learners, moves, learned_at, digest) VALUES "

static const char *const damages[] = {
    /* A damaged table. */
    "UPDATE brain_table SET table_blob = zeroblob(64748) WHERE brain_id = 1",
    "UPDATE brain_table SET table_blob = x'' WHERE brain_id = 1",
    "UPDATE brain_table SET table_blob ="
    " CAST(substr(table_blob, 1, 64716) || zeroblob(32) AS BLOB) WHERE brain_id = 1",
    /* None, or one, or another one, where its brain says otherwise. */
    "DELETE FROM brain_table WHERE brain_id = 1",
    "INSERT INTO brain_table SELECT 2, table_blob FROM brain_table",
    "UPDATE brain SET table_digest = zeroblob(32) WHERE id = 1",
    "UPDATE brain SET matches = matches - 1, drawn = drawn - 1 WHERE id = 1",
    "UPDATE brain SET drawn = drawn + 1 WHERE id = 1",
    "UPDATE brain SET matches = 5, drawn = 5 WHERE id = 2",
    "UPDATE brain SET lessons = -1 WHERE id = 1",
    "UPDATE brain SET lessons = 9007199254740993 WHERE id = 2",
    /* Lessons that are no matches, or not one after the other, or of nobody. */
    LESSON "(2, 1, 3, x'00', 1, x'')",
    LESSON "(2, 1, 3, x'0003010402', -1, x'')",
    LESSON "(2, 1, 0, x'0003010402', 1, x'')",
    LESSON "(2, 1, 4, x'0003010402', 1, x'')",
    LESSON "(2, 1, 3, x'00030104020506070808', 1, x'')",
    LESSON "(2, 2, 3, x'0003010402', 1, x'')",
    LESSON "(2, 0, 3, x'0003010402', 1, x'')",
    LESSON "(2, 1, 3, x'0003010402', 1, x''), (2, 3, 3, x'0003010402', 1, x'')",
    "PRAGMA foreign_keys = OFF; " LESSON "(3, 1, 3, x'0003010402', 1, x'')",
    /* A brain of an unknown game, rule or scoring. */
    "UPDATE brain SET game = 'chess' WHERE id = 2",
    "UPDATE brain SET rule = 'luck' WHERE id = 2",
    "UPDATE brain SET scoring = 'golf' WHERE id = 2",
    /* A brain with a name or option that cannot be. */
    "UPDATE brain SET name = 'Other' WHERE id = 2",
    "UPDATE brain SET name = '' WHERE id = 2",
    "UPDATE brain SET name = printf('%.*c', 65, 'n') WHERE id = 2",
    "UPDATE brain SET reward = 256 WHERE id = 2",
    "UPDATE brain SET reward = 4294967299 WHERE id = 2", /* 2^32 + 3 */
    "UPDATE brain SET reward = -1 WHERE id = 2",
    "UPDATE brain SET draw_reward = 1 WHERE id = 2",
    "UPDATE brain SET halve_above = 0 WHERE id = 2",
    "UPDATE brain SET explore = 65537 WHERE id = 2",
    "UPDATE brain SET explore = -1 WHERE id = 2",
    /* A brain whose table is of another kind. */
    "UPDATE brain SET symmetry = 1 WHERE id = 1", /* it has fewer rows then */
    "UPDATE brain SET rule = 'guard', scoring = 'standard' WHERE id = 1", /* proofs */
    /* A job without its brain. */
    "PRAGMA foreign_keys = OFF; UPDATE job SET brain_id = 3",
    /* A job with numbers that cannot be. */
    "UPDATE job SET workers = 65",
    "UPDATE job SET matches_done = 1000001, won_by_player1 = 1000001,"
    " won_by_player2 = 0, drawn = 0", /* of 1,000,000 */
    "UPDATE job SET matches_done = -1",
    "UPDATE job SET drawn = drawn + 1",
    "UPDATE job SET matches = 9007199254740993", /* 2^53 + 1 */
    "UPDATE job SET running_ms = -1",
    "UPDATE job SET running_ms = 9223372036854775807",
    "PRAGMA ignore_check_constraints = ON; UPDATE job SET learners = 4",
    /* 2^63 - 1 is -1 more than 2^63. */
    "UPDATE job SET won_by_player1 = 9223372036854775807,"
    " won_by_player2 = 9223372036854775807, drawn = matches_done + 2",
    /* An id that JSON cannot tell. */
    "UPDATE job SET id = 9223372036854775807",
    "UPDATE job SET id = 9007199254740993",
    "UPDATE job SET id = 0",
    "UPDATE brain SET id = 9223372036854775807 WHERE name = 'other'",
    "UPDATE brain SET id = -1 WHERE name = 'other'",
    /* A time before 1970 or after 9999. */
    "UPDATE brain SET created_at = -1 WHERE id = 2",
    "UPDATE brain SET saved_at = 253402300800000 WHERE id = 2",
    "UPDATE job SET created_at = 9223372036854775807",
    "UPDATE job SET started_at = -9223372036854775808",
    "UPDATE job SET finished_at = 253402300800000",
    /* A job against a brain whose table is not sound. */
    AGAINST_OTHER,
    AGAINST_OTHER ", opponent_blob = x''",
    AGAINST_OTHER ", opponent_blob = zeroblob(64748)",
    AGAINST_OTHER ", opponent_blob = (SELECT CAST(substr(table_blob, 1, 64716) ||"
                  " zeroblob(32) AS BLOB) FROM brain_table WHERE brain_id = 1)",
    /* A job whose opponent does not fit the rest. */
    "UPDATE job SET opponent = 'random'", /* and both players learn */
    "UPDATE job SET opponent = 'perfect', learners = 2, opponent_brain = 'other'",
    "UPDATE job SET opponent = 'brain', learners = 1,"
    " opponent_blob = (SELECT table_blob FROM brain_table WHERE brain_id = 1)",
    "UPDATE job SET opponent = 'random', learners = 1, opponent_look = 1",
    "UPDATE job SET opponent = 'look', learners = 1",
    "UPDATE job SET opponent = 'look', learners = 1, opponent_look = 9",
    "UPDATE job SET opponent = 'look', opponent_look = 8", /* and both players learn */
    /* A job with a goal that cannot be. */
    "UPDATE job SET until = 'never_loses', until_policy = 'boldly'",
    "UPDATE job SET until = 'never_loses', until_policy = NULL",
    "UPDATE job SET until = 'exploitability_below', until_policy = 'sample',"
    " until_below = -0.5",
    "UPDATE job SET until = 'exploitability_below', until_policy = 'power',"
    " until_below = 0.5, until_power = 0",
    "UPDATE job SET until = 'exploitability_below', until_policy = 'power',"
    " until_below = 0.5, until_power = 16.5",
    "UPDATE job SET until = 'exam_above', until_policy = 'sample', until_above = -0.5",
    "UPDATE job SET until = 'exam_above', until_policy = 'sample', until_above = 1.5",
    /* A running job that does not fit its brain. */
    "UPDATE job SET matches = matches_done", /* nothing left to do */
    /* More than its brain has lived. */
    "UPDATE job SET matches_done = 999999, won_by_player1 = 999999,"
    " won_by_player2 = 0, drawn = 0",
};

START_TEST(test_a_database_with_what_cannot_be_is_refused_and_left_as_it_is)
{
    struct served served;
    size_t size;
    folder_prefer_memory();
    make_database(&served);
    char *bytes = folder_read(served.path, &size);
    for (unsigned i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        folder_write(served.path, bytes, size);
        stored_sql(served.path, damages[i]);
        stored_sql(served.path, STORED_SEAL);
        assert_refused(&served, damages[i]);
    }
    folder_write(served.path, bytes, size);
    served_start(&served); /* it was none of the above */
    free(bytes);
    served_close(&served);
}
END_TEST

/* SQLite's own check looks at no index, which alone keeps names apart. */
START_TEST(test_two_brains_of_one_name_are_refused)
{
    struct served served;
    size_t size;
    make_database(&served);
    stored_sql(served.path, "UPDATE brain SET name = 'defaulu' WHERE id = 2");
    char *bytes = folder_read(served.path, &size);
    char *found = memmem(bytes, size, "defaulu", 7);
    for (; found != NULL; found = memmem(bytes, size, "defaulu", 7))
        memcpy(found, "default", 7);
    folder_write(served.path, bytes, size);
    assert_refused(&served, "two of one name");
    free(bytes);
    folder_remove(&served.folder);
}
END_TEST

START_TEST(test_a_job_against_a_brain_whose_table_is_sound_goes_on)
{
    struct served served;
    make_database(&served);
    stored_sql(served.path,
               AGAINST_OTHER ", opponent_blob = (SELECT table_blob FROM brain_table)" STORED_SEAL);
    served_start(&served);
    struct job job = served_job(&served, 1);
    ck_assert_int_eq(job.state, JOB_RUNNING);
    ck_assert_int_eq(job.opponent, JOB_OPPONENT_BRAIN);
    served_close(&served);
}
END_TEST

START_TEST(test_a_service_that_is_open_cannot_be_opened_again)
{
    struct served served;
    served_open(&served);
    struct service_options options = {
        .database = served.path, .training_threads = 1, .save_interval_ms = 1000};
    struct service *service = NULL;
    struct fault fault = {.err = ERR_OK};
    ck_assert_int_eq(service_open(&options, &service, &fault), ERR_IN_USE);
    ck_assert_ptr_nonnull(strstr(fault.detail, "in use"));
    ck_assert_ptr_null(service);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_database_with_what_cannot_be_is_refused_and_left_as_it_is,
        test_two_brains_of_one_name_are_refused,
        test_a_job_against_a_brain_whose_table_is_sound_goes_on,
        test_a_service_that_is_open_cannot_be_opened_again,
        NULL,
    };
    return unit_run("service_load", tests);
}
