/* The small texts of paths and query strings: boards, policies, names, numbers. */
#include "api/policy.h"
#include "base/json.h"
#include "fuzz/fuzz.h"
#include "model/name.h"
#include "model/record.h"
#include "support/tables.h"

#include <stdlib.h>
#include <string.h>

static void read_board(const char *text, size_t size)
{
    const struct states *states = tables_states();
    struct board board;
    if (board_parse(&states->game, text, size, &board) != ERR_OK)
        return;
    char again[GAME_CELLS_MAX];
    board_format(&states->game, board, again);
    fuzz_require(size == states->cells && memcmp(text, again, size) == 0);
    struct place place;
    const bool is_decision = states_place(states, board, &place);
    fuzz_require(is_decision == (states_find(states, board) != STATES_NO_ROW));
    const bool is_reduced_decision = states_place(tables_reduced_states(), board, &place);
    fuzz_require(is_decision == is_reduced_decision);
    if (is_decision)
        fuzz_require(game_result(&states->game, board) == RESULT_NONE);
}

static void read_policy(const char *text)
{
    struct policy policy;
    struct policy again;
    struct fault fault;
    struct text written = {0};
    if (policy_read_parameter(text, &policy, &fault) != ERR_OK) {
        fuzz_require_answerable(&fault);
        return;
    }
    struct fields in;
    json_begin(&written, '{');
    policy_add(&written, &policy);
    json_end(&written, '}');
    fuzz_require_json(&written);
    fields_open(&in, written.bytes, written.size, &fault);
    policy_read(&in, "policy", &again);
    fuzz_require(fields_end(&in) == ERR_OK);
    fuzz_require(again.kind == policy.kind);
    fields_free(&in);
    text_free(&written);
}

static void read_names(const char *text)
{
    if (brain_name_is_valid(text))
        fuzz_require(strlen(text) < NAME_SIZE && strpbrk(text, "@\"\\/") == NULL);
    if (checkpoint_name_is_valid(text))
        fuzz_require(strlen(text) < NAME_SIZE && strpbrk(text, "@\"\\/") == NULL);
}

static void read_number(const char *text)
{
    uint64_t number;
    char again[24];
    if (text_parse_number(text, &number) != ERR_OK)
        return;
    *text_put_number(again, number) = '\0';
    fuzz_require(strcmp(again, text + strspn(text, "0")) == 0 || number == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    size_t length;
    char *text = fuzz_word(&input, '\0', &length);
    read_board(text, length);
    read_policy(text);
    read_names(text);
    read_number(text);
    free(text);
    return 0;
}
