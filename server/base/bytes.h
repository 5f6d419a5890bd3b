/*
 * bytes - little-endian integers in byte strings: what is stored or sent is the same on
 * every machine.
 */
#ifndef TTSTD_BASE_BYTES_H
#define TTSTD_BASE_BYTES_H

#include "base/text.h"

void bytes_put_u32(char *out, uint32_t number);
void bytes_put_u64(char *out, uint64_t number);
void bytes_add_u32(struct text *out, uint32_t number);
void bytes_add_u64(struct text *out, uint64_t number);

/* Reads from the front of `bytes`; what is not there reads as zero and sets `failed`. */
struct reader {
    const char *bytes;
    size_t size; /* left */
    bool failed;
};

/* The next `size` bytes, or NULL. */
const char *reader_take(struct reader *reader, size_t size);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);

#endif
