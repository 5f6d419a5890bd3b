/* The thread that leads training: its results are those of plain rounds, one after the other. */
#include "engine/selfplay.h"
#include "support/lesson.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <pthread.h>

static void assert_trains_plainly(unsigned threads, struct rounds_plan plan)
{
    struct trainer *trainer = lesson_trainer(threads, LESSON_NEVER_MS);
    struct lesson lesson;
    lesson_open(&lesson, tables_fresh(NULL), plan);
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, TRAINING_DONE);
    ck_assert_uint_eq(lesson.training.table->matches, plan.end);
    ck_assert(tables_sound(lesson.training.table));
    ck_assert_msg(lesson_is_plain(&lesson), "%u threads, seed %" PRIu64 ", %u workers", threads,
                  plan.seed, plan.workers);
    trainer_destroy(trainer);
    ck_assert_uint_eq(lesson.overs, 1);
    ck_assert_uint_eq(lesson.saves, 0);
    lesson_close(&lesson);
}

START_TEST(test_a_training_ends_as_plain_rounds_do_whatever_the_number_of_threads)
{
    static const unsigned threads[] = {1, 2, 4};
    for (unsigned i = 0; i < 3; i++) {
        assert_trains_plainly(threads[i], lesson_plan(1, 1, 11000));
        assert_trains_plainly(threads[i], lesson_plan(2, 3, 20011));
        assert_trains_plainly(threads[i], lesson_plan(UINT64_MAX, 64, 12001));
    }
}
END_TEST

START_TEST(test_only_the_players_that_are_to_learn_do)
{
    struct rounds_plan plan = lesson_plan(3, 2, 11000);
    plan.learners = LEARN_PLAYER1;
    assert_trains_plainly(2, plan);
    plan.learners = LEARN_PLAYER2;
    assert_trains_plainly(2, plan);
}
END_TEST

/* Keeps the trainer in its first save until the gate opens: all that is submitted until then takes
 * part from the next round on. */
static sem_t gate;

static bool wait_at_gate(struct lesson *lesson)
{
    while (lesson->saves == 1 && sem_wait(&gate) != 0)
        ; /* a signal */
    return true;
}

/* The lessons in the order of their rounds; the trainer's until all are over. */
static const struct lesson *turns[LESSON_SAVES_MAX];
static unsigned turn_count;

static bool note_turn(struct lesson *lesson)
{
    if (turn_count < LESSON_SAVES_MAX)
        turns[turn_count++] = lesson;
    return true;
}

static bool note_turn_at_gate(struct lesson *lesson)
{
    note_turn(lesson);
    return wait_at_gate(lesson);
}

/* Trains all three at once; a save interval of 0 asks for a save after each round but the last. */
static void train_three(struct lesson lessons[3])
{
    sem_init(&gate, 0, 0);
    struct trainer *trainer = lesson_trainer(2, 0);
    for (unsigned i = 0; i < 3; i++)
        lesson_submit(trainer, &lessons[i]);
    sem_post(&gate);
    for (unsigned i = 0; i < 3; i++)
        lesson_wait(&lessons[i]);
    trainer_destroy(trainer);
    sem_destroy(&gate);
}

START_TEST(test_trainings_on_one_trainer_end_each_as_if_alone)
{
    struct lesson lessons[3];
    for (unsigned i = 0; i < 3; i++)
        lesson_open(&lessons[i], tables_fresh(NULL),
                    lesson_plan(10 + i, 1 + 3 * i, 12000 + 777 * i));
    lessons[0].on_save = wait_at_gate;
    train_three(lessons);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_int_eq(lessons[i].end, TRAINING_DONE);
        ck_assert_msg(lesson_is_plain(&lessons[i]), "lesson %u", i);
        lesson_close(&lessons[i]);
    }
}
END_TEST

