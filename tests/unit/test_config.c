/* The options: which source wins, and what is left when something is wrong. */
#include "support/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

START_TEST(test_defaults_hold_when_nothing_is_given)
{
    options_assert_serves(NO_WORDS, NULL);
    ck_assert_str_eq(options.config.listen.at[0].address.host, "127.0.0.1");
    ck_assert_uint_eq(options.config.listen.at[0].address.port, 8080);
    ck_assert_str_eq(options.config.database, "ttst.db");
    ck_assert_uint_eq(options.config.save_interval_ms, 1000);
    ck_assert_uint_eq(options.config.log_level, LOG_INFO);
    ck_assert_str_eq(options.config.config_file, "");
}
END_TEST

START_TEST(test_training_threads_default_to_the_online_cores_within_the_limits)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    options_assert_serves(NO_WORDS, NULL);
    ck_assert_uint_eq(options.config.training_threads, cores > 64 ? 64 : (unsigned)cores);
}
END_TEST

START_TEST(test_an_empty_argv_is_read_as_no_words)
{
    ck_assert_int_eq(options_read_into((const char *const[]){NULL}, NULL, options.message,
                                       sizeof options.message),
                     CONFIG_SERVE);
}
END_TEST

START_TEST(test_a_flag_sets_its_option)
{
    options_assert_serves(WORDS("--insecure", "--listen", "0.0.0.0:99", "--database", "a b.db",
                                "--training-threads", "3", "--save-interval", "2m", "--log-level",
                                "debug"),
                          NULL);
    ck_assert_str_eq(options.config.listen.at[0].address.host, "0.0.0.0");
    ck_assert_uint_eq(options.config.listen.at[0].address.port, 99);
    ck_assert_str_eq(options.config.database, "a b.db");
    ck_assert_uint_eq(options.config.training_threads, 3);
    ck_assert_uint_eq(options.config.save_interval_ms, 120000);
    ck_assert_uint_eq(options.config.log_level, LOG_DEBUG);
}
END_TEST

START_TEST(test_a_flag_takes_its_value_after_an_equals_sign)
{
    options_assert_serves(WORDS("--database=x=y.db"), NULL);
    ck_assert_str_eq(options.config.database, "x=y.db");
}
END_TEST

START_TEST(test_a_value_after_an_equals_sign_may_look_like_a_flag)
{
    options_assert_serves(WORDS("--database=--listen"), NULL);
    ck_assert_str_eq(options.config.database, "--listen");
}
END_TEST

START_TEST(test_a_variable_sets_its_option)
{
    options_assert_serves(NO_WORDS, VARIABLES("TTSTD_LISTEN=[::1]:1", "TTSTD_DATABASE=e.db",
                                              "TTSTD_TRAINING_THREADS=64",
                                              "TTSTD_SAVE_INTERVAL=10ms", "TTSTD_LOG_LEVEL=error"));
    ck_assert_str_eq(options.config.listen.at[0].address.host, "::1");
    ck_assert_str_eq(options.config.database, "e.db");
    ck_assert_uint_eq(options.config.training_threads, 64);
    ck_assert_uint_eq(options.config.save_interval_ms, 10);
    ck_assert_uint_eq(options.config.log_level, LOG_ERROR);
}
END_TEST

START_TEST(test_variables_of_no_option_are_left_be)
{
    options_assert_serves(NO_WORDS, VARIABLES("TTSTD_PORT=tcp://10.0.0.1:80", "TTSTD_DATABASES=x",
                                              "TTSTD_HELP=1", "TTSTD_DATABASE", "DATABASE=y"));
    ck_assert_str_eq(options.config.database, "ttst.db");
}
END_TEST

START_TEST(test_the_file_beats_the_default)
{
    options_write("save-interval = 7s\n");
    options_assert_serves(WORDS("--config", options.file), NULL);
    ck_assert_uint_eq(options.config.save_interval_ms, 7000);
}
END_TEST

START_TEST(test_the_environment_beats_the_file)
{
    options_write("save-interval = 7s\n");
    options_assert_serves(WORDS("--config", options.file), VARIABLES("TTSTD_SAVE_INTERVAL=8s"));
    ck_assert_uint_eq(options.config.save_interval_ms, 8000);
}
END_TEST

