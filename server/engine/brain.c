#include "engine/brain.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static size_t rows_size(const struct states *states)
{
    return ((size_t)states->rows + RESULT_COUNT) * sizeof(struct row);
}

static void start_row(struct brain *brain, uint32_t index)
{
    const struct states *states = brain->states;
    uint32_t weights[ROW_CELLS] = {0};
    uint64_t empty = board_empty(&states->game, states->boards[index]);
    for (unsigned cell = 0; cell < states->cells; cell++) {
        brain->rows[index].next[cell] = states->next[(size_t)index * states->cells + cell];
        if (empty >> cell & 1)
            weights[cell] = brain->rule.start_weight;
    }
    brain_set_weights(brain, index, weights);
}

enum err brain_create(const struct states *states, const struct rule *rule, struct brain **out)
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
    *brain = (struct brain){.states = states, .rule = *rule, .rows = rows};
    for (uint32_t row = 0; row < states->rows; row++)
        start_row(brain, row);
    for (uint32_t row = states->rows; row < states->rows + RESULT_COUNT; row++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            rows[row].next[cell] = (uint16_t)row;
    *out = brain;
    return ERR_OK;
}

void brain_destroy(struct brain *brain)
{
    if (brain == NULL)
        return;
    free(brain->rows);
    free(brain);
}

void brain_copy(struct brain *to, const struct brain *from)
{
    struct row *rows = to->rows;
    memcpy(rows, from->rows, rows_size(from->states));
    *to = *from;
    to->rows = rows;
}

void brain_weights(const struct brain *brain, uint32_t row, uint32_t out[ROW_CELLS])
{
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        out[cell] = row_weight(&brain->rows[row], cell);
}

void brain_set_weights(struct brain *brain, uint32_t row, const uint32_t weights[ROW_CELLS])
{
    uint32_t *sums = brain->rows[row].sums;
    sums[0] = 0;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        sums[cell + 1] = sums[cell] + weights[cell];
}

void brain_merge(struct brain *base, const struct brain *const workers[], unsigned count)
{
    for (uint32_t row = 0; row < base->states->rows; row++) {
        uint32_t merged[ROW_CELLS];
        for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
            int64_t before = row_weight(&base->rows[row], cell);
            int64_t after = before;
            for (unsigned worker = 0; worker < count; worker++)
                after += (int64_t)row_weight(&workers[worker]->rows[row], cell) - before;
            if (before != 0 && after < ROW_WEIGHT_MIN)
                after = ROW_WEIGHT_MIN;
            merged[cell] = (uint32_t)after;
        }
        brain_set_weights(base, row, merged);
    }
}

static void halve_row(struct brain *brain, uint32_t row)
{
    uint32_t weights[ROW_CELLS];
    brain_weights(brain, row, weights);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        if (weights[cell] > ROW_WEIGHT_MIN)
            weights[cell] /= 2;
    brain_set_weights(brain, row, weights);
}

void brain_halve(struct brain *brain)
{
    for (uint32_t row = 0; row < brain->states->rows; row++)
        while (row_total(&brain->rows[row]) > brain->rule.halve_above)
            halve_row(brain, row);
}

/* Writes "BOARD,w0,...,wn\n" to `out` and returns its end. */
static char *put_line(const struct brain *brain, uint32_t row, char *out)
{
    const struct states *states = brain->states;
    board_format(&states->game, states->boards[row], out);
    out += states->cells;
    for (unsigned cell = 0; cell < states->cells; cell++) {
        *out++ = ',';
        out = text_put_number(out, row_weight(&brain->rows[row], cell));
    }
    *out++ = '\n';
    return out;
}

void brain_digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE])
{
    enum { LINE_SIZE = ROW_CELLS * (1 + 1 + 10) + 1 }; /* digit, comma, 32-bit number */
    struct sha256 hash;
    sha256_start(&hash);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        char line[LINE_SIZE];
        sha256_add(&hash, line, (size_t)(put_line(brain, row, line) - line));
    }
    uint8_t digest[SHA256_SIZE];
    sha256_end(&hash, digest);
    static const char hex[] = "0123456789abcdef";
    memcpy(out, "sha256:", 7);
    for (unsigned i = 0; i < SHA256_SIZE; i++) {
        out[7 + 2 * i] = hex[digest[i] >> 4];
        out[8 + 2 * i] = hex[digest[i] & 15];
    }
    out[BRAIN_DIGEST_SIZE - 1] = '\0';
}
