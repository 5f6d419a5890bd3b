#include "train/schedule.h"

#include "base/rng.h"
#include "engine/selfplay.h"

#include <assert.h>

enum {
    SHARE_MIN = 64,
    SHARE_MAX = 65536,
    NETWORK_ROUND_MAX = 16384, /* of all workers, which meet by their mean */
    SHARE_DIVISOR = 10,        /* a round adds at most a tenth to what the brain has lived */
    ALONE_BELOW = 10000,       /* matches below which worker 0 plays alone */
    SINGLE_LANE_BELOW = 2000,  /* matches below which K = 1 */
    POINTS_A_DECADE = 20,
    DECADES = 19, /* 10^0 .. 10^18: the roots below have 18 decimals */
};

/* roots[r] = floor(10^(r/20) * 10^18), computed with integers only. */
static const uint64_t roots[POINTS_A_DECADE] = {
    1000000000000000000u, 1122018454301963435u, 1258925411794167210u, 1412537544622754302u,
    1584893192461113485u, 1778279410038922801u, 1995262314968879601u, 2238721138568339611u,
    2511886431509580111u, 2818382931264453819u, 3162277660168379331u, 3548133892335754584u,
    3981071705534972507u, 4466835921509631185u, 5011872336272722850u, 5623413251903490803u,
    6309573444801932494u, 7079457843841379108u, 7943282347242815020u, 8912509381337455299u,
};

/* ceil(10^(decade + r/20)). Only r = 0 is a whole number, so all others round up by one. */
static uint64_t curve_point(unsigned decade, unsigned r)
{
    uint64_t scale = 1; /* 10^(18 - decade) */
    for (unsigned i = decade; i < DECADES - 1; i++)
        scale *= 10;
    return roots[r] / scale + (r != 0);
}

uint64_t schedule_curve_point_after(uint64_t matches)
{
    for (unsigned decade = 1; decade < DECADES; decade++) {
        if (curve_point(decade, POINTS_A_DECADE - 1) <= matches)
            continue;
        for (unsigned r = 0; r < POINTS_A_DECADE; r++)
            if (curve_point(decade, r) > matches)
                return curve_point(decade, r);
    }
    return UINT64_MAX;
}

bool schedule_is_curve_point(uint64_t matches)
{
    return matches > 0 && schedule_curve_point_after(matches - 1) == matches;
}

bool schedule_is_judged(const struct game *game, const struct rule *rule, uint64_t matches)
{
    return game->is_exact && matches >= brain_first_point(rule) && schedule_is_curve_point(matches);
}

unsigned schedule_under(const struct rule *rule)
{
    return rule_has_table(rule) ? SCHEDULE_TABLES : SCHEDULE_NETWORKS;
}

static uint64_t full_share(unsigned version, unsigned workers, uint64_t matches)
{
    const bool is_network = version == SCHEDULE_NETWORKS;
    uint64_t most = is_network ? NETWORK_ROUND_MAX / workers : SHARE_MAX;
    most = most > SHARE_MIN ? most : SHARE_MIN;
    uint64_t share = matches / ((uint64_t)SHARE_DIVISOR * workers);
    share = share < SHARE_MIN ? SHARE_MIN : share > most ? most : share;
    return is_network ? share : share - share % SELFPLAY_LANES;
}

void schedule_next(unsigned version, unsigned workers, uint64_t matches, uint64_t end,
                   struct round *out)
{
    assert(workers >= 1 && workers <= SCHEDULE_WORKERS_MAX && matches < end);
    uint64_t point = schedule_curve_point_after(matches);
    uint64_t left = (point < end ? point : end) - matches;
    *out = (struct round){.workers = matches < ALONE_BELOW ? 1 : workers,
                          .lanes = matches < SINGLE_LANE_BELOW ? 1 : SELFPLAY_LANES};
    uint64_t share = full_share(version, out->workers, matches);
    uint64_t extra = 0; /* workers that take one match more */
    if (share * out->workers > left) {
        share = left / out->workers;
        extra = left % out->workers;
    }
    for (unsigned worker = 0; worker < out->workers; worker++)
        out->shares[worker] = share + (worker < extra);
    out->matches = share * out->workers + extra;
}

uint64_t schedule_seed(uint64_t job_seed, unsigned worker, uint64_t matches)
{
    return rng_mix((uint64_t[]){job_seed, worker, matches}, 3);
}
