/* The tables in memory: what was used last stays, what is busy stays, all else is read again. */
#include "engine/match.h"
#include "engine/table/table.h"
#include "service/figures.h"
#include "service/jobs.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdio.h>
#include <string.h>

enum { BRAINS = 12, ROOMY = 64 << 20 };

static const uint8_t won[] = {0, 3, 1, 4, 2};

static void name_brain(unsigned number, char out[16])
{
    snprintf(out, 16, "b%u", number);
}

/* Brains that differ, each on disk with a checkpoint, after a start. */
static void open_shelf(struct served *served, size_t memory)
{
    folder_prefer_memory();
    served_open(served);
    for (unsigned i = 0; i < BRAINS; i++) {
        char name[16];
        name_brain(i, name);
        struct brain_order order = served_brain_order(name);
        order.rule.start_weight = 10 + i;
        served_create(served, &order);
        ck_assert_int_eq(served_keep(served, name, "first"), ERR_OK);
        ck_assert_int_eq(served_try_learn(served, name, won, sizeof won), ERR_OK);
    }
    served_shut(served);
    served->brain_memory = memory;
    served_start(served);
}

static unsigned in_memory(struct served *served)
{
    struct figures figures;
    service_get_figures(served->service, &figures);
    return figures.brains_loaded;
}

/* Whether the brain, or its checkpoint, is what it was made. */
static void assert_right(struct served *served, unsigned number, bool checkpoint)
{
    static const char *const versions[] = {"", "@first"};
    char brain[16];
    char name[32];
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    struct rule rule = rule_default(RULE_BEADS);
    struct match match;
    struct match_change changes[ROW_CELLS];
    struct fault fault;
    rule.start_weight = 10 + number;
    struct brain *plain = tables_fresh(&rule);
    ck_assert_int_eq(match_read(game_at(0), won, sizeof won, &match, &fault), ERR_OK);
    if (!checkpoint)
        match_learn(plain, &match, LEARN_BOTH, changes);
    name_brain(number, brain);
    snprintf(name, sizeof name, "%s%s", brain, versions[checkpoint]);
    ck_assert_int_eq(served_digest(served, name, digest), ERR_OK);
    brain_digest(plain, expected);
    ck_assert_msg(strcmp(digest, expected) == 0, "%s is another", name);
    brain_destroy(plain);
}

