#include "engine/table/table.h"

#include "base/text.h"
#include "engine/kind.h"
#include "engine/table/face.h"
#include "engine/table/kernel.h"

#include <stdlib.h>
#include <string.h>

static size_t rows_size(const struct states *states)
{
    return states_all_rows(states) * sizeof(struct row);
}

static void start_row(struct brain *brain, uint32_t index)
{
    const struct states *states = brain->states;
    uint32_t weights[ROW_CELLS] = {0};
    brain->rows[index].legal = (row_set)states->legal[index];
    for (unsigned cell = 0; cell < states->cells; cell++) {
        brain->rows[index].next[cell] = states->next[(size_t)index * states->cells + cell];
        if (states->legal[index] >> cell & 1)
            weights[cell] = brain->rule.start_weight;
    }
    table_set_weights(brain, index, weights);
}

static void start_absorbing_row(struct brain *brain, uint32_t index)
{
    bool is_last = index + RESULT_COUNT >= states_all_rows(brain->states);
    bool is_just_won = index < brain->states->rows + RESULT_DRAW - 1;
    brain->rows[index].legal = is_just_won ? 0 : 1;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        brain->rows[index].next[cell] = (uint16_t)(is_last ? index : index + RESULT_COUNT);
}

enum err table_create(const struct states *states, const struct rule *rule, struct brain **out)
{
    if (states->cells > ROW_CELLS)
        return ERR_UNSUPPORTED;
    struct brain *brain = malloc(sizeof *brain);
    struct row *rows = aligned_alloc(ROW_ALIGN, rows_size(states));
    if (brain == NULL || rows == NULL) {
        free(brain);
        free(rows);
        return ERR_NO_MEMORY;
    }
    memset(rows, 0, rows_size(states));
    *brain = (struct brain){
        .rule = *rule, .kind = &table_kind, .game = &states->game, .states = states, .rows = rows};
    for (uint32_t row = 0; row < states->rows; row++)
        start_row(brain, row);
    for (uint32_t row = states->rows; row < states_all_rows(states); row++)
        start_absorbing_row(brain, row);
    *out = brain;
    return ERR_OK;
}

static void destroy(struct brain *brain)
{
    free(brain->rows);
    free(brain);
}

static enum err create(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    const struct states *states = atlas_states(atlas, rule);
    return states != NULL ? table_create(states, rule, out) : ERR_UNSUPPORTED;
}

static enum err create_like(const struct brain *brain, struct brain **out)
{
    return table_create(brain->states, &brain->rule, out);
}

static bool row_is_fresh(const struct brain *brain, uint32_t row)
{
    const struct row *found = &brain->rows[row];
    bool is_fresh = found->winning == 0 && found->losing == 0;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        is_fresh = is_fresh && row_weight(found, cell) ==
                                   brain->rule.start_weight * (found->legal >> cell & 1U);
    return is_fresh;
}

static bool is_fresh(const struct brain *brain)
{
    bool is_fresh = true;
    for (uint32_t row = 0; row < brain->states->rows && is_fresh; row++)
        is_fresh = row_is_fresh(brain, row);
    return is_fresh;
}

static size_t size(const struct brain *brain)
{
    return sizeof *brain + rows_size(brain->states);
}

static size_t size_under(const struct atlas *atlas, const struct rule *rule)
{
    return sizeof(struct brain) + rows_size(atlas_states(atlas, rule));
}

static uint32_t boards(const struct brain *brain)
{
    return brain->states->rows;
}

static bool is_alike(const struct brain *a, const struct brain *b)
{
    return a->states == b->states;
}

static void swap_weights(struct brain *a, struct brain *b)
{
    struct row *rows = a->rows;
    a->rows = b->rows;
    b->rows = rows;
}

static void copy(struct brain *to, const struct brain *from)
{
    struct row *rows = to->rows;
    memcpy(rows, from->rows, rows_size(from->states));
    *to = *from;
    to->rows = rows;
}

void table_weights(const struct brain *brain, uint32_t row, uint32_t out[ROW_CELLS])
{
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        out[cell] = row_weight(&brain->rows[row], cell);
}

void table_played_weights(const struct brain *brain, uint32_t row, uint32_t out[ROW_CELLS])
{
    const row_set best = row_best(&brain->rows[row]);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        out[cell] = row_weight(&brain->rows[row], cell) & (0 - (uint32_t)(best >> cell & 1));
}

