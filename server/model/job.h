/*
 * job - a training run: what was asked for, and how far it is.
 *
 *     queued --> running --> done
 *       |           |
 *       |           v
 *       |        stopping --> stopped
 *       \----------------------^
 *
 * and from each of the first three to failed.
 *
 * A stop asked for in the very round in which a job reaches its last match finds it done:
 * stopping --> done is allowed too. After a restart a job that was running runs again.
 */
#ifndef TTSTD_MODEL_JOB_H
#define TTSTD_MODEL_JOB_H

#include "engine/game/game.h"
#include "engine/policy.h"
#include "model/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_STOPPING,
    JOB_DONE,
    JOB_STOPPED,
    JOB_FAILED,
    JOB_STATE_COUNT
};

enum job_end {
    JOB_END_NONE,
    JOB_END_MATCHES,
    JOB_END_UNTIL,
    JOB_END_STOP,
    JOB_END_ERROR,
    JOB_END_COUNT
};

/* Who makes the moves of the player that does not learn. */
enum job_opponent {
    JOB_OPPONENT_SELF, /* the brain itself */
    JOB_OPPONENT_RANDOM,
    JOB_OPPONENT_PERFECT,
    JOB_OPPONENT_BRAIN, /* another one, as it was when the job was accepted */
    JOB_OPPONENT_LOOK,  /* looks ahead */
    JOB_OPPONENT_COUNT
};

/* What may end it before its last match: a goal, judged at curve points. */
enum until_kind {
    UNTIL_NOTHING,
    UNTIL_NEVER_LOSES, /* under the policy greedy, as either player */
    UNTIL_EXPLOITABILITY_BELOW,
    UNTIL_EXAM_ABOVE,
    UNTIL_KIND_COUNT
};

struct until {
    enum until_kind kind;
    double above;         /* for UNTIL_EXAM_ABOVE, else 0 */
    double below;         /* for UNTIL_EXPLOITABILITY_BELOW, as the next */
    struct policy policy; /* that is to be so hard to exploit */
};

enum { JOB_ERROR_SIZE = 160, JOB_BRAIN_SIZE = 130 /* brain@checkpoint */, JOB_LOOK_MAX = 8 };

/* One shape, from the request to the disk; store/job_rows.c has the columns. */
struct job {
    int64_t id; /* from 1 */
    int64_t brain_id;
    enum job_state state;
    enum job_end ended_by;
    uint64_t matches; /* to play */
    uint32_t workers;
    uint64_t seed;
    unsigned learners; /* of enum learner */
    uint32_t schedule; /* SCHEDULE_VERSION when it began */
    enum job_opponent opponent;
    char opponent_brain[JOB_BRAIN_SIZE]; /* its name; "" unless the opponent is one */
    unsigned opponent_look;              /* plies; 0 unless the opponent looks ahead */
    struct until until;
    uint64_t matches_done;
    uint64_t results[RESULT_COUNT];
    int64_t running_ms;    /* time spent running, over all restarts */
    int64_t created_at_ms; /* since 1970; 0 = not yet, in these three */
    int64_t started_at_ms;
    int64_t finished_at_ms;
    char error[JOB_ERROR_SIZE]; /* of a failed job, else "" */
    /* In memory only. */
    bool is_altered; /* of one that is read: it is not what was written */
};

const char *job_state_name(enum job_state state);

/* "matches", "until", "stop", "error"; NULL for JOB_END_NONE. */
const char *job_end_name(enum job_end end);

/* ERR_NOT_FOUND if there is none of that name. */
MUST_CHECK enum err job_state_parse(const char *name, enum job_state *out);
MUST_CHECK enum err job_end_parse(const char *name, enum job_end *out);

/* "self", "random", "perfect", "brain", "look". */
const char *job_opponent_name(enum job_opponent opponent);
MUST_CHECK enum err job_opponent_parse(const char *name, enum job_opponent *out);

/* "never_loses", "exploitability_below", "exam_above"; NULL for UNTIL_NOTHING. */
const char *until_kind_name(enum until_kind kind);
MUST_CHECK enum err until_kind_parse(const char *name, enum until_kind *out);

/* Whether its numbers are in range and agree with each other. */
bool job_is_sound(const struct job *job);

/* Whether nothing follows this state. */
bool job_is_over(const struct job *job);

/* Moves the job on; a transition that is not in the diagram is a programmer's error. */
void job_move(struct job *job, enum job_state state);

#endif
