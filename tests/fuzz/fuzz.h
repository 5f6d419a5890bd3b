/*
 * fuzz - what the fuzz targets share. A target is one program on libFuzzer: it turns any bytes into
 * input of one part of the daemon, and demands what must hold whatever they are.
 */
#ifndef TTSTD_TESTS_FUZZ_FUZZ_H
#define TTSTD_TESTS_FUZZ_FUZZ_H

#include "base/fault.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer calls these. Inputs that return -1 are not kept. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Ends the run with this input as a finding. */
#define fuzz_require(condition) ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))
__attribute__((noreturn)) void fuzz_fail(const char *condition, const char *file, int line);

/* An input that is read from its beginning; past its end it is all zeros. */
struct fuzz_input {
    const uint8_t *bytes;
    size_t size;
};

uint8_t fuzz_byte(struct fuzz_input *input);
uint32_t fuzz_number(struct fuzz_input *input, unsigned bytes);

/* What stands before the next byte `end`, or all that is left; with a NUL behind it. The caller
 * frees it. */
char *fuzz_word(struct fuzz_input *input, uint8_t end, size_t *out_size);

/* Changes a sound text as the rest of the input says, so that a few bytes lead deep into what reads
 * long ones. Each edit is
 *
 *     3 bytes  where, modulo the text's size
 *     1 byte   how many bytes to take away there, or 255: all to the end
 *     1 byte   how many of the input's next bytes to put there instead
 */
void fuzz_edit(struct fuzz_input *input, struct text *text);

/* A fault as it is answered: it must be JSON that names the status. */
void fuzz_require_answerable(const struct fault *fault);

/* The text must be JSON, as answers are. */
void fuzz_require_json(const struct text *text);

/* A copy of exactly that size, so that AddressSanitizer sees a look beyond it. The caller frees it.
 */
char *fuzz_copy(const uint8_t *bytes, size_t size);

#endif
