/* The tables that readers see: a pinned one stays as it is, whatever the publisher does. */
#include "support/tables.h"
#include "support/unit.h"
#include "train/published.h"

#include <pthread.h>
#include <sched.h>

enum { READERS = 4, PUBLICATIONS = 200, VERSION_STEP = 50 };

/* Version v of a table: every legal weight is v + 1, and so are its counts. */
static void set_version(struct brain *table, uint32_t version)
{
    for (uint32_t row = 0; row < table->states->rows; row++) {
        uint32_t weights[ROW_CELLS];
        brain_weights(table, row, weights);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (weights[cell] != 0)
                weights[cell] = version + 1;
        brain_set_weights(table, row, weights);
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

static void open_fixture(struct fixture *fixture)
{
    struct brain *first = tables_fresh(NULL);
    set_version(first, 0);
    published_open(&fixture->published, first);
    fixture->source = tables_copy(first);
}

static void close_fixture(struct fixture *fixture)
{
    published_close(&fixture->published);
    brain_destroy(fixture->source);
}

static bool publish(struct fixture *fixture, uint32_t version)
{
    set_version(fixture->source, version);
    return published_publish(&fixture->published, fixture->source);
}

static bool shows(struct fixture *fixture, uint32_t version)
{
    struct pin pin = published_pin(&fixture->published);
    bool shown = is_version(pin.table, version);
    published_unpin(pin);
    return shown;
}

static unsigned count_tables(const struct fixture *fixture)
{
    unsigned tables = 0;
    for (unsigned slot = 0; slot < PUBLISHED_SLOTS; slot++)
        tables += fixture->published.slots[slot].table != NULL;
    return tables;
}

START_TEST(test_readers_see_the_first_table_and_then_what_was_published_last)
{
    struct fixture fixture;
    open_fixture(&fixture);
    ck_assert(shows(&fixture, 0));
    for (uint32_t version = 1; version <= 3 * PUBLISHED_SLOTS; version++) {
        ck_assert(publish(&fixture, version));
        ck_assert(shows(&fixture, version));
    }
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_what_the_publisher_does_after_publishing_does_not_show)
{
    struct fixture fixture;
    open_fixture(&fixture);
    ck_assert(publish(&fixture, 1));
    set_version(fixture.source, 2);
    ck_assert(shows(&fixture, 1));
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_pinned_table_stays_while_the_publisher_goes_on)
{
    struct fixture fixture;
    open_fixture(&fixture);
    struct pin pin = published_pin(&fixture.published);
    for (uint32_t version = 1; version <= 3 * PUBLISHED_SLOTS; version++) {
        ck_assert(publish(&fixture, version));
        ck_assert(is_version(pin.table, 0));
        ck_assert(shows(&fixture, version));
    }
    published_unpin(pin);
    close_fixture(&fixture);
}
END_TEST

/* Pins PUBLISHED_SLOTS tables, the versions 0, 1, ... */
static void pin_all(struct fixture *fixture, struct pin pins[PUBLISHED_SLOTS])
{
    for (uint32_t version = 0; version < PUBLISHED_SLOTS; version++) {
        if (version > 0)
            ck_assert(publish(fixture, version));
        pins[version] = published_pin(&fixture->published);
    }
}

START_TEST(test_a_publication_is_skipped_while_all_slots_are_in_use)
{
    struct fixture fixture;
    struct pin pins[PUBLISHED_SLOTS];
    open_fixture(&fixture);
    pin_all(&fixture, pins);
    ck_assert(!publish(&fixture, 99));
    ck_assert(shows(&fixture, PUBLISHED_SLOTS - 1));
    for (uint32_t version = 0; version < PUBLISHED_SLOTS; version++)
        ck_assert(is_version(pins[version].table, version));
    published_unpin(pins[1]);
    ck_assert(publish(&fixture, 100));
    ck_assert(shows(&fixture, 100));
    ck_assert(is_version(pins[0].table, 0));
    ck_assert(is_version(pins[2].table, 2));
    for (uint32_t version = 0; version < PUBLISHED_SLOTS; version++)
        if (version != 1)
            published_unpin(pins[version]);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_table_pinned_twice_is_in_use_until_both_have_let_it_go)
{
    struct fixture fixture;
    struct pin pins[PUBLISHED_SLOTS];
    open_fixture(&fixture);
    struct pin again = published_pin(&fixture.published);
    pin_all(&fixture, pins);
    ck_assert_ptr_eq(again.table, pins[0].table);
    published_unpin(pins[0]);
    ck_assert(!publish(&fixture, 99));
    ck_assert(is_version(again.table, 0));
    published_unpin(again);
    ck_assert(publish(&fixture, 99));
    for (unsigned i = 1; i < PUBLISHED_SLOTS; i++)
        published_unpin(pins[i]);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_the_last_publication_shows_and_frees_what_is_not_needed)
{
    struct fixture fixture;
    struct pin pins[PUBLISHED_SLOTS];
    open_fixture(&fixture);
    pin_all(&fixture, pins);
    published_unpin(pins[0]);
    published_unpin(pins[2]);
    published_unpin(pins[3]);
    ck_assert_uint_eq(count_tables(&fixture), PUBLISHED_SLOTS);
    set_version(fixture.source, 50);
    published_publish_last(&fixture.published, fixture.source);
    ck_assert_uint_eq(count_tables(&fixture), 2);
    ck_assert(shows(&fixture, 50));
    ck_assert(is_version(pins[1].table, 1));
    published_unpin(pins[1]);
    set_version(fixture.source, 51);
    published_publish_last(&fixture.published, fixture.source);
    ck_assert_uint_eq(count_tables(&fixture), 1);
    ck_assert(shows(&fixture, 51));
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_after_a_last_publication_publishing_goes_on)
{
    struct fixture fixture;
    open_fixture(&fixture);
    published_publish_last(&fixture.published, fixture.source);
    for (uint32_t version = 1; version <= 2 * PUBLISHED_SLOTS; version++) {
        ck_assert(publish(&fixture, version));
        ck_assert(shows(&fixture, version));
    }
    close_fixture(&fixture);
}
END_TEST

struct last_publication {
    struct fixture *fixture;
    _Atomic bool let_go; /* set before a pin is let go */
    bool was_let_go;     /* as seen when the publication came back */
};

static void *publish_last(void *context)
{
    struct last_publication *last = context;
    published_publish_last(&last->fixture->published, last->fixture->source);
    last->was_let_go = atomic_load(&last->let_go);
    return NULL;
}

START_TEST(test_the_last_publication_is_not_skipped_but_waits_for_a_slot)
{
    struct fixture fixture;
    struct pin pins[PUBLISHED_SLOTS];
    open_fixture(&fixture);
    pin_all(&fixture, pins);
    set_version(fixture.source, 77);
    struct last_publication last = {.fixture = &fixture};
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, publish_last, &last), 0);
    for (unsigned i = 0; i < 1000; i++)
        sched_yield(); /* time for a publication that does not wait */
    atomic_store(&last.let_go, true);
    published_unpin(pins[0]);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert(last.was_let_go);
    ck_assert(shows(&fixture, 77));
    for (unsigned i = 1; i < PUBLISHED_SLOTS; i++)
        published_unpin(pins[i]);
    close_fixture(&fixture);
}
END_TEST

