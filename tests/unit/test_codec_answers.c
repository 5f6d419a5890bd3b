/* Answers: every one is JSON that says the same, also where numbers are as large as they can be. */
#include "api/codec_brain.h"
#include "api/codec_job.h"
#include "api/codec_move.h"
#include "api/codec_problem.h"
#include "api/codec_version.h"
#include "base/fault.h"
#include "engine/selfplay.h"
#include "support/unit.h"

#include <jansson.h>
#include <string.h>

static const struct game tictactoe = {.name = "tictactoe", .width = 3, .height = 3, .run = 3};

/* The text must be exactly that; frees it. */
static void assert_text(struct text *text, const char *expected)
{
    ck_assert(!text->failed);
    ck_assert_msg(text->size == strlen(expected) && memcmp(text->bytes, expected, text->size) == 0,
                  "%.*s\ninstead of\n%s", (int)text->size, text->bytes, expected);
    text_free(text);
}

/* The text is JSON; frees it. */
static json_t *parsed(struct text *text)
{
    json_error_t error;
    ck_assert(!text->failed);
    json_t *root = json_loadb(text->bytes, text->size, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(root != NULL, "%.*s: %s", (int)text->size, text->bytes, error.text);
    text_free(text);
    return root;
}

static struct board board_of(const char *digits)
{
    struct board board;
    ck_assert_int_eq(board_parse(&tictactoe, digits, 9, &board), ERR_OK);
    return board;
}

START_TEST(test_a_move_is_answered_in_full)
{
    struct board_text board = {"120000000", 9};
    struct move_request request = {.brain = "default",
                                   .boards = &board,
                                   .count = 1,
                                   .policy = {.kind = POLICY_SAMPLE},
                                   .seed = UINT64_MAX};
    struct move_choice choice = {.player = 1,
                                 .move = 8,
                                 .next = board_of("120000001"),
                                 .result = RESULT_NONE,
                                 .weights = {0, 0, 1, 1, 2, 0, 0, 0, 4},
                                 .probabilities = {0, 0, 0.125, 0.125, 0.25, 0, 0, 0, 0.5}};
    struct text text = {0};
    codec_encode_moves(&request, &tictactoe, &choice, &text);
    assert_text(&text, "{\"brain\":\"default\",\"board\":\"120000000\",\"player\":1,\"move\":8,"
                       "\"next\":\"120000001\",\"result\":null,\"policy\":\"sample\","
                       "\"seed\":\"18446744073709551615\",\"weights\":[0,0,1,1,2,0,0,0,4],"
                       "\"probabilities\":[0,0,0.125000000000,0.125000000000,0.250000000000,0,0,0,"
                       "0.500000000000]}");
}
END_TEST

START_TEST(test_a_batch_is_answered_in_lists_and_in_detail_if_asked)
{
    struct board_text boards[2] = {{"111222000", 9}, {"000000000", 9}};
    struct move_request request = {.brain = "b",
                                   .boards = boards,
                                   .count = 2,
                                   .is_batch = true,
                                   .policy = {.kind = POLICY_GREEDY},
                                   .seed = 0};
    struct move_choice choices[2] = {{.player = 1,
                                      .move = 6,
                                      .next = board_of("111222100"),
                                      .result = RESULT_PLAYER1,
                                      .weights = {0, 0, 0, 0, 0, 0, 5, 5, 4},
                                      .probabilities = {[6] = 1}},
                                     {.player = 1,
                                      .move = 0,
                                      .next = board_of("100000000"),
                                      .result = RESULT_DRAW,
                                      .weights = {9, 1, 1, 1, 1, 1, 1, 1, 1},
                                      .probabilities = {[0] = 1}}};
    struct text text = {0};
    codec_encode_moves(&request, &tictactoe, choices, &text);
    assert_text(&text,
                "{\"brain\":\"b\",\"policy\":\"greedy\",\"seed\":\"0\",\"moves\":[6,0],"
                "\"next\":[\"111222100\",\"100000000\"],\"results\":[\"player1\",\"draw\"]}");
    request.detail = true;
    codec_encode_moves(&request, &tictactoe, choices, &text);
    assert_text(&text, "{\"brain\":\"b\",\"policy\":\"greedy\",\"seed\":\"0\",\"moves\":[6,0],"
                       "\"next\":[\"111222100\",\"100000000\"],\"results\":[\"player1\",\"draw\"],"
                       "\"weights\":[[0,0,0,0,0,0,5,5,4],[9,1,1,1,1,1,1,1,1]],"
                       "\"probabilities\":[[0,0,0,0,0,0,1,0,0],[1,0,0,0,0,0,0,0,0]]}");
}
END_TEST

/* The probabilities of an answer as they are printed. */
static json_t *probabilities_of(struct policy policy, const uint32_t weights[9])
{
    struct board_text board = {"000000000", 9};
    struct move_request request = {
        .brain = "default", .boards = &board, .count = 1, .policy = policy};
    struct move_choice choice = {.player = 1, .next = board_of("100000000")};
    memcpy(choice.weights, weights, sizeof choice.weights);
    policy_probabilities(&policy, weights, 9, choice.probabilities);
    struct text text = {0};
    codec_encode_moves(&request, &tictactoe, &choice, &text);
    json_t *root = parsed(&text);
    for (size_t i = 0; i < 9; i++)
        ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(root, "weights"), i)),
                         weights[i]);
    json_t *probabilities = json_incref(json_object_get(root, "probabilities"));
    json_decref(root);
    return probabilities;
}

