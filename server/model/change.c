#include "model/change.h"

#include <stdlib.h>

bool change_claims_brain(enum change_kind kind)
{
    static const bool claims[CHANGE_KIND_COUNT] = {[CHANGE_BRAIN_CREATED] = true,
                                                   [CHANGE_BRAIN_REPLACED] = true,
                                                   [CHANGE_BRAIN_DELETED] = true,
                                                   [CHANGE_MATCHES_LEARNED] = true,
                                                   [CHANGE_JOB_ACCEPTED] = true};
    return claims[kind];
}

void change_clear(struct change *change)
{
    edition_let_go(change->edition);
    text_free(&change->opponent);
    free(change->jobs);
    free(change->lessons);
}
