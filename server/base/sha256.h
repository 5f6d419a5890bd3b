/*
 * sha256 - SHA-256 (FIPS 180-4), by nettle. The only user of nettle.
 */
#ifndef TTSTD_BASE_SHA256_H
#define TTSTD_BASE_SHA256_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

struct sha256 {
    struct sha256_ctx context;
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t size);
void sha256_end(struct sha256 *hash, uint8_t out[SHA256_SIZE]);

#endif
