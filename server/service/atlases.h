/*
 * atlases - what brains of each game share, made when the first of them is met and kept as long as
 * the daemon runs. Any thread.
 */
#ifndef TTSTD_SERVICE_ATLASES_H
#define TTSTD_SERVICE_ATLASES_H

#include "engine/atlas.h"

#include <pthread.h>

/* Some hundred KB each. */
enum { ATLASES_MAX = 256 };

struct atlases {
    pthread_mutex_t lock;
    struct atlas *list[ATLASES_MAX]; /* under lock, as the next */
    unsigned count;
};

void atlases_open(struct atlases *atlases);
void atlases_close(struct atlases *atlases);

/* ERR_UNSUPPORTED (no brain can have so many patterns, or be so large), ERR_BUSY (ATLASES_MAX),
 * ERR_NO_MEMORY. */
MUST_CHECK enum err atlases_find(struct atlases *atlases, const struct game *game,
                                 const struct atlas **out);

#endif
