/* Matches played elsewhere: on disk when reported, one after the other, and never beside a job. */
#include "engine/table/table.h"
#include "service/checkpoints.h"
#include "service/figures.h"
#include "service/matches.h"
#include "support/faulty_disk.h"
#include "support/lessons.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static const uint8_t won[] = {0, 3, 1, 4, 2};
static const uint8_t drawn[] = {4, 0, 8, 2, 1, 7, 3, 5, 6};

static struct match_order order_of(const uint8_t *moves, size_t count)
{
    return (struct match_order){
        .brain = SERVICE_DEFAULT_BRAIN,
        .position = {.form = POSITION_MOVES, .moves = moves, .count = count},
        .learners = LEARN_BOTH};
}

/* A call to wait for. */
struct told {
    struct match_call match; /* first */
    unsigned *left;
    struct match_change first; /* of what it changed */
};

static void on_done(struct service_call *call)
{
    struct told *told = (struct told *)call;
    if (told->match.changes != NULL)
        told->first = told->match.changes[0];
    free(told->match.changes);
    --*told->left;
}

static enum err tell(struct served *served, struct match_order order, struct told *told,
                     unsigned *left)
{
    struct fault fault;
    *told = (struct told){.match.call.done = on_done, .left = left};
    enum err err = service_learn_match(served->service, &order, &told->match, &fault);
    *left += err == ERR_OK;
    return err;
}

static void wait_for_none(struct served *served, const unsigned *left)
{
    while (*left > 0)
        served_turn(served);
}

static void learn_plainly(struct brain *table, const uint8_t *moves, size_t count)
{
    struct match match;
    struct match_change changes[ROW_CELLS];
    struct fault fault;
    ck_assert_int_eq(match_read(game_at(0), moves, count, &match, &fault), ERR_OK);
    match_learn(table, &match, LEARN_BOTH, changes);
}

START_TEST(test_a_match_is_learned_and_survives_a_restart)
{
    struct served served;
    struct told told;
    unsigned left = 0;
    served_open(&served);
    ck_assert_int_eq(tell(&served, order_of(won, sizeof won), &told, &left), ERR_OK);
    wait_for_none(&served, &left);
    ck_assert_int_eq(told.match.call.fault.err, ERR_OK);
    ck_assert_int_eq(told.match.match.result, RESULT_PLAYER1);
    ck_assert_uint_eq(told.match.change_count, 5);
    struct brain *plain = tables_fresh(NULL);
    learn_plainly(plain, won, sizeof won);
    ck_assert(served_has(&served, "default", plain));
    served_restart(&served);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_matches_that_arrive_together_are_all_learned_in_their_order)
{
    enum { COUNT = 40 };
    static struct told told[COUNT];
    struct served served;
    unsigned left = 0;
    served_open(&served);
    struct brain *plain = tables_fresh(NULL);
    for (unsigned i = 0; i < COUNT; i++) {
        const uint8_t *moves = i % 3 == 0 ? drawn : won;
        size_t count = i % 3 == 0 ? sizeof drawn : sizeof won;
        ck_assert_int_eq(tell(&served, order_of(moves, count), &told[i], &left), ERR_OK);
        learn_plainly(plain, moves, count);
    }
    wait_for_none(&served, &left);
    ck_assert(served_has(&served, "default", plain));
    uint32_t weight = 6;
    for (unsigned i = 0; i < COUNT; i++) {
        if (i % 3 == 0)
            continue;
        ck_assert_uint_eq(told[i].first.before, weight);
        ck_assert_uint_eq(told[i].first.after, weight += 3);
    }
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

static unsigned most_lessons(void)
{
    struct brain *table = tables_fresh(NULL);
    const unsigned most = lesson_most(brain_size(table));
    brain_destroy(table);
    return most;
}

/* Reports those matches, all at once. */
static void report(struct served *served, unsigned first, unsigned last)
{
    const unsigned count = last - first + 1;
    struct told *told = calloc(count, sizeof *told);
    unsigned left = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct lesson lesson = lessons_nth(first + i);
        enum err err = tell(served, order_of(lesson.moves, lesson.count), &told[i], &left);
        ck_assert_int_eq(err, ERR_OK);
    }
    wait_for_none(served, &left);
    for (unsigned i = 0; i < count; i++)
        ck_assert_int_eq(told[i].match.call.fault.err, ERR_OK);
    free(told);
}

