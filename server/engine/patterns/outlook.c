#include "engine/patterns/outlook.h"

/* The sum of the present board is made once; a stone changes it where its cell is touched. */
void outlook_see(const struct network *network, struct board board, const uint32_t index[],
                 struct outlook *out)
{
    const struct patterns *patterns = network->patterns;
    const unsigned player = board_player(board) - 1;
    /* Of boards at which the other player is to move. */
    const int32_t *table = network->weights + (1 - player) * (size_t)patterns->entries;
    const int32_t sign = player == 0 ? 1 : -1;
    const uint64_t empty = board_empty(&patterns->game, board);
    const bool is_last = (empty & (empty - 1)) == 0;
    int32_t weights[PATTERNS_SLOTS_MAX];
    int32_t sum = 0;
    for (unsigned slot = 0; slot < patterns->slots; slot++)
        sum += weights[slot] = table[index[slot]];
    out->count = 0;
    out->best = 0;
    for (uint64_t open = board_open(&patterns->game, board); open != 0; open &= open - 1) {
        const unsigned cell = (unsigned)__builtin_ctzll(open);
        uint32_t count;
        const struct touch *touch = outlook_touches(patterns, cell, &count);
        const uint64_t stones = board.stones[player] | (uint64_t)1 << cell;
        const bool wins = patterns_win(patterns, stones, cell);
        int32_t changed = sum;
        for (uint32_t i = 0; i < count; i++)
            changed +=
                table[index[touch[i].slot] + touch[i].steps[player]] - weights[touch[i].slot];
        int32_t value = is_last ? 0 : network_value(changed);
        if (wins)
            value = sign * NETWORK_ONE;
        out->cells[out->count] = (uint8_t)cell;
        out->values[out->count] = value;
        out->ends[out->count] = wins || is_last;
        if (out->count == 0 || sign * value > sign * out->best)
            out->best = value;
        out->count++;
    }
}
