/* POST /move: any body gets an answer or a problem, both of them JSON. */
#include "api/codec_move.h"
#include "base/log.h"
#include "fuzz/fuzz.h"
#include "support/served.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static struct served served;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    served_open(&served);
    struct brain_order order = served_brain_order("proving");
    order.rule = rule_default(RULE_GUARD);
    served_create(&served, &order);
    return 0;
}

static enum err choose(struct move_request *request, struct text *answer, struct fault *fault)
{
    struct move_choice *choices = malloc(request->count * sizeof *choices);
    const struct game *game;
    fuzz_require(choices != NULL);
    struct move_order order = {.brain = request->brain,
                               .boards = request->boards,
                               .count = request->count,
                               .is_batch = request->is_batch,
                               .detail = request->detail || !request->is_batch,
                               .policy = request->policy,
                               .seed = request->seed};
    enum err err;
    do {
        err = service_choose_moves(served.service, &order, choices, &game, fault);
    } while (err == ERR_LATER && served_fetch(&served));
    if (err == ERR_LATER) /* what was to be fetched is not there */
        err = fault_set(fault, ERR_NOT_FOUND, "brain", "there is no such checkpoint");
    if (err == ERR_OK)
        codec_encode_moves(request, game, choices, answer);
    free(choices);
    return err;
}

/* A body that was read without a document must be the document that it was taken for. */
static void require_as_document(const char *body, size_t size, const struct move_request *request)
{
    json_t *root = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *board = json_object_get(root, "board");
    fuzz_require(json_object_size(root) == 1 && json_is_string(board));
    fuzz_require(json_string_length(board) == request->single.size);
    fuzz_require(memcmp(json_string_value(board), request->single.text, request->single.size) == 0);
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct move_request request;
    struct fault fault;
    struct text answer = {0};
    char *body = fuzz_copy(bytes, size);
    enum err err = codec_decode_move_request(body, size, &request, &fault);
    if (err == ERR_OK && request.document == NULL)
        require_as_document(body, size, &request);
    if (err == ERR_OK) {
        err = choose(&request, &answer, &fault);
        codec_free_move_request(&request);
    }
    free(body);
    if (err == ERR_OK)
        fuzz_require_json(&answer);
    else
        fuzz_require_answerable(&fault);
    text_free(&answer);
    return 0;
}
