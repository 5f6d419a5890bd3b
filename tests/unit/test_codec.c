/* Requests, as strangers send them: what is taken, and what each fault is called and where it is.
 */
#include "api/codec_brain.h"
#include "api/codec_job.h"
#include "api/codec_move.h"
#include "engine/selfplay.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each decodes a body, of exactly that size in memory, and forgets what it said. */
typedef enum err decode_fn(const char *body, size_t size, struct fault *fault);

static enum err decode_move(const char *body, size_t size, struct fault *fault)
{
    struct move_request request;
    enum err err = codec_decode_move_request(body, size, &request, fault);
    if (err == ERR_OK)
        codec_free_move_request(&request);
    return err;
}

static enum err decode_job(const char *body, size_t size, struct fault *fault)
{
    struct job_request request;
    return codec_decode_job_request(body, size, &request, fault);
}

static enum err decode_brain(const char *body, size_t size, struct fault *fault)
{
    struct brain_request request;
    return codec_decode_brain_request(body, size, &request, fault);
}

static void assert_outcome(decode_fn *decode, const char *body, size_t size, enum err err,
                           const char *field)
{
    struct fault fault = {.err = ERR_OK};
    char *copy = malloc(size + (size == 0));
    memcpy(copy, body, size);
    enum err got = decode(copy, size, &fault);
    free(copy);
    ck_assert_msg(got == err, "%.*s: %s, %s: %s", (int)size, body, err_name(got), fault.field,
                  fault.detail);
    if (err == ERR_OK)
        return;
    ck_assert_int_eq(fault.err, err);
    ck_assert_msg(strcmp(fault.field, field) == 0, "%.*s: %s: %s", (int)size, body, fault.field,
                  fault.detail);
    ck_assert_str_ne(fault.detail, "");
}

struct refusal {
    const char *body;
    enum err err;
    const char *field;
};

