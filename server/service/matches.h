/*
 * matches - learning from matches that were played elsewhere. Owner's thread only.
 *
 * What a brain learned is published once it is on disk, as lessons (model/lesson.h). Matches that
 * arrive while earlier ones of the same brain are being written wait, and are then learned in their
 * order and, up to the next curve point, written together: on the store's thread, or where a curve
 * point is reached on the evaluator's.
 */
#ifndef TTSTD_SERVICE_MATCHES_H
#define TTSTD_SERVICE_MATCHES_H

#include "engine/match.h"
#include "service/moves.h"
#include "service/service.h"

struct receipt;

struct match_order {
    const char *brain;
    struct position_text position; /* at its end, told by its moves */
    unsigned learners;             /* of enum learner */
    struct receipt *receipt;       /* or NULL */
};

/* A match on its way; embedded in what the caller wants back. */
struct match_call {
    struct service_call call; /* first */
    const struct game *game;  /* of the boards below */
    struct match match;
    /* Valid when the call ends well. */
    struct match_change *changes; /* malloc'ed; the caller frees them however it ends */
    unsigned change_count;
    /* The service's. */
    unsigned learners;
    struct receipt *receipt;
    struct match_call *next;
};

/* ERR_OK: the call will report. Otherwise `fault` says why not: ERR_NOT_FOUND (no such brain),
 * ERR_LATER, ERR_IMPOSSIBLE (no such match; BRAIN_MATCHES_MAX), ERR_CONFLICT (a job is queued or
 * running on the brain), ERR_BUSY (the last save of one still fails), ERR_NO_MEMORY. */
MUST_CHECK enum err service_learn_match(struct service *service, const struct match_order *order,
                                        struct match_call *match, struct fault *fault);

/* Within the room. Has those learned of the matches that wait that lead up to the next curve point.
 * ERR_NO_MEMORY, ERR_IMPOSSIBLE (BRAIN_MATCHES_MAX): they still wait. */
struct brain_entry;
MUST_CHECK enum err matches_learn(struct service *service, struct brain_entry *entry);

/* Tells all that wait why they are not learned. */
void matches_refuse(struct brain_entry *entry, enum err err);

#endif
