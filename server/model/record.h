/*
 * record - what there is on disk beside jobs (job.h) and curve points (point.h), as plain data.
 */
#ifndef TTSTD_MODEL_RECORD_H
#define TTSTD_MODEL_RECORD_H

#include "base/sha256.h"
#include "base/text.h"
#include "engine/game/game.h"
#include "engine/rule.h"
#include "model/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    NAME_SIZE = BRAIN_NAME_MAX + 1, /* of brains and checkpoints */
    NAME_AT_SIZE = 2 * NAME_SIZE,   /* brain@checkpoint */
    ERROR_TEXT_SIZE = 160,          /* what SQLite says of a failure */
};

/* Ids are from 1 to 2^53, so that they are exact in JSON. */
#define ID_MAX (INT64_C(1) << 53)

struct brain_record {
    int64_t id;
    char name[NAME_SIZE];
    char game[sizeof((struct game *)0)->name];
    struct rule rule;
    int64_t created_at_ms;
    int64_t saved_at_ms;
    int64_t life;    /* from 1: which of its lives it is in; reset, import and restore begin one */
    int64_t lessons; /* the number of its last one (lesson.h); 0: it never had any */
    bool is_altered; /* of one that is read: it is not what was written; so in the next */
};

/* What a brain has lived. */
struct brain_counts {
    uint64_t matches;
    uint64_t results[RESULT_COUNT];
};

/* Where a table stands: in which life of which brain, after how many matches. */
struct brain_place {
    int64_t brain_id;
    int64_t life; /* 0: not known */
    uint64_t matches;
};

/* A kept version of a brain. */
struct checkpoint_record {
    char name[NAME_SIZE]; /* begins with a digit if it was made by itself */
    uint64_t matches;
    int64_t created_at_ms;
    int64_t life; /* of the brain; 0: not known */
    bool is_altered;
};

/* An answer that was given, for whoever asks for the same again. */
enum { RECEIPT_TOKEN_SIZE = 16, RECEIPT_KEY_SIZE = 256, RECEIPT_LOCATION_SIZE = 96 };

struct receipt_record {
    char token[RECEIPT_TOKEN_SIZE]; /* whose it is */
    char key[RECEIPT_KEY_SIZE];
    uint8_t request[SHA256_SIZE]; /* of what was asked for */
    unsigned status;
    char location[RECEIPT_LOCATION_SIZE]; /* "" = none */
    struct text body;
    int64_t created_at_ms;
    struct receipt_record *next; /* of the same change */
};

#endif
