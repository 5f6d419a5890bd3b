/* Random numbers: the published sequences, and the blocks that every brain's digest rests on. */
#include "base/rng.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

enum { SEEDS = 7, BLOCKS = 1000 };

static const uint64_t seeds[SEEDS] = {
    0, 1, 2, 1234567, UINT64_MAX, (uint64_t)1 << 63, 0x0123456789abcdef};

START_TEST(test_splitmix64_gives_its_published_numbers)
{
    static const uint64_t published[] = {6457827717110365317u, 3203168211198807973u,
                                         9817491932198370423u, 4593380528125082431u,
                                         16408922859458223821u};
    uint64_t state = 1234567;
    for (unsigned i = 0; i < sizeof published / sizeof published[0]; i++)
        ck_assert_uint_eq(splitmix64_next(&state), published[i]);
}
END_TEST

START_TEST(test_xoshiro256pp_gives_its_published_numbers)
{
    static const uint64_t published[] = {41943041u, 58720359u, 3588806011781223u, 3591011842654386u,
                                         9228616714210784205u};
    struct rng rng = {.state = {1, 2, 3, 4}};
    for (unsigned i = 0; i < sizeof published / sizeof published[0]; i++)
        ck_assert_uint_eq(rng_next(&rng), published[i]);
}
END_TEST

START_TEST(test_a_seed_becomes_four_splitmix64_numbers)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        struct rng rng;
        rng_seed(&rng, seeds[i]);
        uint64_t state = seeds[i];
        for (unsigned word = 0; word < 4; word++)
            ck_assert_msg(rng.state[word] == splitmix64_next(&state), "seed %" PRIu64 " word %u",
                          seeds[i], word);
    }
}
END_TEST

/* The generator of each lane by the header's definition, apart from the block generator. */
static void seed_lanes(struct rng lanes[RNG_LANES], uint64_t seed)
{
    for (unsigned lane = 0; lane < RNG_LANES; lane++)
        for (unsigned word = 0; word < 4; word++)
            lanes[lane].state[word] = splitmix64_next(&seed);
}

static void assert_block(const uint32_t block[RNG_BLOCK], struct rng lanes[RNG_LANES],
                         uint64_t seed)
{
    for (unsigned lane = 0; lane < RNG_LANES; lane++) {
        uint64_t number = rng_next(&lanes[lane]);
        ck_assert_msg(block[2 * lane] == (number & UINT32_MAX), "seed %" PRIu64 " lane %u", seed,
                      lane);
        ck_assert_msg(block[2 * lane + 1] == number >> 32, "seed %" PRIu64 " lane %u", seed, lane);
    }
}

START_TEST(test_blocks_equal_scalar_generators_lane_by_lane)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        struct rng_blocks blocks;
        struct rng lanes[RNG_LANES];
        rng_blocks_seed(&blocks, seeds[i]);
        seed_lanes(lanes, seeds[i]);
        for (unsigned block = 0; block < BLOCKS; block++) {
            uint32_t numbers[RNG_BLOCK];
            rng_blocks_next(&blocks, numbers);
            assert_block(numbers, lanes, seeds[i]);
        }
    }
}
END_TEST

START_TEST(test_mix_depends_on_every_bit_of_every_word)
{
    const uint64_t words[] = {7, 0, UINT64_MAX};
    uint64_t mixed = rng_mix(words, 3);
    for (unsigned bit = 0; bit < 3 * 64; bit++) {
        uint64_t other[3];
        memcpy(other, words, sizeof other);
        other[bit / 64] ^= (uint64_t)1 << (bit % 64);
        ck_assert_msg(rng_mix(other, 3) != mixed, "bit %u", bit);
    }
}
END_TEST

START_TEST(test_mix_depends_on_the_order_of_words)
{
    static const uint64_t orders[6][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3},
                                          {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
    for (unsigned a = 0; a < 6; a++)
        for (unsigned b = 0; b < a; b++)
            ck_assert_msg(rng_mix(orders[a], 3) != rng_mix(orders[b], 3), "%u %u", a, b);
}
END_TEST

START_TEST(test_mix_depends_on_the_number_of_words)
{
    static const uint64_t words[] = {5, 0, 0, 0};
    for (unsigned a = 1; a <= 4; a++)
        for (unsigned b = 1; b < a; b++)
            ck_assert_msg(rng_mix(words, a) != rng_mix(words, b), "%u %u", a, b);
}
END_TEST

/* Seeds of jobs' workers come from here, so a saved job depends on it: a change of this value must
 * be meant. */
START_TEST(test_mix_keeps_its_value)
{
    ck_assert_uint_eq(rng_mix((const uint64_t[]){1, 2, 3}, 3), UINT64_C(15020427595393229491));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_splitmix64_gives_its_published_numbers,
        test_xoshiro256pp_gives_its_published_numbers,
        test_a_seed_becomes_four_splitmix64_numbers,
        test_blocks_equal_scalar_generators_lane_by_lane,
        test_mix_depends_on_every_bit_of_every_word,
        test_mix_depends_on_the_order_of_words,
        test_mix_depends_on_the_number_of_words,
        test_mix_keeps_its_value,
        NULL,
    };
    return unit_run("rng", tests);
}
