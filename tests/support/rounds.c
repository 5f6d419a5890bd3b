#include "support/rounds.h"

#include "support/tables.h"
#include "support/unit.h"
#include "train/batch.h"
#include "train/schedule.h"

static uint64_t play_round(struct brain *table, const struct rounds_plan *plan,
                           struct batch batches[])
{
    struct round round;
    schedule_next(schedule_under(&table->rule), plan->workers, table->matches, plan->end, &round);
    const bool has_table = rule_has_table(&table->rule);
    uint64_t first = table->matches - plan->begin;
    uint64_t plies = 0;
    for (unsigned worker = 0; worker < round.workers; worker++) {
        struct batch_share share = {.seed = plan->seed,
                                    .matches = round.shares[worker],
                                    .lanes = round.lanes,
                                    .learners = plan->learners,
                                    .opponent = plan->opponent,
                                    .uniform = has_table ? tables_uniform_of(&table->rule) : NULL,
                                    .first = first,
                                    .workers = plan->workers};
        batch_play(&batches[worker], table, &share);
        first += round.shares[worker];
        plies += batches[worker].tally.plies;
    }
    batch_merge(table, batches, round.workers);
    return plies;
}

uint64_t rounds_play(struct brain *table, const struct rounds_plan *plan)
{
    struct batch batches[SCHEDULE_WORKERS_MAX];
    for (unsigned worker = 0; worker < plan->workers; worker++) {
        batches[worker] = (struct batch){.worker = worker};
        ck_assert_int_eq(brain_create_like(table, &batches[worker].table), ERR_OK);
    }
    uint64_t plies = 0;
    while (table->matches < plan->end)
        plies += play_round(table, plan, batches);
    for (unsigned worker = 0; worker < plan->workers; worker++)
        brain_destroy(batches[worker].table);
    return plies;
}

uint64_t rounds_next(const struct rounds_plan *plan, uint64_t matches)
{
    struct round round;
    schedule_next(SCHEDULE_TABLES, plan->workers, matches, plan->end, &round);
    return matches + round.matches;
}

bool rounds_end_at(const struct rounds_plan *plan, uint64_t start, uint64_t matches)
{
    while (start < matches)
        start = rounds_next(plan, start);
    return start == matches;
}
