/*
 * The kernel for processors with AVX2 (x86-64-v3).
 *
 * A row's sums are looked at LANES at a time from sums[1] on, since sums[0] is always 0. The total
 * is not among them, or masked away, and changed by itself.
 */
#include "engine/selfplay.h"
#include "engine/table/kernels.h"
#include "engine/table/sampler.h"

#include <immintrin.h>

enum {
    LANES = 8,
    VECTORS = (ROW_CELLS - 1 + LANES - 1) / LANES, /* sums[1 .. ROW_CELLS - 1] */
};
_Static_assert(sizeof(struct row) >= (1 + LANES * VECTORS) * sizeof(uint32_t),
               "vectors end in the row");

static inline __m256i load(const uint32_t *from)
{
    return _mm256_loadu_si256((const __m256i *)from);
}

static inline void store(uint32_t *to, __m256i vector)
{
    _mm256_storeu_si256((__m256i *)to, vector);
}

/* A bit for each lane with a <= b, as unsigned numbers. */
static inline unsigned mask_le(__m256i a, __m256i b)
{
    const __m256i le = _mm256_cmpeq_epi32(_mm256_max_epu32(a, b), b);
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(le));
}

/* A random number below a total that is in every lane. Vectors all the way: the product's high half
 * is in every odd lane, whence it goes to its neighbour. (Only the low halves of 64-bit lanes are
 * multiplied.) */
static inline __m256i share_of(__m256i total, uint32_t random)
{
    return _mm256_shuffle_epi32(_mm256_mul_epu32(total, _mm256_set1_epi32((int)random)), 0xf5);
}

static inline size_t row_draw(const struct row *row, uint32_t random)
{
    const __m256i r = share_of(_mm256_set1_epi32((int)row_total(row)), random);
    uint64_t drawn = 0; /* a bit for each sum that is not above r */
    for (int vector = 0; vector < VECTORS; vector++)
        drawn |= (uint64_t)mask_le(load(row->sums + 1 + LANES * vector), r) << (LANES * vector);
    return (size_t)_mm_popcnt_u64(drawn & (((uint64_t)1 << (ROW_CELLS - 1)) - 1));
}

/* Running sums of a vector, in log2(LANES) steps (Hillis and Steele, "Data parallel algorithms",
 * CACM 29, 1986), on top of `before`, which is in every lane. */
static inline __m256i running_sums(__m256i weights, __m256i before)
{
    weights = _mm256_add_epi32(weights, _mm256_slli_si256(weights, 4)); /* within each half */
    weights = _mm256_add_epi32(weights, _mm256_slli_si256(weights, 8));
    const __m256i low = _mm256_permute2x128_si256(weights, weights, 0x08); /* zero, lower half */
    weights = _mm256_add_epi32(weights, _mm256_shuffle_epi32(low, 0xff));
    return _mm256_add_epi32(weights, before);
}

/* Lane i of a vector is the weight of cell LANES * vector + i, a difference of two sums, or 0. */
static inline __m256i weights_among(const struct row *row, row_set cells, int vector)
{
    const uint32_t *at = row->sums + LANES * vector;
    const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i set = _mm256_set1_epi32((int)(cells >> (LANES * vector)));
    const __m256i are_in = _mm256_cmpeq_epi32(_mm256_and_si256(set, bits), bits);
    return _mm256_and_si256(are_in, _mm256_sub_epi32(load(at + 1), load(at)));
}

/* The last number of a vector, in every lane. */
static inline __m256i last_of(__m256i vector)
{
    return _mm256_permutevar8x32_epi32(vector, _mm256_set1_epi32(LANES - 1));
}

/* The last cell, whose weight plays a part in the total alone, is outside of the vectors. */
#define LAST_CELL ((row_set)((row_set)1 << (ROW_CELLS - 1)))

static inline uint32_t last_weight(const struct row *row, row_set cells)
{
    return row_weight(row, ROW_CELLS - 1) & (0 - (uint32_t)((cells & LAST_CELL) != 0));
}

static inline size_t row_draw_among(const struct row *row, row_set cells, uint32_t random)
{
    __m256i sums[VECTORS];
    __m256i total = _mm256_setzero_si256();
    for (int vector = 0; vector < VECTORS; vector++) {
        sums[vector] = running_sums(weights_among(row, cells & (row_set)~LAST_CELL, vector), total);
        total = last_of(sums[vector]);
    }
    total = _mm256_add_epi32(total, _mm256_set1_epi32((int)last_weight(row, cells)));
    const __m256i r = share_of(total, random);
    uint64_t drawn = 0;
    for (int vector = 0; vector < VECTORS; vector++)
        drawn |= (uint64_t)mask_le(sums[vector], r) << (LANES * vector);
    return (size_t)_mm_popcnt_u64(drawn & (((uint64_t)1 << (ROW_CELLS - 1)) - 1));
}

/* All ones for the lanes that a vector shares with sums[1 .. ROW_CELLS - 1]. */
static inline __m256i lanes_of_sums(int vector)
{
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(ROW_CELLS - 1 - LANES * vector), lanes);
}

static inline void row_learn(struct row *row, size_t cell, int32_t change)
{
    const __m256i weight = _mm256_sub_epi32(_mm256_set1_epi32((int)row->sums[cell + 1]),
                                            _mm256_set1_epi32((int)row->sums[cell]));
    const __m256i by = _mm256_max_epi32(
        _mm256_set1_epi32(change), _mm256_sub_epi32(_mm256_set1_epi32(ROW_WEIGHT_MIN), weight));
    for (int vector = 0; vector < VECTORS; vector++) {
        uint32_t *at = row->sums + 1 + LANES * vector;
        __m256i above = load(row_above(cell) + 1 + LANES * vector);
        if (ROW_CELLS - 1 < LANES * (vector + 1)) /* the last one is not full */
            above = _mm256_and_si256(above, lanes_of_sums(vector));
        store(at, _mm256_add_epi32(load(at), _mm256_and_si256(by, above)));
    }
    row->sums[ROW_CELLS] += (uint32_t)_mm256_cvtsi256_si32(by);
}

