#include "train/batch.h"

#include "base/bytes.h"
#include "train/schedule.h"

#include <string.h>

static const char magic[8] = {'t', 't', 's', 't', 'b', 'a', 't', '1'};

enum { HEADER_SIZE = 68, COUNT_AT = 64 };

void batch_play(struct batch *batch, const struct brain *base, const struct batch_share *share)
{
    batch->start = base->matches;
    batch->matches = share->matches;
    brain_copy(batch->table, base);
    struct selfplay plan = {.seed = schedule_seed(share->seed, batch->worker, base->matches),
                            .matches = share->matches,
                            .lanes = share->lanes,
                            .learners = share->learners,
                            .opponent = share->opponent,
                            .uniform = share->uniform,
                            .kernel = share->kernel};
    selfplay_run(batch->table, &plan, &batch->tally);
}

/* One worker's table is the merged table: base + (worker - base), and no weight is under 1. */
static void swap_rows(struct brain *a, struct brain *b)
{
    struct row *rows = a->rows;
    a->rows = b->rows;
    b->rows = rows;
}

void batch_merge(struct brain *base, struct batch batches[], unsigned count)
{
    if (count == 1) {
        swap_rows(base, batches[0].table);
    } else {
        const struct brain *tables[SCHEDULE_WORKERS_MAX] = {NULL};
        for (unsigned i = 0; i < count; i++)
            tables[i] = batches[i].table;
        brain_merge(base, tables, count);
    }
    for (unsigned i = 0; i < count; i++) {
        base->matches += batches[i].matches;
        for (unsigned result = 0; result < RESULT_COUNT; result++)
            base->results[result] += batches[i].tally.results[result];
    }
    brain_halve(base);
}

static bool encode_row(const struct brain *table, const struct brain *base, uint32_t row,
                       struct text *out)
{
    if (row_is_same(&table->rows[row], &base->rows[row]))
        return false;
    bytes_add_u32(out, row);
    for (unsigned cell = 0; cell < base->states->cells; cell++)
        bytes_add_u32(out,
                      row_weight(&table->rows[row], cell) - row_weight(&base->rows[row], cell));
    if (rule_has_proofs(&base->rule)) {
        bytes_add_u64(out, table->rows[row].winning);
        bytes_add_u64(out, table->rows[row].losing);
    }
    return true;
}

void batch_encode(const struct batch *batch, const struct brain *base, struct text *out)
{
    size_t begin = out->size;
    text_add(out, magic, sizeof magic);
    bytes_add_u64(out, (uint64_t)batch->brain_id);
    bytes_add_u64(out, batch->start);
    bytes_add_u32(out, batch->worker);
    bytes_add_u32(out, base->states->cells);
    bytes_add_u64(out, batch->matches);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(out, batch->tally.results[result]);
    bytes_add_u32(out, 0);
    uint32_t changed = 0;
    for (uint32_t row = 0; row < base->states->rows; row++)
        changed += encode_row(batch->table, base, row, out);
    if (!out->failed)
        bytes_put_u32(out->bytes + begin + COUNT_AT, changed);
}

/* Proofs are of legal moves, agree with each other, and are never taken back. */
static enum err decode_proofs(struct reader *in, const struct row *base, struct row *row)
{
    uint64_t winning = reader_u64(in);
    uint64_t losing = reader_u64(in);
    if (in->failed || ((winning | losing) & ~(uint64_t)row->legal) != 0 ||
        (winning & losing) != 0 || (base->winning & ~winning) != 0 || (base->losing & ~losing) != 0)
        return ERR_CORRUPT;
    row->winning = (row_set)winning;
    row->losing = (row_set)losing;
    return ERR_OK;
}

/* A taken cell stays 0; a legal move's weight stays at least 1, the row's total below 2^32. */
static enum err decode_row(struct reader *in, const struct brain *base, struct brain *table,
                           uint32_t row)
{
    uint32_t weights[ROW_CELLS] = {0};
    uint64_t total = 0;
    for (unsigned cell = 0; cell < base->states->cells; cell++) {
        int64_t before = row_weight(&base->rows[row], cell);
        int64_t after = before + (int32_t)reader_u32(in);
        if (before == 0 ? after != 0 : after < ROW_WEIGHT_MIN)
            return ERR_CORRUPT;
        total += (uint64_t)after;
        weights[cell] = (uint32_t)after;
    }
    if (in->failed || total > UINT32_MAX)
        return ERR_CORRUPT;
    brain_set_weights(table, row, weights);
    return rule_has_proofs(&base->rule) ? decode_proofs(in, &base->rows[row], &table->rows[row])
                                        : ERR_OK;
}

enum err batch_decode(const char *bytes, size_t size, const struct brain *base, struct batch *batch)
{
    struct reader in = {.bytes = bytes, .size = size};
    if (size < HEADER_SIZE || memcmp(reader_take(&in, sizeof magic), magic, sizeof magic) != 0)
        return ERR_CORRUPT;
    batch->brain_id = (int64_t)reader_u64(&in);
    batch->start = reader_u64(&in);
    batch->worker = reader_u32(&in);
    uint32_t cells = reader_u32(&in);
    batch->matches = reader_u64(&in);
    batch->tally = (struct tally){.plies = 0};
    uint64_t sum = 0;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        sum += batch->tally.results[result] = reader_u64(&in);
    uint32_t changed = reader_u32(&in);
    if (cells != base->states->cells || batch->start != base->matches || sum != batch->matches)
        return ERR_CORRUPT;
    brain_copy(batch->table, base);
    int64_t last = -1;
    for (uint32_t i = 0; i < changed; i++) {
        uint32_t row = reader_u32(&in);
        if (in.failed || row >= base->states->rows || row <= last)
            return ERR_CORRUPT;
        enum err err = decode_row(&in, base, batch->table, row);
        if (err != ERR_OK)
            return err;
        last = row;
    }
    return in.size == 0 ? ERR_OK : ERR_CORRUPT;
}
