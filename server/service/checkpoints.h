/*
 * checkpoints - kept versions of brains. Owner's thread only.
 *
 * At each power of ten matches a brain that learns leaves one behind, named by that number; others
 * are the user's, whose names begin with a letter. Wherever a brain is only read, brain@checkpoint
 * names one.
 */
#ifndef TTSTD_SERVICE_CHECKPOINTS_H
#define TTSTD_SERVICE_CHECKPOINTS_H

#include "model/limits.h"
#include "service/service.h"
#include "store/store.h"

#include <stdbool.h>

/* Embedded in what the caller wants back. */
struct checkpoint_call {
    struct service_call call;            /* first */
    struct checkpoint_record checkpoint; /* valid when the call ends well */
};

/* Keeps the brain as it is now, instead of what has been kept under that name before. ERR_OK: the
 * call will report, ERR_BUSY if there are CHECKPOINTS_NAMED_MAX others. ERR_NOT_FOUND, ERR_LATER;
 * ERR_IMPOSSIBLE (not such a name, at `checkpoint`), ERR_NO_MEMORY. */
MUST_CHECK enum err service_keep_checkpoint(struct service *service, const char *brain,
                                            const char *name, struct checkpoint_call *call,
                                            struct fault *fault);

/* ERR_OK: the call will report, ERR_NOT_FOUND if there is no such checkpoint. ERR_NOT_FOUND,
 * ERR_NO_MEMORY. */
MUST_CHECK enum err service_delete_checkpoint(struct service *service, const char *brain,
                                              const char *name, struct service_call *call,
                                              struct fault *fault);

/* Makes the brain what it was then; the curve beyond is deleted. ERR_NOT_FOUND, ERR_LATER,
 * ERR_CONFLICT, ERR_BUSY, ERR_NO_MEMORY. */
MUST_CHECK enum err service_restore_checkpoint(struct service *service, const char *brain,
                                               const char *name, struct service_call *call,
                                               struct fault *fault);

/* Embedded in what the caller wants back. */
struct checkpoints_call {
    struct service_call call; /* first */
    /* Valid when the call ends well; the caller frees them. */
    struct checkpoint_record *checkpoints; /* malloc'ed, ascending by matches */
    size_t count;
};

/* ERR_OK: the call will report. ERR_NOT_FOUND, ERR_NO_MEMORY. */
MUST_CHECK enum err service_list_checkpoints(struct service *service, const char *brain,
                                             struct checkpoints_call *call, struct fault *fault);

#endif