START_TEST(test_a_probability_that_is_not_zero_never_prints_as_zero)
{
    static const uint32_t weights[9] = {0, 1, 1u << 30, 1, 0, 0, 0, 0, 0};
    struct policy policies[] = {{.kind = POLICY_POWER, .power = 16},
                                {.kind = POLICY_POWER, .power = 4},
                                {.kind = POLICY_SAMPLE}};
    for (unsigned i = 0; i < 3; i++) {
        json_t *list = probabilities_of(policies[i], weights);
        double total = 0;
        for (size_t cell = 0; cell < 9; cell++) {
            double probability = json_number_value(json_array_get(list, cell));
            ck_assert_msg((probability > 0) == (weights[cell] > 0), "policy %u cell %zu", i, cell);
            total += probability;
        }
        ck_assert_double_eq_tol(total, 1, 1e-8);
        json_decref(list);
    }
}
END_TEST

START_TEST(test_weights_of_full_width_are_written_out)
{
    static const uint32_t weights[9] = {UINT32_MAX - 8, 1, 1, 1, 1, 1, 1, 1, 1};
    json_t *list = probabilities_of((struct policy){.kind = POLICY_SAMPLE}, weights);
    ck_assert_double_gt(json_number_value(json_array_get(list, 8)), 2e-10);
    ck_assert_double_lt(json_number_value(json_array_get(list, 8)), 3e-10);
    json_decref(list);
}
END_TEST

START_TEST(test_the_power_of_a_policy_comes_back_to_the_bit)
{
    static const double powers[] = {4, 0.1, 16, 1.0 / 3, 5e-324, 2.5};
    for (unsigned i = 0; i < sizeof powers / sizeof powers[0]; i++) {
        struct board_text board = {"000000000", 9};
        struct move_request request = {.brain = "default",
                                       .boards = &board,
                                       .count = 1,
                                       .policy = {.kind = POLICY_POWER, .power = powers[i]}};
        struct move_choice choice = {
            .player = 1, .next = board_of("100000000"), .weights = {6, 6, 6, 6, 6, 6, 6, 6, 6}};
        struct text text = {0};
        codec_encode_moves(&request, &tictactoe, &choice, &text);
        json_t *root = parsed(&text);
        json_t *power = json_object_get(json_object_get(root, "policy"), "power");
        ck_assert(json_number_value(power) == powers[i]);
        json_decref(root);
    }
}
END_TEST

