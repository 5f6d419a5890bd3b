#include "support/faulty_disk.h"

#include "support/unit.h"
#include "support/unsynced.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdint.h>

static _Atomic unsigned counts[FAULTY_KIND_COUNT];
static _Atomic unsigned plan_kind;
static _Atomic unsigned plan_nth;
static _Atomic bool plan_for_good;
static _Atomic int plan_code;
static _Atomic bool has_failed;

static sqlite3_vfs *real;

/* A file of ours; the real one's follows. SQLite aligns what it allocates to eight bytes. */
struct file {
    sqlite3_file base;
    const char *name; /* NULL: a temporary one */
    uint64_t real[];
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return (sqlite3_file *)((struct file *)file)->real;
}

static const char *name_of(sqlite3_file *file)
{
    return ((struct file *)file)->name;
}

/* SQLITE_OK, or what to fail with. */
static int next(enum faulty_disk_kind kind, int io_code)
{
    unsigned count = atomic_fetch_add(&counts[kind], 1) + 1;
    unsigned nth = atomic_load(&plan_nth);
    if (nth == 0 || kind != atomic_load(&plan_kind) ||
        (atomic_load(&plan_for_good) ? count < nth : count != nth))
        return SQLITE_OK;
    atomic_store(&has_failed, true);
    int code = atomic_load(&plan_code);
    return code == SQLITE_IOERR ? io_code : code;
}

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
    int code = next(FAULTY_READS, SQLITE_IOERR_READ);
    return code != SQLITE_OK ? code
                             : real_of(file)->pMethods->xRead(real_of(file), bytes, size, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    bool was_dead = atomic_load(&has_failed);
    int code = next(FAULTY_CHANGES, SQLITE_IOERR_WRITE);
    unsynced_note(name_of(file), at, size);
    if (code == SQLITE_OK)
        return real_of(file)->pMethods->xWrite(real_of(file), bytes, size, at);
    if (!was_dead)
        (void)real_of(file)->pMethods->xWrite(real_of(file), bytes, size / 2, at);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int code = next(FAULTY_CHANGES, SQLITE_IOERR_TRUNCATE);
    unsynced_note(name_of(file), size, 0);
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    int code = next(FAULTY_CHANGES, SQLITE_IOERR_FSYNC);
    if (code == SQLITE_OK)
        code = next(FAULTY_SYNCS, SQLITE_IOERR_FSYNC);
    if (code == SQLITE_OK)
        unsynced_forget(name_of(file));
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), out);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int is_last)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), is_last);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    (void)vfs;
    file->pMethods = NULL;
    ((struct file *)file)->name = name;
    int code = real->xOpen(real, name, real_of(file), flags, out_flags);
    if (real_of(file)->pMethods != NULL)
        file->pMethods = &methods;
    return code;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    int code = next(FAULTY_CHANGES, SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK)
        return code;
    unsynced_forget(name);
    return real->xDelete(real, name, sync);
}

void faulty_disk_install(void)
{
    static sqlite3_vfs disk;
    if (real != NULL)
        return;
    real = sqlite3_vfs_find(NULL);
    ck_assert_ptr_nonnull(real);
    disk = *real;
    disk.zName = "faulty";
    disk.szOsFile = (int)sizeof(struct file) + real->szOsFile;
    disk.xOpen = disk_open;
    disk.xDelete = disk_delete;
    ck_assert_int_eq(sqlite3_vfs_register(&disk, 1), SQLITE_OK);
}

void faulty_disk_plan(const struct faulty_disk_plan *plan)
{
    for (unsigned kind = 0; kind < FAULTY_KIND_COUNT; kind++)
        atomic_store(&counts[kind], 0);
    atomic_store(&has_failed, false);
    atomic_store(&plan_kind, plan->kind);
    atomic_store(&plan_for_good, plan->for_good);
    atomic_store(&plan_code, plan->code);
    atomic_store(&plan_nth, plan->nth);
}

void faulty_disk_heal(void)
{
    faulty_disk_plan(&(struct faulty_disk_plan){.nth = 0});
}

void faulty_disk_doubt(void)
{
    unsynced_begin();
}

void faulty_disk_cut_power(uint64_t seed)
{
    unsynced_undo(seed);
}

unsigned faulty_disk_count(enum faulty_disk_kind kind)
{
    return atomic_load(&counts[kind]);
}

bool faulty_disk_has_failed(void)
{
    return atomic_load(&has_failed);
}
