#include "support/lesson.h"

#include "base/clock.h"
#include "engine/selfplay.h"
#include "support/editions.h"
#include "support/tables.h"
#include "support/unit.h"

static bool on_save(struct training *training)
{
    struct lesson *lesson = (struct lesson *)training;
    if (lesson->saves < LESSON_SAVES_MAX) {
        lesson->saved_at[lesson->saves] = training->table->matches;
        lesson->saved_ms[lesson->saves] = clock_monotonic_ms();
        lesson->saves++;
    }
    return lesson->on_save == NULL || lesson->on_save(lesson);
}

static void on_evaluated(struct training *training, const struct brain *table,
                         const struct curve_point *point)
{
    ck_assert_uint_eq(table->matches, point->matches);
    struct lesson *lesson = (struct lesson *)training;
    ck_assert_uint_lt(lesson->points, LESSON_POINTS_MAX);
    lesson->point[lesson->points++] = *point;
    if (lesson->on_point != NULL)
        lesson->on_point(lesson);
}

static void on_over(struct training *training, enum training_end end)
{
    struct lesson *lesson = (struct lesson *)training;
    lesson->end = end;
    lesson->points_at_over = lesson->points;
    atomic_fetch_add(&lesson->overs, 1);
    sem_post(&lesson->over);
}

struct rounds_plan lesson_plan(uint64_t seed, unsigned workers, uint64_t end)
{
    return (struct rounds_plan){
        .seed = seed, .workers = workers, .learners = LEARN_BOTH, .end = end};
}

struct trainer *lesson_trainer(unsigned threads, unsigned save_interval_ms)
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

void lesson_open(struct lesson *lesson, struct brain *table, struct rounds_plan plan)
{
    *lesson = (struct lesson){.plan = plan};
    sem_init(&lesson->over, 0, 0);
    struct edition *first = editions_of(tables_copy(table));
    published_put(&lesson->published, first);
    edition_let_go(first);
    lesson->training = (struct training){.brain_id = 1,
                                         .seed = plan.seed,
                                         .workers = plan.workers,
                                         .learners = plan.learners,
                                         .opponent = plan.opponent,
                                         .uniform = tables_uniform_of(&table->rule),
                                         .end = plan.end,
                                         .table = table,
                                         .published = &lesson->published};
}

void lesson_close(struct lesson *lesson)
{
    brain_destroy(lesson->training.table);
    brain_destroy(lesson->copy);
    published_close(&lesson->published);
    sem_destroy(&lesson->over);
}

void lesson_submit(struct trainer *trainer, struct lesson *lesson)
{
    trainer_submit(trainer, &lesson->training);
}

void lesson_wait(struct lesson *lesson)
{
    while (sem_wait(&lesson->over) != 0)
        ; /* a signal */
}

void lesson_wait_matches(struct lesson *lesson, uint64_t matches)
{
    uint64_t seen = 0;
    while (seen < matches) {
        struct edition *edition = published_hold(&lesson->published);
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

void lesson_block_evaluator(struct trainer *trainer)
{
    sem_init(&gate, 0, 0);
    block = (struct evaluator_task){.perform = wait_at_gate};
    evaluator_post(trainer_evaluator(trainer), &block);
}

void lesson_unblock_evaluator(void)
{
    sem_post(&gate);
}

bool lesson_is_plain(const struct lesson *lesson)
{
    struct brain *plain = tables_fresh(&lesson->training.table->rule);
    rounds_play(plain, &lesson->plan);
    bool is_plain = tables_same(lesson->training.table, plain);
    brain_destroy(plain);
    return is_plain;
}
