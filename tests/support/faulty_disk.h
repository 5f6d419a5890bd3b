/*
 * faulty_disk - a disk that fails when told to, below SQLite: a VFS that passes all on to the real
 * one and counts what goes to the disk.
 *
 * A write that fails has written its first half. Any thread may look and tell.
 */
#ifndef TTSTD_TESTS_SUPPORT_FAULTY_DISK_H
#define TTSTD_TESTS_SUPPORT_FAULTY_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* What is counted: changes (writes, truncations, syncs, deletions), the syncs among them, reads. */
enum faulty_disk_kind { FAULTY_CHANGES, FAULTY_SYNCS, FAULTY_READS, FAULTY_KIND_COUNT };

struct faulty_disk_plan {
    enum faulty_disk_kind kind;
    unsigned nth;  /* to fail, from 1; 0: none */
    bool for_good; /* so do all after it */
    int code;      /* SQLITE_FULL, or SQLITE_IOERR: then the one that fits */
};

/* Makes it the disk of all databases that are opened from now on. */
void faulty_disk_install(void);

/* Counts from 0 again. */
void faulty_disk_plan(const struct faulty_disk_plan *plan);
void faulty_disk_heal(void);

/* From here on a disk keeps for certain only what was synced; the rest is remembered. */
void faulty_disk_doubt(void);

/* The power goes, with all files closed: what was not synced is not on the disk. All of it with
 * seed 0, else each write or not, by chance. */
void faulty_disk_cut_power(uint64_t seed);

/* How many there were, and whether one of them failed. */
unsigned faulty_disk_count(enum faulty_disk_kind kind);
bool faulty_disk_has_failed(void);

#endif
