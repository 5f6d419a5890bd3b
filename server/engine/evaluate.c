/*
 * What comes of a board is a vector of numbers, its lanes, once for the brain as player 1 and once
 * as player 2. At the brain's own boards all lanes are means, weighted by its policy; at the other
 * player's boards each lane knows how that one plays.
 */
#include "engine/evaluate.h"

#include "engine/view.h"

#include <stdlib.h>
#include <string.h>

/* Two numbers side by side, which every processor of ours handles as one. */
typedef double pair __attribute__((vector_size(2 * sizeof(double))));
typedef int64_t pair_mask __attribute__((vector_size(2 * sizeof(double))));

/* The probabilities that player 1 and player 2 win, against each kind of other player, ... */
enum rival { RIVAL_RANDOM, RIVAL_PERFECT, RIVAL_AGAINST, RIVAL_SELF, RIVALS };

/* ... and what an other player gets who maximises it, two by two. */
enum { MAXIMUM_WIN_AND_VALUE, MAXIMUM_TTST_VALUE, MAXIMA };

/* What comes of a board if the brain is one of the players. */
struct prospect {
    pair wins[RIVALS];
    pair maxima[MAXIMA]; /* the last has a number to spare */
};

/* The same for the brain as player 1 and as player 2. */
struct outlook {
    struct prospect as[2];
};

/* A legal move of a row; all of them, row by row, in the order in which rows are looked at. */
struct option {
    uint16_t next;
    uint8_t cell;
    uint8_t cells;   /* that it stands for: its share in uniform play */
    uint8_t perfect; /* the same if it keeps the row's value, else 0: its share in perfect play */
};

/* A row, all of whose successors were looked at before. */
struct stage {
    uint16_t row;
    uint8_t mover; /* 0 for player 1, 1 for player 2 */
    uint8_t options;
    double uniform; /* 1 / the sum of the options' shares */
    double perfect;
};

struct evaluate_space {
    const struct states *states;
    struct outlook *outlooks; /* a row each, and behind them one for each result */
    uint8_t *can_lose;        /* likewise; bit 0: as player 1, bit 1: as player 2 */
    struct stage *stages;
    struct option *options;
};

static struct option option_of(const struct solution *solution, uint32_t row, unsigned cell)
{
    const struct states *states = solution->states;
    const uint8_t size = (uint8_t)states_orbit_size(states, row, cell);
    bool keeps = solution_move_value(solution, row, cell) == solution_value(solution, row);
    return (struct option){.next = states->next[(size_t)row * states->cells + cell],
                           .cell = (uint8_t)cell,
                           .cells = size,
                           .perfect = keeps ? size : 0};
}

static void list_options(struct evaluate_space *space, const struct solution *solution)
{
    const struct states *states = solution->states;
    struct option *option = space->options;
    for (uint32_t i = 0; i < states->rows; i++) {
        struct stage *stage = &space->stages[i];
        unsigned uniform = 0;
        unsigned perfect = 0;
        *stage = (struct stage){.row = states->backward[i]};
        stage->mover = (uint8_t)(board_player(states->boards[stage->row]) - 1);
        for (uint64_t legal = states->legal[stage->row]; legal != 0; legal &= legal - 1) {
            *option = option_of(solution, stage->row, (unsigned)__builtin_ctzll(legal));
            uniform += option->cells;
            perfect += option->perfect;
            stage->options++;
            option++;
        }
        stage->uniform = 1.0 / uniform;
        stage->perfect = 1.0 / perfect;
    }
}

static void set_end(struct prospect *prospect, enum result result, unsigned as)
{
    const double win1 = result == RESULT_PLAYER1;
    const double win2 = result == RESULT_PLAYER2;
    const double lost = as == 0 ? win2 : win1;
    const double won = as == 0 ? win1 : win2;
    const double ttst_draw = as == 0 ? 1 : -1; /* player 2 wins on full boards */
    const double is_draw = result == RESULT_DRAW;
    for (unsigned rival = 0; rival < RIVALS; rival++)
        prospect->wins[rival] = (pair){win1, win2};
    prospect->maxima[MAXIMUM_WIN_AND_VALUE] = (pair){lost, lost - won};
    prospect->maxima[MAXIMUM_TTST_VALUE] = (pair){lost - won + is_draw * ttst_draw, 0};
}

