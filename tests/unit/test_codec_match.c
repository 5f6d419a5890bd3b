/* Matches in requests and answers, and what a brain knows of a board. */
#include "api/codec_board.h"
#include "api/codec_match.h"
#include "api/codec_policy.h"
#include "support/boards.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

static enum err decode(const char *body, struct match_request *out, struct fault *fault)
{
    *fault = (struct fault){.err = ERR_OK};
    return codec_decode_match_request(body, strlen(body), out, fault);
}

static struct match_request match_of(const char *body)
{
    struct match_request request;
    struct fault fault;
    ck_assert_msg(decode(body, &request, &fault) == ERR_OK, "%s: %s: %s", body, fault.field,
                  fault.detail);
    return request;
}

static void assert_text(struct text *text, const char *expected)
{
    ck_assert(!text->failed);
    ck_assert_msg(text->size == strlen(expected) && memcmp(text->bytes, expected, text->size) == 0,
                  "%.*s\ninstead of\n%s", (int)text->size, text->bytes, expected);
    text_free(text);
}

START_TEST(test_a_match_is_one_of_the_default_brain_that_learns_from_both_sides)
{
    struct match_request request = match_of("{\"moves\":[4,0,8]}");
    ck_assert_str_eq(request.brain, "default");
    ck_assert_uint_eq(request.learners, LEARN_BOTH);
    ck_assert_uint_eq(request.count, 3);
    ck_assert_mem_eq(request.moves, ((uint8_t[]){4, 0, 8}), 3);
}
END_TEST

START_TEST(test_a_match_says_what_is_asked_for)
{
    struct match_request request =
        match_of("{\"brain\":\"b\",\"learn\":[2],\"moves\":[0.0,1e0,63]}");
    ck_assert_str_eq(request.brain, "b");
    ck_assert_uint_eq(request.learners, LEARN_PLAYER2);
    ck_assert_mem_eq(request.moves, ((uint8_t[]){0, 1, 63}), 3);
    ck_assert_uint_eq(match_of("{\"moves\":[]}").count, 0);
}
END_TEST

START_TEST(test_moves_that_no_match_can_have_are_counted_but_not_kept)
{
    char body[2048] = "{\"moves\":[0";
    for (unsigned i = 0; i < 900; i++)
        strcat(body, ",1");
    strcat(body, "]}");
    ck_assert_uint_eq(match_of(body).count, GAME_CELLS_MAX + 1);
}
END_TEST

static const struct {
    const char *body;
    enum err err;
    const char *field;
} refusals[] = {
    {"{}", ERR_MALFORMED, "moves"},
    {"{\"moves\":4}", ERR_MALFORMED, "moves"},
    {"{\"moves\":null}", ERR_MALFORMED, "moves"},
    {"{\"moves\":[\"4\"]}", ERR_MALFORMED, "moves[0]"},
    {"{\"moves\":[0,1.5]}", ERR_MALFORMED, "moves[1]"},
    {"{\"moves\":[0,64]}", ERR_IMPOSSIBLE, "moves[1]"},
    {"{\"moves\":[-1]}", ERR_IMPOSSIBLE, "moves[0]"},
    {"{\"moves\":[0],\"brain\":7}", ERR_MALFORMED, "brain"},
    {"{\"moves\":[0],\"learn\":1}", ERR_MALFORMED, "learn"},
    {"{\"moves\":[0],\"learn\":[]}", ERR_IMPOSSIBLE, "learn"},
    {"{\"moves\":[0],\"learn\":[3]}", ERR_IMPOSSIBLE, "learn[0]"},
    {"{\"moves\":[0],\"learn\":[1,1]}", ERR_IMPOSSIBLE, "learn[1]"},
    {"{\"moves\":[0],\"result\":\"draw\"}", ERR_MALFORMED, "result"},
};

START_TEST(test_requests_that_cannot_be_read_are_refused)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct match_request request;
        struct fault fault;
        enum err err = decode(refusals[i].body, &request, &fault);
        ck_assert_msg(err == refusals[i].err && strcmp(fault.field, refusals[i].field) == 0,
                      "%s: %s, %s", refusals[i].body, err_name(err), fault.field);
    }
}
END_TEST

START_TEST(test_an_answer_tells_every_change)
{
    const struct game *game = &tables_states()->game;
    struct match_call match = {.game = game,
                               .match.result = RESULT_DRAW,
                               .changes = {{boards_parsed(game, "000000000"), 4, 6, 9},
                                           {boards_parsed(game, "000010000"), 8, 2, 1}},
                               .change_count = 2};
    struct text text = {0};
    codec_encode_match("b", &match, &text);
    assert_text(&text, "{\"brain\":\"b\",\"result\":\"draw\",\"changes\":["
                       "{\"board\":\"000000000\",\"move\":4,\"before\":6,\"after\":9},"
                       "{\"board\":\"000010000\",\"move\":8,\"before\":2,\"after\":1}]}");
}
END_TEST