START_TEST(test_trainings_take_turns_a_round_each)
{
    struct lesson lessons[3];
    for (unsigned i = 0; i < 3; i++) {
        lesson_open(&lessons[i], tables_fresh(NULL), lesson_plan(i, 1, 2000));
        lessons[i].on_save = note_turn;
    }
    lessons[0].on_save = note_turn_at_gate;
    train_three(lessons);
    /* From the third turn on all three have begun, and as they are equally long, none is over
     * before the last three turns. */
    ck_assert_uint_gt(turn_count, 60);
    for (unsigned turn = 1; turn + 5 < turn_count; turn++)
        ck_assert_msg(turns[turn] != turns[turn + 1] && turns[turn] != turns[turn + 2] &&
                          turns[turn + 1] != turns[turn + 2],
                      "turn %u of %u", turn, turn_count);
    for (unsigned i = 0; i < 3; i++)
        lesson_close(&lessons[i]);
}
END_TEST

START_TEST(test_trainings_of_unlike_states_do_not_mix_up_their_tables)
{
    struct rule reduced = rule_default(RULE_BEADS);
    reduced.symmetry = true;
    struct lesson lessons[3];
    lesson_open(&lessons[0], tables_fresh(NULL), lesson_plan(1, 3, 11000));
    lesson_open(&lessons[1], tables_fresh(&reduced), lesson_plan(2, 5, 11000));
    lesson_open(&lessons[2], tables_fresh(NULL), lesson_plan(3, 2, 11000));
    lessons[0].on_save = wait_at_gate;
    train_three(lessons);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_msg(lesson_is_plain(&lessons[i]), "lesson %u", i);
        lesson_close(&lessons[i]);
    }
}
END_TEST

/* A thread that reads until its training is over. */
struct reader {
    pthread_t thread;
    struct lesson *lesson;
    uint64_t before,
        after; /* the matches of two tables seen one after the other, if one is wrong */
    bool is_wrong;
};

static void read_until_over(struct reader *reader)
{
    struct lesson *lesson = reader->lesson;
    uint64_t seen = 0;
    while (atomic_load(&lesson->overs) == 0 && !reader->is_wrong) {
        struct edition *edition = published_hold(&lesson->published);
        uint64_t matches = edition->table->matches;
        bool is_sound = tables_sound(edition->table);
        edition_let_go(edition);
        if (!is_sound || matches < seen || !rounds_end_at(&lesson->plan, seen, matches)) {
            reader->is_wrong = true;
            reader->before = seen;
            reader->after = matches;
        }
        seen = matches;
    }
}

START_TEST(test_a_reader_beside_four_workers_sees_rounds_only_in_order_and_the_end)
{
    struct trainer *trainer = lesson_trainer(4, LESSON_NEVER_MS);
    struct lesson lesson;
    struct reader reader = {.lesson = &lesson};
    lesson_open(&lesson, tables_fresh(NULL), lesson_plan(5, 4, 300000));
    lesson_submit(trainer, &lesson);
    read_until_over(&reader);
    ck_assert_msg(!reader.is_wrong, "%" PRIu64 " matches after %" PRIu64, reader.after,
                  reader.before);
    struct edition *edition = published_hold(&lesson.published);
    ck_assert(tables_same(edition->table, lesson.training.table));
    edition_let_go(edition);
    lesson_wait(&lesson); /* it has been; but over() may still be on its way out */
    trainer_destroy(trainer);
    ck_assert(lesson_is_plain(&lesson));
    lesson_close(&lesson);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_training_ends_as_plain_rounds_do_whatever_the_number_of_threads,
        test_only_the_players_that_are_to_learn_do,
        test_trainings_on_one_trainer_end_each_as_if_alone,
        test_trainings_take_turns_a_round_each,
        test_trainings_of_unlike_states_do_not_mix_up_their_tables,
        test_a_reader_beside_four_workers_sees_rounds_only_in_order_and_the_end,
        NULL,
    };
    return unit_run("trainer", tests);
}
