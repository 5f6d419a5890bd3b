#include "engine/patterns/network.h"

#include "engine/rule.h"

enum { HALF_WAY = 200000, AVERAGE_SHIFT_MAX = 6, AVERAGED = 65536 };

int32_t network_value(int32_t sum)
{
    const int64_t three = 3 * (int64_t)NETWORK_ONE;
    const int64_t one_2 = (int64_t)NETWORK_ONE * NETWORK_ONE;
    const int64_t x = sum / (1 << 6); /* 16 of the 22 fractional bits: the products fit 64 bits */
    if (x >= three)
        return NETWORK_VALUE_MAX;
    if (x <= -three)
        return -NETWORK_VALUE_MAX;
    const int64_t value = x * (27 * one_2 + x * x) / (27 * one_2 + 9 * x * x);
    if (value > NETWORK_VALUE_MAX)
        return NETWORK_VALUE_MAX;
    return value < -NETWORK_VALUE_MAX ? -NETWORK_VALUE_MAX : (int32_t)value;
}

int32_t network_value_at(const struct patterns *patterns, const int32_t weights[], unsigned mover,
                         const uint32_t index[])
{
    const int32_t *table = weights + mover * (size_t)patterns->entries;
    int32_t sum = 0;
    for (unsigned slot = 0; slot < patterns->slots; slot++)
        sum += table[index[slot]];
    return network_value(sum);
}

int32_t network_value_of(const struct patterns *patterns, const int32_t weights[],
                         struct board board)
{
    uint32_t index[PATTERNS_SLOTS_MAX];
    patterns_read(patterns, board, index);
    return network_value_at(patterns, weights, board_player(board) - 1, index);
}

uint32_t network_step(uint32_t step_size, uint64_t matches, unsigned workers)
{
    const uint64_t half_way = (uint64_t)HALF_WAY * (workers < 2 ? 2 : workers);
    return RULE_STEP_SIZE_MIN +
           (uint32_t)((step_size - RULE_STEP_SIZE_MIN) * half_way / (half_way + matches));
}

/* The largest number that `of` times 2 to the power of it is no more than `number`; -1: none. */
static int halvings(uint64_t number, uint64_t of)
{
    int count = -1;
    for (; of <= number && count < 62; number /= 2)
        count++;
    return count;
}

void network_average(int32_t averages[], const int32_t weights[], size_t count, uint64_t matches,
                     uint64_t lived)
{
    int shift = halvings(AVERAGED, matches);
    const int young = halvings(lived, matches) - 2;
    shift = shift < AVERAGE_SHIFT_MAX ? shift : AVERAGE_SHIFT_MAX;
    shift = shift < young ? shift : young;
    shift = shift > 0 ? shift : 0;
    const int32_t half = (1 << shift) / 2;
    for (size_t i = 0; i < count; i++)
        averages[i] += (weights[i] - averages[i] + half) >> shift;
}

static int32_t clamp(int64_t weight)
{
    if (weight > NETWORK_WEIGHT_MAX)
        return NETWORK_WEIGHT_MAX;
    return weight < -NETWORK_WEIGHT_MAX ? -NETWORK_WEIGHT_MAX : (int32_t)weight;
}

void network_merge(int32_t base[], const int32_t *const workers[], unsigned count, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int64_t sum = 0;
        int changed = 0;
        for (unsigned worker = 0; worker < count; worker++) {
            sum += (int64_t)workers[worker][i] - base[i];
            changed += workers[worker][i] != base[i];
        }
        if (changed > 0)
            base[i] = clamp(base[i] + sum / changed);
    }
}