START_TEST(test_a_new_job_is_answered_in_full)
{
    struct job_view view = {.brain = "default",
                            .job = {.id = 1,
                                    .state = JOB_QUEUED,
                                    .matches = 100000,
                                    .workers = 1,
                                    .seed = 42,
                                    .learners = LEARN_BOTH,
                                    .created_at_ms = 1769860800000}};
    struct text text = {0};
    codec_encode_job(&view, &text);
    assert_text(&text,
                "{\"id\":1,\"brain\":\"default\",\"state\":\"queued\",\"matches\":100000,"
                "\"matches_done\":0,\"workers\":1,\"seed\":\"42\",\"learn\":[1,2],"
                "\"opponent\":\"self\",\"until\":null,\"ended_by\":null,"
                "\"results\":{\"player1\":0,\"player2\":0,\"draw\":0},\"matches_per_second\":0,"
                "\"created_at\":\"2026-01-31T12:00:00.000Z\",\"started_at\":null,"
                "\"finished_at\":null,\"error\":null}");
}
END_TEST

START_TEST(test_a_job_of_the_largest_numbers_is_answered_in_full)
{
    struct job_view view = {.brain = "b",
                            .job = {.id = INT64_MAX,
                                    .state = JOB_FAILED,
                                    .ended_by = JOB_END_ERROR,
                                    .matches = JOB_MATCHES_MAX,
                                    .workers = 64,
                                    .seed = UINT64_MAX,
                                    .learners = LEARN_PLAYER2,
                                    .matches_done = JOB_MATCHES_MAX,
                                    .results = {JOB_MATCHES_MAX, 0, JOB_MATCHES_MAX - 1},
                                    .running_ms = 1, /* the fastest that can be told */
                                    .created_at_ms = 1,
                                    .started_at_ms = 1769860800001,
                                    .finished_at_ms = 253402300799999,
                                    .error = "\"quoted\" \\ and\ta tab"}};
    struct text text = {0};
    codec_encode_job(&view, &text);
    assert_text(&text,
                "{\"id\":9223372036854775807,\"brain\":\"b\",\"state\":\"failed\","
                "\"matches\":9007199254740992,\"matches_done\":9007199254740992,\"workers\":64,"
                "\"seed\":\"18446744073709551615\",\"learn\":[2],\"opponent\":\"self\","
                "\"until\":null,\"ended_by\":\"error\",\"results\":{\"player1\":9007199254740992,"
                "\"player2\":0,\"draw\":9007199254740991},"
                "\"matches_per_second\":9007199254740992000,"
                "\"created_at\":\"1970-01-01T00:00:00.001Z\","
                "\"started_at\":\"2026-01-31T12:00:00.001Z\","
                "\"finished_at\":\"9999-12-31T23:59:59.999Z\","
                "\"error\":\"\\\"quoted\\\" \\\\ and\\ta tab\"}");
}
END_TEST

START_TEST(test_speed_is_matches_over_the_time_spent_running)
{
    struct job_view view = {.brain = "b",
                            .job = {.state = JOB_STOPPED,
                                    .ended_by = JOB_END_STOP,
                                    .matches_done = 3000,
                                    .running_ms = 1500}};
    struct text text = {0};
    codec_encode_job(&view, &text);
    json_t *root = parsed(&text);
    ck_assert_int_eq(json_integer_value(json_object_get(root, "matches_per_second")), 2000);
    ck_assert_str_eq(json_string_value(json_object_get(root, "ended_by")), "stop");
    json_decref(root);
}
END_TEST

