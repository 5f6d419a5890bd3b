#include "model/job.h"

#include "base/text.h"
#include "engine/rule.h"

#include <assert.h>

static const char *const state_names[JOB_STATE_COUNT] = {
    [JOB_QUEUED] = "queued", [JOB_RUNNING] = "running", [JOB_STOPPING] = "stopping",
    [JOB_DONE] = "done",     [JOB_STOPPED] = "stopped", [JOB_FAILED] = "failed"};

static const char *const end_names[JOB_END_COUNT] = {[JOB_END_MATCHES] = "matches",
                                                     [JOB_END_UNTIL] = "until",
                                                     [JOB_END_STOP] = "stop",
                                                     [JOB_END_ERROR] = "error"};

static const char *const opponent_names[JOB_OPPONENT_COUNT] = {[JOB_OPPONENT_SELF] = "self",
                                                               [JOB_OPPONENT_RANDOM] = "random",
                                                               [JOB_OPPONENT_PERFECT] = "perfect",
                                                               [JOB_OPPONENT_BRAIN] = "brain",
                                                               [JOB_OPPONENT_LOOK] = "look"};

static const char *const until_names[UNTIL_KIND_COUNT] = {[UNTIL_NEVER_LOSES] = "never_loses",
                                                          [UNTIL_EXPLOITABILITY_BELOW] =
                                                              "exploitability_below",
                                                          [UNTIL_EXAM_ABOVE] = "exam_above"};

static const bool allowed[JOB_STATE_COUNT][JOB_STATE_COUNT] = {
    [JOB_QUEUED] = {[JOB_RUNNING] = true, [JOB_STOPPED] = true, [JOB_FAILED] = true},
    [JOB_RUNNING] = {[JOB_STOPPING] = true, [JOB_DONE] = true, [JOB_FAILED] = true},
    [JOB_STOPPING] = {[JOB_STOPPED] = true, [JOB_DONE] = true, [JOB_FAILED] = true},
};

const char *job_state_name(enum job_state state)
{
    return state_names[state];
}

const char *job_end_name(enum job_end end)
{
    return end_names[end];
}

enum err job_state_parse(const char *name, enum job_state *out)
{
    unsigned state = text_find_word(state_names, JOB_STATE_COUNT, name);
    if (state == JOB_STATE_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum job_state)state;
    return ERR_OK;
}

enum err job_end_parse(const char *name, enum job_end *out)
{
    unsigned end = text_find_word(end_names, JOB_END_COUNT, name);
    if (end == JOB_END_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum job_end)end;
    return ERR_OK;
}

const char *job_opponent_name(enum job_opponent opponent)
{
    return opponent_names[opponent];
}

enum err job_opponent_parse(const char *name, enum job_opponent *out)
{
    unsigned opponent = text_find_word(opponent_names, JOB_OPPONENT_COUNT, name);
    if (opponent == JOB_OPPONENT_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum job_opponent)opponent;
    return ERR_OK;
}

const char *until_kind_name(enum until_kind kind)
{
    return until_names[kind];
}

enum err until_kind_parse(const char *name, enum until_kind *out)
{
    unsigned kind = text_find_word(until_names, UNTIL_KIND_COUNT, name);
    if (kind == UNTIL_KIND_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum until_kind)kind;
    return ERR_OK;
}

static bool until_is_sound(const struct until *until)
{
    const struct policy *policy = &until->policy;
    return until->below >= 0 && until->above >= 0 && until->above <= 1 &&
           (policy->kind != POLICY_POWER ||
            (policy->power > 0 && policy->power <= POLICY_POWER_MAX));
}

static bool results_add_up(const struct job *job)
{
    uint64_t left = job->matches_done; /* a sum could overflow */
    for (unsigned result = 0; result < RESULT_COUNT; result++) {
        if (job->results[result] > left)
            return false;
        left -= job->results[result];
    }
    return left == 0;
}

bool job_is_sound(const struct job *job)
{
    const bool has_opponent_brain = job->opponent_brain[0] != '\0';
    return job->workers >= 1 && job->workers <= SCHEDULE_WORKERS_MAX &&
           job->learners >= LEARN_PLAYER1 && job->learners <= LEARN_BOTH &&
           job->matches <= JOB_MATCHES_MAX && job->matches_done <= job->matches &&
           results_add_up(job) && until_is_sound(&job->until) &&
           (job->opponent == JOB_OPPONENT_BRAIN) == has_opponent_brain &&
           (job->opponent == JOB_OPPONENT_LOOK) == (job->opponent_look > 0) &&
           job->opponent_look <= JOB_LOOK_MAX &&
           (job->opponent == JOB_OPPONENT_SELF || job->learners != LEARN_BOTH);
}

bool job_is_over(const struct job *job)
{
    return job->state == JOB_DONE || job->state == JOB_STOPPED || job->state == JOB_FAILED;
}

void job_move(struct job *job, enum job_state state)
{
    assert(allowed[job->state][state]);
    job->state = state;
}
