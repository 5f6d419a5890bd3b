/*
 * spoil - bytes of a file made wrong, in one of the ways in which disks, copies and people do it.
 */
#ifndef TTSTD_TESTS_SUPPORT_SPOIL_H
#define TTSTD_TESTS_SUPPORT_SPOIL_H

#include "base/rng.h"

#include <stddef.h>

enum spoil_kind {
    SPOIL_CUT,     /* at any length */
    SPOIL_BIT,     /* one of any byte */
    SPOIL_BIT_IN,  /* in the pages given */
    SPOIL_HEADER,  /* bytes of the first hundred */
    SPOIL_RUN,     /* some bytes in a row, at random */
    SPOIL_BYTE_IN, /* one, at random, in the pages given */
    SPOIL_SWAP,    /* two pages */
    SPOIL_SWAP_IN, /* one of them of the pages given */
    SPOIL_DOUBLE,  /* a page over another */
    SPOIL_NOTHING, /* a page all zeros */
    SPOIL_NOISE,   /* a page all random */
    SPOIL_KIND_COUNT,
};

enum { SPOIL_PAGE = 4096 };

/* The pages that hold what is told about tables, not tables themselves; counted from 0. */
struct spoil_pages {
    const unsigned *pages;
    unsigned count;
};

/* Spoils `bytes` in place; returns how many of them are left. */
size_t spoil(enum spoil_kind kind, struct rng *rng, struct spoil_pages pages, char *bytes,
             size_t size);

const char *spoil_kind_name(enum spoil_kind kind);

#endif
