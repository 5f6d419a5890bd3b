/* The options' file: what its lines say, and what is refused. */
#include "config_file.h"
#include "support/options.h"

#include <stdlib.h>

START_TEST(test_a_line_sets_its_option)
{
    options_write("insecure = yes\nlisten = [::]:0\ndatabase = f.db\ntraining-threads = "
                  "2\nsave-interval = 60m\n"
                  "log-level = warn\n");
    options_assert_serves(WORDS("--config", options.file), NULL);
    ck_assert_str_eq(options.config.config_file, options.file);
    ck_assert_str_eq(options.config.listen.at[0].address.host, "::");
    ck_assert_str_eq(options.config.database, "f.db");
    ck_assert_uint_eq(options.config.training_threads, 2);
    ck_assert_uint_eq(options.config.save_interval_ms, 3600000);
    ck_assert_uint_eq(options.config.log_level, LOG_WARN);
}
END_TEST

START_TEST(test_comments_blank_lines_and_outer_blanks_are_skipped)
{
    options_write(
        "# one\n\n   \t\n  # two = 2\r\n \t database \t=\t my a#1.db \r\nlog-level=debug");
    options_assert_serves(WORDS("--config", options.file), NULL);
    ck_assert_str_eq(options.config.database, "my a#1.db");
    ck_assert_uint_eq(options.config.log_level, LOG_DEBUG);
}
END_TEST

START_TEST(test_an_empty_file_sets_nothing)
{
    options_assert_serves(WORDS("--config", options.file), NULL);
    ck_assert_str_eq(options.config.database, "ttst.db");
}
END_TEST

START_TEST(test_a_variable_may_name_the_file)
{
    char variable[64];
    snprintf(variable, sizeof variable, "TTSTD_CONFIG=%s", options.file);
    options_write("database = f.db\n");
    options_assert_serves(NO_WORDS, VARIABLES(variable));
    ck_assert_str_eq(options.config.database, "f.db");
}
END_TEST

START_TEST(test_the_flag_that_names_the_file_beats_the_variable)
{
    options_write("database = f.db\n");
    options_assert_serves(WORDS("--config", options.file),
                          VARIABLES("TTSTD_CONFIG=/nonexistent/ttstd.conf"));
    ck_assert_str_eq(options.config.config_file, options.file);
    ck_assert_str_eq(options.config.database, "f.db");
}
END_TEST

START_TEST(test_a_missing_file_is_refused)
{
    options_assert_refused(
        WORDS("--config", "/nonexistent/ttstd.conf"), NULL,
        "--config: cannot read /nonexistent/ttstd.conf: No such file or directory");
    options_assert_refused(
        NO_WORDS, VARIABLES("TTSTD_CONFIG=/nonexistent/ttstd.conf"),
        "TTSTD_CONFIG: cannot read /nonexistent/ttstd.conf: No such file or directory");
}
END_TEST

START_TEST(test_a_directory_is_no_config_file)
{
    options_assert_refused(WORDS("--config", "/tmp"), NULL,
                           "--config: cannot read /tmp: it is a folder");
}
END_TEST

START_TEST(test_an_endless_file_is_refused)
{
    options_assert_refused(WORDS("--config", "/dev/zero"), NULL,
                           "--config: cannot read /dev/zero: it is not a regular file");
}
END_TEST

START_TEST(test_a_file_too_long_is_refused)
{
    char expected[128];
    char *text = options_long_text("#", CONFIG_FILE_SIZE - 1);
    options_write(text);
    options_assert_serves(WORDS("--config", options.file), NULL);
    text[CONFIG_FILE_SIZE - 1] = '#';
    options_write_bytes(text, CONFIG_FILE_SIZE);
    snprintf(expected, sizeof expected, "--config: cannot read %s: it is longer than 65535 bytes",
             options.file);
    options_assert_refused(WORDS("--config", options.file), NULL, expected);
    free(text);
}
END_TEST

START_TEST(test_a_file_with_a_nul_is_refused)
{
    char expected[128];
    snprintf(expected, sizeof expected, "--config: %s is not a text file", options.file);
    options_write_bytes("database = a\0b\n", sizeof "database = a\0b\n" - 1);
    options_assert_refused(WORDS("--config", options.file), NULL, expected);
}
END_TEST

START_TEST(test_an_unknown_key_is_refused_with_its_line)
{
    options_assert_file_refused("# first\n\nfoo = 1\n", ":3: unknown option \"foo\"");
    options_assert_file_refused("help = 1\n", ":1: unknown option \"help\"");
    options_assert_file_refused("= 1\n", ":1: unknown option \"\"");
}
END_TEST

START_TEST(test_a_misspelt_key_gets_a_suggestion)
{
    options_assert_file_refused("training_threads = 1\n", ":1: unknown option \"training_threads\" "
                                                          "(did you mean \"training-threads\"?)");
}
END_TEST

START_TEST(test_a_line_without_an_equals_sign_is_refused)
{
    options_assert_file_refused("\ndatabase x.db\n",
                                ":2: \"database x.db\" is not of the form option = value");
}
END_TEST

START_TEST(test_a_wrong_value_is_refused_with_its_line)
{
    options_assert_file_refused(
        "\nsave-interval = 5x\n",
        ":2: save-interval: \"5x\" is not a duration (such as 500ms, 1s, 2m)");
    options_assert_file_refused("database =\n", ":1: database: the value is empty");
}
END_TEST

START_TEST(test_a_repeated_key_is_refused_with_both_lines)
{
    options_assert_file_refused("database = a\n\ndatabase = a\n",
                                ":3: database: already given in line 1");
}
END_TEST

START_TEST(test_a_file_cannot_name_a_file)
{
    options_assert_file_refused("config = b\n",
                                ":1: config: a config file cannot name another one");
}
END_TEST

START_TEST(test_a_comment_behind_a_value_is_refused)
{
    const char *expected = ":1: database: a comment must stand on a line of its own";
    options_assert_file_refused("database = a.db # mine\n", expected);
    options_assert_file_refused("database = a#b.db\t#\n", expected);
    options_assert_file_refused("database = # none\n", expected);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, test_a_line_sets_its_option);
    tcase_add_test(tests, test_comments_blank_lines_and_outer_blanks_are_skipped);
    tcase_add_test(tests, test_an_empty_file_sets_nothing);
    tcase_add_test(tests, test_a_variable_may_name_the_file);
    tcase_add_test(tests, test_the_flag_that_names_the_file_beats_the_variable);
    tcase_add_test(tests, test_a_missing_file_is_refused);
    tcase_add_test(tests, test_a_directory_is_no_config_file);
    tcase_add_test(tests, test_an_endless_file_is_refused);
    tcase_add_test(tests, test_a_file_too_long_is_refused);
    tcase_add_test(tests, test_a_file_with_a_nul_is_refused);
    tcase_add_test(tests, test_an_unknown_key_is_refused_with_its_line);
    tcase_add_test(tests, test_a_misspelt_key_gets_a_suggestion);
    tcase_add_test(tests, test_a_line_without_an_equals_sign_is_refused);
    tcase_add_test(tests, test_a_wrong_value_is_refused_with_its_line);
    tcase_add_test(tests, test_a_repeated_key_is_refused_with_both_lines);
    tcase_add_test(tests, test_a_file_cannot_name_a_file);
    tcase_add_test(tests, test_a_comment_behind_a_value_is_refused);
}

int main(void)
{
    return options_run("config_file", add_tests);
}
