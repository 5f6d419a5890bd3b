/*
 * The kernel for processors with AVX-512 (x86-64-v4).
 *
 * A row's sums are looked at as they lie, LANES at a time from sums[0] on. Which of them take part
 * is in masks: for a draw all but the first and the total, for a change those that include the
 * cell's weight. So any ROW_CELLS will do, and what else lies in a vector is left as it is.
 */
#include "engine/selfplay.h"
#include "engine/table/kernels.h"
#include "engine/table/sampler.h"

#include <immintrin.h>

enum {
    LANES = 16,
    DRAW_VECTORS = (ROW_CELLS + LANES - 1) / LANES,       /* sums[0 .. ROW_CELLS - 1] */
    CHANGE_VECTORS = (ROW_CELLS + 1 + LANES - 1) / LANES, /* and the total */
};
_Static_assert(sizeof(struct row) >= CHANGE_VECTORS * sizeof(__m512i), "vectors end in the row");

/* Bit i of the result stands for sums[LANES * vector + i], set for sums[first .. last]. */
static inline __mmask16 sums_mask(int vector, int first, int last)
{
    const uint64_t all = (((uint64_t)2 << last) - 1) & ~(((uint64_t)1 << first) - 1);
    return (__mmask16)(all >> (LANES * vector));
}

/* A random number below a total that is in every lane. Vectors all the way: the product's high half
 * is in every odd lane, whence it goes to its neighbour. (Only the low halves of 64-bit lanes are
 * multiplied.) */
static inline __m512i share_of(__m512i total, uint32_t random)
{
    return _mm512_shuffle_epi32(_mm512_mul_epu32(total, _mm512_set1_epi32((int)random)), 0xf5);
}

static inline size_t row_draw(const struct row *row, uint32_t random)
{
    const __m512i r = share_of(_mm512_set1_epi32((int)row_total(row)), random);
    size_t drawn = 0;
    for (int vector = 0; vector < DRAW_VECTORS; vector++) {
        const __m512i sums = _mm512_load_si512(row->sums + LANES * vector);
        drawn += (size_t)_mm_popcnt_u64(
            _mm512_mask_cmple_epu32_mask(sums_mask(vector, 1, ROW_CELLS - 1), sums, r));
    }
    return drawn;
}

/* Running sums of a vector, in log2(LANES) steps (Hillis and Steele, "Data parallel algorithms",
 * CACM 29, 1986), on top of `before`, which is in every lane. */
static inline __m512i running_sums(__m512i weights, __m512i before)
{
    const __m512i zero = _mm512_setzero_si512();
    weights = _mm512_add_epi32(weights, _mm512_alignr_epi32(weights, zero, LANES - 1));
    weights = _mm512_add_epi32(weights, _mm512_alignr_epi32(weights, zero, LANES - 2));
    weights = _mm512_add_epi32(weights, _mm512_alignr_epi32(weights, zero, LANES - 4));
    weights = _mm512_add_epi32(weights, _mm512_alignr_epi32(weights, zero, LANES - 8));
    return _mm512_add_epi32(weights, before);
}

/* Lane i of a vector is the weight of cell LANES * vector + i, a difference of two sums, or 0. */
static inline __m512i weights_among(const struct row *row, row_set cells, int vector)
{
    const uint32_t *at = row->sums + LANES * vector;
    const __m512i sums = _mm512_load_si512(at);
    const __m512i next = vector + 1 < CHANGE_VECTORS ? _mm512_load_si512(at + LANES) : sums;
    return _mm512_maskz_sub_epi32((__mmask16)(cells >> (LANES * vector)),
                                  _mm512_alignr_epi32(next, sums, 1), sums);
}

static inline size_t row_draw_among(const struct row *row, row_set cells, uint32_t random)
{
    __m512i sums[DRAW_VECTORS]; /* without sums[0] */
    __m512i total = _mm512_setzero_si512();
    for (int vector = 0; vector < DRAW_VECTORS; vector++) {
        sums[vector] = running_sums(weights_among(row, cells, vector), total);
        total = _mm512_permutexvar_epi32(_mm512_set1_epi32(LANES - 1), sums[vector]);
    }
    const __m512i r = share_of(total, random);
    size_t drawn = 0;
    for (int vector = 0; vector < DRAW_VECTORS; vector++)
        drawn += (size_t)_mm_popcnt_u64(
            _mm512_mask_cmple_epu32_mask(sums_mask(vector, 0, ROW_CELLS - 2), sums[vector], r));
    return drawn;
}

/* A change reaches the sums that include the cell's weight, the total among them. What lies behind
 * the total is numbered -1, so that no cell reaches it. */
static inline __mmask16 above_mask(int vector, size_t cell)
{
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i numbers =
        _mm512_mask_add_epi32(_mm512_set1_epi32(-1), sums_mask(vector, 0, ROW_CELLS), lanes,
                              _mm512_set1_epi32(LANES * vector));
    return _mm512_cmpgt_epi32_mask(numbers, _mm512_set1_epi32((int)cell));
}

