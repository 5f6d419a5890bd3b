/*
 * request - what decoded requests have in common.
 */
#ifndef TTSTD_API_REQUEST_H
#define TTSTD_API_REQUEST_H

#include "api/route.h"

/* A brain's name, in a body as in a path. */
enum { REQUEST_BRAIN_SIZE = ROUTE_PARAMETER_SIZE };

#endif