START_TEST(test_a_brain_is_answered_in_full)
{
    struct brain_info info = {.name = "default",
                              .game = "tictactoe",
                              .rule = rule_default(RULE_BEADS),
                              .matches = JOB_MATCHES_MAX,
                              .results = {1, 2, 3},
                              .rows = 4520,
                              .training = 7,
                              .created_at_ms = 1769860800000,
                              .saved_at_ms = 1769860800001,
                              .unsaved_matches = 5,
                              .last_save_error = "disk full"};
    struct text text = {0};
    codec_encode_brain(&info, "sha256:00", &text);
    assert_text(&text,
                "{\"name\":\"default\",\"game\":\"tictactoe\",\"rule\":\"beads\","
                "\"options\":{\"scoring\":\"ttst\",\"start_weight\":6,\"reward\":3,\"penalty\":1,"
                "\"halve_above\":1073741824,\"explore\":0.0,\"symmetry\":false},\"matches\":"
                "9007199254740992,"
                "\"results\":{\"player1\":1,\"player2\":2,\"draw\":3},\"rows\":4520,"
                "\"training\":7,\"created_at\":\"2026-01-31T12:00:00.000Z\","
                "\"saved_at\":\"2026-01-31T12:00:00.001Z\",\"unsaved_matches\":5,\"last_save_"
                "seconds\":null,"
                "\"last_save_error\":\"disk full\",\"warnings\":[],\"digest\":\"sha256:00\"}");
}
END_TEST

START_TEST(test_a_brains_options_are_those_that_its_scoring_has)
{
    struct brain_info info = {
        .name = "b", .game = "tictactoe", .rule = rule_default(RULE_BEADS), .warning = "careful"};
    info.rule.scoring = SCORING_STANDARD;
    info.rule.draw_reward = 2;
    struct text text = {0};
    codec_encode_brain(&info, NULL, &text);
    json_t *root = parsed(&text);
    json_t *options = json_object_get(root, "options");
    ck_assert_int_eq(json_integer_value(json_object_get(options, "draw_reward")), 2);
    ck_assert_str_eq(json_string_value(json_object_get(options, "scoring")), "standard");
    json_t *warnings = json_object_get(root, "warnings");
    ck_assert_uint_eq(json_array_size(warnings), 1);
    ck_assert_str_eq(json_string_value(json_array_get(warnings, 0)), "careful");
    ck_assert(json_is_null(json_object_get(root, "training")));
    ck_assert(json_is_null(json_object_get(root, "last_save_error")));
    ck_assert_ptr_null(json_object_get(root, "digest"));
    json_decref(root);
}
END_TEST

/* What a client gets is what it can send: the rule and options of a brain make the same brain. */
START_TEST(test_the_options_of_an_answer_can_be_ordered_again)
{
    struct rule rules[2] = {rule_default(RULE_BEADS),
                            {.kind = RULE_BEADS,
                             .scoring = SCORING_STANDARD,
                             .start_weight = 100,
                             .reward = 255,
                             .penalty = 0,
                             .draw_reward = 9,
                             .halve_above = 1 << 12}};
    for (unsigned i = 0; i < 2; i++) {
        struct brain_info info = {.name = "b", .game = "tictactoe", .rule = rules[i]};
        struct text text = {0};
        codec_encode_brain(&info, NULL, &text);
        json_t *root = parsed(&text);
        json_t *order =
            json_pack("{s:O, s:O, s:O}", "game", json_object_get(root, "game"), "rule",
                      json_object_get(root, "rule"), "options", json_object_get(root, "options"));
        char *body = json_dumps(order, 0);
        struct brain_request request;
        struct fault fault = {.err = ERR_OK};
        ck_assert_msg(codec_decode_brain_request(body, strlen(body), &request, &fault) == ERR_OK,
                      "%s: %s", body, fault.detail);
        ck_assert(rule_is_same(&request.rule, &rules[i]));
        free(body);
        json_decref(order);
        json_decref(root);
    }
}
END_TEST

