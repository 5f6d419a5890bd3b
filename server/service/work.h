/*
 * work - what comes next: the one place that starts what follows from a change, and tries again
 * what failed for a reason that passes. Owner's thread.
 */
#ifndef TTSTD_SERVICE_WORK_H
#define TTSTD_SERVICE_WORK_H

#include "service/log.h"

/* The change has been applied and its callers told. Frees the posting, or posts it again later. */
void work_go_on(struct posting *posting);

/* After everything is loaded: goes on with what was running, ends what was stopping. */
void work_resume(struct service *service);

#endif