START_TEST(test_a_flag_beats_environment_and_file)
{
    options_write("save-interval = 7s\n");
    options_assert_serves(WORDS("--config", options.file, "--save-interval", "9s"),
                          VARIABLES("TTSTD_SAVE_INTERVAL=8s"));
    ck_assert_uint_eq(options.config.save_interval_ms, 9000);
}
END_TEST

START_TEST(test_each_option_finds_its_own_strongest_source)
{
    options_write("database = f.db\ntraining-threads = 2\nlog-level = warn\n");
    options_assert_serves(WORDS("--log-level", "debug", "--config", options.file),
                          VARIABLES("TTSTD_TRAINING_THREADS=5", "TTSTD_LOG_LEVEL=error"));
    ck_assert_str_eq(options.config.listen.at[0].address.host, "127.0.0.1");
    ck_assert_str_eq(options.config.database, "f.db");
    ck_assert_uint_eq(options.config.training_threads, 5);
    ck_assert_uint_eq(options.config.log_level, LOG_DEBUG);
}
END_TEST

START_TEST(test_a_wrong_value_is_refused_though_a_stronger_source_is_right)
{
    options_write("log-level = loud\n");
    ck_assert_int_eq(options_read(WORDS("--config", options.file, "--log-level", "info"), NULL),
                     CONFIG_UNUSABLE);
    options_assert_refused(WORDS("--log-level", "info"), VARIABLES("TTSTD_LOG_LEVEL=loud"),
                           "TTSTD_LOG_LEVEL: \"loud\" is none of error, warn, info, debug");
}
END_TEST

START_TEST(test_the_config_is_untouched_unless_all_is_right)
{
    struct config before;
    memset(&options.config, 0x5A, sizeof options.config);
    before = options.config;
    ck_assert_int_eq(options_read(WORDS("--database", "x", "--log-level", "loud"), NULL),
                     CONFIG_UNUSABLE);
    ck_assert_mem_eq(&options.config, &before, sizeof options.config);
    ck_assert_int_eq(options_read(WORDS("--database", "x", "--help"), NULL), CONFIG_HELP);
    ck_assert_mem_eq(&options.config, &before, sizeof options.config);
}
END_TEST

START_TEST(test_a_message_is_one_line)
{
    options_assert_refused(WORDS("a\nb\033[1m\x7F"), NULL,
                           "unknown command 'a?b?[1m?' (try ttstd --help)");
}
END_TEST

START_TEST(test_a_message_fits_any_room)
{
    for (size_t size = 0; size < 64; size++) {
        char *room = malloc(size + 1);
        ck_assert_ptr_nonnull(room);
        memset(room, '!', size + 1);
        ck_assert_int_eq(options_read_into(WORDS("--database="), NULL, room, size),
                         CONFIG_UNUSABLE);
        ck_assert_int_eq(room[size], '!');
        ck_assert(size == 0 || memchr(room, '\0', size) != NULL);
        free(room);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, test_defaults_hold_when_nothing_is_given);
    tcase_add_test(tests, test_training_threads_default_to_the_online_cores_within_the_limits);
    tcase_add_test(tests, test_an_empty_argv_is_read_as_no_words);
    tcase_add_test(tests, test_a_flag_sets_its_option);
    tcase_add_test(tests, test_a_flag_takes_its_value_after_an_equals_sign);
    tcase_add_test(tests, test_a_value_after_an_equals_sign_may_look_like_a_flag);
    tcase_add_test(tests, test_a_variable_sets_its_option);
    tcase_add_test(tests, test_variables_of_no_option_are_left_be);
    tcase_add_test(tests, test_the_file_beats_the_default);
    tcase_add_test(tests, test_the_environment_beats_the_file);
    tcase_add_test(tests, test_a_flag_beats_environment_and_file);
    tcase_add_test(tests, test_each_option_finds_its_own_strongest_source);
    tcase_add_test(tests, test_a_wrong_value_is_refused_though_a_stronger_source_is_right);
    tcase_add_test(tests, test_the_config_is_untouched_unless_all_is_right);
    tcase_add_test(tests, test_a_message_is_one_line);
    tcase_add_test(tests, test_a_message_fits_any_room);
}

int main(void)
{
    return options_run("config", add_tests);
}
