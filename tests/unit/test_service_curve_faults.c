/*
 * Curves when something fails: a point that could not be written is written later, and the log says
 * so; a curve that could not be read is said to be so.
 */
#include "base/log.h"
#include "service/curve.h"
#include "service/matches.h"
#include "support/faulty_disk.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint8_t won[] = {0, 3, 1, 4, 2};

static void learn_matches(struct served *served, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        served_learn(served, "default", won, sizeof won);
}

static void note_failed(struct service_call *call)
{
    ck_assert_int_eq(call->fault.err, ERR_STORE_FULL);
    free(((struct match_call *)call)->changes);
}

static void break_disk(void)
{
    faulty_disk_plan(&(struct faulty_disk_plan){
        .kind = FAULTY_CHANGES, .nth = 1, .for_good = true, .code = SQLITE_FULL});
}

/* The point is written before the match, but the disk is full for both. */
START_TEST(test_the_point_of_a_match_that_could_not_be_written_does_not_show)
{
    struct served served;
    struct match_call match = {.call.done = note_failed};
    struct match_order order = {
        .brain = "default",
        .position = {.form = POSITION_MOVES, .moves = won, .count = sizeof won},
        .learners = LEARN_BOTH};
    struct fault fault;
    static struct curve curve;
    faulty_disk_install();
    served_open(&served);
    learn_matches(&served, 9);
    break_disk();
    ck_assert_int_eq(service_learn_match(served.service, &order, &match, &fault), ERR_OK);
    while (match.call.fault.err == ERR_OK)
        served_turn(&served);
    faulty_disk_heal();
    served_read_curve(&served, "default", &curve);
    ck_assert_uint_eq(curve.count, 0);
    learn_matches(&served, 1);
    served_read_curve(&served, "default", &curve);
    ck_assert_uint_eq(curve.count, 1);
    ck_assert_uint_eq(curve.points[0].matches, 10);
    served_close(&served);
}
END_TEST

/* Standard error goes to a file, which is read at the end. */
struct capture {
    char path[FOLDER_PATH_SIZE];
    int standard_error;
};