static struct board_view viewed(void)
{
    const struct game *game = &tables_states()->game;
    return (struct board_view){.game = game,
                               .board = boards_parsed(game, "110220000"),
                               .player = 1,
                               .weights = {0, 0, 2, 0, 0, 1, 1, 0, 0},
                               .probabilities = {[2] = 0.5, [5] = 0.25, [6] = 0.25},
                               .proofs = {[2] = 1, [6] = -1},
                               .value = 1,
                               .values = {0, 0, 1, 0, 0, 0, -1, -1, -1}};
}

START_TEST(test_a_board_is_answered_with_weights_and_exact_values)
{
    struct board_view view = viewed();
    struct text text = {0};
    codec_encode_board_view(&view, &text);
    assert_text(&text, "{\"board\":\"110220000\",\"player\":1,\"weights\":[0,0,2,0,0,1,1,0,0],"
                       "\"probabilities\":[0,0,0.500000000000,0,0,0.250000000000,"
                       "0.250000000000,0,0],\"proofs\":null,\"value\":1,"
                       "\"values\":[null,null,1,null,null,0,-1,-1,-1]}");
}
END_TEST

START_TEST(test_a_board_of_a_rule_with_proofs_is_answered_with_them)
{
    struct board_view view = viewed();
    view.has_proofs = true;
    struct text text = {0};
    codec_encode_board_view(&view, &text);
    text_add(&text, "", 1);
    ck_assert_ptr_nonnull(strstr(text.bytes, "\"proofs\":[null,null,1,null,null,0,-1,0,0]"));
    text_free(&text);
}
END_TEST

START_TEST(test_a_policy_can_be_named_in_a_query)
{
    struct policy policy;
    struct fault fault;
    ck_assert_int_eq(codec_policy_text("sample", &policy, &fault), ERR_OK);
    ck_assert_int_eq(policy.kind, POLICY_SAMPLE);
    ck_assert_int_eq(codec_policy_text("greedy", &policy, &fault), ERR_OK);
    ck_assert_int_eq(policy.kind, POLICY_GREEDY);
    static const struct {
        const char *text;
        double power;
    } powers[] = {{"power:4", 4}, {"power:0.25", 0.25}, {"power:16", 16}, {"power:1e-3", 1e-3}};
    for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++) {
        ck_assert_int_eq(codec_policy_text(powers[i].text, &policy, &fault), ERR_OK);
        ck_assert_int_eq(policy.kind, POLICY_POWER);
        ck_assert_double_eq(policy.power, powers[i].power);
    }
}
END_TEST

START_TEST(test_what_is_no_policy_is_refused_in_a_query)
{
    static const struct {
        const char *text;
        enum err err;
    } wrong[] = {
        {"", ERR_IMPOSSIBLE},         {"power", ERR_IMPOSSIBLE},
        {"Greedy", ERR_IMPOSSIBLE},   {"power:0", ERR_IMPOSSIBLE},
        {"power:17", ERR_IMPOSSIBLE}, {"power:1e-999", ERR_IMPOSSIBLE},
        {"power:", ERR_MALFORMED},    {"power:x", ERR_MALFORMED},
        {"power:4x", ERR_MALFORMED},  {"power: 4", ERR_MALFORMED},
        {"power:+4", ERR_MALFORMED},  {"power:-4", ERR_IMPOSSIBLE},
        {"power:0x4", ERR_MALFORMED}, {"power:inf", ERR_MALFORMED},
        {"power:nan", ERR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct policy policy;
        struct fault fault = {.err = ERR_OK};
        enum err err = codec_policy_text(wrong[i].text, &policy, &fault);
        ck_assert_msg(err == wrong[i].err, "%s: %s", wrong[i].text, err_name(err));
        ck_assert_str_eq(fault.field, "policy");
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_match_is_one_of_the_default_brain_that_learns_from_both_sides,
        test_a_match_says_what_is_asked_for,
        test_moves_that_no_match_can_have_are_counted_but_not_kept,
        test_requests_that_cannot_be_read_are_refused,
        test_an_answer_tells_every_change,
        test_a_board_is_answered_with_weights_and_exact_values,
        test_a_board_of_a_rule_with_proofs_is_answered_with_them,
        test_a_policy_can_be_named_in_a_query,
        test_what_is_no_policy_is_refused_in_a_query,
        NULL,
    };
    return unit_run("codec_match", tests);
}
