/*
 * row_digest - SHA-256 over what a row says beside its table, and that no save changes: a brain's
 * name, game and rule, a job's order. A bit that flips there would have the brain learn otherwise.
 *
 * Hashed are the fields in the order of the struct in store/store.h: numbers as 8 bytes,
 * little-endian, texts with their length before them. What saves change is left out: a job's
 * progress has to fit its brain (service/loading.c), and times are only shown.
 */
#ifndef TTSTD_STORE_ROW_DIGEST_H
#define TTSTD_STORE_ROW_DIGEST_H

#include "store/store.h"

void row_digest_brain(const struct store_brain *brain, uint8_t out[SHA256_SIZE]);
void row_digest_job(const struct store_job *job, uint8_t out[SHA256_SIZE]);

#endif
