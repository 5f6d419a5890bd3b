/*
 * scarce_memory - memory that runs out when told to: for the programs tests/fault/test_*_memory,
 * whose own allocations the linker sends here. SQLite's come here by its settings,
 * jansson's by way of server/api/json.c.
 *
 * What threads and the C library allocate for themselves never fails. What check allocates does: no
 * checks between plan and end.
 */
#ifndef TTSTD_TESTS_SUPPORT_SCARCE_MEMORY_H
#define TTSTD_TESTS_SUPPORT_SCARCE_MEMORY_H

#include <stdbool.h>

enum scarce_kind {
    SCARCE_ALL,
    SCARCE_TABLES, /* the rows of tables alone: aligned_alloc() */
    SCARCE_SQLITE,
};

struct scarce_plan {
    enum scarce_kind kind;
    unsigned nth;  /* allocation from now to fail, from 1, of any thread; 0: none */
    bool for_good; /* so do all after it */
};

/* Before the first use of SQLite in the process. */
void scarce_memory_install(void);

/* Counts from 0 again. */
void scarce_memory_plan(const struct scarce_plan *plan);

/* There is enough again. Returns whether one failed. */
bool scarce_memory_end(void);

#endif
