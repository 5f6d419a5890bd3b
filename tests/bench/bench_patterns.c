/*
 * bench_patterns GAME incremental|anew|costs - has a network learn a game and prints matches a
 * second of processor time: as the engine does it, or with every board's patterns read anew.
 *
 * Both play the same matches and come to the same values, which is checked: what differs is where
 * the indexes come from.
 */
#include "base/rng.h"
#include "engine/patterns/practice.h"
#include "engine/selfplay.h"
#include "engine/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WARM_UP = 2000, STEADY = 20000, EXPLORE = 13107, STEP = 39322, TRACE = 45875 };

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* A move, and the board that it led to. */
struct step {
    struct board board;
    int32_t value;
    int32_t best;
};

static int32_t worth(const struct network *network, struct board board, enum result result)
{
    if (result == RESULT_NONE)
        return network_value_of(network->patterns, network->weights, board);
    return result == RESULT_DRAW ? 0 : result == RESULT_PLAYER1 ? NETWORK_ONE : -NETWORK_ONE;
}

static struct step choose(const struct network *network, struct board board, uint64_t random,
                          enum result *out_result)
{
    struct step steps[GAME_CELLS_MAX];
    enum result results[GAME_CELLS_MAX];
    const struct game *game = &network->patterns->game;
    const int32_t sign = board_player(board) == 1 ? 1 : -1;
    unsigned count = 0;
    unsigned equals = 0;
    int32_t best = -sign * 2 * NETWORK_ONE;
    for (uint64_t open = board_open(game, board); open != 0; open &= open - 1, count++) {
        const unsigned cell = (unsigned)__builtin_ctzll(open);
        struct step *step = &steps[count];
        step->board = board_play(board, cell);
        const bool wins =
            patterns_win(network->patterns, step->board.stones[board_player(board) - 1], cell);
        results[count] = wins                                  ? (enum result)board_player(board)
                         : board_empty(game, step->board) == 0 ? RESULT_DRAW
                                                               : RESULT_NONE;
        step->value = worth(network, step->board, results[count]);
        best = sign * step->value > sign * best ? step->value : best;
    }
    for (unsigned i = 0; i < count; i++)
        equals += steps[i].value == best;
    unsigned drawn = (unsigned)((random >> 32) * count >> 32);
    if (random % NETWORK_ONE >= EXPLORE) {
        unsigned left = (unsigned)((random >> 32) * equals >> 32);
        for (drawn = 0; drawn + 1 < count; drawn++)
            if (steps[drawn].value == best && left-- == 0)
                break;
    }
    steps[drawn].best = best;
    *out_result = results[drawn];
    return steps[drawn];
}

static void teach(const struct network *network, const struct step *step, uint32_t rate,
                  int32_t goal)
{
    const struct patterns *patterns = network->patterns;
    uint32_t index[PATTERNS_SLOTS_MAX];
    int32_t *table = network->weights + (board_player(step->board) - 1) * (size_t)patterns->entries;
    const int64_t by = (int64_t)patterns->slots << 10;
    const int64_t far = (int64_t)rate * (goal - step->value);
    const int32_t change = (int32_t)((far >= 0 ? far + by / 2 : far - by / 2) / by);
    patterns_read(patterns, step->board, index);
    for (unsigned slot = 0; slot < patterns->slots; slot++) {
        const int32_t sum = table[index[slot]] + change;
        const int32_t least = sum > -NETWORK_WEIGHT_MAX ? sum : -NETWORK_WEIGHT_MAX;
        table[index[slot]] = least < NETWORK_WEIGHT_MAX ? least : NETWORK_WEIGHT_MAX;
    }
}

static void play_anew(const struct network *network, const struct practice *plan)
{
    struct step steps[GAME_CELLS_MAX];
    for (uint64_t match = plan->first; match < plan->first + plan->matches; match++) {
        struct rng rng;
        struct board board = {{0, 0}};
        enum result result = RESULT_NONE;
        unsigned plies = 0;
        rng_seed(&rng, rng_mix((const uint64_t[]){plan->seed, match}, 2));
        while (result == RESULT_NONE) {
            steps[plies] = choose(network, board, rng_next(&rng), &result);
            board = steps[plies++].board;
        }
        int32_t goal = steps[plies - 1].best;
        for (unsigned ply = plies - 1; ply-- > 0;) {
            const struct step *step = &steps[ply];
            teach(network, step, plan->step, goal);
            const int64_t mixed = (int64_t)TRACE * goal +
                                  (int64_t)(NETWORK_ONE - TRACE) * step->value + NETWORK_ONE / 2;
            goal = step->value != step->best ? step->best : (int32_t)(mixed >> 16);
        }
    }
}

