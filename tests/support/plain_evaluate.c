#include "support/plain_evaluate.h"

#include "support/unit.h"

#include <math.h>
#include <string.h>

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

/* One question: what comes of each board if the brain is player `as`? */
struct question {
    const struct plain_strategy *brain;
    unsigned as;
    /* What the other player does: one of these, ... */
    const struct plain_strategy *rival;
    double (*rival_plays)(const struct question *question, const char *board, unsigned cell);
    /* ... or whatever gains him most of this. */
    double (*gain)(const struct question *question, enum result result);
    /* Answers by the index of a board. */
    bool is_known[PLAIN_STRATEGY_BOARDS];
    union {
        struct outcome outcome;
        double most;
        bool can_lose;
    } known[PLAIN_STRATEGY_BOARDS];
};

/* Remembered, since every question asks for it. */
static enum result result_of(const char *board)
{
    static bool is_known[PLAIN_STRATEGY_BOARDS];
    static enum result results[PLAIN_STRATEGY_BOARDS];
    const unsigned index = plain_index(board);
    if (!is_known[index]) {
        is_known[index] = true;
        results[index] = plain_result(&tictactoe, board);
    }
    return results[index];
}

static enum result won_by(unsigned player)
{
    return player == 1 ? RESULT_PLAYER1 : RESULT_PLAYER2;
}

static double own_share(const struct question *question, const char *board, unsigned cell)
{
    return question->brain->probability[plain_index(board)][cell];
}

static double as_strategy(const struct question *question, const char *board, unsigned cell)
{
    return question->rival->probability[plain_index(board)][cell];
}

static double at_random(const struct question *question, const char *board, unsigned cell)
{
    unsigned empty = 0;
    (void)question;
    (void)cell;
    for (; *board != '\0'; board++)
        empty += *board == '0';
    return 1.0 / empty;
}

static bool keeps_value(const char *board, unsigned cell)
{
    return board[cell] == '0' &&
           plain_move_value(&tictactoe, board, cell) == plain_value(&tictactoe, board);
}

static double perfectly(const struct question *question, const char *board, unsigned cell)
{
    unsigned keepers = 0;
    (void)question;
    for (unsigned other = 0; board[other] != '\0'; other++)
        keepers += keeps_value(board, other);
    return keeps_value(board, cell) ? 1.0 / keepers : 0;
}

static double win_of_rival(const struct question *question, enum result result)
{
    return result == won_by(3 - question->as);
}

static double value_to_rival(const struct question *question, enum result result)
{
    if (result == RESULT_DRAW)
        return 0;
    return result == won_by(3 - question->as) ? 1 : -1;
}

static double ttst_value_to_rival(const struct question *question, enum result result)
{
    return value_to_rival(question, result == RESULT_DRAW ? RESULT_PLAYER2 : result);
}

static struct outcome outcome_from(struct question *question, const char *board)
{
    const enum result result = result_of(board);
    const unsigned index = plain_index(board);
    if (result != RESULT_NONE)
        return (struct outcome){.win = result == won_by(question->as),
                                .draw = result == RESULT_DRAW,
                                .loss = result == won_by(3 - question->as)};
    if (question->is_known[index])
        return question->known[index].outcome;
    struct outcome sum = {.win = 0};
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        char after[PLAIN_TEXT_SIZE];
        if (board[cell] != '0')
            continue;
        double probability = plain_player(board) == question->as
                                 ? own_share(question, board, cell)
                                 : question->rival_plays(question, board, cell);
        plain_play(board, cell, after);
        struct outcome outcome = outcome_from(question, after);
        sum.win += probability * outcome.win;
        sum.draw += probability * outcome.draw;
        sum.loss += probability * outcome.loss;
    }
    question->is_known[index] = true;
    return question->known[index].outcome = sum;
}

static double most_from(struct question *question, const char *board)
{
    const enum result result = result_of(board);
    const unsigned index = plain_index(board);
    if (result != RESULT_NONE)
        return question->gain(question, result);
    if (question->is_known[index])
        return question->known[index].most;
    double mean = 0;
    double most = -INFINITY;
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        char after[PLAIN_TEXT_SIZE];
        if (board[cell] != '0')
            continue;
        plain_play(board, cell, after);
        double gain = most_from(question, after);
        mean += own_share(question, board, cell) * gain;
        most = fmax(most, gain);
    }
    question->is_known[index] = true;
    return question->known[index].most = plain_player(board) == question->as ? mean : most;
}

