/* Requests for training jobs, and the numbers in requests: whole ones, and seeds. */
#include "api/codec_job.h"
#include "engine/selfplay.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum err decode(const char *body, struct job_request *out, struct fault *fault)
{
    *fault = (struct fault){.err = ERR_OK};
    return codec_decode_job_request(body, strlen(body), out, fault);
}

static struct job_request job_of(const char *body)
{
    struct job_request request;
    struct fault fault;
    ck_assert_msg(decode(body, &request, &fault) == ERR_OK, "%s: %s: %s", body, fault.field,
                  fault.detail);
    return request;
}

static void assert_refused(const char *body, enum err err, const char *field)
{
    struct job_request request;
    struct fault fault;
    enum err got = decode(body, &request, &fault);
    ck_assert_msg(got == err, "%s: %s, %s: %s", body, err_name(got), fault.field, fault.detail);
    ck_assert_int_eq(fault.err, err);
    ck_assert_msg(strcmp(fault.field, field) == 0, "%s: %s: %s", body, fault.field, fault.detail);
    ck_assert_str_ne(fault.detail, "");
}

START_TEST(test_a_job_is_one_of_the_default_brain_where_nothing_is_said)
{
    struct job_request request = job_of("{\"matches\":100000}");
    ck_assert_uint_eq(request.matches, 100000);
    ck_assert_str_eq(request.brain, "default");
    ck_assert_uint_eq(request.workers, 1);
    ck_assert_uint_eq(request.learners, LEARN_BOTH);
    ck_assert(!request.has_seed);
}
END_TEST

START_TEST(test_a_job_says_what_is_asked_for)
{
    struct job_request request =
        job_of("{\"matches\":1,\"brain\":\"b\",\"workers\":64,\"seed\":5,\"learn\":[2],"
               "\"opponent\":\"self\",\"until\":null}");
    ck_assert_uint_eq(request.matches, 1);
    ck_assert_str_eq(request.brain, "b");
    ck_assert_uint_eq(request.workers, 64);
    ck_assert(request.has_seed);
    ck_assert_uint_eq(request.seed, 5);
    ck_assert_uint_eq(request.learners, LEARN_PLAYER2);
    ck_assert_int_eq(request.opponent, JOB_OPPONENT_SELF);
    ck_assert_int_eq(request.until.kind, UNTIL_NOTHING);
    ck_assert_uint_eq(job_of("{\"matches\":1,\"learn\":[2,1]}").learners, LEARN_BOTH);
    ck_assert_uint_eq(job_of("{\"matches\":1,\"learn\":[1]}").learners, LEARN_PLAYER1);
}
END_TEST

START_TEST(test_a_job_says_whom_it_plays_against)
{
    ck_assert_int_eq(job_of("{\"matches\":1,\"opponent\":\"random\"}").opponent,
                     JOB_OPPONENT_RANDOM);
    ck_assert_int_eq(job_of("{\"matches\":1,\"opponent\":\"perfect\"}").opponent,
                     JOB_OPPONENT_PERFECT);
    struct job_request request = job_of("{\"matches\":1,\"opponent\":{\"brain\":\"b\"}}");
    ck_assert_int_eq(request.opponent, JOB_OPPONENT_BRAIN);
    ck_assert_str_eq(request.opponent_brain, "b");
}
END_TEST

START_TEST(test_a_job_says_what_it_ends_at)
{
    struct until until = job_of("{\"matches\":1,\"until\":{\"never_loses\":true}}").until;
    ck_assert_int_eq(until.kind, UNTIL_NEVER_LOSES);
    until = job_of("{\"matches\":1,\"until\":{\"exploitability_below\":0.25}}").until;
    ck_assert_int_eq(until.kind, UNTIL_EXPLOITABILITY_BELOW);
    ck_assert(until.below == 0.25);
    ck_assert_int_eq(until.policy.kind, POLICY_SAMPLE);
    until = job_of("{\"matches\":1,\"until\":{\"exploitability_below\":1,"
                   "\"policy\":{\"power\":2}}}")
                .until;
    ck_assert_int_eq(until.policy.kind, POLICY_POWER);
    ck_assert(until.policy.power == 2);
}
END_TEST

