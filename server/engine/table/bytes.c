/*
 * Brains' tables as bytes, all numbers little-endian.
 *
 * A whole one, as it is stored, is framed by blob.h, "ttsttab1" and the count of decision rows, and
 * has 4 bytes each for the weight of every legal move, in row and cell order.
 *
 * Which moves are legal follows from the game and from whether its boards are reduced by symmetry,
 * so other cells are left out. Tables of rules with proofs begin "ttsttab2" and have, behind the
 * weights, a byte for each legal move: 1 proven to win, -1 to lose, 0 neither.
 *
 * What differs from another one, as a worker brings it home from a round:
 *
 *          0     4                        count of changed rows
 *          4  count x (4 + 4 x cells)     row, then each cell's weight minus its base (signed)
 *
 * Rows ascend; a row that did not change is left out. Under rules with proofs each row goes on with
 * the sets of cells that are proven to win and to lose, 8 bytes each, cell 0 in the lowest bit.
 */
#include "base/bytes.h"
#include "engine/blob.h"
#include "engine/table/face.h"
#include "engine/table/table.h"

#include <string.h>

static const char *magic_of(const struct brain *brain)
{
    return rule_has_proofs(&brain->rule) ? "ttsttab2" : "ttsttab1";
}

static bool is_legal(const struct brain *brain, uint32_t row, unsigned cell)
{
    return brain->states->legal[row] >> cell & 1;
}

static void encode_proofs(const struct brain *brain, struct text *out)
{
    for (uint32_t row = 0; row < brain->states->rows; row++)
        for (unsigned cell = 0; cell < brain->states->cells; cell++)
            if (is_legal(brain, row, cell))
                text_add(out, (char[]){(char)row_move_proof(&brain->rows[row], cell)}, 1);
}

void table_encode(const struct brain *brain, struct text *out)
{
    const struct states *states = brain->states;
    const size_t begin = blob_begin(out, magic_of(brain), states->rows, brain);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < states->cells; cell++)
            if (is_legal(brain, row, cell))
                bytes_add_u32(out, row_weight(&brain->rows[row], cell));
    if (rule_has_proofs(&brain->rule))
        encode_proofs(brain, out);
    blob_end(out, begin);
}

static enum err decode_row(struct reader *in, struct brain *brain, uint32_t row, enum brain_use use)
{
    const uint32_t least = use == BRAIN_TO_LEARN ? ROW_WEIGHT_MIN : 0;
    uint32_t weights[ROW_CELLS] = {0};
    uint64_t total = 0;
    for (unsigned cell = 0; cell < brain->states->cells; cell++) {
        if (!is_legal(brain, row, cell))
            continue;
        weights[cell] = reader_u32(in);
        total += weights[cell];
        if (weights[cell] < least)
            return ERR_CORRUPT;
    }
    if (total < 1 || total > brain->rule.halve_above)
        return ERR_CORRUPT;
    table_set_weights(brain, row, weights);
    return ERR_OK;
}

static enum err decode_proofs(struct reader *in, struct brain *brain, uint32_t row)
{
    brain->rows[row].winning = brain->rows[row].losing = 0;
    for (unsigned cell = 0; cell < brain->states->cells; cell++) {
        if (!is_legal(brain, row, cell))
            continue;
        const char *byte = reader_take(in, 1);
        if (byte == NULL)
            return ERR_CORRUPT;
        const int8_t proof = (int8_t)*byte; /* a char may have no sign */
        if (proof < -1 || proof > 1)
            return ERR_CORRUPT;
        brain->rows[row].winning |= (row_set)((row_set)(proof > 0) << cell);
        brain->rows[row].losing |= (row_set)((row_set)(proof < 0) << cell);
    }
    return ERR_OK;
}

static enum err decode_rows(struct reader *in, struct brain *brain, enum brain_use use)
{
    enum err err = ERR_OK;
    for (uint32_t row = 0; row < brain->states->rows && err == ERR_OK; row++)
        err = decode_row(in, brain, row, use);
    for (uint32_t row = 0; row < brain->states->rows && err == ERR_OK; row++)
        if (rule_has_proofs(&brain->rule))
            err = decode_proofs(in, brain, row);
    return err;
}

enum err table_decode(const char *bytes, size_t size, struct brain *brain, enum brain_use use)
{
    struct reader in;
    enum err err = blob_open(bytes, size, magic_of(brain), brain->states->rows, brain, &in);
    if (err == ERR_OK)
        err = decode_rows(&in, brain, use);
    if (err != ERR_OK)
        return err;
    return in.size == 0 && !in.failed ? ERR_OK : ERR_CORRUPT;
}

/* What differs. */

static bool encode_change(const struct brain *table, const struct brain *base, uint32_t row,
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

void table_encode_delta(const struct brain *brain, const struct brain *base, struct text *out)
{
    const size_t begin = out->size;
    uint32_t changed = 0;
    bytes_add_u32(out, 0);
    for (uint32_t row = 0; row < base->states->rows; row++)
        changed += encode_change(brain, base, row, out);
    if (!out->failed)
        bytes_put_u32(out->bytes + begin, changed);
}

/* Proofs are of legal moves, agree with each other, and are never taken back. */
static enum err decode_changed_proofs(struct reader *in, const struct row *base, struct row *row)
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
static enum err decode_change(struct reader *in, const struct brain *base, struct brain *table,
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
    table_set_weights(table, row, weights);
    return rule_has_proofs(&base->rule)
               ? decode_changed_proofs(in, &base->rows[row], &table->rows[row])
               : ERR_OK;
}

enum err table_decode_delta(struct reader *in, const struct brain *base, struct brain *brain)
{
    const uint32_t changed = reader_u32(in);
    int64_t last = -1;
    for (uint32_t i = 0; i < changed; i++) {
        const uint32_t row = reader_u32(in);
        if (in->failed || row >= base->states->rows || row <= last)
            return ERR_CORRUPT;
        enum err err = decode_change(in, base, brain, row);
        if (err != ERR_OK)
            return err;
        last = row;
    }
    return in->size == 0 && !in->failed ? ERR_OK : ERR_CORRUPT;
}