static void play(const struct network *network, uint64_t first, uint64_t matches, bool anew)
{
    struct tally ignored;
    const struct practice plan = {.seed = 1,
                                  .first = first,
                                  .matches = matches,
                                  .learners = LEARN_BOTH,
                                  .explore = EXPLORE,
                                  .step = network_step(STEP, first, 1),
                                  .trace = TRACE};
    if (anew)
        play_anew(network, &plan);
    else
        practice_run(network, &plan, &ignored);
}

/* What a brain costs beside its matches. */

enum { TIMES = 20, WORKERS = 8, VIEWS = 20000 };

struct costs {
    struct brain *brain;
    struct brain *workers[WORKERS];
    struct text bytes;
    char digest[BRAIN_DIGEST_SIZE];
};

static void copy(struct costs *costs)
{
    brain_copy(costs->workers[0], costs->brain);
}

static void merge(struct costs *costs)
{
    brain_merge(costs->brain, (const struct brain *const *)costs->workers, WORKERS);
}

static void encode(struct costs *costs)
{
    costs->bytes.size = 0;
    brain_encode(costs->brain, &costs->bytes);
}

static void digest(struct costs *costs)
{
    brain_digest(costs->brain, costs->digest);
}

static void view(struct costs *costs)
{
    struct view seen;
    if (!view_open(costs->brain, (struct board){{0, 0}}, &seen))
        abort();
}

static void print_cost(struct costs *costs, void (*what)(struct costs *), unsigned times)
{
    what(costs);
    const double begin = now_s();
    for (unsigned i = 0; i < times; i++)
        what(costs);
    printf(" %.9f", (now_s() - begin) / times);
}

static int print_costs(const struct game *game)
{
    const struct rule rule = rule_default(RULE_PATTERNS);
    struct costs costs = {.bytes = {0}};
    struct atlas *atlas;
    if (atlas_create(game, &atlas) != ERR_OK || brain_create(atlas, &rule, &costs.brain) != ERR_OK)
        return 2;
    for (unsigned i = 0; i < WORKERS; i++) {
        struct selfplay plan = {
            .matches = WARM_UP, .learners = LEARN_BOTH, .match_seed = i, .workers = WORKERS};
        struct tally ignored;
        if (brain_create_like(costs.brain, &costs.workers[i]) != ERR_OK)
            return 2;
        selfplay_run(costs.workers[i], &plan, &ignored);
    }
    printf("%zu", brain_size(costs.brain));
    print_cost(&costs, copy, TIMES);
    print_cost(&costs, merge, TIMES);
    print_cost(&costs, encode, TIMES);
    print_cost(&costs, digest, TIMES);
    print_cost(&costs, view, VIEWS);
    printf("\n");
    text_free(&costs.bytes);
    for (unsigned i = 0; i < WORKERS; i++)
        brain_destroy(costs.workers[i]);
    brain_destroy(costs.brain);
    atlas_destroy(atlas);
    return 0;
}

int main(int argc, char **argv)
{
    struct game game;
    struct patterns *patterns;
    if (argc != 3 || game_parse(argv[1], &game) != ERR_OK ||
        patterns_create(&game, &patterns) != ERR_OK) {
        fprintf(stderr, "usage: bench_patterns GAME incremental|anew|costs\n");
        return 2;
    }
    if (strcmp(argv[2], "costs") == 0) {
        patterns_destroy(patterns);
        return print_costs(&game);
    }
    const size_t size = network_size(patterns);
    const struct network network = {patterns, calloc(size, sizeof(int32_t))};
    const struct network other = {patterns, calloc(size, sizeof(int32_t))};
    if (network.weights == NULL || other.weights == NULL)
        return 2;
    const bool anew = strcmp(argv[2], "anew") == 0;
    play(&network, 0, WARM_UP, anew);
    play(&other, 0, WARM_UP, !anew);
    if (memcmp(network.weights, other.weights, size * sizeof(int32_t)) != 0) {
        fprintf(stderr, "bench_patterns: the two learn otherwise\n");
        return 2;
    }
    const double begin = now_s();
    play(&network, WARM_UP, STEADY, anew);
    printf("%.1f\n", STEADY / (now_s() - begin));
    free(network.weights);
    free(other.weights);
    patterns_destroy(patterns);
    return 0;
}