START_TEST(test_a_problem_says_what_and_where)
{
    struct problem problem = {
        .status = 422, .title = "Title", .detail = "must be \"x\"", .field = "learn[1]"};
    struct text text = {0};
    codec_encode_problem(&problem, &text);
    assert_text(&text, "{\"type\":\"about:blank\",\"title\":\"Title\",\"status\":422,"
                       "\"detail\":\"must be \\\"x\\\"\",\"field\":\"learn[1]\"}");
    problem.field = NULL;
    codec_encode_problem(&problem, &text);
    assert_text(&text, "{\"type\":\"about:blank\",\"title\":\"Title\",\"status\":422,"
                       "\"detail\":\"must be \\\"x\\\"\"}");
}
END_TEST

START_TEST(test_a_text_that_was_cut_within_a_character_is_still_json)
{
    struct job_view view = {.brain = "default", .job = {.error = "disk full: \xc3"}};
    struct text text = {0};
    codec_encode_job(&view, &text);
    json_t *root = parsed(&text);
    ck_assert_str_eq(json_string_value(json_object_get(root, "error")), "disk full: ?");
    json_decref(root);
}
END_TEST

START_TEST(test_a_problem_that_was_cut_within_a_character_is_still_json)
{
    char field[FAULT_FIELD_SIZE];
    char detail[FAULT_DETAIL_SIZE];
    for (size_t i = 0; i < sizeof field; i++)
        field[i] = "\xc3\xa4"[i % 2];
    for (size_t i = 0; i < sizeof detail; i++)
        detail[i] = "\xe2\x82\xac"[i % 3];
    field[sizeof field - 1] = '\0';
    detail[sizeof detail - 1] = '\0';
    struct problem problem = {.status = 400, .title = "Title", .detail = detail, .field = field};
    struct text text = {0};
    codec_encode_problem(&problem, &text);
    json_t *root = parsed(&text);
    ck_assert_uint_eq(strlen(json_string_value(json_object_get(root, "field"))), sizeof field - 1);
    json_decref(root);
}
END_TEST

START_TEST(test_versions_are_told_together_with_janssons)
{
    struct version version = {.version = "1.2.3",
                              .commit = "abc",
                              .kernel = "scalar",
                              .libmicrohttpd = "4",
                              .sqlite = "5"};
    struct text text = {0};
    codec_encode_version(&version, &text);
    json_t *root = parsed(&text);
    ck_assert_str_eq(json_string_value(json_object_get(root, "version")), "1.2.3");
    ck_assert_str_eq(json_string_value(json_object_get(root, "commit")), "abc");
    ck_assert_str_eq(json_string_value(json_object_get(root, "kernel")), "scalar");
    ck_assert_str_eq(json_string_value(json_object_get(root, "libmicrohttpd")), "4");
    ck_assert_str_eq(json_string_value(json_object_get(root, "sqlite")), "5");
    ck_assert_str_eq(json_string_value(json_object_get(root, "jansson")), jansson_version_str());
    json_decref(root);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_move_is_answered_in_full,
        test_a_batch_is_answered_in_lists_and_in_detail_if_asked,
        test_a_probability_that_is_not_zero_never_prints_as_zero,
        test_weights_of_full_width_are_written_out,
        test_the_power_of_a_policy_comes_back_to_the_bit,
        test_a_new_job_is_answered_in_full,
        test_a_job_of_the_largest_numbers_is_answered_in_full,
        test_speed_is_matches_over_the_time_spent_running,
        test_a_brain_is_answered_in_full,
        test_a_brains_options_are_those_that_its_scoring_has,
        test_the_options_of_an_answer_can_be_ordered_again,
        test_a_problem_says_what_and_where,
        test_a_text_that_was_cut_within_a_character_is_still_json,
        test_a_problem_that_was_cut_within_a_character_is_still_json,
        test_versions_are_told_together_with_janssons,
        NULL,
    };
    return unit_run("codec_answers", tests);
}
