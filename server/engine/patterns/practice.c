#include "engine/patterns/practice.h"

#include "base/rng.h"
#include "engine/rule.h"

#include <assert.h>
#include <string.h>

/* What a move led to. */
struct step {
    int32_t value; /* of the board after it; values are player 1's */
    int32_t best;  /* of the moves that could be made */
    bool is_explored;
    uint32_t index[PATTERNS_SLOTS_MAX]; /* of the board after it */
};

/* A match while it is played. */
struct course {
    const struct patterns *patterns;
    int32_t *weights;
    const struct practice *plan;
    struct rng rng;
    struct board board;
    unsigned plies;
    enum result result;
    uint32_t index[PATTERNS_SLOTS_MAX]; /* of the board */
    struct step steps[GAME_CELLS_MAX];
};

/* The moves that can be made. */
struct outlook {
    unsigned count;
    uint8_t cells[GAME_CELLS_MAX];
    int32_t values[GAME_CELLS_MAX];
    bool ends[GAME_CELLS_MAX];
    int32_t best;
};

static unsigned mover(const struct course *course)
{
    return course->plies & 1;
}

/* Of boards at which the other player is to move. */
static const int32_t *table_behind(const struct course *course, unsigned player)
{
    return course->weights + (1 - player) * (size_t)course->patterns->entries;
}

static const struct touch *touches(const struct patterns *patterns, unsigned cell)
{
    return &patterns->touches[patterns->touches_of[cell]];
}

static uint32_t touch_count(const struct patterns *patterns, unsigned cell)
{
    return patterns->touches_of[cell + 1] - patterns->touches_of[cell];
}

/* The sum of the present board is made once; a stone changes it where its cell is touched. */
static void look(const struct course *course, struct outlook *out)
{
    const struct patterns *patterns = course->patterns;
    const unsigned player = mover(course);
    const int32_t *table = table_behind(course, player);
    const int32_t sign = player == 0 ? 1 : -1;
    const bool is_last = course->plies + 1 == game_cells(&patterns->game);
    int32_t weights[PATTERNS_SLOTS_MAX];
    int32_t sum = 0;
    for (unsigned slot = 0; slot < patterns->slots; slot++)
        sum += weights[slot] = table[course->index[slot]];
    out->count = 0;
    out->best = 0;
    for (uint64_t open = board_open(&patterns->game, course->board); open != 0; open &= open - 1) {
        const unsigned cell = (unsigned)__builtin_ctzll(open);
        const struct touch *touch = touches(patterns, cell);
        const uint32_t count = touch_count(patterns, cell);
        const uint64_t stones = course->board.stones[player] | (uint64_t)1 << cell;
        const bool wins = patterns_win(patterns, stones, cell);
        int32_t changed = sum;
        for (uint32_t i = 0; i < count; i++)
            changed += table[course->index[touch[i].slot] + touch[i].steps[player]] -
                       weights[touch[i].slot];
        int32_t value = is_last ? 0 : network_value(changed);
        if (wins)
            value = sign * NETWORK_ONE;
        out->cells[out->count] = (uint8_t)cell;
        out->values[out->count] = value;
        out->ends[out->count] = wins || is_last;
        if (out->count == 0 || sign * value > sign * out->best)
            out->best = value;
        out->count++;
    }
}

/* One of so many, by a number of 32 bits. */
static unsigned pick(uint64_t random, unsigned count)
{
    return (unsigned)((random >> 32) * count >> 32);
}

static unsigned choose(const struct course *course, const struct outlook *outlook, uint64_t random)
{
    unsigned equals = 0;
    if ((random & (NETWORK_ONE - 1)) < course->plan->explore)
        return pick(random, outlook->count);
    for (unsigned i = 0; i < outlook->count; i++)
        equals += outlook->values[i] == outlook->best;
    unsigned left = pick(random, equals);
    unsigned drawn = 0;
    for (; drawn + 1 < outlook->count; drawn++)
        if (outlook->values[drawn] == outlook->best && left-- == 0)
            break;
    return drawn;
}

