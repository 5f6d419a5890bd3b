/*
 * service - the use cases of the daemon, and who owns what while they run.
 *
 * One thread, the owner, makes all calls of this room and owns all its data: the list of
 * brains, the list of jobs, their states. In the daemon that is the HTTP loop; before it
 * starts and after it has ended, main. So nothing here is locked, and no request can wait
 * for a trainer. The other threads work on what they were handed and post back:
 *
 *     owner     --training-->  trainer    rounds; publishes tables that any thread may pin
 *     trainer   --table----->  evaluator  at curve points
 *     owner     --table----->  evaluator  on request, and where matches lead to a curve point
 *     evaluator --point----->  store      what it found there
 *     evaluator --save------>  store      a copy of the trainer's table, at the save interval
 *     evaluator --over------>  owner
 *     owner     --change---->  store      a job, a brain, a job's last table
 *     store     --saved----->  owner
 *
 * What a trainer has to say goes by way of the evaluator, so points, saves and the end of a
 * training come to the disk in the order in which they were passed. A job's state is written by
 * the owner's changes alone; the saves carry only how far it is. All pass through the store's one
 * queue, so the last word is right.
 *
 * A call that changes something ends when the change is on disk: it returns at once and
 * reports later through its `struct service_call`.
 */
#ifndef TTSTD_SERVICE_SERVICE_H
#define TTSTD_SERVICE_SERVICE_H

#include "service/call.h"

/* Opens the database, loads everything, goes on with the jobs that were running. On failure
 * `fault->detail` is one line for the operator. */
MUST_CHECK enum err service_open(const struct service_options *options, struct service **out,
                                 struct fault *fault);

/* Readable when service_deliver() has something to do. */
int service_event_fd(const struct service *service);

/* Does what other threads posted; calls end here. */
void service_deliver(struct service *service);

/* Does what is due by the clock (saves to be tried again). Returns in how many milliseconds it
 * wants to be called again, -1: no need. */
int service_tick(struct service *service);

/* Whether what is saved can be found again: ERR_IO if the database's files are not at their names
 * any more; `fault->detail` says which is not. */
MUST_CHECK enum err service_check_files(const struct service *service, struct fault *fault);

/* Suspends training, saves, closes the database and frees all. ERR_OK if everything is on disk;
 * otherwise `fault->detail` says in one line what is lost. No call that changes something may be
 * under way; others end before. */
MUST_CHECK enum err service_close(struct service *service, struct fault *fault);

/* Tells of what happens from now on. One at a time; before anything is delivered. */
void service_watch(struct service *service, const struct service_watcher *watcher);

/* The name of the kernel that trains. */
const char *service_kernel(const struct service *service);

/* A random seed, for whoever gave none. */
uint64_t service_draw_seed(struct service *service);

#endif
