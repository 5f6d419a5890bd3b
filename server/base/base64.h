/*
 * base64 - bytes as text (RFC 4648), by nettle.
 */
#ifndef TTSTD_BASE_BASE64_H
#define TTSTD_BASE_BASE64_H

#include "base/err.h"
#include "base/text.h"

/* Appends them, padded to a multiple of four characters; out of memory shows in text->failed. */
void base64_add(struct text *out, const void *bytes, size_t size);

/* Reads a whole text, of just `size` bytes. ERR_MALFORMED. */
MUST_CHECK enum err base64_read(const char *text, size_t text_size, void *out, size_t size);

#endif