static void capture_begin(struct capture *capture, const struct folder *folder)
{
    folder_file(folder, "log", capture->path);
    capture->standard_error = dup(STDERR_FILENO);
    int file = open(capture->path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    ck_assert_int_ge(file, 0);
    dup2(file, STDERR_FILENO);
    close(file);
}

static bool capture_end(struct capture *capture, const char *words)
{
    size_t size;
    dup2(capture->standard_error, STDERR_FILENO);
    close(capture->standard_error);
    char *log = folder_read(capture->path, &size);
    ck_assert_ptr_nonnull(log);
    log[size] = '\0';
    bool has_words = strstr(log, words) != NULL;
    free(log);
    return has_words;
}

/* The job is on the disk, and nothing after it. */
static void break_disk_and_note(struct service_call *call)
{
    break_disk();
    ((struct served_call *)call)->is_done = true;
}

START_TEST(test_points_that_could_not_be_written_are_written_later_and_the_log_says_so)
{
    static struct curve curve;
    struct served served;
    struct capture capture;
    struct fault fault;
    struct served_call call = {.call.done = break_disk_and_note};
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    struct job_order order = served_job_order(9, JOB_MATCHES_MAX);
    faulty_disk_install();
    served_open(&served);
    served_shut(&served);
    log_set_level(LOG_WARN);
    served_start(&served);
    capture_begin(&capture, &served.folder);
    ck_assert_int_eq(service_start_job(served.service, &order, &call.call, &fault), ERR_OK);
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    served_wait_matches(&served, 1, 1000);
    faulty_disk_heal();
    served_stop(&served, 1);
    struct job job = served_wait_over(&served, 1);
    ck_assert(capture_end(&capture, "level=warn event=curve_point_waits brain=1 matches=10 "
                                    "error=\"database or disk is full\""));
    order.matches = job.matches_done;
    struct rounds_plan plan = served_plan(&order, 0);
    curves_play(plain, &plan, &expected);
    ck_assert(served_has(&served, "default", plain));
    do
        served_read_curve(&served, "default", &curve);
    while (curve.count < expected.count);
    curves_assert(curve.points, curve.count, &expected, 0);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

/* Else the point would come into the curve of another life. */
START_TEST(test_a_brain_is_not_replaced_while_a_point_of_its_curve_is_not_on_disk)
{
    static struct curve curve;
    struct served served;
    struct served_call call = {.call.done = break_disk_and_note};
    struct served_call reset = served_call();
    struct fault fault;
    struct job_order order = served_job_order(9, 100);
    enum err err;
    faulty_disk_install();
    served_open(&served);
    ck_assert_int_eq(service_start_job(served.service, &order, &call.call, &fault), ERR_OK);
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    served_wait_over(&served, 1);
    ck_assert_int_eq(service_reset_brain(served.service, "default", &reset.call, &fault), ERR_BUSY);
    faulty_disk_heal();
    do {
        served_turn(&served);
        err = service_reset_brain(served.service, "default", &reset.call, &fault);
    } while (err == ERR_BUSY);
    ck_assert_int_eq(err, ERR_OK);
    ck_assert_int_eq(served_wait(&served, &reset), ERR_OK);
    served_read_curve(&served, "default", &curve);
    ck_assert_uint_eq(curve.count, 0);
    served_restart(&served);
    served_read_curve(&served, "default", &curve);
    ck_assert_uint_eq(curve.count, 0);
    served_close(&served);
}
END_TEST

struct read_call {
    struct curve_call curve; /* first */
    bool is_done;
};

static void note_read(struct service_call *call)
{
    ((struct read_call *)call)->is_done = true;
}

START_TEST(test_a_damaged_point_makes_the_curve_unreadable_and_it_is_said_so)
{
    struct served served;
    struct read_call read = {.curve.call.done = note_read};
    struct fault fault;
    struct job_order order = served_job_order(10, 100);
    served_open(&served);
    served_wait_over(&served, served_begin(&served, &order));
    stored_sql(served.path, "UPDATE curve_point SET evaluations = x'00' WHERE matches = 64");
    ck_assert_int_eq(service_read_curve(served.service, "default", &read.curve, &fault), ERR_OK);
    ck_assert(!read.is_done);
    while (!read.is_done)
        served_turn(&served);
    ck_assert_int_eq(read.curve.call.fault.err, ERR_CORRUPT);
    ck_assert_str_eq(read.curve.call.fault.detail, "the curve could not be read: damaged data");
    ck_assert_ptr_null(read.curve.points);
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_is_not_there_has_no_curve)
{
    struct served served;
    struct read_call read = {.curve.call.done = note_read};
    struct fault fault;
    served_open(&served);
    ck_assert_int_eq(service_read_curve(served.service, "nobody", &read.curve, &fault),
                     ERR_NOT_FOUND);
    ck_assert_str_ne(fault.detail, "");
    served_close(&served);
}
END_TEST

START_TEST(test_a_curve_that_is_being_read_when_the_service_closes_is_read_to_the_end)
{
    struct served served;
    struct read_call read = {.curve.call.done = note_read};
    struct fault fault;
    struct job_order order = served_job_order(11, 100);
    served_open(&served);
    served_wait_over(&served, served_begin(&served, &order));
    ck_assert_int_eq(service_read_curve(served.service, "default", &read.curve, &fault), ERR_OK);
    served_shut(&served);
    ck_assert(read.is_done);
    ck_assert_int_eq(read.curve.call.fault.err, ERR_OK);
    ck_assert_uint_eq(read.curve.count, 21);
    free(read.curve.points);
    folder_remove(&served.folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_point_of_a_match_that_could_not_be_written_does_not_show,
        test_points_that_could_not_be_written_are_written_later_and_the_log_says_so,
        test_a_brain_is_not_replaced_while_a_point_of_its_curve_is_not_on_disk,
        test_a_damaged_point_makes_the_curve_unreadable_and_it_is_said_so,
        test_a_brain_that_is_not_there_has_no_curve,
        test_a_curve_that_is_being_read_when_the_service_closes_is_read_to_the_end,
        NULL,
    };
    return unit_run("service_curve_faults", tests);
}
