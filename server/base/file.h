/*
 * file - a small file, read whole.
 *
 * Only regular files: what an option names may be a FIFO or a terminal by now, and reading that
 * would wait for somebody who may never write.
 */
#ifndef TTSTD_BASE_FILE_H
#define TTSTD_BASE_FILE_H

#include "base/fault.h"

#include <stddef.h>

/* Reads the file into `out`, which has room for `room` bytes, the NUL that is put after the last
 * one among them. ERR_IO; ERR_TOO_LARGE; `fault->detail` is the reason, without the file's name. */
MUST_CHECK enum err file_read(const char *path, size_t room, char *out, size_t *out_size,
                              struct fault *fault);

#endif