/* Many publications of a small table: the shorter each one takes, the more often a reader is
 * between looking for the current slot and pinning it. */
enum { SMALL_PUBLICATIONS = 100000 };

struct glance {
    struct published *published;
    bool all_whole;
};

static void *glance_at_tables(void *context)
{
    struct glance *glance = context;
    uint64_t seen = 0;
    while (seen < SMALL_PUBLICATIONS) {
        struct pin pin = published_pin(glance->published);
        seen = pin.table->matches;
        for (unsigned result = 0; result < RESULT_COUNT; result++)
            glance->all_whole = glance->all_whole && pin.table->results[result] == seen;
        glance->all_whole = glance->all_whole && pin.table->matches == seen;
        published_unpin(pin);
    }
    return NULL;
}

START_TEST(test_readers_of_a_table_that_changes_all_the_time_only_ever_see_whole_ones)
{
    static const struct game small = {.width = 2, .height = 1, .run = 2};
    struct states *states;
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *tables[2];
    ck_assert_int_eq(states_create(&small, &states), ERR_OK);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_int_eq(brain_create(states, &rule, &tables[i]), ERR_OK);
    struct published published;
    published_open(&published, tables[0]);
    struct glance glances[READERS];
    pthread_t threads[READERS];
    for (unsigned i = 0; i < READERS; i++) {
        glances[i] = (struct glance){&published, true};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, glance_at_tables, &glances[i]), 0);
    }
    for (uint64_t version = 1; version <= SMALL_PUBLICATIONS; version++) {
        tables[1]->matches = version;
        for (unsigned result = 0; result < RESULT_COUNT; result++)
            tables[1]->results[result] = version;
        if (version < SMALL_PUBLICATIONS)
            (void)published_publish(&published, tables[1]);
        else
            published_publish_last(&published, tables[1]);
    }
    for (unsigned i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_msg(glances[i].all_whole, "reader %u", i);
    }
    published_close(&published);
    brain_destroy(tables[1]);
    states_destroy(states);
}
END_TEST

