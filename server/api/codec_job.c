#include "api/codec_job.h"

#include "api/codec_json.h"
#include "engine/selfplay.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum err decode_opponent(const json_t *value, struct fault *fault)
{
    const char *opponent;
    enum err err = codec_string(value, "opponent", &opponent, fault);
    if (err == ERR_OK && strcmp(opponent, "self") != 0)
        err = fault_set(fault, ERR_IMPOSSIBLE, "opponent", "must be \"self\"");
    return err;
}

static enum err decode(json_t *root, struct job_request *out, struct fault *fault)
{
    enum { MATCHES, BRAIN, WORKERS, SEED, LEARN, OPPONENT, UNTIL, FIELDS };
    struct field fields[FIELDS] = {
        [MATCHES] = {"matches", NULL}, [BRAIN] = {"brain", NULL}, [WORKERS] = {"workers", NULL},
        [SEED] = {"seed", NULL},       [LEARN] = {"learn", NULL}, [OPPONENT] = {"opponent", NULL},
        [UNTIL] = {"until", NULL}};
    enum err err = codec_fields(root, "", fields, FIELDS, fault);
    if (err == ERR_OK && fields[MATCHES].value == NULL)
        err = fault_set(fault, ERR_MALFORMED, "matches", "is missing");
    if (err == ERR_OK)
        err = codec_integer(fields[MATCHES].value, "matches", 1, JOB_MATCHES_MAX, &out->matches,
                            fault);
    if (err == ERR_OK && fields[BRAIN].value != NULL)
        err = codec_brain(fields[BRAIN].value, out->brain, fault);
    uint64_t workers = 1;
    if (err == ERR_OK && fields[WORKERS].value != NULL)
        err = codec_integer(fields[WORKERS].value, "workers", 1, SCHEDULE_WORKERS_MAX, &workers,
                            fault);
    out->workers = (unsigned)workers;
    out->has_seed = fields[SEED].value != NULL;
    if (err == ERR_OK && out->has_seed)
        err = codec_seed(fields[SEED].value, "seed", &out->seed, fault);
    if (err == ERR_OK && fields[LEARN].value != NULL)
        err = codec_learners(fields[LEARN].value, &out->learners, fault);
    if (err == ERR_OK && fields[OPPONENT].value != NULL)
        err = decode_opponent(fields[OPPONENT].value, fault);
    if (err == ERR_OK && fields[UNTIL].value != NULL && !json_is_null(fields[UNTIL].value))
        err = fault_set(fault, ERR_MALFORMED, "until", "must be null");
    return err;
}

enum err codec_decode_job_request(const char *body, size_t size, struct job_request *out,
                                  struct fault *fault)
{
    json_t *root;
    enum err err = codec_parse(body, size, &root, fault);
    if (err != ERR_OK)
        return err;
    *out = (struct job_request){.brain = SERVICE_DEFAULT_BRAIN, .learners = LEARN_BOTH};
    err = decode(root, out, fault);
    json_decref(root);
    return err;
}

static json_t *learners_list(unsigned learners)
{
    json_t *list = json_array();
    for (unsigned player = 1; player <= 2; player++)
        if (learners >> (player - 1) & 1)
            json_array_append_new(list, json_integer(player));
    return list;
}

void codec_encode_job(const struct job_view *view, struct text *out)
{
    const struct job *job = &view->job;
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, job->seed);
    double seconds = (double)job->running_ms / 1000.0;
    json_int_t speed = seconds > 0 ? (json_int_t)((double)job->matches_done / seconds) : 0;
    codec_write(
        json_pack("{s:I, s:s, s:s, s:I, s:I, s:i, s:s, s:o, s:s, s:n, s:o, s:{s:I, s:I, s:I},"
                  " s:I, s:o, s:o, s:o, s:o}",
                  "id", (json_int_t)job->id, "brain", view->brain, "state",
                  job_state_name(job->state), "matches", (json_int_t)job->matches, "matches_done",
                  (json_int_t)job->matches_done, "workers", (int)job->workers, "seed", seed,
                  "learn", learners_list(job->learners), "opponent", "self", "until", "ended_by",
                  codec_optional_string(job_end_name(job->ended_by)), "results", "player1",
                  (json_int_t)job->results[RESULT_PLAYER1 - 1], "player2",
                  (json_int_t)job->results[RESULT_PLAYER2 - 1], "draw",
                  (json_int_t)job->results[RESULT_DRAW - 1], "matches_per_second", speed,
                  "created_at", codec_time(job->created_at_ms), "started_at",
                  codec_time(job->started_at_ms), "finished_at", codec_time(job->finished_at_ms),
                  "error", codec_optional_string(job->error)),
        out);
}
