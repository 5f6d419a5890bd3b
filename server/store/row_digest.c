#include "store/row_digest.h"

#include <string.h>

static void add_number(struct sha256 *hash, uint64_t number)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    sha256_add(hash, bytes, sizeof bytes);
}

static void add_real(struct sha256 *hash, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    add_number(hash, bits);
}

static void add_text(struct sha256 *hash, const char *text)
{
    size_t length = strlen(text);
    add_number(hash, length);
    sha256_add(hash, text, length);
}

void row_digest_brain(const struct store_brain *brain, uint8_t out[SHA256_SIZE])
{
    struct sha256 hash;
    sha256_start(&hash);
    add_number(&hash, (uint64_t)brain->id);
    add_text(&hash, brain->name);
    add_text(&hash, brain->game);
    add_text(&hash, rule_kind_name(brain->rule.kind));
    add_text(&hash, scoring_name(brain->rule.scoring));
    add_number(&hash, brain->rule.start_weight);
    add_number(&hash, brain->rule.reward);
    add_number(&hash, brain->rule.penalty);
    add_number(&hash, brain->rule.draw_reward);
    add_number(&hash, brain->rule.halve_above);
    add_number(&hash, brain->rule.explore);
    add_number(&hash, brain->rule.symmetry);
    sha256_end(&hash, out);
}

void row_digest_job(const struct store_job *job, uint8_t out[SHA256_SIZE])
{
    struct sha256 hash;
    sha256_start(&hash);
    add_number(&hash, (uint64_t)job->id);
    add_number(&hash, (uint64_t)job->brain_id);
    add_number(&hash, job->matches);
    add_number(&hash, job->workers);
    add_number(&hash, job->seed);
    add_number(&hash, job->learners);
    add_number(&hash, job->schedule);
    add_text(&hash, job->opponent);
    add_text(&hash, job->opponent_brain);
    add_text(&hash, job->until);
    add_real(&hash, job->until_below);
    add_text(&hash, job->until_policy);
    add_real(&hash, job->until_power);
    sha256_end(&hash, out);
}