static void make(struct course *course, unsigned cell)
{
    const struct patterns *patterns = course->patterns;
    const unsigned player = mover(course);
    const struct touch *touch = touches(patterns, cell);
    const uint32_t count = touch_count(patterns, cell);
    for (uint32_t i = 0; i < count; i++)
        course->index[touch[i].slot] += touch[i].steps[player];
    course->board.stones[player] |= (uint64_t)1 << cell;
}

static void move(struct course *course)
{
    struct outlook outlook;
    look(course, &outlook);
    assert(outlook.count > 0); /* the match is not over */
    const unsigned drawn = choose(course, &outlook, rng_next(&course->rng));
    struct step *step = &course->steps[course->plies];
    step->value = outlook.values[drawn];
    step->best = outlook.best;
    step->is_explored = step->value != step->best;
    make(course, outlook.cells[drawn]);
    memcpy(step->index, course->index, course->patterns->slots * sizeof step->index[0]);
    if (outlook.ends[drawn])
        course->result = step->value == 0     ? RESULT_DRAW
                         : mover(course) == 0 ? RESULT_PLAYER1
                                              : RESULT_PLAYER2;
    course->plies++;
}

/* To the nearest, halves away from 0. */
static int32_t divide(int64_t number, int64_t by)
{
    return (int32_t)((number >= 0 ? number + by / 2 : number - by / 2) / by);
}

static void add(int32_t *weight, int32_t change)
{
    const int32_t sum = *weight + change;
    const int32_t least = sum > -NETWORK_WEIGHT_MAX ? sum : -NETWORK_WEIGHT_MAX;
    *weight = least < NETWORK_WEIGHT_MAX ? least : NETWORK_WEIGHT_MAX;
}

/* Values have 16 fractional bits and weights 22, the step 16: what is left are 10. */
static void teach(struct course *course, unsigned ply, int32_t goal)
{
    const struct step *step = &course->steps[ply];
    const unsigned slots = course->patterns->slots;
    const int64_t far = (int64_t)course->plan->step * (goal - step->value);
    const int32_t change = divide(far, (int64_t)slots << 10);
    int32_t *table = course->weights + (1 - (ply & 1)) * (size_t)course->patterns->entries;
    for (unsigned slot = 0; slot < slots; slot++)
        add(&table[step->index[slot]], change);
}

static void learn(struct course *course)
{
    const struct practice *plan = course->plan;
    const struct step *last = &course->steps[course->plies - 1];
    int32_t goal = last->best; /* it is the result, unless the last move was explored */
    for (unsigned ply = course->plies - 1; ply-- > 0;) {
        const struct step *step = &course->steps[ply];
        if (plan->learners >> (ply & 1) & 1)
            teach(course, ply, goal);
        const int64_t mixed = (int64_t)plan->trace * goal +
                              (int64_t)(NETWORK_ONE - plan->trace) * step->value + NETWORK_ONE / 2;
        goal = step->is_explored ? step->best : (int32_t)(mixed >> 16);
    }
}

void practice_run(const struct network *network, const struct practice *plan, struct tally *out)
{
    const struct patterns *patterns = network->patterns;
    struct course course = {.patterns = patterns, .weights = network->weights, .plan = plan};
    *out = (struct tally){.plies = 0};
    for (uint64_t match = plan->first; match < plan->first + plan->matches; match++) {
        const uint64_t words[] = {plan->seed, match};
        rng_seed(&course.rng, rng_mix(words, 2));
        course.board = (struct board){{0, 0}};
        course.plies = 0;
        course.result = RESULT_NONE;
        memcpy(course.index, patterns->empty, patterns->slots * sizeof course.index[0]);
        while (course.result == RESULT_NONE)
            move(&course);
        learn(&course);
        out->results[course.result - 1]++;
        out->plies += course.plies;
    }
}