/* How many lessons stand behind the table, as the service and the file have it. */
static void assert_lessons(struct served *served, unsigned lessons, unsigned in_all)
{
    struct brain_info info;
    ck_assert_int_eq(service_get_brain(served->service, "default", &info), ERR_OK);
    ck_assert_uint_eq(info.lessons, lessons);
    ck_assert_int_eq(stored_sql(served->path, "SELECT count(*) FROM lesson"), lessons);
    ck_assert_int_eq(stored_sql(served->path, "SELECT lessons FROM brain"), in_all - lessons);
}

START_TEST(test_lessons_stand_behind_the_table_until_it_takes_them_in)
{
    const unsigned most = most_lessons();
    const unsigned steps[] = {1, 40, most - 1, most, most + 1, 2 * most + 7};
    struct served served;
    unsigned reported = 0;
    folder_prefer_memory();
    served_open(&served);
    struct brain *plain = tables_fresh(NULL);
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        report(&served, reported + 1, steps[i]);
        lessons_teach(plain, reported + 1, steps[i]);
        reported = steps[i];
        ck_assert(served_has(&served, "default", plain));
        served_restart(&served);
        ck_assert(served_has(&served, "default", plain));
        const int64_t left = stored_sql(served.path, "SELECT count(*) FROM lesson");
        ck_assert_int_lt(left, most);
        assert_lessons(&served, (unsigned)left, reported);
        ck_assert(reported >= most || left == reported);
    }
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

static void begin_reset(struct served *served, struct served_call *call, struct fault *fault)
{
    ck_assert_int_eq(service_reset_brain(served->service, "default", &call->call, fault), ERR_OK);
}

static void begin_restore_of(struct served *served, const char *brain, struct served_call *call,
                             struct fault *fault)
{
    enum err err;
    while ((err = service_restore_checkpoint(served->service, brain, "kept", &call->call, fault)) ==
           ERR_LATER) {
        ck_assert_int_eq(served_wait(served, call), ERR_LATER);
        *call = served_call();
    }
    ck_assert_int_eq(err, ERR_OK);
}

static void begin_restore(struct served *served, struct served_call *call, struct fault *fault)
{
    begin_restore_of(served, "default", call, fault);
}

