/*
 * The power goes at each write, sync, truncation or deletion in turn, while matches are reported:
 * as lessons are appended, as they are folded into their brain's table, and as a database with
 * lessons is opened. What was answered is learned, and of the rest all or nothing, in its order, to
 * the same bits.
 */
#include "support/faulty_disk.h"
#include "support/lessons.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

enum { BEFORE_FOLD = 2, REPORTS = 5 };

/* A database with lessons, and what its brain is after some more. */
struct fixture {
    struct served served;
    char wal[FOLDER_PATH_SIZE];
    char *bytes;
    size_t size;
    unsigned lessons;
    struct brain *plain[REPORTS + 2];
};

static void add_lessons(const char *path, unsigned count)
{
    struct lesson *lessons = calloc(count, sizeof *lessons);
    struct store *store = stored_open(path);
    const struct brain_record brain = {.id = 1, .lessons = count};
    for (unsigned i = 0; i < count; i++)
        lessons[i] = lessons_nth(i + 1);
    ck_assert_int_eq(store_add_lessons(store, &brain, lessons, count), ERR_OK);
    ck_assert_int_eq(store_start(store), ERR_OK);
    store_stop(store); /* so that all is brought into the file */
    store_close(store);
    free(lessons);
}

static void open_fixture(struct fixture *fixture, unsigned lessons)
{
    faulty_disk_install();
    folder_prefer_memory();
    served_open(&fixture->served);
    served_shut(&fixture->served);
    folder_file(&fixture->served.folder, "ttst.db-wal", fixture->wal);
    add_lessons(fixture->served.path, lessons);
    fixture->bytes = folder_read(fixture->served.path, &fixture->size);
    fixture->lessons = lessons;
    for (unsigned i = 0; i < REPORTS + 2; i++) {
        fixture->plain[i] = tables_fresh(NULL);
        lessons_teach(fixture->plain[i], 1, lessons + i);
    }
}

static void close_fixture(struct fixture *fixture)
{
    for (unsigned i = 0; i < REPORTS + 2; i++)
        brain_destroy(fixture->plain[i]);
    free(fixture->bytes);
    folder_remove(&fixture->served.folder);
}

/* Reports matches until one is not learned; returns how many were. */
static unsigned report(struct fixture *fixture)
{
    unsigned learned = 0;
    while (learned < REPORTS) {
        const struct lesson lesson = lessons_nth(fixture->lessons + learned + 1);
        if (served_try_learn(&fixture->served, "default", lesson.moves, lesson.count) != ERR_OK)
            break;
        learned++;
    }
    return learned;
}

/* Serves on a disk from which the power goes, at the start perhaps. Returns what was learned. */
static unsigned serve(struct fixture *fixture, const struct faulty_disk_plan *plan)
{
    const struct service_options options = {
        .database = fixture->served.path, .training_threads = 1, .save_interval_ms = 1000};
    struct fault fault;
    unsigned learned = 0;
    faulty_disk_doubt();
    faulty_disk_plan(plan);
    if (service_open(&options, &fixture->served.service, &fault) == ERR_OK) {
        learned = report(fixture);
        (void)!service_close(fixture->served.service, &fault);
    }
    return learned;
}

/* Returns whether the power went before all was done. */
static bool cut_once(struct fixture *fixture, unsigned nth, uint64_t seed)
{
    const struct faulty_disk_plan plan = {
        .kind = FAULTY_CHANGES, .nth = nth, .for_good = true, .code = SQLITE_IOERR};
    unlink(fixture->wal);
    folder_write(fixture->served.path, fixture->bytes, fixture->size);
    const unsigned learned = serve(fixture, &plan);
    const bool has_gone = faulty_disk_has_failed();
    faulty_disk_heal();
    faulty_disk_cut_power(seed);
    served_start(&fixture->served);
    if (!served_has(&fixture->served, "default", fixture->plain[learned]) &&
        !served_has(&fixture->served, "default", fixture->plain[learned + 1]))
        ck_abort_msg("change %u, seed %u: %u were learned, and the brain is another", nth,
                     (unsigned)seed, learned);
    served_shut(&fixture->served);
    return has_gone;
}

static void cut_at_each(unsigned lessons, uint64_t seed)
{
    struct fixture fixture;
    unsigned nth = 1;
    open_fixture(&fixture, lessons);
    while (cut_once(&fixture, nth, seed == 0 ? 0 : seed + nth))
        nth++;
    ck_assert_uint_gt(nth, 2 * REPORTS);
    close_fixture(&fixture);
}

/* So many that the lessons are folded among those that are reported. */
static unsigned nearly_folded(void)
{
    struct brain *table = tables_fresh(NULL);
    const unsigned most = lesson_most(brain_size(table));
    brain_destroy(table);
    return most - BEFORE_FOLD;
}

START_TEST(test_what_was_answered_is_learned_though_all_that_was_not_synced_is_lost)
{
    cut_at_each(3, 0);
    cut_at_each(nearly_folded(), 0);
}
END_TEST

START_TEST(test_what_was_answered_is_learned_though_some_of_what_was_not_synced_is_lost)
{
    for (uint64_t seed = 1; seed <= 2; seed++)
        cut_at_each(nearly_folded(), seed * 1000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_what_was_answered_is_learned_though_all_that_was_not_synced_is_lost,
        test_what_was_answered_is_learned_though_some_of_what_was_not_synced_is_lost,
        NULL,
    };
    return unit_run("lessons", tests);
}
