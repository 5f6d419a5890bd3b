/* The kinds of values that options have: what is taken, what is refused, and in which words. */
#include "support/options.h"

#include <stdlib.h>
#include <string.h>

START_TEST(test_training_threads_are_in_range)
{
    options_assert_refused(WORDS("--training-threads", "0"), NULL,
                           "--training-threads: 0 is out of range (1 to 64)");
    options_assert_refused(NO_WORDS, VARIABLES("TTSTD_TRAINING_THREADS=65"),
                           "TTSTD_TRAINING_THREADS: 65 is out of range (1 to 64)");
    options_assert_refused(WORDS("--training-threads", "-1"), NULL,
                           "--training-threads: -1 is out of range (1 to 64)");
    options_assert_refused(WORDS("--training-threads=18446744073709551617"), NULL,
                           "--training-threads: 18446744073709551617 is out of range (1 to 64)");
}
END_TEST

static const char *const no_numbers[] = {"four", "4x", " 4", "4 ", "+4", "0x4", "4.0", "-", "--4"};

START_TEST(test_training_threads_are_a_whole_number)
{
    char flag[64];
    char expected[128];
    snprintf(flag, sizeof flag, "--training-threads=%s", no_numbers[_i]);
    snprintf(expected, sizeof expected,
             "--training-threads: \"%s\" is not a whole number (1 to 64)", no_numbers[_i]);
    options_assert_refused(WORDS(flag), NULL, expected);
}
END_TEST

static const char *const no_durations[] = {"5x",  "5",  "s",  "1.5s",  "1 s",
                                           " 1s", "1S", "1h", "1s1ms", "+1s"};

START_TEST(test_a_save_interval_is_a_duration)
{
    char variable[64];
    char expected[128];
    snprintf(variable, sizeof variable, "TTSTD_SAVE_INTERVAL=%s", no_durations[_i]);
    snprintf(expected, sizeof expected,
             "TTSTD_SAVE_INTERVAL: \"%s\" is not a duration (such as 500ms, 1s, 2m)",
             no_durations[_i]);
    options_assert_refused(NO_WORDS, VARIABLES(variable), expected);
}
END_TEST

static const char *const far_durations[] = {"9ms",
                                            "0s",
                                            "3600001ms",
                                            "3601s",
                                            "61m",
                                            "-1s",
                                            "9223372036854775807m",
                                            "-9223372036854775808m",
                                            "99999999999999999999ms"};

START_TEST(test_a_save_interval_is_in_range)
{
    char flag[64];
    char expected[128];
    snprintf(flag, sizeof flag, "--save-interval=%s", far_durations[_i]);
    snprintf(expected, sizeof expected, "--save-interval: %s is out of range (10ms to 60m)",
             far_durations[_i]);
    options_assert_refused(WORDS(flag), NULL, expected);
}
END_TEST

START_TEST(test_a_log_level_is_one_of_the_choices)
{
    options_assert_refused(WORDS("--log-level", "loud"), NULL,
                           "--log-level: \"loud\" is none of error, warn, info, debug");
    options_assert_refused(WORDS("--log-level", "INFO"), NULL,
                           "--log-level: \"INFO\" is none of error, warn, info, debug");
}
END_TEST

START_TEST(test_a_port_may_be_any_from_0_to_65535)
{
    options_assert_serves(WORDS("--listen", "127.0.0.1:0"), NULL);
    ck_assert_uint_eq(options.config.listen.at[0].address.port, 0);
    options_assert_serves(WORDS("--listen", "127.0.0.1:65535"), NULL);
    ck_assert_uint_eq(options.config.listen.at[0].address.port, 65535);
}
END_TEST

START_TEST(test_an_ipv6_address_stands_in_brackets)
{
    options_assert_serves(WORDS("--insecure", "--listen", "[2001:db8::7]:443"), NULL);
    ck_assert_str_eq(options.config.listen.at[0].address.host, "2001:db8::7");
    ck_assert_uint_eq(options.config.listen.at[0].address.port, 443);
}
END_TEST

static const char *const no_addresses[] = {
    "localhost:80", "127.0.0.1", "8080", ":8080",        "127.0.1:80",     "256.0.0.1:80",
    "::1:80",       "[::1]",     "[::1", "[]:80",        "[127.0.0.1]:80", "[::1%lo]:80",
    "[::g]:80",     "[:80",      "]:80", "127.0.0.1 :80"};

START_TEST(test_a_listen_address_is_numeric_with_a_port)
{
    char flag[64];
    char expected[192];
    snprintf(flag, sizeof flag, "--listen=%s", no_addresses[_i]);
    snprintf(expected, sizeof expected,
             "--listen: \"%s\" is not an address "
             "(IPv4:PORT or [IPv6]:PORT, such as 127.0.0.1:8080)",
             no_addresses[_i]);
    options_assert_refused(WORDS(flag), NULL, expected);
}
END_TEST

START_TEST(test_a_port_is_a_whole_number)
{
    options_assert_refused(WORDS("--listen", "127.0.0.1:http"), NULL,
                           "--listen: port \"http\" is not a whole number (0 to 65535)");
    options_assert_refused(WORDS("--listen", "127.0.0.1:"), NULL,
                           "--listen: port \"\" is not a whole number (0 to 65535)");
    options_assert_refused(WORDS("--listen", "[::1]:80x"), NULL,
                           "--listen: port \"80x\" is not a whole number (0 to 65535)");
}
END_TEST