/* Whatever takes the table's place: the lessons go, and those that come have higher numbers. */
START_TEST(test_numbers_of_lessons_never_fall)
{
    static void (*const begin[])(struct served *, struct served_call *,
                                 struct fault *) = {begin_reset, begin_restore, begin_reset};
    struct served served;
    struct fault fault;
    unsigned reported = 5;
    served_open(&served);
    report(&served, 1, 5);
    ck_assert_int_eq(served_keep(&served, "default", "kept"), ERR_OK);
    for (unsigned i = 0; i < sizeof begin / sizeof begin[0]; i++) {
        struct served_call call = served_call();
        begin[i](&served, &call, &fault);
        ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
        assert_lessons(&served, 0, reported);
        served_restart(&served);
        report(&served, 1, 2);
        reported += 2;
        assert_lessons(&served, 2, reported);
    }
    struct brain *plain = tables_fresh(NULL);
    lessons_teach(plain, 1, 2);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_takes_lessons_into_the_table_and_a_copy_has_them_there)
{
    struct served served;
    struct fault fault;
    served_open(&served);
    report(&served, 1, 7);
    struct served_call call = served_call();
    ck_assert_int_eq(service_copy_brain(served.service, "default", "twin", &call.call, &fault),
                     ERR_OK);
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    struct brain *plain = tables_fresh(NULL);
    lessons_teach(plain, 1, 7);
    ck_assert(served_has(&served, "twin", plain));
    ck_assert_int_eq(stored_sql(served.path, "SELECT count(*) FROM lesson WHERE brain_id = 2"), 0);
    struct job_order order = served_job_order(1, 100);
    served_wait_over(&served, served_begin(&served, &order));
    assert_lessons(&served, 0, 7);
    served_restart(&served);
    ck_assert(served_has(&served, "twin", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

/* Brains that were copied, taught, restored and trained: their tables are let go of. */
START_TEST(test_tables_of_copies_are_let_go_of_where_they_do_not_fit)
{
    enum { COPIES = 12, ROOM = 3 };
    struct served served;
    struct fault fault;
    struct figures figures;
    served_open(&served);
    served.brain_memory = ROOM * (size_t)300000;
    served_restart(&served);
    report(&served, 1, 2);
    ck_assert_int_eq(served_keep(&served, "default", "kept"), ERR_OK);
    for (unsigned i = 0; i < COPIES; i++) {
        char name[8];
        snprintf(name, sizeof name, "c%u", i);
        struct served_call call = served_call();
        ck_assert_int_eq(service_copy_brain(served.service, "default", name, &call.call, &fault),
                         ERR_OK);
        ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
        served_learn(&served, name, won, sizeof won);
        ck_assert_int_eq(served_keep(&served, name, "kept"), ERR_OK);
        call = served_call();
        begin_restore_of(&served, name, &call, &fault);
        ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    }
    service_get_figures(served.service, &figures);
    ck_assert_uint_le(figures.brains_loaded, ROOM + 1);
    served_close(&served);
}
END_TEST

/* What is decided on a checkpoint that is just being written would be of the old one. */
START_TEST(test_nothing_is_made_of_a_checkpoint_that_is_being_written)
{
    struct served served;
    struct fault fault;
    struct checkpoint_call keep = {.call.done = served_nobody()->done};
    served_open(&served);
    report(&served, 1, 2);
    ck_assert_int_eq(served_keep(&served, "default", "kept"), ERR_OK);
    struct served_call call = served_call();
    begin_restore(&served, &call, &fault); /* its table is in memory now */
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    report(&served, 3, 3);
    ck_assert_int_eq(service_keep_checkpoint(served.service, "default", "kept", &keep, &fault),
                     ERR_OK);
    ck_assert_int_eq(
        service_restore_checkpoint(served.service, "default", "kept", &call.call, &fault),
        ERR_BUSY);
    served_restart(&served);
    call = served_call();
    begin_reset(&served, &call, &fault);
    ck_assert_int_eq(service_copy_brain(served.service, "default", "twin", served_nobody(), &fault),
                     ERR_BUSY);
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    served_close(&served);
}
END_TEST

enum { CHAIN = 30 };

/* A match that, when it is learned, brings the next one. */
struct link {
    struct match_call match; /* first */
    struct served *served;
    bool is_last;
    struct link *next;
};

static unsigned links_learned;

static void learn_link(struct link *link);

static void on_link(struct service_call *call)
{
    struct link *link = (struct link *)call;
    ck_assert_int_eq(call->fault.err, ERR_OK);
    links_learned++;
    free(link->match.changes);
    if (!link->is_last)
        learn_link(link->next);
}

static void learn_link(struct link *link)
{
    struct match_order order = order_of(won, sizeof won);
    struct fault fault;
    link->match.call.done = on_link;
    ck_assert_int_eq(service_learn_match(link->served->service, &order, &link->match, &fault),
                     ERR_OK);
}

/* While others of the first ones still wait, because a curve point came between. */
START_TEST(test_matches_that_come_with_the_report_of_others_are_all_learned)
{
    static struct link links[2 * CHAIN];
    struct served served;
    served_open(&served);
    struct brain *plain = tables_fresh(NULL);
    for (unsigned i = 0; i < CHAIN; i++) {
        links[i] = (struct link){.served = &served, .next = &links[CHAIN + i]};
        links[CHAIN + i] = (struct link){.served = &served, .is_last = true};
        learn_link(&links[i]);
    }
    while (links_learned < 2 * CHAIN)
        served_turn(&served);
    for (unsigned i = 0; i < 2 * CHAIN; i++)
        learn_plainly(plain, won, sizeof won);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_match_is_refused_while_a_job_is_queued_or_running)
{
    struct served served;
    struct told told;
    unsigned left = 0;
    served_open(&served);
    struct brain_order other = served_brain_order("other");
    served_create(&served, &other);
    struct job_order endless = served_job_order(1, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &endless);
    struct match_order order = order_of(won, sizeof won);
    ck_assert_int_eq(tell(&served, order, &told, &left), ERR_CONFLICT);
    order.brain = "other";
    ck_assert_int_eq(tell(&served, order, &told, &left), ERR_OK);
    wait_for_none(&served, &left);
    served_stop(&served, id);
    served_wait_over(&served, id);
    while (tell(&served, order_of(won, sizeof won), &told, &left) != ERR_OK)
        served_turn(&served);
    wait_for_none(&served, &left);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_begins_after_the_matches_that_came_before_it)
{
    struct served served;
    static struct told told[2];
    unsigned left = 0;
    served_open(&served);
    ck_assert_int_eq(tell(&served, order_of(won, sizeof won), &told[0], &left), ERR_OK);
    ck_assert_int_eq(tell(&served, order_of(drawn, sizeof drawn), &told[1], &left), ERR_OK);
    struct job_order job = served_job_order(7, 500);
    struct job done = served_wait_over(&served, served_begin(&served, &job));
    ck_assert_int_eq(done.state, JOB_DONE);
    ck_assert_uint_eq(left, 0);
    struct brain_info brain;
    ck_assert_int_eq(service_get_brain(served.service, "default", &brain), ERR_OK);
    ck_assert_uint_eq(brain.matches, 502);
    ck_assert_uint_eq(told[0].first.after, 9);
    served_close(&served);
}
END_TEST

START_TEST(test_what_could_not_be_written_was_not_learned)
{
    struct served served;
    static struct told told[3];
    unsigned left = 0;
    faulty_disk_install();
    served_open(&served);
    struct brain *fresh = tables_fresh(NULL);
    faulty_disk_plan(&(struct faulty_disk_plan){
        .kind = FAULTY_CHANGES, .nth = 1, .for_good = true, .code = SQLITE_FULL});
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(tell(&served, order_of(won, sizeof won), &told[i], &left), ERR_OK);
    wait_for_none(&served, &left);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(told[i].match.call.fault.err, ERR_STORE_FULL);
    ck_assert(served_has(&served, "default", fresh));
    faulty_disk_heal();
    ck_assert_int_eq(tell(&served, order_of(won, sizeof won), &told[0], &left), ERR_OK);
    wait_for_none(&served, &left);
    ck_assert_int_eq(told[0].match.call.fault.err, ERR_OK);
    learn_plainly(fresh, won, sizeof won);
    ck_assert(served_has(&served, "default", fresh));
    served_restart(&served);
    ck_assert(served_has(&served, "default", fresh));
    brain_destroy(fresh);
    served_close(&served);
}
END_TEST

START_TEST(test_what_is_no_match_or_no_brain_is_refused)
{
    struct served served;
    struct told told;
    unsigned left = 0;
    served_open(&served);
    ck_assert_int_eq(tell(&served, order_of(won, 4), &told, &left), ERR_IMPOSSIBLE);
    struct match_order order = order_of(won, sizeof won);
    order.brain = "nobody";
    ck_assert_int_eq(tell(&served, order, &told, &left), ERR_NOT_FOUND);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_match_is_learned_and_survives_a_restart,
        test_matches_that_arrive_together_are_all_learned_in_their_order,
        test_lessons_stand_behind_the_table_until_it_takes_them_in,
        test_numbers_of_lessons_never_fall,
        test_a_job_takes_lessons_into_the_table_and_a_copy_has_them_there,
        test_tables_of_copies_are_let_go_of_where_they_do_not_fit,
        test_nothing_is_made_of_a_checkpoint_that_is_being_written,
        test_matches_that_come_with_the_report_of_others_are_all_learned,
        test_a_match_is_refused_while_a_job_is_queued_or_running,
        test_a_job_begins_after_the_matches_that_came_before_it,
        test_what_could_not_be_written_was_not_learned,
        test_what_is_no_match_or_no_brain_is_refused,
        NULL,
    };
    return unit_run("service_matches", tests);
}