static inline void row_learn(struct row *row, size_t cell, int32_t change)
{
    const __m512i weight = _mm512_sub_epi32(_mm512_set1_epi32((int)row->sums[cell + 1]),
                                            _mm512_set1_epi32((int)row->sums[cell]));
    const __m512i most_negative = _mm512_sub_epi32(_mm512_set1_epi32(ROW_WEIGHT_MIN), weight);
    for (int vector = 0; vector < CHANGE_VECTORS; vector++) {
        uint32_t *at = row->sums + LANES * vector;
        const __m512i part = _mm512_maskz_max_epi32(above_mask(vector, cell),
                                                    _mm512_set1_epi32(change), most_negative);
        _mm512_store_si512(at, _mm512_add_epi32(_mm512_load_si512(at), part));
    }
}

static inline void take_block(struct rng_blocks *blocks, uint32_t out[RNG_BLOCK])
{
    _Static_assert(RNG_LANES * sizeof(uint64_t) == sizeof(__m512i), "a lane each");
    __m512i s0 = _mm512_load_si512(blocks->state[0]);
    __m512i s1 = _mm512_load_si512(blocks->state[1]);
    __m512i s2 = _mm512_load_si512(blocks->state[2]);
    __m512i s3 = _mm512_load_si512(blocks->state[3]);
    const __m512i numbers = _mm512_add_epi64(_mm512_rol_epi64(_mm512_add_epi64(s0, s3), 23), s0);
    const __m512i t = _mm512_slli_epi64(s1, 17);
    s2 = _mm512_xor_si512(s2, s0);
    s3 = _mm512_xor_si512(s3, s1);
    s1 = _mm512_xor_si512(s1, s2);
    s0 = _mm512_xor_si512(s0, s3);
    s2 = _mm512_xor_si512(s2, t);
    s3 = _mm512_rol_epi64(s3, 45);
    _mm512_store_si512(blocks->state[0], s0);
    _mm512_store_si512(blocks->state[1], s1);
    _mm512_store_si512(blocks->state[2], s2);
    _mm512_store_si512(blocks->state[3], s3);
    _mm512_store_si512(out, numbers); /* little-endian: the low half of a lane comes first */
}

typedef double slice __attribute__((vector_size(64)));
typedef int64_t slice_mask __attribute__((vector_size(64)));

static inline slice larger(slice a, slice b)
{
    return _mm512_max_pd(a, b);
}

enum { SHARES = LANES * DRAW_VECTORS };

static inline void row_shares(const struct row *row, row_set cells, double out[SHARES])
{
    __m512i weights[DRAW_VECTORS];
    __m512i sum = _mm512_setzero_si512();
    for (int vector = 0; vector < DRAW_VECTORS; vector++) {
        weights[vector] = weights_among(row, cells, vector);
        sum = _mm512_add_epi32(sum, weights[vector]);
    }
    const __m512d share = _mm512_set1_pd(1.0 / (uint32_t)_mm512_reduce_add_epi32(sum));
    for (int vector = 0; vector < DRAW_VECTORS; vector++) {
        const __m512d low = _mm512_cvtepu32_pd(_mm512_castsi512_si256(weights[vector]));
        const __m512d high = _mm512_cvtepu32_pd(_mm512_extracti64x4_epi64(weights[vector], 1));
        _mm512_store_pd(out + LANES * vector, _mm512_mul_pd(low, share));
        _mm512_store_pd(out + LANES * vector + LANES / 2, _mm512_mul_pd(high, share));
    }
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

static int sample(const uint32_t weights[], unsigned count, uint32_t random)
{
    __m512i sums[SAMPLER_COUNT_MAX / LANES];
    __m512i total = _mm512_setzero_si512(); /* in every lane */
    __mmask16 has_wrapped = 0;
    if (count < 1 || count > SAMPLER_COUNT_MAX)
        return -1;
    const unsigned vectors = (count + LANES - 1) / LANES;
    for (unsigned vector = 0; vector < vectors; vector++) {
        const unsigned left = count - LANES * vector;
        const __mmask16 lanes = (__mmask16)(left >= LANES ? 0xffff : (1u << left) - 1);
        const __m512i part = _mm512_maskz_loadu_epi32(lanes, weights + LANES * vector);
        sums[vector] = running_sums(part, total);
        has_wrapped |= _mm512_cmplt_epu32_mask(sums[vector], part);
        total = _mm512_permutexvar_epi32(_mm512_set1_epi32(LANES - 1), sums[vector]);
    }
    const uint32_t whole = (uint32_t)_mm512_cvtsi512_si32(total);
    if (has_wrapped || whole == 0)
        return -1;
    const __m512i r = _mm512_set1_epi32((int)(((uint64_t)random * whole) >> 32));
    unsigned drawn = 0;
    for (unsigned vector = 0; vector < vectors; vector++)
        drawn += (unsigned)_mm_popcnt_u32(_mm512_cmple_epu32_mask(sums[vector], r));
    return (int)drawn;
}

const struct kernel kernel_avx512 = {.name = "avx512",
                                     .play = play,
                                     .play_by_weight = play_by_weight,
                                     .look_back = look_back,
                                     .draw = draw,
                                     .change = change,
                                     .sample = sample};
