/*
 * store - what survives a restart: brains and jobs in one SQLite file.
 *
 * The file is in WAL mode with synchronous FULL: what a committed transaction wrote is on
 * disk. One daemon uses it, and only as long as the file is what its name leads to
 * (database_file.h).
 *
 * Until a file has proven to be ours and whole it is only read: first its header, then by
 * SQLite with checkpoints off, every page and every blob.
 *
 * While the daemon starts, one thread uses the store directly. From store_start() to
 * store_stop() only the store's own thread does: others post requests. Changes that are
 * posted while it is busy share the next transaction, so many small ones cost one sync. If that
 * comes to nothing each is tried by itself. Requests that only read go before them, and go on while
 * changes wait for another program's.
 */
#ifndef TTSTD_STORE_STORE_H
#define TTSTD_STORE_STORE_H

#include "base/fault.h"
#include "base/mailbox.h"
#include "model/change.h"

struct database;
struct store;

/* Opens or creates the database and brings its schema up to date. On failure `fault->detail` is
 * one line for the operator: ERR_FOREIGN (not ours, or of a newer ttstd), ERR_CORRUPT, ERR_IN_USE,
 * ERR_IO, ERR_STORE_FULL, ERR_NO_MEMORY. */
MUST_CHECK enum err store_open(const char *path, struct store **out, struct fault *fault);

/* Closes the database and releases the lock. The thread must be stopped. */
void store_close(struct store *store);

/* Opens a database to look at; a daemon may be using it. Of the functions below only those that
 * read may be used, and no thread. Failures as store_open(), ERR_NOT_FOUND. */
MUST_CHECK enum err store_look(const char *path, struct store **out, struct fault *fault);

/* What is wrong with a database, a line each. */
typedef void store_found(void *context, const char *line);

/* Of one that is looked at: what SQLite's own checks of pages, constraints and references complain
 * of goes to `found`. What is read after it is of the same moment. */
MUST_CHECK enum err store_find_damage(struct store *store, store_found *found, void *context);

/* For those who make statements of it. */
struct database *store_database(struct store *store);

/* Direct use, by one thread; what takes more than one statement, as a brain that is not fresh does,
 * is whole only in a transaction. On failure store_error() tells more. */

/* Calls `each` for every brain in order of id, with what is counted in its table and so without its
 * lessons, but for their numbers. Ends at the first failure of either. */
MUST_CHECK enum err store_each_brain(struct store *store,
                                     enum err (*each)(void *context,
                                                      const struct brain_record *brain,
                                                      const struct brain_counts *counts),
                                     void *context);
/* Likewise for all lessons, each brain's in order of their numbers, which have no gaps. */
MUST_CHECK enum err store_each_lesson(struct store *store,
                                      enum err (*each)(void *context, int64_t brain_id,
                                                       int64_t number, const struct lesson *lesson),
                                      void *context);
/* Likewise for jobs, with the blob of the opponent's table; 0 bytes if it has none. */
MUST_CHECK enum err store_each_job(struct store *store,
                                   enum err (*each)(void *context, const struct job *job,
                                                    const char *opponent, size_t opponent_size),
                                   void *context);

MUST_CHECK enum err store_insert_brain(struct store *store, const struct brain_record *brain,
                                       const struct brain *table);
/* What is done with a blob, which is valid during the call. */
typedef enum err store_take_blob(void *context, const char *blob, size_t size);

/* Makes a fresh table of the brain's rule what the brain is, its lessons included. ERR_NOT_FOUND;
 * ERR_CORRUPT: that is not what was written. */
MUST_CHECK enum err store_read_table(struct store *store, int64_t brain_id, struct brain *table);

/* With all that belongs to it. */
MUST_CHECK enum err store_delete_brain(struct store *store, int64_t id);

/* Replaces the table, saved_at_ms and life of the brain with that id. All its lessons up to
 * brain->lessons, which are all, are in the table. */
MUST_CHECK enum err store_save_brain(struct store *store, const struct brain_record *brain,
                                     const struct brain *table);

/* Adds lessons, of which the last one has the number brain->lessons. */
MUST_CHECK enum err store_add_lessons(struct store *store, const struct brain_record *brain,
                                      const struct lesson lessons[], unsigned count);
MUST_CHECK enum err store_insert_job(struct store *store, const struct job *job,
                                     const char *opponent, size_t opponent_size);
/* Replaces all that changes while a job lives. The opponent's table goes when the job is over. */
MUST_CHECK enum err store_save_job(struct store *store, const struct job *job);
/* Replaces the same but for how far the job is: of one that runs, saves say that. */
MUST_CHECK enum err store_save_state(struct store *store, const struct job *job);
/* Replaces only how far the job is: matches_done, results, running_ms. */
MUST_CHECK enum err store_save_progress(struct store *store, const struct job *job);

/* No row of that table, "brain" or "job", that was deleted had a higher id; 0: none was. So no id
 * is given twice. */
MUST_CHECK enum err store_last_id(struct store *store, const char *name, int64_t *out);

/* Deletes all finished jobs but the newest `keep`. */
MUST_CHECK enum err store_prune_jobs(struct store *store, unsigned keep);

/* Replaces the point of that brain at so many matches, if there is one. Nothing if the brain is not
 * there any more. */
MUST_CHECK enum err store_put_point(struct store *store, int64_t brain_id, uint64_t matches,
                                    const char evaluations[POINT_SIZE]);