START_TEST(test_jobs_that_cannot_be_read_are_refused)
{
    static const struct {
        const char *rest;
        enum err err;
        const char *field;
    } refusals[] = {
        {"\"brain\":1", ERR_MALFORMED, "brain"},
        {"\"brain\":null", ERR_MALFORMED, "brain"},
        {"\"workers\":0", ERR_IMPOSSIBLE, "workers"},
        {"\"workers\":65", ERR_IMPOSSIBLE, "workers"},
        {"\"workers\":4294967297", ERR_IMPOSSIBLE, "workers"},
        {"\"workers\":\"1\"", ERR_MALFORMED, "workers"},
        {"\"workers\":null", ERR_MALFORMED, "workers"},
        {"\"learn\":1", ERR_MALFORMED, "learn"},
        {"\"learn\":null", ERR_MALFORMED, "learn"},
        {"\"learn\":{}", ERR_MALFORMED, "learn"},
        {"\"learn\":[]", ERR_IMPOSSIBLE, "learn"},
        {"\"learn\":[0]", ERR_IMPOSSIBLE, "learn[0]"},
        {"\"learn\":[1,3]", ERR_IMPOSSIBLE, "learn[1]"},
        {"\"learn\":[1,\"2\"]", ERR_MALFORMED, "learn[1]"},
        {"\"learn\":[1,1]", ERR_IMPOSSIBLE, "learn[1]"},
        {"\"learn\":[2,1,2]", ERR_IMPOSSIBLE, "learn[2]"},
        {"\"opponent\":null", ERR_MALFORMED, "opponent"},
        {"\"opponent\":3", ERR_MALFORMED, "opponent"},
        {"\"opponent\":\"brain\"", ERR_IMPOSSIBLE, "opponent"},
        {"\"opponent\":\"selfish\"", ERR_IMPOSSIBLE, "opponent"},
        {"\"opponent\":{}", ERR_MALFORMED, "opponent.brain"},
        {"\"opponent\":{\"brain\":1}", ERR_MALFORMED, "opponent.brain"},
        {"\"opponent\":{\"brain\":\"b\",\"seed\":1}", ERR_MALFORMED, "opponent.seed"},
        {"\"until\":\"never_loses\"", ERR_MALFORMED, "until"},
        {"\"until\":5", ERR_MALFORMED, "until"},
        {"\"until\":{}", ERR_MALFORMED, "until"},
        {"\"until\":{\"never_loses\":true,\"exploitability_below\":1}", ERR_MALFORMED, "until"},
        {"\"until\":{\"never_loses\":1}", ERR_MALFORMED, "until.never_loses"},
        {"\"until\":{\"never_loses\":false}", ERR_IMPOSSIBLE, "until.never_loses"},
        {"\"until\":{\"never_loses\":true,\"policy\":\"greedy\"}", ERR_MALFORMED, "until.policy"},
        {"\"until\":{\"exploitability_below\":\"1\"}", ERR_MALFORMED, "until.exploitability_below"},
        {"\"until\":{\"exploitability_below\":0}", ERR_IMPOSSIBLE, "until.exploitability_below"},
        {"\"until\":{\"exploitability_below\":1.5}", ERR_IMPOSSIBLE, "until.exploitability_below"},
        {"\"until\":{\"exploitability_below\":0.1,\"policy\":\"x\"}", ERR_IMPOSSIBLE,
         "until.policy"},
        {"\"until\":{\"exploitability_below\":0.1,\"x\":1}", ERR_MALFORMED, "until.x"},
    };
    assert_refused("{}", ERR_MALFORMED, "matches");
    for (unsigned i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        char body[128];
        snprintf(body, sizeof body, "{\"matches\":1,%s}", refusals[i].rest);
        assert_refused(body, refusals[i].err, refusals[i].field);
    }
}
END_TEST

START_TEST(test_a_name_too_long_for_any_brain_is_not_found)
{
    char body[256] = "{\"matches\":1,\"brain\":\"";
    size_t size = strlen(body);
    memset(body + size, 'b', REQUEST_BRAIN_SIZE - 1);
    strcpy(body + size + REQUEST_BRAIN_SIZE - 1, "\"}");
    ck_assert_uint_eq(strlen(job_of(body).brain), REQUEST_BRAIN_SIZE - 1);
    memset(body + size, 'b', REQUEST_BRAIN_SIZE);
    strcpy(body + size + REQUEST_BRAIN_SIZE, "\"}");
    assert_refused(body, ERR_NOT_FOUND, "brain");
}
END_TEST

/* The outcome of `matches`, from 1 to 2^53, being that number. */
static void assert_matches(const char *number, enum err err, uint64_t value)
{
    char body[512];
    snprintf(body, sizeof body, "{\"matches\":%s}", number);
    if (err == ERR_OK)
        ck_assert_msg(job_of(body).matches == value, "%s", number);
    else
        assert_refused(body, err, "matches");
}