/* Finished boards: who has won is the same for all. */
static void set_ends(struct evaluate_space *space)
{
    for (unsigned result = RESULT_PLAYER1; result <= RESULT_DRAW; result++) {
        const uint32_t row = space->states->rows + result - 1;
        for (unsigned as = 0; as < 2; as++)
            set_end(&space->outlooks[row].as[as], (enum result)result, as);
        space->can_lose[row] =
            (uint8_t)((result == RESULT_PLAYER2) | (result == RESULT_PLAYER1) << 1);
    }
}

enum err evaluate_space_create(const struct solution *solution, struct evaluate_space **out)
{
    const struct states *states = solution->states;
    const size_t rows = (size_t)states->rows + RESULT_COUNT;
    struct evaluate_space *space = malloc(sizeof *space);
    if (space == NULL)
        return ERR_NO_MEMORY;
    *space = (struct evaluate_space){
        .states = states,
        .outlooks = aligned_alloc(ROW_ALIGN, rows * sizeof(struct outlook)),
        .can_lose = malloc(rows),
        .stages = malloc(states->rows * sizeof(struct stage)),
        .options = malloc(states->moves * sizeof(struct option)),
    };
    if (space->outlooks == NULL || space->can_lose == NULL || space->stages == NULL ||
        space->options == NULL) {
        evaluate_space_destroy(space);
        return ERR_NO_MEMORY;
    }
    list_options(space, solution);
    set_ends(space);
    *out = space;
    return ERR_OK;
}

void evaluate_space_destroy(struct evaluate_space *space)
{
    if (space == NULL)
        return;
    free(space->outlooks);
    free(space->can_lose);
    free(space->stages);
    free(space->options);
    free(space);
}

/* The probabilities with which a brain makes a row's moves, in the order of the options. */
static void play_row(const struct brain *brain, const struct policy *policy,
                     const struct stage *stage, const struct option options[],
                     double out[ROW_CELLS])
{
    const struct row *row = &brain->rows[stage->row];
    const row_set best = row_best(row);
    uint32_t weights[ROW_CELLS];
    for (unsigned i = 0; i < stage->options; i++) {
        const unsigned cell = options[i].cell;
        weights[i] = row_weight(row, cell) & (0 - (uint32_t)(best >> cell & 1));
    }
    policy_probabilities(policy, weights, stage->options, out);
}

/* The same of a brain whose states are reduced, while the space's are not. */
static void play_board(const struct evaluate_space *space, const struct brain *brain,
                       const struct policy *policy, const struct stage *stage,
                       const struct option options[], double out[ROW_CELLS])
{
    struct place place;
    double by_cell[ROW_CELLS];
    (void)states_place(brain->states, space->states->boards[stage->row], &place);
    view_probabilities(brain, &place, policy, by_cell);
    for (unsigned i = 0; i < stage->options; i++)
        out[i] = by_cell[options[i].cell];
}

static void play(const struct evaluate_space *space, const struct brain *brain,
                 const struct policy *policy, const struct stage *stage,
                 const struct option options[], double out[ROW_CELLS])
{
    if (brain->states == space->states)
        play_row(brain, policy, stage, options, out);
    else
        play_board(space, brain, policy, stage, options, out);
}

/* At the brain's board all is a mean. */
static inline void add_own(struct prospect *own, const struct prospect *after, double probability)
{
    for (unsigned i = 0; i < RIVALS; i++)
        own->wins[i] += probability * after->wins[i];
    for (unsigned i = 0; i < MAXIMA; i++)
        own->maxima[i] += probability * after->maxima[i];
}

/* At the other player's board each rival has his own probability, and maxima are such. */
static inline void add_other(struct prospect *other, const struct prospect *after,
                             const double probabilities[RIVALS])
{
    for (unsigned i = 0; i < RIVALS; i++)
        other->wins[i] += probabilities[i] * after->wins[i];
    for (unsigned i = 0; i < MAXIMA; i++) {
        const pair_mask is_more = after->maxima[i] > other->maxima[i];
        other->maxima[i] = (pair)(((pair_mask)after->maxima[i] & is_more) |
                                  ((pair_mask)other->maxima[i] & ~is_more));
    }
}

