/* The options on the command line: the command, the flags, and the usage page. */
#include "support/options.h"

#include <stdlib.h>
#include <string.h>

START_TEST(test_serve_may_come_first)
{
    options_assert_serves(WORDS("serve", "--database", "x.db"), NULL);
    ck_assert_str_eq(options.config.database, "x.db");
}
END_TEST

START_TEST(test_serve_comes_first_or_not_at_all)
{
    const char *expected = "the command 'serve' must come first, once (try ttstd --help)";
    options_assert_refused(WORDS("--log-level", "info", "serve"), NULL, expected);
    options_assert_refused(WORDS("serve", "serve"), NULL, expected);
}
END_TEST

START_TEST(test_another_bare_word_is_an_unknown_command)
{
    options_assert_refused(WORDS("x"), NULL, "unknown command 'x' (try ttstd --help)");
    options_assert_refused(WORDS("serve", "Serve"), NULL,
                           "unknown command 'Serve' (try ttstd --help)");
    options_assert_refused(WORDS(""), NULL, "unknown command '' (try ttstd --help)");
}
END_TEST

START_TEST(test_help_and_version_are_asked_for_by_flag)
{
    ck_assert_int_eq(options_read(WORDS("--help"), NULL), CONFIG_HELP);
    ck_assert_int_eq(options_read(WORDS("--version"), NULL), CONFIG_VERSION);
    ck_assert_int_eq(options_read(WORDS("serve", "--version", "--help"), NULL), CONFIG_VERSION);
}
END_TEST

START_TEST(test_help_is_given_whatever_environment_and_file_hold)
{
    ck_assert_int_eq(options_read(WORDS("--config", "/nonexistent", "--help"),
                                  VARIABLES("TTSTD_LOG_LEVEL=loud")),
                     CONFIG_HELP);
    ck_assert_str_eq(options.message, "");
}
END_TEST

START_TEST(test_help_takes_no_value)
{
    options_assert_refused(WORDS("--help=listen"), NULL, "--help: takes no value");
}
END_TEST

START_TEST(test_a_misspelt_flag_gets_a_suggestion)
{
    options_assert_refused(WORDS("--trainig-threads", "2"), NULL,
                           "unknown option --trainig-threads (did you mean --training-threads?)");
    options_assert_refused(WORDS("--hlep"), NULL, "unknown option --hlep (did you mean --help?)");
    options_assert_refused(WORDS("-listen=x"), NULL,
                           "unknown option -listen (did you mean --listen?)");
}
END_TEST

static const char *const strange_flags[] = {"-h", "-", "--", "--colour", "--=", "--listenlisten"};

START_TEST(test_a_strange_flag_gets_no_suggestion)
{
    char expected[64];
    const char *flag = strange_flags[_i];
    snprintf(expected, sizeof expected, "unknown option %.*s (try ttstd --help)",
             (int)strcspn(flag, "="), flag);
    options_assert_refused(WORDS(flag), NULL, expected);
}
END_TEST

START_TEST(test_a_very_long_flag_is_refused)
{
    char *flag = options_long_text("--", 100000);
    ck_assert_int_eq(options_read(WORDS(flag), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(options.message, "xxx... (try ttstd --help)"));
    free(flag);
}
END_TEST

START_TEST(test_a_flag_without_its_value_is_refused)
{
    options_assert_refused(WORDS("--database"), NULL,
                           "--database: the value is missing (--database FILE)");
    options_assert_refused(WORDS("--log-level", "--help"), NULL,
                           "--log-level: the value is missing (--log-level error|warn|info|debug)");
}
END_TEST

START_TEST(test_an_empty_value_is_refused)
{
    options_assert_refused(WORDS("--database="), NULL, "--database: the value is empty");
    options_assert_refused(WORDS("--listen", ""), NULL, "--listen: the value is empty");
    options_assert_refused(NO_WORDS, VARIABLES("TTSTD_CONFIG="),
                           "TTSTD_CONFIG: the value is empty");
}
END_TEST

START_TEST(test_a_repeated_flag_is_refused)
{
    options_assert_refused(WORDS("--database", "a", "--database=a"), NULL,
                           "--database: given more than once");
}
END_TEST

/* The usage page; the caller frees it. */
static char *help_page(void)
{
    char *page = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&page, &size);
    ck_assert_ptr_nonnull(out);
    config_print_help(out);
    ck_assert_int_eq(fclose(out), 0);
    return page;
}

static const char *const help_mentions[] = {"ttstd [serve]",
                                            "--listen ADDRESS:PORT",
                                            "--database FILE",
                                            "--training-threads NUMBER",
                                            "--save-interval DURATION",
                                            "--log-level error|warn|info|debug",
                                            "--log-format text|json",
                                            "ttstd health",
                                            "--url URL",
                                            "--check-config",
                                            "--print-config",
                                            "--config FILE",
                                            "--kernel auto|scalar|avx2|avx512",
                                            "--help",
                                            "--version",
                                            "TTSTD_LISTEN",
                                            "TTSTD_DATABASE",
                                            "TTSTD_TRAINING_THREADS",
                                            "TTSTD_SAVE_INTERVAL",
                                            "TTSTD_LOG_LEVEL",
                                            "TTSTD_CONFIG",
                                            "default: 127.0.0.1:8080",
                                            "default: ttst.db",
                                            "1 to 64; default: one per online core",
                                            "10ms to 60m; default: 1s",
                                            "default: info",
                                            "default: none"};

START_TEST(test_help_mentions_every_option)
{
    char *page = help_page();
    ck_assert_msg(strstr(page, help_mentions[_i]) != NULL, "\"%s\" is missing", help_mentions[_i]);
    free(page);
}
END_TEST

START_TEST(test_help_is_at_most_100_columns_wide)
{
    char *page = help_page();
    for (const char *line = page; *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_uint_le(strcspn(line, "\n"), 100);
    free(page);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, test_serve_may_come_first);
    tcase_add_test(tests, test_serve_comes_first_or_not_at_all);
    tcase_add_test(tests, test_another_bare_word_is_an_unknown_command);
    tcase_add_test(tests, test_help_and_version_are_asked_for_by_flag);
    tcase_add_test(tests, test_help_is_given_whatever_environment_and_file_hold);
    tcase_add_test(tests, test_help_takes_no_value);
    tcase_add_test(tests, test_a_misspelt_flag_gets_a_suggestion);
    tcase_add_loop_test(tests, test_a_strange_flag_gets_no_suggestion, 0, COUNT_OF(strange_flags));
    tcase_add_test(tests, test_a_very_long_flag_is_refused);
    tcase_add_test(tests, test_a_flag_without_its_value_is_refused);
    tcase_add_test(tests, test_an_empty_value_is_refused);
    tcase_add_test(tests, test_a_repeated_flag_is_refused);
    tcase_add_loop_test(tests, test_help_mentions_every_option, 0, COUNT_OF(help_mentions));
    tcase_add_test(tests, test_help_is_at_most_100_columns_wide);
}

int main(void)
{
    return options_run("config_words", add_tests);
}