/* Calls `each` for a brain's points, in ascending order; without the evaluations of one that is not
 * what was written. */
MUST_CHECK enum err store_each_point(struct store *store, int64_t brain_id,
                                     enum err (*each)(void *context, uint64_t matches,
                                                      const char evaluations[POINT_SIZE]),
                                     void *context);

/* Those at more matches than `beyond`. */
MUST_CHECK enum err store_delete_points(struct store *store, int64_t brain_id, uint64_t beyond);

/* Those at no more matches than that, to another brain. None if the brain is in another life. */
MUST_CHECK enum err store_copy_points(struct store *store, const struct brain_place *from,
                                      int64_t to_id);

/* With a life of 0 it is of the life in which the brain is. Replaces the one of that name, if there
 * is one. Nothing if the brain is not there any more. */
MUST_CHECK enum err store_put_checkpoint(struct store *store, int64_t brain_id,
                                         const struct checkpoint_record *checkpoint,
                                         const struct brain *table);

/* Calls `each` for a brain's checkpoints, in ascending order of their matches. */
MUST_CHECK enum err store_each_checkpoint(struct store *store, int64_t brain_id,
                                          enum err (*each)(void *context,
                                                           const struct checkpoint_record *),
                                          void *context);
/* ERR_NOT_FOUND, both. */
MUST_CHECK enum err store_load_checkpoint(struct store *store, int64_t brain_id, const char *name,
                                          store_take_blob *take, void *context);
MUST_CHECK enum err store_delete_checkpoint(struct store *store, int64_t brain_id,
                                            const char *name);

MUST_CHECK enum err store_delete_automatic_checkpoints(struct store *store, int64_t brain_id);

/* Fills in the life of the brain's checkpoint of that name, if it stands at so many matches; else
 * 0. */
MUST_CHECK enum err store_find_life(struct store *store, const char *checkpoint,
                                    struct brain_place *place);

/* A brain has begun the life `to->life` at one of its checkpoints. What has led there is of that
 * life, too: the checkpoint, those before it in its life, and, if that was the brain's last, the
 * curve so far. The rest of the curve is deleted. */
MUST_CHECK enum err store_go_back(struct store *store, const char *checkpoint,
                                  const struct brain_place *to);

/* Replaces the one with that token and key, if there is one. Of all, the oldest beyond
 * STORE_RECEIPTS_MAX are deleted now and then. */
MUST_CHECK enum err store_put_receipt(struct store *store, const struct receipt_record *receipt);

/* Fills in the rest of a receipt of which token and key are set, if it is not older than that;
 * ERR_NOT_FOUND. */
MUST_CHECK enum err store_find_receipt(struct store *store, int64_t since_ms,
                                       struct receipt_record *out);

/* ERR_CORRUPT if one is not what was written. */
MUST_CHECK enum err store_check_receipts(struct store *store);

/* Answers are kept for a day, but no more than three a second for all of it: some 200 MB on disk.
 */
enum { STORE_RECEIPT_MS = 24 * 60 * 60 * 1000, STORE_RECEIPTS_MAX = 250000 };

/* Deletes those that are older. */
MUST_CHECK enum err store_forget_receipts(struct store *store, int64_t before_ms);

/* A change as rows, its receipts with it, with the functions above. Some of them say no:
 * ERR_NOT_FOUND (there is no such checkpoint), ERR_BUSY (CHECKPOINTS_NAMED_MAX). */
MUST_CHECK enum err store_write(struct store *store, struct change *change);

/* The version of SQLite that runs. */
const char *store_library_version(void);

/* Whether what is committed can be found: ERR_IO if the file, or one beside it, is not at its name
 * any more; `fault->detail` says which. Any thread. */
MUST_CHECK enum err store_check_files(const struct store *store, struct fault *fault);

/* What SQLite says of the last failure, for logs and `last_save_error`. */
const char *store_error(struct store *store);

/* Requests, by any thread, between store_start() and store_stop(). */

struct store_request {
    struct message message;
    struct store *store;
    /* The store's thread: makes the change, with the functions above. What it did is undone when it
     * fails; the other requests of the transaction stand. Called again where it found damage, and
     * where the transaction came to nothing: what it says is what the last call said. */
    enum err (*perform)(struct store *store, struct store_request *request);
    bool only_reads; /* then it waits for no change, whoever makes it */
    /* The store's thread: the change is on disk, or `err` and `error` say why not. The request is
     * the callee's again. */
    void (*done)(struct store_request *request);
    enum err err;
    char error[ERROR_TEXT_SIZE];
    unsigned took_us;    /* until it was on disk; to read, nothing */
    int64_t taken_up_us; /* the store's */
};

/* Beyond so many bytes of the write-ahead log nothing is written, and requests that would fail with
 * ERR_STORE_FULL (write_ahead.h); 0, as at first: no limit. Before store_start(). */
void store_limit_log(struct store *store, uint64_t bytes);

/* How long it is. Any thread. */
uint64_t store_log_bytes(struct store *store);

/* Starts the thread. The caller has read all and found it sound: from here on the file is written
 * to. On failure errno says why. */
MUST_CHECK enum err store_start(struct store *store);
void store_post(struct store *store, struct store_request *request);

/* Performs what was posted so far and joins the thread. */
void store_stop(struct store *store);

#endif
