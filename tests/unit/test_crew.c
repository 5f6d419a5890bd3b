/* The threads that play a round's shares: how many they are does not show in what is played. */
#include "base/rng.h"
#include "support/sandbox.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/crew.h"
#include "train/schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct crew *crew_of(unsigned threads)
{
    struct crew *crew;
    ck_assert_int_eq(crew_create(threads, &crew), ERR_OK);
    return crew;
}

/* Shares of one round, played by a crew and one by one. */
struct fixture {
    struct brain *base;
    unsigned count;
    struct batch_share shares[SCHEDULE_WORKERS_MAX];
    struct batch batches[SCHEDULE_WORKERS_MAX];
    struct batch plain[SCHEDULE_WORKERS_MAX];
};

static void open_fixture(struct fixture *fixture)
{
    fixture->base = tables_played(1, 2000);
    fixture->count = 0;
    for (unsigned i = 0; i < SCHEDULE_WORKERS_MAX; i++) {
        fixture->batches[i] = (struct batch){.worker = i, .table = tables_fresh(NULL)};
        fixture->plain[i] = (struct batch){.worker = i, .table = tables_fresh(NULL)};
    }
}

static void close_fixture(struct fixture *fixture)
{
    brain_destroy(fixture->base);
    for (unsigned i = 0; i < SCHEDULE_WORKERS_MAX; i++) {
        brain_destroy(fixture->batches[i].table);
        brain_destroy(fixture->plain[i].table);
    }
}

/* `count` shares of unlike sizes, up to 127 matches. */
static void plan(struct fixture *fixture, uint64_t seed, unsigned count)
{
    struct rng rng;
    rng_seed(&rng, seed);
    fixture->count = count;
    for (unsigned i = 0; i < count; i++)
        fixture->shares[i] = (struct batch_share){
            .seed = seed, .matches = rng_next(&rng) % 128, .lanes = 16, .learners = LEARN_BOTH};
}

static void play(struct fixture *fixture, struct crew *crew)
{
    for (unsigned i = 0; i < fixture->count; i++) {
        tables_set_weight(fixture->batches[i].table, 0, 0, 123456); /* no trace of it may stay */
        fixture->batches[i].matches = UINT64_MAX;
    }
    crew_play(crew, &(struct crew_work){.base = fixture->base,
                                        .batches = fixture->batches,
                                        .shares = fixture->shares,
                                        .count = fixture->count});
}

static void assert_all_played(struct fixture *fixture, uint64_t seed, unsigned threads)
{
    for (unsigned i = 0; i < fixture->count; i++) {
        const struct batch *batch = &fixture->batches[i];
        struct batch *plain = &fixture->plain[i];
        batch_play(plain, fixture->base, &fixture->shares[i]);
        if (batch->matches != plain->matches || batch->start != plain->start ||
            batch->worker != i || !tables_same(batch->table, plain->table) ||
            memcmp(&batch->tally, &plain->tally, sizeof batch->tally) != 0)
            ck_abort_msg("seed %" PRIu64 ": share %u of %u, %u threads", seed, i, fixture->count,
                         threads);
    }
}

START_TEST(test_all_shares_are_played_as_one_thread_plays_them)
{
    struct fixture fixture;
    open_fixture(&fixture);
    for (unsigned threads = 1; threads <= 8; threads++) {
        struct crew *crew = crew_of(threads);
        static const unsigned counts[] = {1, 2, 3, 7, 64};
        for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            uint64_t seed = 100 * threads + i;
            plan(&fixture, seed, counts[i]);
            play(&fixture, crew);
            assert_all_played(&fixture, seed, threads);
        }
        crew_destroy(crew);
    }
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_crew_plays_round_after_round)
{
    struct fixture fixture;
    open_fixture(&fixture);
    struct crew *crew = crew_of(4);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        plan(&fixture, seed, 1 + (unsigned)(seed * 7 % 5));
        play(&fixture, crew);
        assert_all_played(&fixture, seed, 4);
        batch_merge(fixture.base, fixture.batches, fixture.count);
    }
    crew_destroy(crew);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_without_shares_there_is_nothing_to_wait_for)
{
    struct crew *crew = crew_of(3);
    crew_play(crew, &(struct crew_work){.count = 0});
    crew_destroy(crew);
}
END_TEST

