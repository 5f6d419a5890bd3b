/*
 * codec_brain_file - brains as files: the body that GET /brains/{name}/export answers with, made
 * while it is sent, and the one that PUT /brains/{name}/import takes.
 *
 *     {"format": "ttst-brain/1", "game", "rule", "options", "matches", "results", "digest",
 *      "rows": {"000000000": [6, ...], ...}, "proofs": {"000000000": [0, ...], ...}}
 *
 * `rows` has each board that has a row, `proofs` is there for rules that have them.
 */
#ifndef TTSTD_API_CODEC_BRAIN_FILE_H
#define TTSTD_API_CODEC_BRAIN_FILE_H

#include "api/codec_brain.h"
#include "api/http.h"
#include "train/published.h"

/* Holds the edition as long as it lasts. NULL: no memory. */
struct stream *codec_stream_brain_file(struct edition *edition);

/* A file that has been parsed; it holds the document until it is freed. */
struct brain_file;

/* Reads all but rows and proofs. ERR_MALFORMED, ERR_IMPOSSIBLE. */
MUST_CHECK enum err codec_parse_brain_file(const char *body, size_t size, struct brain_file **out,
                                           struct brain_request *out_request, struct fault *fault);

/* Fills in a fresh table of that game and rule; likewise. What is proven is not checked to be true.
 */
MUST_CHECK enum err codec_fill_brain_file(const struct brain_file *file, struct brain *table,
                                          struct fault *fault);
void codec_free_brain_file(struct brain_file *file);

#endif
