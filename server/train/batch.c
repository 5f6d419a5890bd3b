#include "train/batch.h"

#include "base/bytes.h"
#include "train/schedule.h"

#include <string.h>

static const char magic[8] = {'t', 't', 's', 't', 'b', 'a', 't', '1'};

enum { HEADER_SIZE = 64 };

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
                            .kernel = share->kernel,
                            .match_seed = share->seed,
                            .first = share->first,
                            .workers = share->workers,
                            .given_up = {share->given_up[0], share->given_up[1]}};
    selfplay_run(batch->table, &plan, &batch->tally);
    uint64_t played = 0;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        played += batch->tally.results[result];
    batch->is_whole = played == share->matches;
}

void batch_merge(struct brain *base, struct batch batches[], unsigned count)
{
    if (count == 1) { /* base + (worker - base), and no weight is under 1 */
        brain_swap_weights(base, batches[0].table);
    } else {
        const struct brain *tables[SCHEDULE_WORKERS_MAX] = {NULL};
        for (unsigned i = 0; i < count; i++)
            tables[i] = batches[i].table;
        brain_merge(base, tables, count);
    }
    uint64_t matches = 0;
    for (unsigned i = 0; i < count; i++) {
        matches += batches[i].matches;
        for (unsigned result = 0; result < RESULT_COUNT; result++)
            base->results[result] += batches[i].tally.results[result];
    }
    base->matches += matches;
    brain_settle(base, matches);
}

void batch_encode(const struct batch *batch, const struct brain *base, struct text *out)
{
    text_add(out, magic, sizeof magic);
    bytes_add_u64(out, (uint64_t)batch->brain_id);
    bytes_add_u64(out, batch->start);
    bytes_add_u32(out, batch->worker);
    bytes_add_u32(out, game_cells(brain_game(base)));
    bytes_add_u64(out, batch->matches);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(out, batch->tally.results[result]);
    brain_encode_delta(batch->table, base, out);
}

enum err batch_decode(const char *bytes, size_t size, const struct brain *base, struct batch *batch)
{
    struct reader in = {.bytes = bytes, .size = size};
    if (size < HEADER_SIZE || memcmp(reader_take(&in, sizeof magic), magic, sizeof magic) != 0)
        return ERR_CORRUPT;
    batch->brain_id = (int64_t)reader_u64(&in);
    batch->start = reader_u64(&in);
    batch->worker = reader_u32(&in);
    const uint32_t cells = reader_u32(&in);
    batch->matches = reader_u64(&in);
    batch->tally = (struct tally){.plies = 0};
    uint64_t sum = 0;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        sum += batch->tally.results[result] = reader_u64(&in);
    if (cells != game_cells(brain_game(base)) || batch->start != base->matches ||
        sum != batch->matches)
        return ERR_CORRUPT;
    brain_copy(batch->table, base);
    return brain_decode_delta(&in, base, batch->table);
}