static void assert_refusals(decode_fn *decode, const struct refusal refusals[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_outcome(decode, refusals[i].body, strlen(refusals[i].body), refusals[i].err,
                       refusals[i].field);
}

#define ASSERT_REFUSALS(decode, refusals)                                                          \
    assert_refusals(decode, refusals, sizeof(refusals) / sizeof(refusals)[0])

START_TEST(test_what_is_no_json_object_in_utf8_is_malformed)
{
    static const struct refusal refusals[] = {
        {"", ERR_MALFORMED, ""},
        {" ", ERR_MALFORMED, ""},
        {"null", ERR_MALFORMED, ""},
        {"[]", ERR_MALFORMED, ""},
        {"1", ERR_MALFORMED, ""},
        {"\"matches\"", ERR_MALFORMED, ""},
        {"{", ERR_MALFORMED, ""},
        {"{}x", ERR_MALFORMED, ""},
        {"{'matches':1}", ERR_MALFORMED, ""},
        {"{\"matches\":1,}", ERR_MALFORMED, ""},
        {"{\"matches\":01}", ERR_MALFORMED, ""},
        {"{\"matches\":NaN}", ERR_MALFORMED, ""},
        {"{\"matches\":\"\xff\"}", ERR_MALFORMED, ""},
        {"{\"brain\":\"\\u0000\"}", ERR_MALFORMED, ""},
        {"\xef\xbb\xbf\xef\xbb\xbf{}", ERR_MALFORMED, ""},
    };
    ASSERT_REFUSALS(decode_move, refusals);
    ASSERT_REFUSALS(decode_job, refusals);
    ASSERT_REFUSALS(decode_brain, refusals);
    assert_outcome(decode_job, "{\"matches\":1}\0", 14, ERR_MALFORMED, "");
}
END_TEST

START_TEST(test_a_body_nested_without_end_is_malformed)
{
    enum { DEPTH = 100000 };
    char *body = malloc(DEPTH);
    memset(body, '[', DEPTH);
    assert_outcome(decode_job, body, DEPTH, ERR_MALFORMED, "");
    free(body);
}
END_TEST

START_TEST(test_unknown_and_doubled_fields_are_malformed_and_named)
{
    static const struct refusal of_moves[] = {
        {"{\"board\":\"000000000\",\"bored\":1}", ERR_MALFORMED, "bored"},
        {"{\"board\":\"000000000\",\"Brain\":\"default\"}", ERR_MALFORMED, "Brain"},
        {"{\"board\":\"000000000\",\"board\":\"000000000\"}", ERR_MALFORMED, "board"},
        {"{\"board\":\"000000000\",\"\":1}", ERR_MALFORMED, ""},
        {"{\"board\":\"000000000\",\"policy\":{\"power\":2,\"t\":1}}", ERR_MALFORMED, "policy.t"},
    };
    static const struct refusal of_jobs[] = {
        {"{\"matches\":1,\"match\":1}", ERR_MALFORMED, "match"},
        {"{\"matches\":1,\"matches\":1}", ERR_MALFORMED, "matches"},
    };
    static const struct refusal of_brains[] = {
        {"{\"game\":\"tictactoe\",\"rule\":\"beads\",\"size\":1}", ERR_MALFORMED, "size"},
        {"{\"game\":\"tictactoe\",\"rule\":\"beads\",\"options\":{\"gain\":1}}", ERR_MALFORMED,
         "options.gain"},
        {"{\"rule\":\"beads\",\"rule\":\"beads\"}", ERR_MALFORMED, "rule"},
        {"{\"rule\":\"beads\",\"options\":{\"reward\":1,\"reward\":1}}", ERR_MALFORMED,
         "options.reward"},
    };
    ASSERT_REFUSALS(decode_move, of_moves);
    ASSERT_REFUSALS(decode_job, of_jobs);
    ASSERT_REFUSALS(decode_brain, of_brains);
}
END_TEST

START_TEST(test_a_long_unknown_field_is_named_as_far_as_there_is_room)
{
    char body[300] = "{\"";
    char expected[FAULT_FIELD_SIZE] = "";
    memset(body + 2, 'f', 200);
    memcpy(body + 202, "\":1}", 5);
    memset(expected, 'f', sizeof expected - 1);
    assert_outcome(decode_job, body, strlen(body), ERR_MALFORMED, expected);
}
END_TEST

START_TEST(test_moves_that_cannot_be_read_are_refused)
{
#define BOARD "\"board\":\"000000000\""
    static const struct refusal refusals[] = {
        {"{}", ERR_MALFORMED, "board"},
        {"{\"board\":0}", ERR_MALFORMED, "board"},
        {"{\"board\":null}", ERR_MALFORMED, "board"},
        {"{\"board\":[\"000000000\"]}", ERR_MALFORMED, "board"},
        {"{" BOARD ",\"boards\":[\"000000000\"]}", ERR_MALFORMED, "boards"},
        {"{" BOARD ",\"detail\":true}", ERR_MALFORMED, "detail"},
        {"{" BOARD, ERR_MALFORMED, ""},
        {"{" BOARD "}}", ERR_MALFORMED, ""},
        {"{\"board\":\"000000", ERR_MALFORMED, ""},
        {"{\"board\"", ERR_MALFORMED, ""},
        {"{" BOARD "," BOARD "}", ERR_MALFORMED, "board"},
        {"{\"boards\":\"000000000\"}", ERR_MALFORMED, "boards"},
        {"{\"boards\":{}}", ERR_MALFORMED, "boards"},
        {"{\"boards\":[]}", ERR_IMPOSSIBLE, "boards"},
        {"{\"boards\":[\"000000000\",1]}", ERR_MALFORMED, "boards[1]"},
        {"{\"boards\":[null]}", ERR_MALFORMED, "boards[0]"},
        {"{\"boards\":[\"000000000\"],\"detail\":1}", ERR_MALFORMED, "detail"},
        {"{\"boards\":[\"000000000\"],\"detail\":null}", ERR_MALFORMED, "detail"},
        {"{" BOARD ",\"brain\":1}", ERR_MALFORMED, "brain"},
        {"{" BOARD ",\"brain\":null}", ERR_MALFORMED, "brain"},
        {"{" BOARD ",\"policy\":1}", ERR_MALFORMED, "policy"},
        {"{" BOARD ",\"policy\":null}", ERR_MALFORMED, "policy"},
        {"{" BOARD ",\"policy\":\"\"}", ERR_IMPOSSIBLE, "policy"},
        {"{" BOARD ",\"policy\":\"best\"}", ERR_IMPOSSIBLE, "policy"},
        {"{" BOARD ",\"policy\":\"power\"}", ERR_IMPOSSIBLE, "policy"},
        {"{" BOARD ",\"policy\":{}}", ERR_MALFORMED, "policy.power"},
        {"{" BOARD ",\"policy\":{\"power\":\"4\"}}", ERR_MALFORMED, "policy.power"},
        {"{" BOARD ",\"policy\":{\"power\":0}}", ERR_IMPOSSIBLE, "policy.power"},
        {"{" BOARD ",\"policy\":{\"power\":-1}}", ERR_IMPOSSIBLE, "policy.power"},
        {"{" BOARD ",\"policy\":{\"power\":16.000001}}", ERR_IMPOSSIBLE, "policy.power"},
        {"{" BOARD ",\"policy\":{\"power\":1e300}}", ERR_IMPOSSIBLE, "policy.power"},
    };
    ASSERT_REFUSALS(decode_move, refusals);
#undef BOARD
}
END_TEST

/* A list of `count` empty boards. */
static char *boards_body(unsigned count)
{
    char *body = malloc(32 + (size_t)count * 12);
    char *end = body + sprintf(body, "{\"boards\":[");
    for (unsigned i = 0; i < count; i++)
        end += sprintf(end, "%s\"000000000\"", i > 0 ? "," : "");
    sprintf(end, "]}");
    return body;
}

START_TEST(test_a_batch_has_an_end)
{
    char *most = boards_body(MOVES_BATCH_MAX);
    char *more = boards_body(MOVES_BATCH_MAX + 1);
    assert_outcome(decode_move, most, strlen(most), ERR_OK, "");
    assert_outcome(decode_move, more, strlen(more), ERR_IMPOSSIBLE, "boards");
    free(more);
    free(most);
}
END_TEST

static void read_move(const char *body, struct move_request *out)
{
    struct fault fault = {.err = ERR_OK};
    ck_assert_msg(codec_decode_move_request(body, strlen(body), out, &fault) == ERR_OK, "%s: %s",
                  body, fault.detail);
}

START_TEST(test_a_move_says_what_is_not_left_to_choice)
{
    struct move_request request;
    read_move("{\"board\":\"000000000\"}", &request);
    ck_assert_uint_eq(request.count, 1);
    ck_assert_uint_eq(request.boards[0].size, 9);
    ck_assert_mem_eq(request.boards[0].text, "000000000", 9);
    ck_assert_str_eq(request.brain, "default");
    ck_assert_int_eq(request.policy.kind, POLICY_SAMPLE);
    ck_assert(!request.is_batch);
    ck_assert(!request.has_seed);
    codec_free_move_request(&request);

    read_move("{\"boards\":[\"1\",\"22\"],\"detail\":true,\"brain\":\"b\",\"seed\":\"7\","
              "\"policy\":{\"power\":2.5}}",
              &request);
    ck_assert_uint_eq(request.count, 2);
    ck_assert_mem_eq(request.boards[1].text, "22", 2);
    ck_assert_uint_eq(request.boards[1].size, 2);
    ck_assert(request.is_batch);
    ck_assert(request.detail);
    ck_assert_str_eq(request.brain, "b");
    ck_assert_int_eq(request.policy.kind, POLICY_POWER);
    ck_assert_double_eq(request.policy.power, 2.5);
    ck_assert(request.has_seed);
    ck_assert_uint_eq(request.seed, 7);
    codec_free_move_request(&request);

    read_move("{\"boards\":[\"\"],\"detail\":false,\"policy\":\"greedy\"}", &request);
    ck_assert(!request.detail);
    ck_assert_int_eq(request.policy.kind, POLICY_GREEDY);
    codec_free_move_request(&request);
}
END_TEST

START_TEST(test_a_board_alone_is_read_however_it_is_spaced)
{
    static const char *const bodies[] = {"{\"board\":\"120000000\"}", "{\"board\": \"120000000\"}",
                                         " \t\r\n{ \n\"board\"\t:\r\"120000000\" } \n",
                                         "{\"\\u0062oard\":\"12\\u0030000000\"}"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct move_request request;
        read_move(bodies[i], &request);
        ck_assert_uint_eq(request.count, 1);
        ck_assert_uint_eq(request.boards[0].size, 9);
        ck_assert_mem_eq(request.boards[0].text, "120000000", 9);
        codec_free_move_request(&request);
    }
}
END_TEST

START_TEST(test_brains_that_cannot_be_read_are_refused)
{
#define BRAIN "\"game\":\"tictactoe\",\"rule\":\"beads\""
    static const struct refusal refusals[] = {
        {"{}", ERR_MALFORMED, "game"},
        {"{\"rule\":\"beads\"}", ERR_MALFORMED, "game"},
        {"{\"game\":\"tictactoe\"}", ERR_MALFORMED, "rule"},
        {"{\"game\":1,\"rule\":\"beads\"}", ERR_MALFORMED, "game"},
        {"{\"game\":\"chess\",\"rule\":\"beads\"}", ERR_IMPOSSIBLE, "game"},
        {"{\"game\":\"tictactoe\",\"rule\":null}", ERR_MALFORMED, "rule"},
        {"{\"game\":\"tictactoe\",\"rule\":\"Beads\"}", ERR_IMPOSSIBLE, "rule"},
        {"{" BRAIN ",\"options\":[]}", ERR_MALFORMED, "options"},
        {"{" BRAIN ",\"options\":null}", ERR_MALFORMED, "options"},
        {"{" BRAIN ",\"options\":{\"scoring\":1}}", ERR_MALFORMED, "options.scoring"},
        {"{" BRAIN ",\"options\":{\"scoring\":\"golf\"}}", ERR_IMPOSSIBLE, "options.scoring"},
        {"{" BRAIN ",\"options\":{\"reward\":\"3\"}}", ERR_MALFORMED, "options.reward"},
        {"{" BRAIN ",\"options\":{\"reward\":2.5}}", ERR_MALFORMED, "options.reward"},
        {"{" BRAIN ",\"options\":{\"reward\":256}}", ERR_IMPOSSIBLE, "options.reward"},
        {"{" BRAIN ",\"options\":{\"penalty\":-1}}", ERR_IMPOSSIBLE, "options.penalty"},
        {"{" BRAIN ",\"options\":{\"penalty\":4294967297}}", ERR_IMPOSSIBLE, "options.penalty"},
        {"{" BRAIN ",\"options\":{\"start_weight\":0}}", ERR_IMPOSSIBLE, "options.start_weight"},
        {"{" BRAIN ",\"options\":{\"start_weight\":1048577}}", ERR_IMPOSSIBLE,
         "options.start_weight"},
        {"{" BRAIN ",\"options\":{\"draw_reward\":256}}", ERR_IMPOSSIBLE, "options.draw_reward"},
        {"{" BRAIN ",\"options\":{\"halve_above\":255}}", ERR_IMPOSSIBLE, "options.halve_above"},
        {"{" BRAIN ",\"options\":{\"halve_above\":1073741825}}", ERR_IMPOSSIBLE,
         "options.halve_above"},
    };
    ASSERT_REFUSALS(decode_brain, refusals);
#undef BRAIN
}
END_TEST

START_TEST(test_a_brain_has_its_rules_defaults_where_nothing_is_said)
{
    static const char plain[] = "{\"game\":\"tictactoe\",\"rule\":\"beads\"}";
    static const char full[] =
        "{\"rule\":\"beads\",\"options\":{\"halve_above\":1e9,\"draw_reward\":0,\"penalty\":255,"
        "\"reward\":4,\"start_weight\":1048576,\"scoring\":\"standard\"},\"game\":\"tictactoe\"}";
    struct brain_request request;
    struct fault fault;
    struct rule expected = rule_default(RULE_BEADS);
    ck_assert_int_eq(codec_decode_brain_request(plain, strlen(plain), &request, &fault), ERR_OK);
    ck_assert_str_eq(request.game, "tictactoe");
    ck_assert(rule_is_same(&request.rule, &expected));
    expected = (struct rule){.kind = RULE_BEADS,
                             .scoring = SCORING_STANDARD,
                             .start_weight = 1048576,
                             .reward = 4,
                             .penalty = 255,
                             .draw_reward = 0,
                             .halve_above = 1000000000};
    ck_assert_int_eq(codec_decode_brain_request(full, strlen(full), &request, &fault), ERR_OK);
    ck_assert(rule_is_same(&request.rule, &expected));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_what_is_no_json_object_in_utf8_is_malformed,
        test_a_body_nested_without_end_is_malformed,
        test_unknown_and_doubled_fields_are_malformed_and_named,
        test_a_long_unknown_field_is_named_as_far_as_there_is_room,
        test_moves_that_cannot_be_read_are_refused,
        test_a_batch_has_an_end,
        test_a_move_says_what_is_not_left_to_choice,
        test_a_board_alone_is_read_however_it_is_spaced,
        test_brains_that_cannot_be_read_are_refused,
        test_a_brain_has_its_rules_defaults_where_nothing_is_said,
        NULL,
    };
    return unit_run("codec", tests);
}
