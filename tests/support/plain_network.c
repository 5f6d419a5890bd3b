#include "support/plain_network.h"

#include "base/rng.h"
#include "engine/policy.h"
#include "engine/rule.h"
#include "support/unit.h"

#include <math.h>
#include <stdlib.h>

enum { PATTERNS_MAX = 256, IMAGES_MAX = 8, BUCKETS = 1 << 21 };

struct plain_network {
    struct game game;
    unsigned images;
    unsigned patterns;
    uint64_t sets[PATTERNS_MAX]; /* each the least of its images */
    struct {
        uint64_t key; /* pattern, who is to move, what stands there; 0: none */
        int32_t weight;
    } weights[BUCKETS];
};

/* Cells. */

static unsigned image_of(const struct plain_network *network, unsigned image, unsigned cell)
{
    const unsigned width = network->game.width;
    const unsigned height = network->game.height;
    unsigned row = cell / width;
    unsigned column = cell % width;
    if (image & 1)
        column = width - 1 - column;
    if (image & 2)
        row = height - 1 - row;
    return image & 4 ? column * width + row : row * width + column;
}

static uint64_t image_set(const struct plain_network *network, unsigned image, uint64_t set)
{
    uint64_t out = 0;
    for (unsigned cell = 0; cell < game_cells(&network->game); cell++)
        if (set >> cell & 1)
            out |= UINT64_C(1) << image_of(network, image, cell);
    return out;
}

static void add_set(struct plain_network *network, uint64_t set)
{
    uint64_t least = set;
    for (unsigned image = 1; image < network->images; image++) {
        const uint64_t other = image_set(network, image, set);
        least = other < least ? other : least;
    }
    for (unsigned i = 0; i < network->patterns; i++)
        if (network->sets[i] == least)
            return;
    ck_assert_uint_lt(network->patterns, PATTERNS_MAX);
    network->sets[network->patterns++] = least;
}

/* The cells of a line; 0 if it leaves the board. */
static uint64_t line(const struct game *game, int row, int column, int up, int right, int length)
{
    uint64_t set = 0;
    for (int i = 0; i < length; i++) {
        const int r = row + i * up;
        const int c = column + i * right;
        if (r < 0 || c < 0 || r >= game->height || c >= game->width)
            return 0;
        set |= UINT64_C(1) << (r * game->width + c);
    }
    return set;
}

static void add_pair(struct plain_network *network, uint64_t first, uint64_t second)
{
    if (first != 0 && second != 0)
        add_set(network, first | second);
}

static void add_sets_from(struct plain_network *network, int row, int column)
{
    const struct game *game = &network->game;
    const int run = game->run < 5 ? game->run : 5;
    const int high = game->gravity ? (game->height < 6 ? game->height : 6) : run;
    static const int ways[4][2] = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};
    for (unsigned i = 0; i < 4; i++) {
        const int up = ways[i][0];
        const int right = ways[i][1];
        if (line(game, row, column, up, right, 8) != 0)
            add_set(network, line(game, row, column, up, right, 8));
        if (line(game, row - up, column - right, up, right, 1) != 0)
            continue;
        int length = 1;
        while (line(game, row, column, up, right, length + 1) != 0)
            length++;
        if (length >= game->run && length < 8)
            add_set(network, line(game, row, column, up, right, length));
    }
    add_pair(network, line(game, row, column, 0, 1, run), line(game, row + 1, column, 0, 1, run));
    add_pair(network, line(game, row, column, 1, 1, run), line(game, row + 1, column, 1, 1, run));
    add_pair(network, line(game, row, column, 1, 0, high), line(game, row, column + 1, 1, 0, high));
}

struct plain_network *plain_network_create(const struct game *game)
{
    struct plain_network *network = calloc(1, sizeof *network);
    ck_assert_ptr_nonnull(network);
    network->game = *game;
    network->images = game->gravity ? 2 : game->width == game->height ? 8 : 4;
    for (int row = 0; row < game->height; row++)
        for (int column = 0; column < game->width; column++)
            add_sets_from(network, row, column);
    return network;
}

void plain_network_destroy(struct plain_network *network)
{
    free(network);
}

unsigned plain_network_patterns(const struct plain_network *network)
{
    return network->patterns;
}

/* Weights. */

/* 1 and 2: a stone; 3: empty, and can be filled; 0: empty, and cannot. Without gravity all that is
 * empty can. */
