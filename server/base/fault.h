/*
 * fault - what is wrong with an input, in words for whoever sent it.
 *
 * A function that judges input takes a `struct fault *` beside returning its
 * `enum err`; on failure it names the field at fault and says what is allowed.
 */
#ifndef TTSTD_BASE_FAULT_H
#define TTSTD_BASE_FAULT_H

#include "base/err.h"

enum { FAULT_FIELD_SIZE = 80, FAULT_DETAIL_SIZE = 640 };

struct fault {
    enum err err;
    char field[FAULT_FIELD_SIZE];   /* "" where no single field is at fault */
    char detail[FAULT_DETAIL_SIZE]; /* one sentence; what does not fit is cut */
};

/* Fills `*fault` and returns `err`, so that `return fault_set(...)` reads well.
 * `field` may be NULL for none. */
enum err fault_set(struct fault *fault, enum err err, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
