#include "support/brains.h"

#include "base/text.h"
#include "engine/table/table.h"
#include "support/unit.h"

#include <inttypes.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <string.h>

const struct states *brains_small_states(void)
{
    static const struct game game = {.width = 3, .height = 2, .run = 2};
    static struct states *states;
    if (states == NULL)
        ck_assert_int_eq(states_create(&game, &states), ERR_OK);
    return states;
}

struct brain *brains_fresh(const struct states *states)
{
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *brain;
    ck_assert_int_eq(table_create(states, &rule, &brain), ERR_OK);
    return brain;
}

bool brains_is_empty(const struct brain *brain, uint32_t row, unsigned cell)
{
    const struct states *states = brain->states;
    return cell < states->cells &&
           (board_empty(&states->game, states->boards[row]) >> cell & 1) != 0;
}

void brains_fill_random(struct brain *brain, struct rng *rng, uint32_t most)
{
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS] = {0};
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (brains_is_empty(brain, row, cell))
                weights[cell] = 1 + (uint32_t)(rng_next(rng) % most);
        unsigned cell = (unsigned)(rng_next(rng) % ROW_CELLS);
        if (rng_next(rng) % 16 == 0 && brains_is_empty(brain, row, cell))
            weights[cell] = RULE_HALVE_ABOVE_MAX - ROW_CELLS * most;
        table_set_weights(brain, row, weights);
    }
}

void brains_fill_widely(struct brain *brain, struct rng *rng)
{
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS] = {0};
        for (unsigned cell = 0; cell < brain->states->cells; cell++)
            if (brain->states->legal[row] >> cell & 1)
                weights[cell] = 1 + (uint32_t)(rng_next(rng) % (1u << rng_next(rng) % 27));
        table_set_weights(brain, row, weights);
    }
}

void brains_prove_at_random(struct brain *brain, struct rng *rng)
{
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        struct row *proofs = &brain->rows[row];
        const row_set legal = (row_set)brain->states->legal[row];
        const bool is_lost = rng_next(rng) % 8 == 0;
        proofs->winning = (row_set)(rng_next(rng) & rng_next(rng) & rng_next(rng)) & legal;
        proofs->losing = (row_set)(rng_next(rng) & rng_next(rng)) & legal;
        proofs->losing &= (row_set)~proofs->winning;
        if (is_lost) {
            proofs->winning = 0;
            proofs->losing = legal;
        }
    }
}

void brains_garble_absorbing_rows(struct brain *brain, uint32_t value)
{
    for (uint32_t row = brain->states->rows; row < states_all_rows(brain->states); row++)
        for (unsigned i = 0; i <= ROW_CELLS; i++)
            brain->rows[row].sums[i] = value + i;
}

static void add_line(const struct brain *brain, uint32_t row, bool has_proofs, struct text *out)
{
    const struct states *states = brain->states;
    char board[GAME_CELLS_MAX];
    board_format(&states->game, states->boards[row], board);
    text_add(out, board, states->cells);
    for (unsigned cell = 0; cell < states->cells; cell++)
        text_add_format(out, ",%" PRIu32, row_weight(&brain->rows[row], cell));
    for (unsigned cell = 0; has_proofs && cell < states->cells; cell++)
        text_add_format(out, ",%d",
                        (int)(brain->rows[row].winning >> cell & 1) -
                            (int)(brain->rows[row].losing >> cell & 1));
    text_add(out, "\n", 1);
}

void brains_plain_digest(const struct brain *brain, bool has_proofs, char out[BRAIN_DIGEST_SIZE])
{
    struct text text = {0};
    for (uint32_t row = 0; row < brain->states->rows; row++)
        add_line(brain, row, has_proofs, &text);
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, text.size, (const uint8_t *)text.bytes);
    sha256_digest(&context, sizeof digest, digest);
    text_free(&text);
    memcpy(out, "sha256:", 7);
    base16_encode_update(out + 7, sizeof digest, digest);
    out[BRAIN_DIGEST_SIZE - 1] = '\0';
}

void brains_assert_same_digest(const struct brain *a, const struct brain *b)
{
    char digests[2][BRAIN_DIGEST_SIZE];
    brain_digest(a, digests[0]);
    brain_digest(b, digests[1]);
    ck_assert_str_eq(digests[0], digests[1]);
}
