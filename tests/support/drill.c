#include "support/drill.h"

#include "base/clock.h"
#include "engine/selfplay.h"
#include "support/editions.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

static bool on_save(struct training *training)
{
    struct drill *drill = (struct drill *)training;
    if (drill->saves < DRILL_SAVES_MAX) {
        drill->saved_at[drill->saves] = training->table->matches;
        drill->saved_ms[drill->saves] = clock_monotonic_ms();
        drill->saves++;
    }
    return drill->on_save == NULL || drill->on_save(drill);
}

static void on_evaluated(struct training *training, const struct brain *table,
                         const struct curve_point *point)
{
    ck_assert_uint_eq(table->matches, point->matches);
    struct drill *drill = (struct drill *)training;
    ck_assert_uint_lt(drill->points, DRILL_POINTS_MAX);
    drill->point[drill->points++] = *point;
    if (drill->on_point != NULL)
        drill->on_point(drill);
}

static void on_over(struct training *training, enum training_end end)
{
    struct drill *drill = (struct drill *)training;
    drill->end = end;
    drill->points_at_over = drill->points;
    atomic_fetch_add(&drill->overs, 1);
    sem_post(&drill->over);
}

struct rounds_plan drill_plan(uint64_t seed, unsigned workers, uint64_t end)
{
    return (struct rounds_plan){
        .seed = seed, .workers = workers, .learners = LEARN_BOTH, .end = end};
}

struct trainer *drill_trainer(unsigned threads, unsigned save_interval_ms)
{
    struct trainer_options options = {.threads = threads,
                                      .atlas = tables_atlas(),
                                      .save_interval_ms = save_interval_ms,
                                      .save = on_save,
                                      .evaluated = on_evaluated,
                                      .over = on_over};
    struct trainer *trainer;
    ck_assert_int_eq(trainer_create(&options, &trainer), ERR_OK);
    return trainer;
}

void drill_open(struct drill *drill, struct brain *table, struct rounds_plan plan)
{
    *drill = (struct drill){.plan = plan};
    sem_init(&drill->over, 0, 0);
    struct edition *first = editions_of(tables_copy(table));
    published_put(&drill->published, first);
    edition_let_go(first);
    drill->training = (struct training){
        .brain_id = 1,
        .seed = plan.seed,
        .schedule = schedule_under(&table->rule),
        .workers = plan.workers,
        .learners = plan.learners,
        .opponent = plan.opponent,
        .uniform = rule_has_table(&table->rule) ? tables_uniform_of(&table->rule) : NULL,
        .begin = plan.begin,
        .end = plan.end,
        .table = table,
        .published = &drill->published};
}

void drill_close(struct drill *drill)
{
    brain_destroy(drill->training.table);
    brain_destroy(drill->copy);
    published_close(&drill->published);
    sem_destroy(&drill->over);
}

void drill_submit(struct trainer *trainer, struct drill *drill)
{
    trainer_submit(trainer, &drill->training);
}

void drill_wait(struct drill *drill)
{
    while (sem_wait(&drill->over) != 0)
        ; /* a signal */
}

void drill_wait_matches(struct drill *drill, uint64_t matches)
{
    uint64_t seen = 0;
    while (seen < matches) {
        struct edition *edition = published_hold(&drill->published);
        seen = edition->table->matches;
        edition_let_go(edition);
    }
}

static sem_t gate; /* lives as long as the process: the evaluator may be leaving it still */
static struct evaluator_task block;

static void wait_at_gate(struct evaluator_task *task)
{
    (void)task;
    while (sem_wait(&gate) != 0)
        ; /* a signal */
}

void drill_block_evaluator(struct trainer *trainer)
{
    sem_init(&gate, 0, 0);
    block = (struct evaluator_task){.perform = wait_at_gate};
    evaluator_post(trainer_evaluator(trainer), &block);
}

void drill_unblock_evaluator(void)
{
    sem_post(&gate);
}

bool drill_is_plain(const struct drill *drill)
{
    struct brain *plain = tables_fresh(&drill->training.table->rule);
    rounds_play(plain, &drill->plan);
    bool is_plain = tables_same(drill->training.table, plain);
    brain_destroy(plain);
    return is_plain;
}
