#include "support/rounds.h"

#include "engine/table/table.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/batch.h"
#include "train/schedule.h"

static uint64_t play_round(struct brain *table, const struct rounds_plan *plan,
                           struct batch batches[])
{
    struct round round;
    schedule_next(plan->workers, table->matches, plan->end, &round);
    uint64_t plies = 0;
    for (unsigned worker = 0; worker < round.workers; worker++) {
        struct batch_share share = {.seed = plan->seed,
                                    .matches = round.shares[worker],
                                    .lanes = round.lanes,
                                    .learners = plan->learners,
                                    .opponent = plan->opponent,
                                    .uniform = tables_uniform_of(&table->rule)};
        batch_play(&batches[worker], table, &share);
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
        ck_assert_int_eq(table_create(table->states, &table->rule, &batches[worker].table), ERR_OK);
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
    schedule_next(plan->workers, matches, plan->end, &round);
    return matches + round.matches;
}

bool rounds_end_at(const struct rounds_plan *plan, uint64_t start, uint64_t matches)
{
    while (start < matches)
        start = rounds_next(plan, start);
    return start == matches;
}
