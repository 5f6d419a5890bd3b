/*
 * config_together - what options must be together to serve with them.
 */
#ifndef TTSTD_CONFIG_TOGETHER_H
#define TTSTD_CONFIG_TOGETHER_H

#include "base/fault.h"
#include "config/config.h"

/* ERR_IMPOSSIBLE: one of them asks for another. */
MUST_CHECK enum err config_check_together(const struct config *config, struct fault *fault);

#endif
