/* POST /train: any body is refused, or an order for a job within all bounds. */
#include "api/codec_job.h"
#include "fuzz/fuzz.h"
#include "train/schedule.h"

#include <stdlib.h>
#include <string.h>

static void require_in_bounds(const struct job_request *request)
{
    fuzz_require(request->matches >= 1 && request->matches <= JOB_MATCHES_MAX);
    fuzz_require(request->workers >= 1 && request->workers <= SCHEDULE_WORKERS_MAX);
    fuzz_require(request->learners >= 1 && request->learners <= 3);
    fuzz_require(memchr(request->brain, '\0', sizeof request->brain) != NULL);
    fuzz_require(request->opponent == JOB_OPPONENT_BRAIN || request->opponent_brain[0] == '\0');
    const struct until *until = &request->until;
    if (until->kind == UNTIL_EXPLOITABILITY_BELOW)
        fuzz_require(until->below > 0 && until->below <= 1);
    if (until->policy.kind == POLICY_POWER)
        fuzz_require(until->policy.power > 0 && until->policy.power <= POLICY_POWER_MAX);
}

static void require_encodable(const struct job_request *request)
{
    struct job_view view = {.brain = SERVICE_DEFAULT_BRAIN,
                            .job = {.id = 1,
                                    .matches = request->matches,
                                    .workers = request->workers,
                                    .seed = request->seed,
                                    .learners = request->learners,
                                    .opponent = request->opponent,
                                    .until = request->until}};
    struct text answer = {0};
    codec_encode_job(&view, &answer);
    fuzz_require_json(&answer);
    text_free(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct job_request request;
    struct fault fault;
    char *body = fuzz_copy(bytes, size);
    enum err err = codec_decode_job_request(body, size, &request, &fault);
    free(body);
    if (err == ERR_OK) {
        require_in_bounds(&request);
        require_encodable(&request);
    } else {
        fuzz_require_answerable(&fault);
    }
    return 0;
}