/* Whether the brain can lose from a row: at its own boards by any move that it can make at all, at
 * the other player's by any that there is. */
static uint8_t find_losses(const struct evaluate_space *space, const struct stage *stage,
                           const struct option options[], const double policy[])
{
    unsigned own = 0;
    unsigned other = 0;
    for (unsigned i = 0; i < stage->options; i++) {
        unsigned after = space->can_lose[options[i].next];
        other |= after;
        own |= policy[i] > 0 ? after : 0;
    }
    const unsigned own_bit = 1u << stage->mover;
    return (uint8_t)((own & own_bit) | (other & ~own_bit));
}

static void look_ahead(struct evaluate_space *space, const struct stage *stage,
                       const struct option options[], const double policy[], const double against[])
{
    struct prospect own = {.wins = {{0}}};
    struct prospect other = {.maxima = {{-1, -1}, {-1, -1}}};
    for (unsigned i = 0; i < stage->options; i++) {
        const struct option *option = &options[i];
        const struct outlook *after = &space->outlooks[option->next];
        const double probabilities[RIVALS] = {[RIVAL_RANDOM] = option->cells * stage->uniform,
                                              [RIVAL_PERFECT] = option->perfect * stage->perfect,
                                              [RIVAL_AGAINST] = against[i],
                                              [RIVAL_SELF] = policy[i]};
        add_own(&own, &after->as[stage->mover], policy[i]);
        add_other(&other, &after->as[1 - stage->mover], probabilities);
    }
    space->outlooks[stage->row].as[stage->mover] = own;
    space->outlooks[stage->row].as[1 - stage->mover] = other;
    space->can_lose[stage->row] = find_losses(space, stage, options, policy);
}

static struct outcome outcome_of(const struct outlook *outlook, enum rival rival, unsigned as)
{
    const pair wins = outlook->as[as].wins[rival];
    return (struct outcome){.win = wins[as], .loss = wins[1 - as], .draw = 1 - wins[0] - wins[1]};
}

static void summarise(const struct evaluate_space *space, struct evaluation *out)
{
    const struct outlook *first = &space->outlooks[0]; /* of the empty board */
    *out = (struct evaluation){.nash_conv = 0};
    for (unsigned as = 0; as < 2; as++) {
        const pair *maxima = first->as[as].maxima;
        out->random[as] = outcome_of(first, RIVAL_RANDOM, as);
        out->perfect[as] = outcome_of(first, RIVAL_PERFECT, as);
        out->against[as] = outcome_of(first, RIVAL_AGAINST, as);
        out->worst_case_loss[as] = maxima[MAXIMUM_WIN_AND_VALUE][0];
        out->best_response[as] = maxima[MAXIMUM_WIN_AND_VALUE][1];
        out->nash_conv += maxima[MAXIMUM_WIN_AND_VALUE][1];
        out->ttst_exploitability += maxima[MAXIMUM_TTST_VALUE][0] / 2;
        out->never_loses[as] = (space->can_lose[0] >> as & 1) == 0;
    }
    out->exploitability = out->nash_conv / 2;
    const struct outcome self = outcome_of(first, RIVAL_SELF, 0);
    out->self[RESULT_PLAYER1 - 1] = self.win;
    out->self[RESULT_PLAYER2 - 1] = self.loss;
    out->self[RESULT_DRAW - 1] = self.draw;
}

void evaluate(struct evaluate_space *space, const struct evaluate_order *order,
              struct evaluation *out)
{
    double policy[ROW_CELLS] = {0};
    double against[ROW_CELLS] = {0};
    const struct option *options = space->options;
    for (uint32_t i = 0; i < space->states->rows; i++) {
        const struct stage *stage = &space->stages[i];
        play(space, order->brain, order->policy, stage, options, policy);
        if (order->against != NULL)
            play(space, order->against, order->policy, stage, options, against);
        look_ahead(space, stage, options, policy, against);
        options += stage->options;
    }
    summarise(space, out);
}