static uint64_t state_of(const struct game *game, struct board board, unsigned cell)
{
    const uint64_t stones = board.stones[0] | board.stones[1];
    if (stones >> cell & 1)
        return board.stones[0] >> cell & 1 ? 1 : 2;
    return !game->gravity || cell < game->width || (stones >> (cell - game->width) & 1) ? 3 : 0;
}

static int32_t *weight_of(struct plain_network *network, struct board board, unsigned pattern,
                          unsigned image)
{
    uint64_t key = 2 * (uint64_t)pattern + board_player(board);
    for (unsigned cell = 0; cell < game_cells(&network->game); cell++)
        if (network->sets[pattern] >> cell & 1)
            key = 4 * key + state_of(&network->game, board, image_of(network, image, cell));
    key = 512 * key + pattern + 1;
    uint64_t bucket = rng_mix(&key, 1) % BUCKETS;
    while (network->weights[bucket].key != key && network->weights[bucket].key != 0)
        bucket = (bucket + 1) % BUCKETS;
    network->weights[bucket].key = key;
    return &network->weights[bucket].weight;
}

static int32_t clamp(int64_t number, int32_t most)
{
    return number > most ? most : number < -most ? -most : (int32_t)number;
}

int32_t plain_network_value(struct plain_network *network, struct board board)
{
    const int64_t one = 65536;
    int64_t sum = 0;
    for (unsigned pattern = 0; pattern < network->patterns; pattern++)
        for (unsigned image = 0; image < network->images; image++)
            sum += *weight_of(network, board, pattern, image);
    sum /= 64;
    if (sum >= 3 * one || sum <= -3 * one)
        return sum > 0 ? 65536 - 16 : -65536 + 16;
    return clamp(sum * (27 * one * one + sum * sum) / (27 * one * one + 9 * sum * sum), 65536 - 16);
}

/* Practice. */

static int32_t worth(struct plain_network *network, struct board board)
{
    const enum result result = game_result(&network->game, board);
    if (result == RESULT_NONE)
        return plain_network_value(network, board);
    return result == RESULT_DRAW ? 0 : result == RESULT_PLAYER1 ? 65536 : -65536;
}

static void teach(struct plain_network *network, struct board board, uint32_t step, int64_t far)
{
    const int64_t by = (int64_t)network->patterns * network->images * 1024;
    const int64_t twice = 2 * step * far;
    const int64_t change = (twice + (twice >= 0 ? by : -by)) / (2 * by);
    for (unsigned pattern = 0; pattern < network->patterns; pattern++)
        for (unsigned image = 0; image < network->images; image++) {
            int32_t *weight = weight_of(network, board, pattern, image);
            *weight = clamp(*weight + change, 1 << 23);
        }
}

struct moment {
    struct board board; /* after the move */
    int32_t value;
    int32_t best;
    bool is_explored;
};

/* The board after the move that is made; what was best there to *best. */
static struct board make_move(struct plain_network *network, struct board board, uint32_t explore,
                              uint64_t random, int32_t *best)
{
    struct board boards[GAME_CELLS_MAX];
    int32_t values[GAME_CELLS_MAX];
    unsigned count = 0;
    unsigned equals[GAME_CELLS_MAX];
    unsigned equal_count = 0;
    const bool is_first = board_player(board) == 1;
    for (unsigned cell = 0; cell < game_cells(&network->game); cell++)
        if (board_open(&network->game, board) >> cell & 1) {
            boards[count] = board_play(board, cell);
            values[count] = worth(network, boards[count]);
            if (count == 0 || (is_first ? values[count] > *best : values[count] < *best))
                *best = values[count];
            count++;
        }
    for (unsigned i = 0; i < count; i++)
        if (values[i] == *best)
            equals[equal_count++] = i;
    if (random % 65536 < explore)
        return boards[(random >> 32) * count >> 32];
    return boards[equals[(random >> 32) * equal_count >> 32]];
}

uint32_t plain_network_weight(int32_t worse)
{
    const double halvings = 32 * (double)worse / 65536;
    const double whole = floor(halvings);
    const double weight = ldexp(65536, -(int)whole) * (1 - (halvings - whole) / 2);
    return (uint32_t)ceil(weight);
}

