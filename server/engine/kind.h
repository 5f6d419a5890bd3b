/*
 * kind - how a brain's weights are kept: what the face (brain.h, view.h, match.h,
 * selfplay.h) does by kind, one constant table of functions each. Within the engine.
 *
 *   table     a row of weights for every board (table/table.h)
 *   patterns  a network that reads boards by groups of cells (patterns/network.h)
 *
 * Each function does what the face's of like name says.
 */
#ifndef TTSTD_ENGINE_KIND_H
#define TTSTD_ENGINE_KIND_H

#include "engine/match.h"
#include "engine/selfplay.h"
#include "engine/view.h"

struct kind {
    uint64_t first_point;      /* of a learning curve, in matches */
    uint64_t first_checkpoint; /* likewise: that is left by itself */

    /* brain.h */
    enum err (*create)(const struct atlas *atlas, const struct rule *rule, struct brain **out);
    enum err (*create_like)(const struct brain *brain, struct brain **out);
    void (*destroy)(struct brain *brain);
    bool (*is_fresh)(const struct brain *brain);
    size_t (*size)(const struct brain *brain);
    size_t (*size_under)(const struct atlas *atlas, const struct rule *rule);
    uint32_t (*boards)(const struct brain *brain);
    bool (*is_alike)(const struct brain *a, const struct brain *b);
    void (*copy)(struct brain *to, const struct brain *from);
    void (*swap_weights)(struct brain *a, struct brain *b);
    void (*merge)(struct brain *base, const struct brain *const workers[], unsigned count);
    void (*settle)(struct brain *brain, uint64_t matches);
    void (*digest)(const struct brain *brain, char out[BRAIN_DIGEST_SIZE]);
    void (*encode)(const struct brain *brain, struct text *out);
    enum err (*decode)(const char *bytes, size_t size, struct brain *brain, enum brain_use use);
    void (*encode_delta)(const struct brain *brain, const struct brain *base, struct text *out);
    enum err (*decode_delta)(struct reader *in, const struct brain *base, struct brain *brain);

    /* selfplay.h, match.h */
    void (*play)(struct brain *brain, const struct selfplay *plan, struct tally *out);
    unsigned (*learn)(struct brain *brain, const struct match *match, unsigned learners,
                      struct match_change out[]);

    /* view.h */
    bool (*open_view)(const struct brain *brain, struct board board, struct view *out);
    void (*view_weights)(const struct view *view, uint32_t out[]);
    void (*view_expected)(const struct view *view, int32_t out[]); /* NULL: it does not tell */
    void (*view_probabilities)(const struct view *view, const struct policy *policy, double out[]);
    unsigned (*view_choose)(const struct view *view, const struct policy *policy, uint64_t random);
    void (*view_proofs)(const struct view *view, int8_t out[]);
};

extern const struct kind table_kind;
extern const struct kind patterns_kind;

static inline const struct kind *kind_under(const struct rule *rule)
{
    return rule_has_table(rule) ? &table_kind : &patterns_kind;
}

/* How a digest is written. */
void kind_write_digest(struct sha256 *hash, char out[BRAIN_DIGEST_SIZE]);

#endif