START_TEST(test_brains_are_right_however_often_they_are_dropped_and_read)
{
    struct served served;
    open_shelf(&served, 1);
    for (unsigned i = 0; i < 3 * BRAINS; i++) {
        assert_right(&served, i * 5 % BRAINS, false);
        assert_right(&served, i * 7 % BRAINS, true);
        ck_assert_uint_le(in_memory(&served), 1);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_with_room_for_all_nothing_is_read_twice)
{
    struct served served;
    struct brain_info info;
    struct fault fault;
    open_shelf(&served, ROOMY);
    ck_assert_uint_eq(in_memory(&served), BRAINS + 1);
    for (unsigned i = 0; i < BRAINS; i++) {
        char name[16];
        name_brain(i, name);
        ck_assert_int_eq(service_digest_brain(served.service, name, served_nobody(), &info, &fault),
                         ERR_OK);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_what_is_held_and_what_was_used_last_is_still_there)
{
    struct served served;
    struct brain_info info;
    struct edition *held;
    struct fault fault;
    open_shelf(&served, 1);
    assert_right(&served, 3, false);
    ck_assert_int_eq(service_hold_table(served.service, "b3", served_nobody(), &held, &fault),
                     ERR_OK);
    assert_right(&served, 1, false);
    assert_right(&served, 8, false);
    ck_assert_int_eq(service_digest_brain(served.service, "b3", served_nobody(), &info, &fault),
                     ERR_OK);
    ck_assert_int_eq(service_digest_brain(served.service, "b8", served_nobody(), &info, &fault),
                     ERR_OK);
    ck_assert_int_eq(service_digest_brain(served.service, "b1", served_nobody(), &info, &fault),
                     ERR_LATER);
    edition_let_go(held);
    served_close(&served);
}
END_TEST

START_TEST(test_what_is_held_outlives_its_brain)
{
    struct served served;
    struct served_call call = served_call();
    struct edition *brain;
    struct edition *checkpoint;
    struct fault fault;
    open_shelf(&served, 1);
    assert_right(&served, 3, true);
    ck_assert_int_eq(
        service_hold_table(served.service, "b3@first", served_nobody(), &checkpoint, &fault),
        ERR_OK);
    assert_right(&served, 3, false);
    ck_assert_int_eq(service_hold_table(served.service, "b3", served_nobody(), &brain, &fault),
                     ERR_OK);
    ck_assert_int_eq(service_delete_brain(served.service, "b3", &call.call, &fault), ERR_OK);
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    served_shut(&served);
    ck_assert_str_ne(edition_digest(brain), edition_digest(checkpoint));
    edition_let_go(brain);
    edition_let_go(checkpoint);
    folder_remove(&served.folder);
}
END_TEST

START_TEST(test_a_brain_that_a_job_trains_stays_whatever_else_is_used)
{
    struct served served;
    struct brain_info info;
    struct fault fault;
    open_shelf(&served, 1);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    order.brain = "b0";
    int64_t id = served_begin(&served, &order);
    served_wait_matches(&served, id, 1000);
    for (unsigned i = 1; i < BRAINS; i++)
        assert_right(&served, i, false);
    ck_assert_int_eq(service_digest_brain(served.service, "b0", served_nobody(), &info, &fault),
                     ERR_OK);
    ck_assert_uint_ge(info.matches, 1000);
    served_stop(&served, id);
    served_wait_over(&served, id);
    served_close(&served);
}
END_TEST

/* One read for all who wait. */
START_TEST(test_several_who_need_the_same_table_are_all_told)
{
    enum { COUNT = 3 };
    struct served served;
    struct served_call calls[COUNT];
    struct brain_info info;
    struct fault fault;
    open_shelf(&served, 1);
    for (unsigned i = 0; i < COUNT; i++) {
        calls[i] = served_call();
        ck_assert_int_eq(service_digest_brain(served.service, "b2", &calls[i].call, &info, &fault),
                         ERR_LATER);
    }
    for (unsigned i = 0; i < COUNT; i++)
        ck_assert_int_eq(served_wait(&served, &calls[i]), ERR_LATER);
    ck_assert_int_eq(service_digest_brain(served.service, "b2", served_nobody(), &info, &fault),
                     ERR_OK);
    served_close(&served);
}
END_TEST

START_TEST(test_a_checkpoint_that_is_kept_anew_is_not_the_old_one_in_memory)
{
    struct served served;
    char before[BRAIN_DIGEST_SIZE];
    char after[BRAIN_DIGEST_SIZE];
    open_shelf(&served, ROOMY);
    ck_assert_int_eq(served_digest(&served, "b1@first", before), ERR_OK);
    ck_assert_int_eq(served_keep(&served, "b1", "first"), ERR_OK);
    ck_assert_int_eq(served_digest(&served, "b1@first", after), ERR_OK);
    ck_assert_str_ne(before, after);
    served_close(&served);
}
END_TEST

/* How fetching a brain ends, and its words. */
static enum err fetch(struct served *served, const char *name, char words[FAULT_DETAIL_SIZE])
{
    struct served_call call = served_call();
    struct brain_info info;
    struct fault fault;
    ck_assert_int_eq(service_digest_brain(served->service, name, &call.call, &info, &fault),
                     ERR_LATER);
    enum err err = served_wait(served, &call);
    snprintf(words, FAULT_DETAIL_SIZE, "%s", call.call.fault.detail);
    return err;
}

START_TEST(test_a_table_that_is_damaged_since_the_start_is_not_used)
{
    struct served served;
    char words[FAULT_DETAIL_SIZE];
    open_shelf(&served, 1);
    stored_sql(served.path, "INSERT OR REPLACE INTO brain_table SELECT id, zeroblob(64748) FROM "
                            "brain WHERE name = 'b5';"
                            "UPDATE checkpoint SET table_blob = zeroblob(64748)");
    ck_assert_int_eq(fetch(&served, "b5", words), ERR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(words, "damaged"));
    ck_assert_int_eq(fetch(&served, "b6@first", words), ERR_CORRUPT);
    assert_right(&served, 6, false);
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_is_gone_when_it_is_read_is_not_found)
{
    struct served served;
    struct served_call calls[2] = {served_call(), served_call()};
    struct brain_info info;
    struct fault fault;
    open_shelf(&served, 1);
    ck_assert_int_eq(service_digest_brain(served.service, "b4", &calls[1].call, &info, &fault),
                     ERR_LATER);
    ck_assert_int_eq(service_delete_brain(served.service, "b4", &calls[0].call, &fault), ERR_OK);
    ck_assert_int_eq(served_wait(&served, &calls[0]), ERR_OK);
    enum err err = served_wait(&served, &calls[1]); /* it may have been read just before */
    ck_assert(err == ERR_LATER || err == ERR_NOT_FOUND);
    ck_assert_int_eq(service_digest_brain(served.service, "b4", served_nobody(), &info, &fault),
                     ERR_NOT_FOUND);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_whose_brain_cannot_be_read_fails_and_says_so)
{
    struct served served;
    open_shelf(&served, 1);
    stored_sql(served.path, "INSERT OR REPLACE INTO brain_table SELECT id, zeroblob(64748) FROM "
                            "brain WHERE name = 'b7'");
    struct job_order order = served_job_order(1, 100);
    order.brain = "b7";
    struct job job = served_wait_over(&served, served_begin(&served, &order));
    ck_assert_int_eq(job.state, JOB_FAILED);
    ck_assert_ptr_nonnull(strstr(job.error, "damaged"));
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_brains_are_right_however_often_they_are_dropped_and_read,
        test_with_room_for_all_nothing_is_read_twice,
        test_what_is_held_and_what_was_used_last_is_still_there,
        test_what_is_held_outlives_its_brain,
        test_a_brain_that_a_job_trains_stays_whatever_else_is_used,
        test_several_who_need_the_same_table_are_all_told,
        test_a_checkpoint_that_is_kept_anew_is_not_the_old_one_in_memory,
        test_a_table_that_is_damaged_since_the_start_is_not_used,
        test_a_brain_that_is_gone_when_it_is_read_is_not_found,
        test_a_job_whose_brain_cannot_be_read_fails_and_says_so,
        NULL,
    };
    return unit_run("shelf", tests);
}