START_TEST(test_work_that_was_abandoned_is_not_begun_and_said_to_be_undone)
{
    struct fixture fixture;
    open_fixture(&fixture);
    plan(&fixture, 11, SCHEDULE_WORKERS_MAX);
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct crew *crew = crew_of(threads);
        crew_abandon(crew);
        ck_assert(!crew_play(crew, &(struct crew_work){.base = fixture.base,
                                                       .batches = fixture.batches,
                                                       .shares = fixture.shares,
                                                       .count = fixture.count}));
        for (unsigned i = 0; i < fixture.count; i++)
            ck_assert_uint_eq(fixture.batches[i].matches, 0);
        crew_destroy(crew);
    }
    close_fixture(&fixture);
}
END_TEST

static void *abandon_later(void *arg)
{
    crew_abandon(arg);
    return NULL;
}

START_TEST(test_abandoning_work_under_way_leaves_whole_shares_or_none)
{
    struct fixture fixture;
    open_fixture(&fixture);
    plan(&fixture, 12, SCHEDULE_WORKERS_MAX);
    struct crew *crew = crew_of(3);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, abandon_later, crew), 0);
    unsigned rounds = 0;
    while (crew_play(crew, &(struct crew_work){.base = fixture.base,
                                               .batches = fixture.batches,
                                               .shares = fixture.shares,
                                               .count = fixture.count}))
        rounds++;
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    crew_destroy(crew);
    for (unsigned i = 0; i < fixture.count; i++)
        ck_assert_msg(fixture.batches[i].matches == fixture.shares[i].matches ||
                          (rounds == 0 && fixture.batches[i].matches == 0),
                      "share %u after %u rounds", i, rounds);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_crew_that_never_played_can_be_destroyed)
{
    for (unsigned i = 0; i < 100; i++)
        crew_destroy(crew_of(1 + i % 5));
}
END_TEST

static void *be_nice(void *out)
{
    crew_be_nice();
    errno = 0;
    *(int *)out = getpriority(PRIO_PROCESS, (id_t)gettid());
    return NULL;
}

START_TEST(test_only_the_calling_thread_gives_way)
{
    int before = getpriority(PRIO_PROCESS, 0);
    int nice = -1;
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, be_nice, &nice), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(nice, 19);
    ck_assert_int_eq(getpriority(PRIO_PROCESS, 0), before);
}
END_TEST

struct work {
    struct fixture *fixture;
    unsigned threads;
};

static void play_with_new_crew(void *context)
{
    const struct work *work = context;
    struct crew *crew = crew_of(work->threads);
    play(work->fixture, crew);
    crew_destroy(crew);
}

START_TEST(test_a_denied_nice_value_is_logged_once_and_lived_with)
{
    char heard[512];
    struct fixture fixture;
    open_fixture(&fixture);
    plan(&fixture, 13, 5);
    sandbox_forbid(SYS_setpriority);
    sandbox_listen(play_with_new_crew, &(struct work){&fixture, 4}, heard, sizeof heard);
    ck_assert_ptr_nonnull(strstr(heard, "level=warn event=cannot_be_nice nice=19 error="));
    ck_assert_ptr_eq(strchr(heard, '\n'), strrchr(heard, '\n'));
    assert_all_played(&fixture, 13, 4);
    close_fixture(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_all_shares_are_played_as_one_thread_plays_them,
        test_a_crew_plays_round_after_round,
        test_without_shares_there_is_nothing_to_wait_for,
        test_work_that_was_abandoned_is_not_begun_and_said_to_be_undone,
        test_abandoning_work_under_way_leaves_whole_shares_or_none,
        test_a_crew_that_never_played_can_be_destroyed,
        test_only_the_calling_thread_gives_way,
        test_a_denied_nice_value_is_logged_once_and_lived_with,
        NULL,
    };
    return unit_run("crew", tests);
}
