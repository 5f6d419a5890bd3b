/*
 * blob - tables as bytes, for tests of how they are read. What is decoded lies in memory of exactly
 * its size, so that AddressSanitizer sees a look beyond it.
 */
#ifndef TTSTD_TESTS_SUPPORT_BLOB_H
#define TTSTD_TESTS_SUPPORT_BLOB_H

#include "engine/brain.h"

/* A table's bytes, which the caller frees. */
struct text blob_of(const struct brain *table);

/* Makes the checksum that of what stands before it. */
void blob_sign(struct text *text);

/* Decodes the first `size` bytes into a fresh table, which is the caller's whatever comes of it. */
enum err blob_decode(const struct text *text, size_t size, struct brain *fresh,
                     enum brain_use kind);

#endif
