#include "engine/patterns/practice.h"

#include "base/rng.h"
#include "engine/patterns/brain.h"
#include "engine/patterns/outlook.h"
#include "engine/rule.h"
#include "engine/view.h"

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
    const struct network *network;
    int32_t *averages; /* that learn alike; NULL: none do */
    const struct practice *plan;
    struct rng rng;
    struct board board;
    unsigned plies;
    enum result result;
    uint32_t index[PATTERNS_SLOTS_MAX]; /* of the board */
    struct step steps[GAME_CELLS_MAX];
};

static unsigned mover(const struct course *course)
{
    return course->plies & 1;
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

/* By weight, as it is served. Networks of this very game read the indexes that are there. */
static unsigned choose_as(const struct course *course, const struct brain *opponent,
                          uint64_t random)
{
    static const struct policy sample = {.kind = POLICY_SAMPLE};
    const struct game *game = &course->network->patterns->game;
    struct view view;
    if (opponent->patterns == course->network->patterns)
        patterns_see(opponent, course->board, course->index, &view);
    else
        (void)view_open(opponent, course->board, &view);
    return board_cell(game, course->board, view_choose(&view, &sample, random));
}

static void start(struct course *course)
{
    const struct patterns *patterns = course->network->patterns;
    course->board = (struct board){{0, 0}};
    course->plies = 0;
    course->result = RESULT_NONE;
    memcpy(course->index, patterns->empty, patterns->slots * sizeof course->index[0]);
}

/* Makes the n-th of the moves. */
static void make(struct course *course, const struct outlook *outlook, unsigned n)
{
    const struct patterns *patterns = course->network->patterns;
    const unsigned player = mover(course);
    const unsigned cell = outlook->cells[n];
    struct step *step = &course->steps[course->plies];
    uint32_t count;
    const struct touch *touch = outlook_touches(patterns, cell, &count);
    for (uint32_t i = 0; i < count; i++)
        course->index[touch[i].slot] += touch[i].steps[player];
    course->board.stones[player] |= (uint64_t)1 << cell;
    step->value = outlook->values[n];
    step->best = outlook->best;
    step->is_explored = step->value != step->best;
    memcpy(step->index, course->index, patterns->slots * sizeof step->index[0]);
    if (outlook->ends[n])
        course->result = step->value == 0     ? RESULT_DRAW
                         : mover(course) == 0 ? RESULT_PLAYER1
                                              : RESULT_PLAYER2;
    course->plies++;
}

static unsigned find(const struct outlook *outlook, unsigned cell)
{
    unsigned n = 0;
    while (outlook->cells[n] != cell)
        n++;
    return n;
}

static void move(struct course *course)
{
    const struct practice *plan = course->plan;
    const uint64_t random = rng_next(&course->rng);
    const bool is_opponents = plan->opponent != NULL && (plan->learners >> mover(course) & 1) == 0;
    struct outlook outlook;
    outlook_see(course->network, course->board, course->index, &outlook);
    assert(outlook.count > 0); /* the match is not over */
    make(course, &outlook,
         is_opponents ? find(&outlook, choose_as(course, plan->opponent, random))
                      : choose(course, &outlook, random));
    if (is_opponents)
        course->steps[course->plies - 1].is_explored = false;
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
static void teach(const struct course *course, unsigned ply, int32_t goal, int32_t value)
{
    const struct patterns *patterns = course->network->patterns;
    const struct step *step = &course->steps[ply];
    const int64_t far = (int64_t)course->plan->step * (goal - value);
    const int32_t change = divide(far, (int64_t)patterns->slots << 10);
    const size_t table = (1 - (ply & 1)) * (size_t)patterns->entries;
    for (unsigned slot = 0; slot < patterns->slots; slot++)
        add(&course->network->weights[table + step->index[slot]], change);
    for (unsigned slot = 0; slot < patterns->slots && course->averages != NULL; slot++)
        add(&course->averages[table + step->index[slot]], change);
}

/* What the board after a move is worth by now. */
static int32_t present_value(const struct course *course, unsigned ply)
{
    const struct network *network = course->network;
    return network_value_at(network->patterns, network->weights, 1 - (ply & 1),
                            course->steps[ply].index);
}

static void learn(const struct course *course)
{
    const struct practice *plan = course->plan;
    const struct step *last = &course->steps[course->plies - 1];
    int32_t goal = last->is_explored ? last->best : last->value; /* the latter is the result */
    for (unsigned ply = course->plies - 1; ply-- > 0;) {
        const struct step *step = &course->steps[ply];
        const int32_t value = course->averages != NULL ? present_value(course, ply) : step->value;
        if (plan->learners >> (ply & 1) & 1)
            teach(course, ply, goal, value);
        const int64_t mixed = (int64_t)plan->trace * goal +
                              (int64_t)(NETWORK_ONE - plan->trace) * value + NETWORK_ONE / 2;
        goal = step->is_explored ? step->best : (int32_t)(mixed >> 16);
    }
}

static bool may_go_on(const struct practice *plan)
{
    for (unsigned i = 0; i < 2; i++)
        if (plan->given_up[i] != NULL && *plan->given_up[i])
            return false;
    return true;
}

void practice_run(const struct network *network, const struct practice *plan, struct tally *out)
{
    struct course course = {.network = network, .plan = plan};
    *out = (struct tally){.plies = 0};
    for (uint64_t n = 0; n < plan->matches && may_go_on(plan); n++) {
        const uint64_t words[] = {plan->seed, plan->first + n};
        rng_seed(&course.rng, rng_mix(words, 2));
        start(&course);
        while (course.result == RESULT_NONE)
            move(&course);
        learn(&course);
        out->results[course.result - 1]++;
        out->plies += course.plies;
    }
}

void practice_learn(const struct network *network, const struct network *averages,
                    const struct practice *plan, const uint8_t cells[], unsigned plies)
{
    struct course course = {.network = network, .averages = averages->weights, .plan = plan};
    start(&course);
    while (course.plies < plies) {
        struct outlook outlook;
        outlook_see(network, course.board, course.index, &outlook);
        make(&course, &outlook, find(&outlook, cells[course.plies]));
    }
    learn(&course);
}