static inline __m256i rotate(__m256i words, int bits)
{
    return _mm256_or_si256(_mm256_slli_epi64(words, bits), _mm256_srli_epi64(words, 64 - bits));
}

/* rng_blocks_next() for the four generators from `lane` on. */
static inline void take_half_block(struct rng_blocks *blocks, unsigned lane, uint32_t *out)
{
    __m256i *state[4];
    for (unsigned word = 0; word < 4; word++)
        state[word] = (__m256i *)&blocks->state[word][lane];
    __m256i s0 = _mm256_load_si256(state[0]);
    __m256i s1 = _mm256_load_si256(state[1]);
    __m256i s2 = _mm256_load_si256(state[2]);
    __m256i s3 = _mm256_load_si256(state[3]);
    const __m256i numbers = _mm256_add_epi64(rotate(_mm256_add_epi64(s0, s3), 23), s0);
    const __m256i t = _mm256_slli_epi64(s1, 17);
    s2 = _mm256_xor_si256(s2, s0);
    s3 = _mm256_xor_si256(s3, s1);
    s1 = _mm256_xor_si256(s1, s2);
    s0 = _mm256_xor_si256(s0, s3);
    s2 = _mm256_xor_si256(s2, t);
    s3 = rotate(s3, 45);
    _mm256_store_si256(state[0], s0);
    _mm256_store_si256(state[1], s1);
    _mm256_store_si256(state[2], s2);
    _mm256_store_si256(state[3], s3);
    store(out, numbers); /* little-endian: the low half of a lane comes first */
}

static inline void take_block(struct rng_blocks *blocks, uint32_t out[RNG_BLOCK])
{
    take_half_block(blocks, 0, out);
    take_half_block(blocks, RNG_LANES / 2, out + RNG_BLOCK / 2);
}

typedef double slice __attribute__((vector_size(32)));
typedef int64_t slice_mask __attribute__((vector_size(32)));

static inline slice larger(slice a, slice b)
{
    return _mm256_max_pd(a, b);
}

enum { SHARES = LANES * VECTORS + 1 };

/* Weights are below 2^31 between rounds (rule.h), so that they are good as signed numbers. */
static inline void row_shares(const struct row *row, row_set cells, double out[SHARES])
{
    const double last = last_weight(row, cells);
    __m256i weights[VECTORS];
    __m256i total = _mm256_setzero_si256();
    for (int vector = 0; vector < VECTORS; vector++) {
        weights[vector] = weights_among(row, cells & (row_set)~LAST_CELL, vector);
        total = last_of(running_sums(weights[vector], total));
    }
    const double share = 1.0 / (_mm256_cvtsi256_si32(total) + last);
    for (int vector = 0; vector < VECTORS; vector++) {
        const __m256d low = _mm256_cvtepi32_pd(_mm256_castsi256_si128(weights[vector]));
        const __m256d high = _mm256_cvtepi32_pd(_mm256_extracti128_si256(weights[vector], 1));
        _mm256_storeu_pd(out + LANES * vector, _mm256_mul_pd(low, _mm256_set1_pd(share)));
        _mm256_storeu_pd(out + LANES * vector + LANES / 2,
                         _mm256_mul_pd(high, _mm256_set1_pd(share)));
    }
    out[ROW_CELLS - 1] = last * share;
}

#include "engine/table/outlook_loop.h"
#include "engine/table/selfplay_loop.h"

static unsigned draw(const struct row *row, uint32_t random)
{
    return (unsigned)row_draw(row, random);
}

static void change(struct row *row, unsigned cell, int32_t by)
{
    row_learn(row, cell, by);
}

/* The weights from `from` on, with zeros for those beyond `left`. */
static inline __m256i load_weights(const uint32_t *from, unsigned left)
{
    if (left >= LANES)
        return load(from);
    const __m256i lanes =
        _mm256_cmpgt_epi32(_mm256_set1_epi32((int)left), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    return _mm256_maskload_epi32((const int *)from, lanes);
}

static int sample(const uint32_t weights[], unsigned count, uint32_t random)
{
    __m256i sums[SAMPLER_COUNT_MAX / LANES];
    __m256i total = _mm256_setzero_si256(); /* in every lane */
    unsigned not_wrapped = 0xff;
    if (count < 1 || count > SAMPLER_COUNT_MAX)
        return -1;
    const unsigned vectors = (count + LANES - 1) / LANES;
    for (unsigned vector = 0; vector < vectors; vector++) {
        const __m256i part = load_weights(weights + LANES * vector, count - LANES * vector);
        sums[vector] = running_sums(part, total);
        not_wrapped &= mask_le(part, sums[vector]);
        total = last_of(sums[vector]);
    }
    const uint32_t whole = (uint32_t)_mm256_cvtsi256_si32(total);
    if (not_wrapped != 0xff || whole == 0)
        return -1;
    const __m256i r = _mm256_set1_epi32((int)(((uint64_t)random * whole) >> 32));
    unsigned drawn = 0;
    for (unsigned vector = 0; vector < vectors; vector++)
        drawn += (unsigned)_mm_popcnt_u32(mask_le(sums[vector], r));
    return (int)drawn;
}

const struct kernel kernel_avx2 = {.name = "avx2",
                                   .play = play,
                                   .play_by_weight = play_by_weight,
                                   .look_back = look_back,
                                   .draw = draw,
                                   .change = change,
                                   .sample = sample};
