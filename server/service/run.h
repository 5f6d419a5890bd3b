/*
 * run - a running job: the training that the trainer works on, and its way to the disk.
 *
 *     trainer's thread   save:  copies the table                            (while it runs)
 *     evaluator's thread posts that progress save, behind the curve points before it
 *                        over:  posts the run back to the owner             (once)
 *     owner's thread     posts the last save: last table, job's last state
 *     store's thread     writes; posts back
 *     owner's thread     ends the job
 *
 * A last save that failed is kept and tried again until it succeeds; the brain's next job
 * waits for it, because that job's saves would otherwise leave this one's row behind. A training
 * that was short of memory ends like one that is suspended: its job goes on when there is some.
 */
#ifndef TTSTD_SERVICE_RUN_H
#define TTSTD_SERVICE_RUN_H

#include "service/internal.h"

/* Hands the job, which is queued, to the trainer. Its brain is loaded. ERR_NO_MEMORY; ERR_CORRUPT:
 * the opponent's table. */
MUST_CHECK enum err run_start(struct service *service, struct job_entry *item);

/* Asks for a stop at the end of the round under way. */
void run_stop(struct run *run);

/* Whether its last match is played and only the last save is missing: too late to stop. */
bool run_is_ending(const struct run *run);

/* Fills in how far the job is: matches_done, results, running_ms. */
void run_progress(struct run *run, struct job *job);

/* How many matches it has played in this life of the daemon, as of its last published round. */
uint64_t run_matches(const struct run *run);

/* The trainer must be gone. */
void run_free(struct run *run);

/* The service whose run this is. Any thread. */
struct service *run_service(const struct training *training);

/* For trainer_options. */
bool run_save(struct training *training);
void run_over(struct training *training, enum training_end end);

#endif
