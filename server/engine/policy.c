#include "engine/policy.h"

#include "base/text.h"
#include "engine/game/game.h"
#include "engine/table/sampler.h"

#include <float.h>
#include <math.h>

static const char *const names[POLICY_KIND_COUNT] = {
    [POLICY_SAMPLE] = "sample", [POLICY_POWER] = "power", [POLICY_GREEDY] = "greedy"};

const char *policy_kind_name(enum policy_kind kind)
{
    return names[kind];
}

enum err policy_kind_parse(const char *name, enum policy_kind *out)
{
    unsigned kind = text_find_word(names, POLICY_KIND_COUNT, name);
    if (kind == POLICY_KIND_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum policy_kind)kind;
    return ERR_OK;
}

static unsigned largest(const uint32_t weights[], unsigned count)
{
    unsigned best = 0;
    for (unsigned i = 1; i < count; i++)
        if (weights[i] > weights[best])
            best = i;
    return best;
}

/* Whole powers by multiplication: that is faster, and the same on every processor. */
static double raised(double base, double exponent)
{
    unsigned whole = (unsigned)exponent;
    if (whole != exponent)
        return pow(base, exponent);
    double product = 1;
    for (; whole > 0; whole >>= 1) {
        if (whole & 1)
            product *= base;
        base *= base;
    }
    return product;
}

/* Relative to the largest weight, so that no power overflows; one that underflows keeps the
 * smallest normal number, because every legal move has support under `power`. */
static double powered(const struct policy *policy, uint32_t weight, uint32_t most)
{
    if (weight == 0)
        return 0;
    double share = raised((double)weight / most, policy->power);
    return share > DBL_MIN ? share : DBL_MIN;
}

static void sample_probabilities(const uint32_t weights[], unsigned count, double out[])
{
    uint64_t total = 0;
    for (unsigned i = 0; i < count; i++)
        total += weights[i];
    const double share = 1.0 / (double)total;
    for (unsigned i = 0; i < count; i++)
        out[i] = (double)(int64_t)weights[i] * share;
}

static void power_probabilities(const struct policy *policy, const uint32_t weights[],
                                unsigned count, double out[])
{
    const uint32_t most = weights[largest(weights, count)];
    double total = 0;
    for (unsigned i = 0; i < count; i++)
        total += out[i] = powered(policy, weights[i], most);
    for (unsigned i = 0; i < count; i++)
        out[i] /= total;
}

void policy_probabilities(const struct policy *policy, const uint32_t weights[], unsigned count,
                          double out[])
{
    if (policy->kind == POLICY_SAMPLE) {
        sample_probabilities(weights, count, out);
    } else if (policy->kind == POLICY_POWER) {
        power_probabilities(policy, weights, count, out);
    } else {
        const unsigned best = largest(weights, count);
        for (unsigned i = 0; i < count; i++)
            out[i] = i == best;
    }
}

static unsigned choose_powered(const struct policy *policy, const uint32_t weights[],
                               unsigned count, uint64_t random)
{
    double probabilities[GAME_CELLS_MAX];
    policy_probabilities(policy, weights, count, probabilities);
    double left = (double)(random >> 11) * 0x1p-53;
    unsigned last = 0; /* rounding may leave a little over: then the last legal move */
    for (unsigned i = 0; i < count; i++) {
        if (weights[i] == 0)
            continue;
        last = i;
        if (left < probabilities[i])
            break;
        left -= probabilities[i];
    }
    return last;
}

unsigned policy_choose(const struct policy *policy, const uint32_t weights[], unsigned count,
                       uint64_t random)
{
    switch (policy->kind) {
    case POLICY_GREEDY:
        return largest(weights, count);
    case POLICY_POWER:
        return choose_powered(policy, weights, count, random);
    default:
        return (unsigned)sampler_draw(weights, count, (uint32_t)(random >> 32));
    }
}
