#include "fuzz/networks.h"

#include "engine/listing.h"
#include "engine/selfplay.h"
#include "fuzz/fuzz.h"

#include <string.h>

const struct atlas *networks_atlas(void)
{
    static struct atlas *atlas;
    struct game game;
    if (atlas == NULL) {
        fuzz_require(game_parse("3x3r3g", &game) == ERR_OK);
        fuzz_require(atlas_create(&game, &atlas) == ERR_OK);
    }
    return atlas;
}

struct rule networks_rule(void)
{
    return rule_default(RULE_PATTERNS);
}

struct brain *networks_fresh(void)
{
    const struct rule rule = networks_rule();
    struct brain *brain;
    fuzz_require(brain_create(networks_atlas(), &rule, &brain) == ERR_OK);
    return brain;
}

struct brain *networks_played(uint64_t seed, uint64_t matches)
{
    const struct selfplay plan = {
        .matches = matches, .learners = LEARN_BOTH, .match_seed = seed, .workers = 1};
    struct brain *brain = networks_fresh();
    struct tally tally;
    selfplay_run(brain, &plan, &tally);
    brain->matches = matches;
    memcpy(brain->results, tally.results, sizeof brain->results);
    brain_settle(brain, matches);
    return brain;
}

bool networks_sound(const struct brain *brain)
{
    uint64_t counted = 0;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        counted += brain->results[result];
    bool sound = counted == brain->matches;
    for (unsigned part = LISTING_WEIGHTS; part <= LISTING_AVERAGES; part++) {
        const int32_t *numbers = listing_numbers(brain, (enum listing_part)part);
        for (size_t i = 0; i < listing_count(brain); i++)
            sound = sound && numbers[i] >= -LISTING_WEIGHT_MAX && numbers[i] <= LISTING_WEIGHT_MAX;
    }
    return sound;
}
