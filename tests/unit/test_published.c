/* The tables that readers see: one that is held stays as it is, whatever the publisher does. */
#include "base/clock.h"
#include "engine/table/table.h"
#include "support/editions.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/published.h"

#include <pthread.h>

enum { PUBLICATIONS = 200 };

/* Version v of a table: every legal weight is v + 1, and so are its counts. */
static void set_version(struct brain *table, uint32_t version)
{
    for (uint32_t row = 0; row < table->states->rows; row++) {
        uint32_t weights[ROW_CELLS];
        table_weights(table, row, weights);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (weights[cell] != 0)
                weights[cell] = version + 1;
        table_set_weights(table, row, weights);
    }
    table->matches = version;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        table->results[result] = version;
}

/* Whether all of the table is of the version that its matches say. */
static bool is_whole(const struct brain *table)
{
    bool whole = true;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        whole = whole && table->results[result] == table->matches;
    for (uint32_t row = 0; row < table->states->rows; row++) {
        for (unsigned cell = 0; cell < table->states->cells; cell++) {
            uint32_t weight = tables_weight(table, row, cell);
            whole = whole && (weight == 0 || weight == table->matches + 1);
        }
    }
    return whole && tables_weight(table, 0, 4) != 0;
}

static bool is_version(const struct brain *table, uint32_t version)
{
    return table->matches == version && is_whole(table);
}

/* Opened with version 0; `source` is the publisher's own table. */
struct fixture {
    struct published published;
    struct brain *source;
};

static struct edition *edition_of_version(uint32_t version)
{
    struct brain *table = tables_fresh(NULL);
    set_version(table, version);
    return editions_of(table);
}

static void put(struct fixture *fixture, uint32_t version)
{
    struct edition *edition = edition_of_version(version);
    published_put(&fixture->published, edition);
    edition_let_go(edition);
}

static void open_fixture(struct fixture *fixture)
{
    *fixture = (struct fixture){.source = tables_fresh(NULL)};
    put(fixture, 0);
}

static void close_fixture(struct fixture *fixture)
{
    published_close(&fixture->published);
    brain_destroy(fixture->source);
}

static void publish(struct fixture *fixture, uint32_t version)
{
    set_version(fixture->source, version);
    ck_assert(published_publish(&fixture->published, fixture->source));
}

static bool shows(struct fixture *fixture, uint32_t version)
{
    struct edition *edition = published_hold(&fixture->published);
    bool shown = is_version(edition->table, version);
    edition_let_go(edition);
    return shown;
}

START_TEST(test_readers_see_the_first_table_and_then_what_was_published_last)
{
    struct fixture fixture;
    open_fixture(&fixture);
    ck_assert(shows(&fixture, 0));
    for (uint32_t version = 1; version <= 10; version++) {
        publish(&fixture, version);
        if (version % 3 != 0) /* some are never looked at */
            ck_assert(shows(&fixture, version));
    }
    ck_assert(shows(&fixture, 10));
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_what_the_publisher_does_after_publishing_does_not_show)
{
    struct fixture fixture;
    open_fixture(&fixture);
    publish(&fixture, 1);
    set_version(fixture.source, 2);
    ck_assert(shows(&fixture, 1));
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_tables_that_are_held_stay_while_the_publisher_goes_on)
{
    enum { HELD = 20 };
    struct edition *held[HELD];
    struct fixture fixture;
    open_fixture(&fixture);
    for (uint32_t version = 0; version < HELD; version++) {
        held[version] = published_hold(&fixture.published);
        publish(&fixture, version + 1);
    }
    for (uint32_t version = 0; version < HELD; version++)
        ck_assert(is_version(held[version]->table, version));
    put(&fixture, 99);
    ck_assert(shows(&fixture, 99));
    close_fixture(&fixture);
    for (uint32_t version = 0; version < HELD; version++) {
        ck_assert(is_version(held[version]->table, version));
        edition_let_go(held[version]);
    }
}
END_TEST

START_TEST(test_what_is_put_shows_at_once_and_nothing_from_before_it)
{
    struct fixture fixture;
    open_fixture(&fixture);
    publish(&fixture, 1);
    put(&fixture, 2);
    ck_assert(shows(&fixture, 2));
    publish(&fixture, 3);
    ck_assert(shows(&fixture, 3));
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_the_current_table_can_be_put_again)
{
    struct fixture fixture;
    open_fixture(&fixture);
    struct edition *edition = published_hold(&fixture.published);
    ck_assert(published_is_held(&fixture.published));
    published_put(&fixture.published, edition);
    edition_let_go(edition);
    ck_assert(!published_is_held(&fixture.published));
    ck_assert(shows(&fixture, 0));
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_digest_is_of_its_table_and_made_once)
{
    struct fixture fixture;
    char digest[BRAIN_DIGEST_SIZE];
    open_fixture(&fixture);
    for (uint32_t version = 1; version <= 10; version++) {
        publish(&fixture, version);
        struct edition *edition = published_hold(&fixture.published);
        brain_digest(edition->table, digest);
        ck_assert_str_eq(edition_digest(edition), digest);
        ck_assert_ptr_eq(edition_digest(edition), edition->digest);
        edition_let_go(edition);
    }
    close_fixture(&fixture);
}
END_TEST