static bool can_lose_from(struct question *question, const char *board)
{
    const enum result result = result_of(board);
    const unsigned index = plain_index(board);
    if (result != RESULT_NONE)
        return result == won_by(3 - question->as);
    if (question->is_known[index])
        return question->known[index].can_lose;
    bool can_lose = false;
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        char after[PLAIN_TEXT_SIZE];
        if (board[cell] != '0' ||
            (plain_player(board) == question->as && !question->brain->is_possible[index][cell]))
            continue;
        plain_play(board, cell, after);
        can_lose = can_lose_from(question, after) || can_lose;
    }
    question->is_known[index] = true;
    return question->known[index].can_lose = can_lose;
}

static struct question *ask(const struct plain_strategy *brain, unsigned as)
{
    static struct question question; /* large */
    memset(&question, 0, sizeof question);
    question.brain = brain;
    question.as = as;
    return &question;
}

static struct outcome outcome_against(const struct plain_strategy *brain, unsigned as,
                                      const struct plain_strategy *rival,
                                      double (*rival_plays)(const struct question *question,
                                                            const char *board, unsigned cell))
{
    struct question *question = ask(brain, as);
    question->rival = rival;
    question->rival_plays = rival_plays;
    return outcome_from(question, "000000000");
}

static double most_of(const struct plain_strategy *brain, unsigned as,
                      double (*gain)(const struct question *question, enum result result))
{
    struct question *question = ask(brain, as);
    question->gain = gain;
    return most_from(question, "000000000");
}

void plain_evaluate(const struct plain_strategy *brain, const struct plain_strategy *against,
                    struct evaluation *out)
{
    *out = (struct evaluation){.nash_conv = 0};
    for (unsigned as = 1; as <= 2; as++) {
        out->random[as - 1] = outcome_against(brain, as, NULL, at_random);
        out->perfect[as - 1] = outcome_against(brain, as, NULL, perfectly);
        if (against != NULL)
            out->against[as - 1] = outcome_against(brain, as, against, as_strategy);
        out->worst_case_loss[as - 1] = most_of(brain, as, win_of_rival);
        out->best_response[as - 1] = most_of(brain, as, value_to_rival);
        out->ttst_exploitability += most_of(brain, as, ttst_value_to_rival) / 2;
        out->never_loses[as - 1] = !can_lose_from(ask(brain, as), "000000000");
    }
    out->nash_conv = out->best_response[0] + out->best_response[1];
    out->exploitability = out->nash_conv / 2;
    struct outcome self = outcome_against(brain, 1, brain, as_strategy);
    out->self[RESULT_PLAYER1 - 1] = self.win;
    out->self[RESULT_PLAYER2 - 1] = self.loss;
    out->self[RESULT_DRAW - 1] = self.draw;
}

static void assert_near(double got, double expected, const char *what, const char *field)
{
    if (!(fabs(got - expected) <= 1e-9))
        ck_abort_msg("%s: %s is %.17g, not %.17g", what, field, got, expected);
}

/* What cannot be has no rounded number. */
static void assert_near_draw(double got, double expected, const char *what, const char *field)
{
    assert_near(got, expected, what, field);
    if (got < 0 || (got > 0 && expected == 0))
        ck_abort_msg("%s: %s: %.17g draws, not %.17g", what, field, got, expected);
}

static void assert_same_outcome(const struct outcome *got, const struct outcome *expected,
                                const char *what, const char *field)
{
    assert_near(got->win, expected->win, what, field);
    assert_near_draw(got->draw, expected->draw, what, field);
    assert_near(got->loss, expected->loss, what, field);
}

void plain_evaluate_assert_same(const struct evaluation *got, const struct evaluation *expected,
                                bool has_against, const char *what)
{
    for (unsigned i = 0; i < 2; i++)
        assert_near(got->self[i], expected->self[i], what, "self");
    assert_near_draw(got->self[RESULT_DRAW - 1], expected->self[RESULT_DRAW - 1], what, "self");
    for (unsigned i = 0; i < 2; i++) {
        assert_same_outcome(&got->random[i], &expected->random[i], what, "random");
        assert_same_outcome(&got->perfect[i], &expected->perfect[i], what, "perfect");
        if (has_against)
            assert_same_outcome(&got->against[i], &expected->against[i], what, "against");
        assert_near(got->worst_case_loss[i], expected->worst_case_loss[i], what, "worst_case_loss");
        assert_near(got->best_response[i], expected->best_response[i], what, "best_response");
        if (got->never_loses[i] != expected->never_loses[i])
            ck_abort_msg("%s: never_loses[%u] is %d", what, i, got->never_loses[i]);
    }
    assert_near(got->nash_conv, expected->nash_conv, what, "nash_conv");
    assert_near(got->exploitability, expected->exploitability, what, "exploitability");
    assert_near(got->ttst_exploitability, expected->ttst_exploitability, what,
                "ttst_exploitability");
}
