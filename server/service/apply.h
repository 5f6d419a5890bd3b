/*
 * apply - a change that has been tried, in memory. Owner's thread; cannot fail: room was reserved
 * when the change was decided.
 */
#ifndef TTSTD_SERVICE_APPLY_H
#define TTSTD_SERVICE_APPLY_H

#include "service/state.h"

/* It is on disk (change->err == ERR_OK), and now it is true here, too. Else what was reserved for
 * it goes, and failures are noted. */
void apply(struct service *service, struct change *change);

#endif