START_TEST(test_a_port_is_in_range)
{
    options_assert_refused(NO_WORDS, VARIABLES("TTSTD_LISTEN=127.0.0.1:65536"),
                           "TTSTD_LISTEN: port 65536 is out of range (0 to 65535)");
    options_assert_refused(WORDS("--listen", "127.0.0.1:-1"), NULL,
                           "--listen: port -1 is out of range (0 to 65535)");
}
END_TEST

START_TEST(test_the_longest_path_is_kept_whole)
{
    char *path = options_long_text("", CONFIG_PATH_SIZE);
    options_assert_serves(WORDS("--database", path), NULL);
    ck_assert_str_eq(options.config.database, path);
    free(path);
}
END_TEST

START_TEST(test_a_longer_path_is_refused)
{
    char *path = options_long_text("", CONFIG_PATH_SIZE + 1);
    options_assert_refused(WORDS("--database", path), NULL,
                           "--database: the path is longer than 4095 bytes");
    free(path);
}
END_TEST

/* Or what --print-config prints would be another configuration. */
static const char *const no_lines[] = {
    "a\ninsecure = yes", "\n", " a", "a ", "\ta", "a\r", "a #b", "#a #b", "\v",
};

START_TEST(test_a_path_that_no_line_can_hold_is_refused)
{
    char variable[64];
    char place[64];
    const char *why = "a path may not begin or end with a blank, hold a line's end, or a # after a"
                      " blank";
    char expected[160];
    snprintf(expected, sizeof expected, "--database: %s", why);
    options_assert_refused(WORDS("--database", no_lines[_i]), NULL, expected);
    snprintf(variable, sizeof variable, "TTSTD_TOKEN_FILE=%s", no_lines[_i]);
    snprintf(expected, sizeof expected, "TTSTD_TOKEN_FILE: %s", why);
    options_assert_refused(WORDS("--make-token"), VARIABLES(variable), expected);
    snprintf(place, sizeof place, "unix:%s/", no_lines[_i]);
    if (strpbrk(no_lines[_i] + 1, "\n#") != NULL) {
        snprintf(expected, sizeof expected, "--listen: %s", why);
        options_assert_refused(WORDS("--listen", place), NULL, expected);
    }
}
END_TEST

START_TEST(test_a_path_may_hold_blanks_and_signs)
{
    options_assert_serves(WORDS("--database", "a b#c = \"d\""), NULL);
}
END_TEST

START_TEST(test_a_longer_path_in_the_file_is_refused)
{
    char *text = options_long_text("database = ", CONFIG_PATH_SIZE + 1);
    options_assert_file_refused(text, ":1: database: the path is longer than 4095 bytes");
    free(text);
}
END_TEST

START_TEST(test_an_overlong_host_is_refused)
{
    char *text = options_long_text("--listen=[", 100000);
    memcpy(text + strlen(text) - 4, "]:80", 4);
    ck_assert_int_eq(options_read(WORDS(text), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(options.message, "xxx...\" is too long"));
    free(text);
}
END_TEST

START_TEST(test_an_overlong_value_leaves_room_for_the_reason)
{
    char *text = options_long_text("--save-interval=", 100000);
    ck_assert_int_eq(options_read(WORDS(text), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(
        strstr(options.message, "xxx...\" is not a duration (such as 500ms, 1s, 2m)"));
    free(text);
}
END_TEST

START_TEST(test_a_shortened_value_ends_between_characters)
{
    char value[] = "--log-level=x"
                   "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé";
    ck_assert_int_eq(options_read(WORDS(value), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(options.message, "é...\" is none of"));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, test_training_threads_are_in_range);
    tcase_add_loop_test(tests, test_training_threads_are_a_whole_number, 0, COUNT_OF(no_numbers));
    tcase_add_loop_test(tests, test_a_save_interval_is_a_duration, 0, COUNT_OF(no_durations));
    tcase_add_loop_test(tests, test_a_save_interval_is_in_range, 0, COUNT_OF(far_durations));
    tcase_add_test(tests, test_a_log_level_is_one_of_the_choices);
    tcase_add_test(tests, test_a_port_may_be_any_from_0_to_65535);
    tcase_add_test(tests, test_an_ipv6_address_stands_in_brackets);
    tcase_add_loop_test(tests, test_a_listen_address_is_numeric_with_a_port, 0,
                        COUNT_OF(no_addresses));
    tcase_add_test(tests, test_a_port_is_a_whole_number);
    tcase_add_test(tests, test_a_port_is_in_range);
    tcase_add_test(tests, test_the_longest_path_is_kept_whole);
    tcase_add_test(tests, test_a_longer_path_is_refused);
    tcase_add_test(tests, test_a_longer_path_in_the_file_is_refused);
    tcase_add_loop_test(tests, test_a_path_that_no_line_can_hold_is_refused, 0,
                        sizeof no_lines / sizeof no_lines[0]);
    tcase_add_test(tests, test_a_path_may_hold_blanks_and_signs);
    tcase_add_test(tests, test_an_overlong_host_is_refused);
    tcase_add_test(tests, test_an_overlong_value_leaves_room_for_the_reason);
    tcase_add_test(tests, test_a_shortened_value_ends_between_characters);
}

int main(void)
{
    return options_run("config_values", add_tests);
}