/* A move by weight, as moves are counted. */
static struct board draw(struct plain_network *network, struct plain_network *opponent,
                         struct board board, uint64_t random)
{
    static const struct policy sample = {.kind = POLICY_SAMPLE};
    const struct game *game = &network->game;
    const int32_t sign = board_player(board) == 1 ? 1 : -1;
    struct board boards[GAME_CELLS_MAX];
    int32_t values[GAME_CELLS_MAX];
    uint32_t weights[GAME_CELLS_MAX] = {0};
    int32_t best = INT32_MIN;
    for (unsigned cell = 0; cell < game_cells(game); cell++)
        if (board_open(game, board) >> cell & 1) {
            const unsigned move = game_move(game, cell);
            boards[move] = board_play(board, cell);
            values[move] = opponent != NULL ? sign * worth(opponent, boards[move]) : 0;
            weights[move] = 1;
            best = values[move] > best ? values[move] : best;
        }
    for (unsigned move = 0; move < game_moves(game); move++)
        if (weights[move] != 0)
            weights[move] = plain_network_weight(best - values[move]);
    return boards[policy_choose(&sample, weights, game_moves(game), random)];
}

/* Of a match that is told boards are valued when it is their turn. */
static void learn(struct plain_network *network, const struct practice *plan,
                  const struct moment moments[], unsigned plies, bool is_told)
{
    const struct moment *last = &moments[plies - 1];
    int64_t goal = last->is_explored ? last->best : last->value;
    for (unsigned i = plies - 1; i-- > 0;) {
        const struct moment *moment = &moments[i];
        const int64_t value = is_told ? worth(network, moment->board) : moment->value;
        if (plan->learners & (i % 2 == 0 ? LEARN_PLAYER1 : LEARN_PLAYER2))
            teach(network, moment->board, plan->step, goal - value);
        const int64_t mixed = plan->trace * goal + (65536 - (int64_t)plan->trace) * value + 32768;
        goal = moment->is_explored ? moment->best : mixed >> 16;
    }
}

/* Who is met, if anybody is. */
struct rival {
    bool is_there;
    struct plain_network *network;
};

static void practise_once(struct plain_network *network, const struct rival *rival,
                          const struct practice *plan, uint64_t number, struct tally *out)
{
    struct moment moments[GAME_CELLS_MAX];
    struct board board = {{0, 0}};
    unsigned plies = 0;
    struct rng rng;
    rng_seed(&rng, rng_mix((const uint64_t[]){plan->seed, number}, 2));
    while (game_result(&network->game, board) == RESULT_NONE) {
        struct moment *moment = &moments[plies];
        const uint64_t random = rng_next(&rng);
        const bool is_rivals =
            rival->is_there && !(plan->learners & (plies % 2 == 0 ? LEARN_PLAYER1 : LEARN_PLAYER2));
        board = is_rivals ? draw(network, rival->network, board, random)
                          : make_move(network, board, plan->explore, random, &moment->best);
        moment->board = board;
        moment->value = worth(network, board);
        moment->is_explored = !is_rivals && moment->value != moment->best;
        plies++;
    }
    learn(network, plan, moments, plies, false);
    out->results[game_result(&network->game, board) - 1]++;
    out->plies += plies;
}

static void practise(struct plain_network *network, const struct rival *rival,
                     const struct practice *plan, struct tally *out)
{
    *out = (struct tally){.plies = 0};
    for (uint64_t i = 0; i < plan->matches; i++)
        practise_once(network, rival, plan, plan->first + i, out);
}

void plain_network_practise(struct plain_network *network, const struct practice *plan,
                            struct tally *out)
{
    practise(network, &(struct rival){.is_there = false}, plan, out);
}

void plain_network_practise_against(struct plain_network *network, struct plain_network *opponent,
                                    const struct practice *plan, struct tally *out)
{
    practise(network, &(struct rival){.is_there = true, .network = opponent}, plan, out);
}

void plain_network_learn(struct plain_network *network, const struct practice *plan,
                         const uint8_t cells[], unsigned plies)
{
    struct moment moments[GAME_CELLS_MAX];
    struct board board = {{0, 0}};
    for (unsigned ply = 0; ply < plies; ply++) {
        struct moment *moment = &moments[ply];
        (void)make_move(network, board, 0, 0, &moment->best);
        board = board_play(board, cells[ply]);
        moment->board = board;
        moment->value = worth(network, board);
        moment->is_explored = moment->value != moment->best;
    }
    learn(network, plan, moments, plies, true);
}
