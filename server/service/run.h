/*
 * run - a running job: the training that the trainer works on, and its way to the disk.
 *
 *     trainer's thread   save:    copies the table                          (while it runs)
 *     evaluator's thread reached: posts a curve point
 *                        posts that progress save, behind the points before it
 *                        over:    posts the run back to the owner           (once)
 *     owner's thread     posts the last save: last table, job's last state
 *     store's thread     writes; posts back
 *     owner's thread     run_conclude(); work.h ends the run
 *
 * A last save that failed is kept and tried again until it succeeds; the brain's next job
 * waits for it, because that job's saves would otherwise leave this one's row behind. A training
 * that was short of memory ends like one that is suspended: its job goes on when there is some.
 */
#ifndef TTSTD_SERVICE_RUN_H
#define TTSTD_SERVICE_RUN_H

#include "service/log.h"
#include "train/trainer.h"

/* Hands the job, which is queued, to the trainer. Its brain is loaded. ERR_NO_MEMORY; ERR_CORRUPT:
 * the opponent's table. */
MUST_CHECK enum err run_start(struct service *service, struct job_entry *item);

/* Asks for a stop at the end of the round under way. */
void run_stop(struct run *run);

/* Whether its last match is played and only the last save is missing: too late to stop. */
bool run_is_ending(const struct run *run);

/* Its last save has been tried, the brain's next job may run: on disk or not its matches are
 * played, and the job is what it has come to. */
void run_conclude(struct run *run);

/* Its last save failed, and is tried again until it succeeds. */
void run_save_again(struct run *run);

/* Whose run it is. */
struct job_entry *run_job(const struct run *run);

/* Whether its job goes on later, and why it does: TRAINING_SUSPENDED, TRAINING_STARVED. */
enum training_end run_end(const struct run *run);

/* Its progress has been saved, or could not be: the next save may follow. */
void run_note_progress(struct run *run);

/* Fills in how far the job is: matches_done, results, running_ms. */
void run_progress(struct run *run, struct job *job);

/* How many matches it has played in this life of the daemon, as of its last published round. */
uint64_t run_matches(const struct run *run);

/* The trainer must be gone. */
void run_free(struct run *run);

/* For trainer_options. */
bool run_save(struct training *training);
void run_reached(struct training *training, const struct brain *table,
                 const struct curve_point *point);
void run_over(struct training *training, enum training_end end);

#endif
