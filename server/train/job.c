#include "train/job.h"

#include "base/text.h"

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
                                                               [JOB_OPPONENT_BRAIN] = "brain"};

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

bool job_is_over(const struct job *job)
{
    return job->state == JOB_DONE || job->state == JOB_STOPPED || job->state == JOB_FAILED;
}

void job_move(struct job *job, enum job_state state)
{
    assert(allowed[job->state][state]);
    job->state = state;
}
