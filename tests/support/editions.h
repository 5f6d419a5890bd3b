/*
 * editions - tables as the service publishes them.
 */
#ifndef TTSTD_TESTS_SUPPORT_EDITIONS_H
#define TTSTD_TESTS_SUPPORT_EDITIONS_H

#include "train/published.h"

/* Takes over the table; the caller holds the edition. */
struct edition *editions_of(struct brain *table);

#endif
