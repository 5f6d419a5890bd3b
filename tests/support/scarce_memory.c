#include "support/scarce_memory.h"

#include "support/unit.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic unsigned count;
static _Atomic unsigned plan_kind;
static _Atomic unsigned plan_nth;
static _Atomic bool plan_for_good;
static _Atomic bool has_failed;

static sqlite3_mem_methods sqlite;

/* The linker's --wrap names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static bool fails(enum scarce_kind kind)
{
    unsigned nth = atomic_load(&plan_nth);
    unsigned wanted = atomic_load(&plan_kind);
    if (nth == 0 || (wanted != SCARCE_ALL && wanted != kind))
        return false;
    unsigned number = atomic_fetch_add(&count, 1) + 1;
    if (atomic_load(&plan_for_good) ? number < nth : number != nth)
        return false;
    atomic_store(&has_failed, true);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails(SCARCE_ALL) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t number, size_t size)
{
    return fails(SCARCE_ALL) ? NULL : __real_calloc(number, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails(SCARCE_ALL) ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails(SCARCE_TABLES) ? NULL : __real_aligned_alloc(alignment, size);
}

static void *sqlite_malloc(int size)
{
    return fails(SCARCE_SQLITE) ? NULL : sqlite.xMalloc(size);
}

static void *sqlite_realloc(void *memory, int size)
{
    return fails(SCARCE_SQLITE) ? NULL : sqlite.xRealloc(memory, size);
}

void scarce_memory_install(void)
{
    static sqlite3_mem_methods scarce;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite), SQLITE_OK);
    scarce = sqlite;
    scarce.xMalloc = sqlite_malloc;
    scarce.xRealloc = sqlite_realloc;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &scarce), SQLITE_OK);
}

void scarce_memory_plan(const struct scarce_plan *plan)
{
    atomic_store(&plan_nth, 0);
    atomic_store(&count, 0);
    atomic_store(&has_failed, false);
    atomic_store(&plan_kind, plan->kind);
    atomic_store(&plan_for_good, plan->for_good);
    atomic_store(&plan_nth, plan->nth);
}

bool scarce_memory_end(void)
{
    atomic_store(&plan_nth, 0);
    return atomic_load(&has_failed);
}
