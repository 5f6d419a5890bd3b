/*
 * disk_trial - a change of a database, tried on a disk that fails at each write, sync, truncation
 * or deletion in turn, once or for good from there on: it is then either wholly in the file or not
 * at all, and whoever asked knows.
 */
#ifndef TTSTD_TESTS_SUPPORT_DISK_TRIAL_H
#define TTSTD_TESTS_SUPPORT_DISK_TRIAL_H

#include "store/store.h"
#include "support/faulty_disk.h"

struct disk_trial {
    void (*prepare)(const char *path); /* puts the file there that is to be changed; or NULL */
    enum err (*change)(const char *path);
    /* Of a store that opens again: whether the change is there; it fails where the file holds
     * neither the old nor the new. */
    bool (*is_there)(struct store *store);
};

/* Ways in which a disk fails. */
extern const struct faulty_disk_plan disk_trial_error_once;
extern const struct faulty_disk_plan disk_trial_error_for_good;
extern const struct faulty_disk_plan disk_trial_full_once;
extern const struct faulty_disk_plan disk_trial_full_for_good;
extern const struct faulty_disk_plan disk_trial_read_error;

/* Tries it with a failure at each of the plan's kind in turn, until there is none left to fail. */
void disk_trial_run(const struct disk_trial *trial, const struct faulty_disk_plan *plan);

/* Opens a store and has its thread perform a request; returns the first error. */
enum err disk_trial_request(const char *path,
                            enum err (*perform)(struct store *, struct store_request *));

#endif
