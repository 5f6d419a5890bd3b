/*
 * PUT /brains/{name} and POST /brains/{name}/copy: any body is refused, or a rule that reads the
 * same once it has been answered.
 */
#include "api/codec_brain.h"
#include "fuzz/fuzz.h"
#include "service/brains.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS = 9 };

static void require_same_when_answered(const struct brain_request *request)
{
    struct text body = {0};
    struct brain_request again;
    struct fault fault;
    text_add_format(&body, "{\"game\":\"%s\",\"rule\":\"%s\",\"options\":", request->game,
                    rule_kind_name(request->rule.kind));
    codec_encode_options(&request->rule, &body);
    text_add_string(&body, "}");
    fuzz_require_json(&body);
    fuzz_require(codec_decode_brain_request(body.bytes, body.size, &again, &fault) == ERR_OK);
    fuzz_require(rule_is_same(&request->rule, &again.rule));
    text_free(&body);
}

static enum err create(const char *body, size_t size, struct fault *fault)
{
    struct brain_request request;
    enum err err = codec_decode_brain_request(body, size, &request, fault);
    if (err != ERR_OK)
        return err;
    fuzz_require(memchr(request.game, '\0', sizeof request.game) != NULL);
    err = rule_check(&request.rule, CELLS, fault);
    if (err == ERR_OK)
        require_same_when_answered(&request);
    return err;
}

static enum err copy(const char *body, size_t size, struct fault *fault)
{
    char name[REQUEST_BRAIN_SIZE];
    enum err err = codec_decode_copy_request(body, size, name, fault);
    if (err == ERR_OK)
        fuzz_require(!brain_name_is_valid(name) || strlen(name) <= BRAIN_NAME_MAX);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fault fault;
    char *body = fuzz_copy(bytes, size);
    if (create(body, size, &fault) != ERR_OK)
        fuzz_require_answerable(&fault);
    if (copy(body, size, &fault) != ERR_OK)
        fuzz_require_answerable(&fault);
    free(body);
    return 0;
}
