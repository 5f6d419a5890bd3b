/* Curve points in their file: they come back as they went, in order, each brain's own. */
#include "base/rng.h"
#include "support/disk_trial.h"
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

/* Bytes that no two points share. */
static void fill(char evaluations[POINT_SIZE], uint64_t seed)
{
    struct rng rng;
    rng_seed(&rng, seed);
    for (unsigned i = 0; i < POINT_SIZE; i++)
        evaluations[i] = (char)rng_next(&rng);
}

static enum err put(struct store *store, int64_t brain_id, uint64_t matches, uint64_t seed)
{
    char evaluations[POINT_SIZE];
    fill(evaluations, seed);
    return store_put_point(store, brain_id, matches, evaluations);
}

/* The points that a brain is expected to have: matches, and the seeds of what is kept there. */
struct expected {
    unsigned count;
    uint64_t matches[8];
    uint64_t seeds[8];
    unsigned seen;
};

static enum err compare(void *context, uint64_t matches, const char evaluations[POINT_SIZE])
{
    struct expected *expected = context;
    char bytes[POINT_SIZE];
    ck_assert_uint_lt(expected->seen, expected->count);
    ck_assert_uint_eq(matches, expected->matches[expected->seen]);
    fill(bytes, expected->seeds[expected->seen++]);
    ck_assert_mem_eq(evaluations, bytes, POINT_SIZE);
    return ERR_OK;
}

static void assert_points(struct store *store, int64_t brain_id, struct expected expected)
{
    ck_assert_int_eq(store_each_point(store, brain_id, compare, &expected), ERR_OK);
    ck_assert_uint_eq(expected.seen, expected.count);
}

START_TEST(test_each_brains_points_come_back_in_order_of_matches_the_last_put_at_each)
{
    struct stored_file file;
    stored_make(&file, 2);
    ck_assert_int_eq(put(file.store, 1, 100, 7), ERR_OK);
    ck_assert_int_eq(put(file.store, 1, 10, 1), ERR_OK);
    ck_assert_int_eq(put(file.store, 2, 10, 2), ERR_OK);
    ck_assert_int_eq(put(file.store, 1, INT64_MAX, 8), ERR_OK);
    ck_assert_int_eq(put(file.store, 1, 12, 6), ERR_OK);
    ck_assert_int_eq(put(file.store, 1, 10, 5), ERR_OK);
    ck_assert_int_eq(put(file.store, 99, 10, 1), ERR_OK); /* a brain that is gone */
    for (unsigned life = 0; life < 2; life++) {
        assert_points(file.store, 1,
                      (struct expected){4, {10, 12, 100, INT64_MAX}, {5, 6, 7, 8}, 0});
        assert_points(file.store, 2, (struct expected){1, {10}, {2}, 0});
        assert_points(file.store, 99, (struct expected){.count = 0});
        stored_reopen(&file);
    }
    stored_sql(file.path, "PRAGMA foreign_keys = ON; DELETE FROM brain WHERE id = 1");
    assert_points(file.store, 1, (struct expected){.count = 0}); /* they go with it */
    ck_assert_int_eq(stored_sql(file.path, "SELECT count(*) FROM curve_point"), 1);
    stored_remove(&file);
}
END_TEST

START_TEST(test_points_are_copied_up_to_some_matches_and_deleted_beyond_some)
{
    const struct brain_place from = {.brain_id = 1, .life = 1, .matches = 12};
    struct stored_file file;
    stored_make(&file, 2);
    for (uint64_t matches = 10; matches <= 14; matches += 2)
        ck_assert_int_eq(put(file.store, 1, matches, matches), ERR_OK);
    ck_assert_int_eq(store_copy_points(file.store, &from, 2), ERR_OK);
    assert_points(file.store, 1, (struct expected){3, {10, 12, 14}, {10, 12, 14}, 0});
    assert_points(file.store, 2, (struct expected){2, {10, 12}, {10, 12}, 0});
    ck_assert_int_eq(store_delete_points(file.store, 1, 10), ERR_OK);
    assert_points(file.store, 1, (struct expected){1, {10}, {10}, 0});
    assert_points(file.store, 2, (struct expected){2, {10, 12}, {10, 12}, 0});
    ck_assert_int_eq(store_delete_points(file.store, 1, 0), ERR_OK);
    assert_points(file.store, 1, (struct expected){.count = 0});
    stored_remove(&file);
}
END_TEST

