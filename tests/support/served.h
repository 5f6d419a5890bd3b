/*
 * served - a service on a database of its own, and its owner's loop. Waiting has no limit of its
 * own: check's time limit ends a wait without end.
 */
#ifndef TTSTD_TESTS_SUPPORT_SERVED_H
#define TTSTD_TESTS_SUPPORT_SERVED_H

#include "engine/brain.h"
#include "service/brains.h"
#include "service/jobs.h"
#include "support/curves.h"
#include "support/folder.h"

#include <stdbool.h>

struct served {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    unsigned threads;
    unsigned save_interval_ms;
    size_t brain_memory;
    struct service *service;
};

/* Makes the folder and opens a service with two training threads that saves at the end only. */
void served_open(struct served *served);

/* Opens the service once more, after served_shut(). */
void served_start(struct served *served);

/* Closes the service, which must succeed, and keeps the file. */
void served_shut(struct served *served);
void served_restart(struct served *served);

/* Removes the folder too. */
void served_close(struct served *served);

/* One turn of the owner's loop: waits for something to do, and does it. */
void served_turn(struct served *served);

/* A call to wait for. */
struct served_call {
    struct service_call call; /* first */
    bool is_done;
};

struct served_call served_call(void);

/* Turns until the call is done; returns its outcome. */
enum err served_wait(struct served *served, struct served_call *call);

/* A call that nobody waits for, where what is asked for is in memory. */
struct service_call *served_nobody(void);

/* An order for a brain with the rule `beads`; what a test wants otherwise it changes. */
struct brain_order served_brain_order(const char *name);

/* Creates a brain that must come to be. */
void served_create(struct served *served, const struct brain_order *order);

/* A job for the default brain: one worker, both players learn. */
struct job_order served_job_order(uint64_t seed, uint64_t matches);

/* Starts a job that must be accepted, waits until it is on disk, returns its id. */
int64_t served_begin(struct served *served, const struct job_order *order);

/* Asks for a job's stop and waits until that is on disk. */
void served_stop(struct served *served, int64_t id);

struct job served_job(struct served *served, int64_t id);

/* Turns until the job has that many matches, or is over. */
struct job served_wait_matches(struct served *served, int64_t id, uint64_t matches);
struct job served_wait_over(struct served *served, int64_t id);

/* The rounds of a job on a brain that has lived `start` matches before; without the opponent. */
struct rounds_plan served_plan(const struct job_order *order, uint64_t start);

/* Has another process serve the closed database, and kills it as soon as `work`, which is called
 * there, has come back. */
void served_kill_after(struct served *served,
                       void (*work)(struct served *served, const void *context),
                       const void *context);

/* The same, saving all the time, as soon as so many of the job's matches are on disk or it is over.
 */
void served_run_and_kill(struct served *served, int64_t id, uint64_t matches);
/* The digest of a brain, or brain@checkpoint, which is fetched if need be. */
enum err served_digest(struct served *served, const char *name, char out[BRAIN_DIGEST_SIZE]);

/* Keeps a checkpoint; teaches a brain a match, from which both players learn. Both wait for the
 * outcome. */
enum err served_keep(struct served *served, const char *brain, const char *checkpoint);
enum err served_try_learn(struct served *served, const char *brain, const uint8_t moves[],
                          size_t count);

/* Whether the digest of a brain is that of the table. */
bool served_has(struct served *served, const char *name, const struct brain *table);

/* Learns a match, which must be one, and waits until it is on disk. */
void served_learn(struct served *served, const char *brain, const uint8_t moves[], size_t count);

/* Reads a brain's curve, which must succeed. */
void served_read_curve(struct served *served, const char *brain, struct curve *out);

#endif