/* However fast tables are published, so that digests take no more than their share of the time. */
START_TEST(test_a_table_whose_digest_was_asked_for_stays_a_while)
{
    struct fixture fixture;
    open_fixture(&fixture);
    struct edition *edition = published_hold(&fixture.published);
    (void)edition_digest(edition);
    const int64_t until_ms = edition->digested_at_ms + PUBLISHED_DIGEST_MS;
    edition_let_go(edition);
    publish(&fixture, 1);
    const bool is_new = shows(&fixture, 1);
    ck_assert(!is_new || clock_monotonic_ms() >= until_ms);
    while (!shows(&fixture, 1))
        ;
    ck_assert_int_ge(clock_monotonic_ms(), until_ms);
    close_fixture(&fixture);
}
END_TEST

/* Many publications of a small table: the shorter each one takes, the more often the reader is
 * between two steps of its own. */
enum { SMALL_PUBLICATIONS = 100000 };

struct publisher {
    struct published published;
    struct brain *table;
    uint64_t versions;
    void (*set)(struct brain *table, uint32_t version);
};

static void *publish_all(void *context)
{
    struct publisher *publisher = context;
    for (uint64_t version = 1; version <= publisher->versions; version++) {
        publisher->set(publisher->table, (uint32_t)version);
        ck_assert(published_publish(&publisher->published, publisher->table));
    }
    return NULL;
}

/* Holds on to a few, and looks at each when it comes and when it goes. */
static void read_all(struct publisher *publisher, bool (*is_sound)(const struct brain *table))
{
    enum { HELD = 3 };
    struct edition *held[HELD] = {NULL};
    pthread_t thread;
    uint64_t seen = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, publish_all, publisher), 0);
    for (unsigned i = 0; seen < publisher->versions; i++) {
        struct edition **place = &held[i % HELD];
        ck_assert(*place == NULL || is_sound((*place)->table));
        edition_let_go(*place);
        *place = published_hold(&publisher->published);
        ck_assert(is_sound((*place)->table));
        ck_assert_uint_ge((*place)->table->matches, seen);
        seen = (*place)->table->matches;
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    for (unsigned i = 0; i < HELD; i++)
        edition_let_go(held[i]);
    published_close(&publisher->published);
    brain_destroy(publisher->table);
}

static void set_counts(struct brain *table, uint32_t version)
{
    table->matches = version;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        table->results[result] = version;
}

static bool has_whole_counts(const struct brain *table)
{
    bool whole = true;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        whole = whole && table->results[result] == table->matches;
    return whole;
}

START_TEST(test_a_reader_of_a_table_that_changes_all_the_time_only_ever_sees_whole_ones)
{
    static const struct game small = {.width = 2, .height = 1, .run = 2};
    struct publisher publisher = {.versions = SMALL_PUBLICATIONS, .set = set_counts};
    struct states *states;
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *first;
    ck_assert_int_eq(states_create(&small, &states), ERR_OK);
    ck_assert_int_eq(table_create(states, &rule, &first), ERR_OK);
    ck_assert_int_eq(table_create(states, &rule, &publisher.table), ERR_OK);
    struct edition *edition = editions_of(first);
    published_put(&publisher.published, edition);
    edition_let_go(edition);
    read_all(&publisher, has_whole_counts);
    states_destroy(states);
}
END_TEST

START_TEST(test_a_reader_only_ever_sees_whole_tables_and_never_an_older_one)
{
    struct publisher publisher = {
        .versions = PUBLICATIONS, .set = set_version, .table = tables_fresh(NULL)};
    struct edition *edition = edition_of_version(0);
    published_put(&publisher.published, edition);
    edition_let_go(edition);
    read_all(&publisher, is_whole);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_readers_see_the_first_table_and_then_what_was_published_last,
        test_what_the_publisher_does_after_publishing_does_not_show,
        test_tables_that_are_held_stay_while_the_publisher_goes_on,
        test_what_is_put_shows_at_once_and_nothing_from_before_it,
        test_the_current_table_can_be_put_again,
        test_a_digest_is_of_its_table_and_made_once,
        test_a_table_whose_digest_was_asked_for_stays_a_while,
        test_a_reader_of_a_table_that_changes_all_the_time_only_ever_sees_whole_ones,
        test_a_reader_only_ever_sees_whole_tables_and_never_an_older_one,
        NULL,
    };
    return unit_run("published", tests);
}
