#include "model/point.h"

#include "base/bytes.h"

#include <string.h>

/* All that an evaluation has when there is no other brain, in the order in which it is stored. */
enum { NUMBERS = 22 };

static void list_numbers(struct evaluation *evaluation, double *out[NUMBERS])
{
    double **next = out;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        *next++ = &evaluation->self[result];
    struct outcome *const rivals[] = {evaluation->random, evaluation->perfect};
    for (unsigned rival = 0; rival < 2; rival++) {
        for (unsigned as = 0; as < 2; as++) {
            *next++ = &rivals[rival][as].win;
            *next++ = &rivals[rival][as].draw;
            *next++ = &rivals[rival][as].loss;
        }
    }
    for (unsigned as = 0; as < 2; as++)
        *next++ = &evaluation->worst_case_loss[as];
    for (unsigned as = 0; as < 2; as++)
        *next++ = &evaluation->best_response[as];
    *next++ = &evaluation->nash_conv;
    *next++ = &evaluation->exploitability;
    *next++ = &evaluation->ttst_exploitability;
}

static char *encode(char *out, struct evaluation evaluation)
{
    double *numbers[NUMBERS];
    list_numbers(&evaluation, numbers);
    for (unsigned i = 0; i < NUMBERS; i++, out += sizeof(uint64_t)) {
        uint64_t bits;
        memcpy(&bits, numbers[i], sizeof bits);
        bytes_put_u64(out, bits);
    }
    bytes_put_u32(out,
                  (uint32_t)evaluation.never_loses[0] | (uint32_t)evaluation.never_loses[1] << 1);
    return out + sizeof(uint32_t);
}

void point_encode(const struct curve_point *point, char out[POINT_SIZE])
{
    _Static_assert(POINT_SIZE == 2 * (NUMBERS * sizeof(uint64_t) + sizeof(uint32_t)),
                   "two of them");
    (void)encode(encode(out, point->sample), point->greedy);
}

static bool decode(struct reader *in, struct evaluation *out)
{
    double *numbers[NUMBERS];
    bool is_sound = true;
    *out = (struct evaluation){.nash_conv = 0};
    list_numbers(out, numbers);
    for (unsigned i = 0; i < NUMBERS; i++) {
        const uint64_t bits = reader_u64(in);
        memcpy(numbers[i], &bits, sizeof bits);
        is_sound = is_sound && *numbers[i] >= -1 && *numbers[i] <= 2;
    }
    const uint32_t never = reader_u32(in);
    out->never_loses[0] = never & 1;
    out->never_loses[1] = never >> 1 & 1;
    return is_sound;
}

enum err point_decode(const char bytes[POINT_SIZE], struct curve_point *out)
{
    struct reader in = {.bytes = bytes, .size = POINT_SIZE};
    const bool is_sound = decode(&in, &out->sample);
    return decode(&in, &out->greedy) && is_sound ? ERR_OK : ERR_CORRUPT;
}

bool point_leaves_checkpoint(const struct rule *rule, uint64_t matches)
{
    if (matches < brain_first_checkpoint(rule))
        return false;
    while (matches % 10 == 0 && matches > 0)
        matches /= 10;
    return matches == 1;
}