START_TEST(test_an_integer_is_any_number_without_a_fraction)
{
    assert_matches("1", ERR_OK, 1);
    assert_matches("1.0", ERR_OK, 1);
    assert_matches("1e6", ERR_OK, 1000000);
    assert_matches("1E+6", ERR_OK, 1000000);
    assert_matches("10000000e-6", ERR_OK, 10);
    assert_matches("9007199254740992", ERR_OK, (uint64_t)1 << 53);
    assert_matches("9007199254740992.0", ERR_OK, (uint64_t)1 << 53);
    assert_matches("9.007199254740992e15", ERR_OK, (uint64_t)1 << 53);
}
END_TEST

START_TEST(test_what_is_no_integer_is_malformed)
{
    static const char *const numbers[] = {"1.5",  "1e-1", "0.1", "\"1\"", "true",
                                          "null", "[1]",  "{}",  "\"\"",  "-0.5"};
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_matches(numbers[i], ERR_MALFORMED, 0);
}
END_TEST

START_TEST(test_an_integer_out_of_range_is_impossible)
{
    static const char *const numbers[] = {"0",
                                          "-0",
                                          "-0.0",
                                          "-1",
                                          "-1e6",
                                          "9007199254740993",
                                          "1e16",
                                          "1e300",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "9007199254740994.0"};
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_matches(numbers[i], ERR_IMPOSSIBLE, 0);
}
END_TEST

/* They are JSON, and whole, and larger than 2^53: out of range like any other. */
START_TEST(test_an_integer_of_any_length_that_is_out_of_range_is_impossible)
{
    assert_matches("9223372036854775808", ERR_IMPOSSIBLE, 0);
    assert_matches("99999999999999999999999999999999", ERR_IMPOSSIBLE, 0);
    assert_matches("-99999999999999999999999999999999", ERR_IMPOSSIBLE, 0);
    assert_matches("1e300", ERR_IMPOSSIBLE, 0);
}
END_TEST

static void assert_seed(const char *seed, enum err err, uint64_t value)
{
    char body[256];
    snprintf(body, sizeof body, "{\"matches\":1,\"seed\":%s}", seed);
    if (err == ERR_OK)
        ck_assert_msg(job_of(body).seed == value, "%s", seed);
    else
        assert_refused(body, err, "seed");
}

START_TEST(test_a_seed_is_an_integer_or_a_string_of_digits_below_2_to_the_64)
{
    assert_seed("0", ERR_OK, 0);
    assert_seed("9007199254740992", ERR_OK, (uint64_t)1 << 53);
    assert_seed("1e3", ERR_OK, 1000);
    assert_seed("\"0\"", ERR_OK, 0);
    assert_seed("\"007\"", ERR_OK, 7);
    assert_seed("\"9007199254740993\"", ERR_OK, ((uint64_t)1 << 53) + 1);
    assert_seed("\"18446744073709551615\"", ERR_OK, UINT64_MAX);
    assert_seed("\"0000000000000000000018446744073709551615\"", ERR_OK, UINT64_MAX);
}
END_TEST

START_TEST(test_what_is_no_seed_is_refused)
{
    static const char *const malformed[] = {"null",    "true",    "[]",       "1.5",     "\"\"",
                                            "\"-1\"",  "\"+1\"",  "\" 1\"",   "\"1 \"",  "\"1.0\"",
                                            "\"1e3\"", "\"0x1\"", "\"seed\"", "\"1\\n\""};
    for (unsigned i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        assert_seed(malformed[i], ERR_MALFORMED, 0);
    assert_seed("-1", ERR_IMPOSSIBLE, 0);
    assert_seed("9007199254740993", ERR_IMPOSSIBLE, 0);
    assert_seed("\"18446744073709551616\"", ERR_IMPOSSIBLE, 0);
    assert_seed("\"99999999999999999999999999999999999\"", ERR_IMPOSSIBLE, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_job_is_one_of_the_default_brain_where_nothing_is_said,
        test_a_job_says_what_is_asked_for,
        test_a_job_says_whom_it_plays_against,
        test_a_job_says_what_it_ends_at,
        test_jobs_that_cannot_be_read_are_refused,
        test_a_name_too_long_for_any_brain_is_not_found,
        test_an_integer_is_any_number_without_a_fraction,
        test_what_is_no_integer_is_malformed,
        test_an_integer_out_of_range_is_impossible,
        test_an_integer_of_any_length_that_is_out_of_range_is_impossible,
        test_a_seed_is_an_integer_or_a_string_of_digits_below_2_to_the_64,
        test_what_is_no_seed_is_refused,
        NULL,
    };
    return unit_run("codec_job", tests);
}