void table_set_weights(struct brain *brain, uint32_t row, const uint32_t weights[ROW_CELLS])
{
    uint32_t *sums = brain->rows[row].sums;
    sums[0] = 0;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        sums[cell + 1] = sums[cell] + weights[cell];
}

static void merge_row(struct row *base, const struct row *const workers[], unsigned count)
{
    uint32_t before[ROW_CELLS];
    int64_t after[ROW_CELLS];
    for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
        before[cell] = row_weight(base, cell);
        after[cell] = before[cell];
    }
    for (unsigned worker = 0; worker < count; worker++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            after[cell] += (int64_t)row_weight(workers[worker], cell) - before[cell];
    uint32_t sum = 0;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
        int64_t least = before[cell] < ROW_WEIGHT_MIN ? before[cell] : ROW_WEIGHT_MIN;
        sum += (uint32_t)(after[cell] > least ? after[cell] : least);
        base->sums[cell + 1] = sum;
    }
}

/* Most rows did not change, or in one worker's table only. */
static void merge(struct brain *base, const struct brain *const workers[], unsigned count)
{
    for (uint32_t index = 0; index < base->states->rows; index++) {
        struct row *row = &base->rows[index];
        const struct row *changed[BRAIN_MERGE_MAX];
        unsigned changes = 0;
        for (unsigned worker = 0; worker < count; worker++)
            if (!row_is_same(row, &workers[worker]->rows[index]))
                changed[changes++] = &workers[worker]->rows[index];
        for (unsigned i = 0; i < changes; i++) {
            row->winning |= changed[i]->winning;
            row->losing |= changed[i]->losing;
        }
        if (changes == 1)
            memcpy(row->sums, changed[0]->sums, sizeof row->sums);
        else if (changes > 1)
            merge_row(row, changed, changes);
    }
}

void table_halve(struct brain *brain, uint32_t row)
{
    uint32_t weights[ROW_CELLS];
    while (row_total(&brain->rows[row]) > brain->rule.halve_above) {
        table_weights(brain, row, weights);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (weights[cell] > ROW_WEIGHT_MIN)
                weights[cell] /= 2;
        table_set_weights(brain, row, weights);
    }
}

static void settle(struct brain *brain, uint64_t matches)
{
    (void)matches;
    for (uint32_t row = 0; row < brain->states->rows; row++)
        table_halve(brain, row);
}

/* Writes "BOARD,w0,...,wn[,q0,...,qn]\n" to `out` and returns its end. */
static char *put_line(const struct brain *brain, uint32_t row, char *out)
{
    const struct states *states = brain->states;
    board_format(&states->game, states->boards[row], out);
    out += states->cells;
    for (unsigned cell = 0; cell < states->cells; cell++) {
        *out++ = ',';
        out = text_put_number(out, row_weight(&brain->rows[row], cell));
    }
    for (unsigned cell = 0; rule_has_proofs(&brain->rule) && cell < states->cells; cell++) {
        int proof = row_move_proof(&brain->rows[row], cell);
        *out++ = ',';
        if (proof < 0)
            *out++ = '-';
        *out++ = proof == 0 ? '0' : '1';
    }
    *out++ = '\n';
    return out;
}

static void digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE])
{
    enum { LINE_SIZE = ROW_CELLS * (1 + 1 + 10 + 3) + 1 }; /* digit, comma, 32-bit number, proof */
    struct sha256 hash;
    sha256_start(&hash);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        char line[LINE_SIZE];
        sha256_add(&hash, line, (size_t)(put_line(brain, row, line) - line));
    }
    kind_write_digest(&hash, out);
}

static void play(struct brain *brain, const struct selfplay *plan, struct tally *out)
{
    const struct kernel *kernel = plan->kernel != NULL ? plan->kernel : kernel_best();
    kernel->play(brain, plan, out);
}

const struct kind table_kind = {
    .first_point = 10,
    .first_checkpoint = 10,
    .create = create,
    .create_like = create_like,
    .destroy = destroy,
    .is_fresh = is_fresh,
    .size = size,
    .size_under = size_under,
    .boards = boards,
    .is_alike = is_alike,
    .copy = copy,
    .swap_weights = swap_weights,
    .merge = merge,
    .settle = settle,
    .digest = digest,
    .encode = table_encode,
    .decode = table_decode,
    .encode_delta = table_encode_delta,
    .decode_delta = table_decode_delta,
    .play = play,
    .learn = table_learn,
    .open_view = table_open_view,
    .view_weights = table_view_weights,
    .view_probabilities = table_view_probabilities,
    .view_choose = table_view_choose,
    .view_proofs = table_view_proofs,
};