static enum err count_point(void *context, uint64_t matches, const char evaluations[POINT_SIZE])
{
    (void)matches;
    if (evaluations == NULL)
        return ERR_CORRUPT;
    ++*(unsigned *)context;
    return ERR_OK;
}

START_TEST(test_a_point_of_another_size_is_damaged)
{
    static const char *const damages[] = {
        "UPDATE curve_point SET evaluations = x'' WHERE matches = 12",
        "UPDATE curve_point SET evaluations = substr(evaluations, 1, 359) WHERE matches = 12",
        "UPDATE curve_point SET evaluations = zeroblob(361) WHERE matches = 12",
    };
    for (unsigned i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct stored_file file;
        unsigned count = 0;
        stored_make(&file, 1);
        for (uint64_t matches = 10; matches <= 14; matches += 2)
            ck_assert_int_eq(put(file.store, 1, matches, matches), ERR_OK);
        stored_sql(file.path, damages[i]);
        ck_assert_int_eq(store_each_point(file.store, 1, count_point, &count), ERR_CORRUPT);
        ck_assert_uint_eq(count, 1); /* up to there */
        stored_remove(&file);
    }
}
END_TEST

static enum err fail_at_second(void *context, uint64_t matches, const char evaluations[POINT_SIZE])
{
    (void)matches;
    (void)evaluations;
    return ++*(unsigned *)context == 2 ? ERR_UNSUPPORTED : ERR_OK;
}

START_TEST(test_looking_through_points_ends_at_the_callers_first_failure)
{
    struct stored_file file;
    unsigned count = 0;
    stored_make(&file, 1);
    for (uint64_t matches = 1; matches <= 5; matches++)
        ck_assert_int_eq(put(file.store, 1, matches, 1), ERR_OK);
    ck_assert_int_eq(store_each_point(file.store, 1, fail_at_second, &count), ERR_UNSUPPORTED);
    ck_assert_uint_eq(count, 2);
    stored_remove(&file);
}
END_TEST

/* On a disk that fails: a point, 10, is there; it is replaced, and 12 put beside it. */
static void prepare(const char *path)
{
    static char *bytes;
    static size_t size;
    if (bytes == NULL) {
        struct store *store = stored_open(path);
        struct brain_record brain = stored_brain(1);
        struct brain *table = tables_fresh(NULL);
        ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
        brain_destroy(table);
        ck_assert_int_eq(put(store, 1, 10, 1), ERR_OK);
        ck_assert_int_eq(store_start(store), ERR_OK);
        store_stop(store);
        store_close(store);
        bytes = folder_read(path, &size);
    }
    folder_write(path, bytes, size);
}

static enum err put_two(struct store *store, struct store_request *request)
{
    (void)request;
    enum err err = put(store, 1, 10, 2);
    return err == ERR_OK ? put(store, 1, 12, 3) : err;
}

static enum err request_two(const char *path)
{
    return disk_trial_request(path, put_two);
}

static bool has_two(struct store *store)
{
    unsigned count = 0;
    ck_assert_int_eq(store_each_point(store, 1, count_point, &count), ERR_OK);
    if (count == 2)
        assert_points(store, 1, (struct expected){2, {10, 12}, {2, 3}, 0});
    else
        assert_points(store, 1, (struct expected){1, {10}, {1}, 0});
    return count == 2;
}

static const struct disk_trial putting = {prepare, request_two, has_two};

START_TEST(test_points_are_put_whole_or_not_at_all_on_a_disk_that_fails_or_is_full)
{
    disk_trial_run(&putting, &disk_trial_error_once);
    disk_trial_run(&putting, &disk_trial_full_for_good);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_each_brains_points_come_back_in_order_of_matches_the_last_put_at_each,
        test_points_are_copied_up_to_some_matches_and_deleted_beyond_some,
        test_a_point_of_another_size_is_damaged,
        test_looking_through_points_ends_at_the_callers_first_failure,
        test_points_are_put_whole_or_not_at_all_on_a_disk_that_fails_or_is_full,
        NULL,
    };
    return unit_run("store_curve", tests);
}
