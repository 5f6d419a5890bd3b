#include "api/codec_job.h"

#include "api/codec_json.h"
#include "api/codec_policy.h"
#include "engine/selfplay.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum err decode_opponent(json_t *value, struct job_request *out, struct fault *fault)
{
    if (json_is_object(value)) {
        struct field brain = {"brain", NULL};
        enum err err = codec_fields(value, "opponent.", &brain, 1, fault);
        if (err == ERR_OK && brain.value == NULL)
            err = fault_set(fault, ERR_MALFORMED, "opponent.brain", "is missing");
        out->opponent = JOB_OPPONENT_BRAIN;
        return err != ERR_OK
                   ? err
                   : codec_brain(brain.value, "opponent.brain", out->opponent_brain, fault);
    }
    if (!json_is_string(value))
        return fault_set(fault, ERR_MALFORMED, "opponent",
                         "must be a string or {\"brain\": \"name\"}");
    if (job_opponent_parse(json_string_value(value), &out->opponent) != ERR_OK ||
        out->opponent == JOB_OPPONENT_BRAIN)
        return fault_set(fault, ERR_IMPOSSIBLE, "opponent",
                         "must be \"self\", \"random\", \"perfect\" or {\"brain\": \"name\"}");
    return ERR_OK;
}

static enum err decode_below(const json_t *value, double *out, struct fault *fault)
{
    if (!json_is_number(value))
        return fault_set(fault, ERR_MALFORMED, "until.exploitability_below", "must be a number");
    if (!(json_number_value(value) > 0 && json_number_value(value) <= 1))
        return fault_set(fault, ERR_IMPOSSIBLE, "until.exploitability_below",
                         "must be above 0 and at most 1");
    *out = json_number_value(value);
    return ERR_OK;
}

static enum err decode_never_loses(const json_t *value, struct fault *fault)
{
    if (!json_is_boolean(value))
        return fault_set(fault, ERR_MALFORMED, "until.never_loses", "must be true");
    if (!json_is_true(value))
        return fault_set(fault, ERR_IMPOSSIBLE, "until.never_loses", "must be true");
    return ERR_OK;
}

static enum err decode_until(json_t *value, struct until *out, struct fault *fault)
{
    enum { NEVER_LOSES, BELOW, POLICY, FIELDS };
    struct field fields[FIELDS] = {[NEVER_LOSES] = {"never_loses", NULL},
                                   [BELOW] = {"exploitability_below", NULL},
                                   [POLICY] = {"policy", NULL}};
    if (!json_is_object(value))
        return fault_set(fault, ERR_MALFORMED, "until", "must be an object or null");
    enum err err = codec_fields(value, "until.", fields, FIELDS, fault);
    if (err != ERR_OK)
        return err;
    if ((fields[NEVER_LOSES].value == NULL) == (fields[BELOW].value == NULL))
        return fault_set(fault, ERR_MALFORMED, "until",
                         "must have never_loses or exploitability_below, not both");
    if (fields[NEVER_LOSES].value != NULL) {
        out->kind = UNTIL_NEVER_LOSES;
        out->policy.kind = POLICY_GREEDY;
        return fields[POLICY].value != NULL ? fault_set(fault, ERR_MALFORMED, "until.policy",
                                                        "goes with exploitability_below only")
                                            : decode_never_loses(fields[NEVER_LOSES].value, fault);
    }
    out->kind = UNTIL_EXPLOITABILITY_BELOW;
    err = decode_below(fields[BELOW].value, &out->below, fault);
    if (err == ERR_OK && fields[POLICY].value != NULL)
        err = codec_policy(fields[POLICY].value, "until.policy", &out->policy, fault);
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
        err = codec_brain(fields[BRAIN].value, "brain", out->brain, fault);
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
        err = decode_opponent(fields[OPPONENT].value, out, fault);
    if (err == ERR_OK && fields[UNTIL].value != NULL && !json_is_null(fields[UNTIL].value))
        err = decode_until(fields[UNTIL].value, &out->until, fault);
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

static json_t *opponent_of(const struct job *job)
{
    if (job->opponent == JOB_OPPONENT_BRAIN)
        return json_pack("{s:o}", "brain", codec_readable(job->opponent_brain));
    return json_string(job_opponent_name(job->opponent));
}

static json_t *until_of(const struct until *until)
{
    switch (until->kind) {
    case UNTIL_NEVER_LOSES:
        return json_pack("{s:b}", "never_loses", 1);
    case UNTIL_EXPLOITABILITY_BELOW:
        return json_pack("{s:f, s:o}", "exploitability_below", until->below, "policy",
                         codec_policy_value(&until->policy));
    default:
        return json_null();
    }
}

void codec_encode_job(const struct job_view *view, struct text *out)
{
    const struct job *job = &view->job;
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, job->seed);
    double seconds = (double)job->running_ms / 1000.0;
    json_int_t speed = seconds > 0 ? (json_int_t)((double)job->matches_done / seconds) : 0;
    codec_write(
        json_pack("{s:I, s:s, s:s, s:I, s:I, s:i, s:s, s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I},"
                  " s:I, s:o, s:o, s:o, s:o}",
                  "id", (json_int_t)job->id, "brain", view->brain, "state",
                  job_state_name(job->state), "matches", (json_int_t)job->matches, "matches_done",
                  (json_int_t)job->matches_done, "workers", (int)job->workers, "seed", seed,
                  "learn", learners_list(job->learners), "opponent", opponent_of(job), "until",
                  until_of(&job->until), "ended_by",
                  codec_optional_string(job_end_name(job->ended_by)), "results", "player1",
                  (json_int_t)job->results[RESULT_PLAYER1 - 1], "player2",
                  (json_int_t)job->results[RESULT_PLAYER2 - 1], "draw",
                  (json_int_t)job->results[RESULT_DRAW - 1], "matches_per_second", speed,
                  "created_at", codec_time(job->created_at_ms), "started_at",
                  codec_time(job->started_at_ms), "finished_at", codec_time(job->finished_at_ms),
                  "error", codec_optional_string(job->error)),
        out);
}