/* A thread that reads until the last version is there. */
struct reader {
    struct published *published;
    unsigned tables; /* looked at */
    bool all_whole;
    bool in_order;
};

static void *read_tables(void *context)
{
    struct reader *reader = context;
    uint64_t seen = 0;
    while (seen < PUBLICATIONS) {
        struct pin pin = published_pin(reader->published);
        reader->in_order = reader->in_order && pin.table->matches >= seen;
        seen = pin.table->matches;
        reader->all_whole = reader->all_whole && is_whole(pin.table);
        published_unpin(pin);
        reader->tables++;
    }
    return NULL;
}

START_TEST(test_four_readers_only_ever_see_whole_tables_and_never_an_older_one)
{
    struct fixture fixture;
    open_fixture(&fixture);
    struct reader readers[READERS];
    pthread_t threads[READERS];
    for (unsigned i = 0; i < READERS; i++) {
        readers[i] =
            (struct reader){.published = &fixture.published, .all_whole = true, .in_order = true};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_tables, &readers[i]), 0);
    }
    for (uint32_t version = 1; version < PUBLICATIONS; version++) {
        set_version(fixture.source, version);
        if (version % VERSION_STEP == 0)
            published_publish_last(&fixture.published, fixture.source);
        else
            (void)published_publish(&fixture.published, fixture.source);
    }
    set_version(fixture.source, PUBLICATIONS);
    published_publish_last(&fixture.published, fixture.source);
    for (unsigned i = 0; i < READERS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_msg(readers[i].all_whole, "reader %u of %u tables", i, readers[i].tables);
        ck_assert_msg(readers[i].in_order, "reader %u of %u tables", i, readers[i].tables);
    }
    close_fixture(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_readers_see_the_first_table_and_then_what_was_published_last,
        test_what_the_publisher_does_after_publishing_does_not_show,
        test_a_pinned_table_stays_while_the_publisher_goes_on,
        test_a_publication_is_skipped_while_all_slots_are_in_use,
        test_a_table_pinned_twice_is_in_use_until_both_have_let_it_go,
        test_the_last_publication_shows_and_frees_what_is_not_needed,
        test_after_a_last_publication_publishing_goes_on,
        test_the_last_publication_is_not_skipped_but_waits_for_a_slot,
        test_readers_of_a_table_that_changes_all_the_time_only_ever_see_whole_ones,
        test_four_readers_only_ever_see_whole_tables_and_never_an_older_one,
        NULL,
    };
    return unit_run("published", tests);
}
