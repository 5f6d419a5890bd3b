#include "train/crew.h"

#include "base/log.h"
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICEST = 19 };

struct crew {
    pthread_mutex_t lock;
    pthread_cond_t work_there; /* a share to take, or `leave` */
    pthread_cond_t work_done;  /* playing == 0 */
    struct crew_work work;     /* under lock: this and all below */
    unsigned taken;            /* shares taken so far */
    unsigned playing;          /* of these, not yet played to their end */
    unsigned whole;            /* of these, played to their end */
    bool leave;
    _Atomic bool abandoned; /* not under lock */
    unsigned threads;       /* fixed: this and all below */
    pthread_t ids[];
};

void crew_be_nice(void)
{
    /* A sandbox may forbid even to be nicer. Then training is just ruder, which the log says once.
     */
    static atomic_flag is_told = ATOMIC_FLAG_INIT;
    if (setpriority(PRIO_PROCESS, (id_t)gettid(), NICEST) != 0 &&
        !atomic_flag_test_and_set(&is_told))
        LOG(LOG_WARN, "cannot_be_nice", LOG_NUMBER("nice", NICEST),
            LOG_TEXT("error", strerror(errno)));
}

/* Under lock. Plays shares until none is left to take. */
static void play_shares(struct crew *crew)
{
    while (crew->taken < crew->work.count && !atomic_load(&crew->abandoned)) {
        unsigned share = crew->taken++;
        crew->playing++;
        const struct crew_work work = crew->work;
        struct batch_share plan = work.shares[share];
        plan.given_up[1] = &crew->abandoned;
        pthread_mutex_unlock(&crew->lock);
        batch_play(&work.batches[share], work.base, &plan);
        pthread_mutex_lock(&crew->lock);
        crew->whole += work.batches[share].is_whole;
        if (--crew->playing == 0)
            pthread_cond_signal(&crew->work_done);
    }
}

static void *member(void *arg)
{
    struct crew *crew = arg;
    pthread_setname_np(pthread_self(), "train");
    crew_be_nice();
    pthread_mutex_lock(&crew->lock);
    while (!crew->leave) {
        play_shares(crew);
        if (!crew->leave)
            pthread_cond_wait(&crew->work_there, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

enum err crew_create(unsigned threads, struct crew **out)
{
    struct crew *crew = calloc(1, sizeof *crew + threads * sizeof crew->ids[0]);
    if (crew == NULL)
        return ERR_NO_MEMORY;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->work_there, NULL);
    pthread_cond_init(&crew->work_done, NULL);
    for (; crew->threads + 1 < threads; crew->threads++) {
        if (thread_start(&crew->ids[crew->threads], member, crew) != ERR_OK) {
            crew_destroy(crew);
            return ERR_NO_MEMORY;
        }
    }
    *out = crew;
    return ERR_OK;
}

void crew_destroy(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->leave = true;
    pthread_cond_broadcast(&crew->work_there);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->threads; i++)
        pthread_join(crew->ids[i], NULL);
    pthread_cond_destroy(&crew->work_done);
    pthread_cond_destroy(&crew->work_there);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}

bool crew_play(struct crew *crew, const struct crew_work *work)
{
    pthread_mutex_lock(&crew->lock);
    crew->work = *work;
    crew->taken = crew->whole = 0;
    if (work->count > 1)
        pthread_cond_broadcast(&crew->work_there);
    play_shares(crew);
    while (crew->playing > 0)
        pthread_cond_wait(&crew->work_done, &crew->lock);
    bool complete = crew->whole == work->count;
    pthread_mutex_unlock(&crew->lock);
    return complete;
}

void crew_abandon(struct crew *crew)
{
    atomic_store(&crew->abandoned, true);
}
