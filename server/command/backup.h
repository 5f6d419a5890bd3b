/*
 * backup - a copy of a database, also of one that a daemon is using.
 */
#ifndef TTSTD_COMMAND_BACKUP_H
#define TTSTD_COMMAND_BACKUP_H

#include "base/fault.h"

/* Copies `path`, as it is at one moment, to the new file `to`, which is there whole or not at all.
 * On failure `fault->detail` is one line for the operator: ERR_NOT_FOUND, ERR_FOREIGN, ERR_CORRUPT,
 * ERR_CONFLICT (`to` is there already), ERR_IO, ERR_STORE_FULL. */
MUST_CHECK enum err store_back_up(const char *path, const char *to, struct fault *fault);

#endif
