/* The options: which source wins, what is refused, and in which words. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct config config;
static char message[CONFIG_MESSAGE_SIZE];
#define FILE_TEMPLATE "/tmp/ttstd-test-config-XXXXXX"
static char file[] = FILE_TEMPLATE; /* the name in use */

/* Lists of words that end with NULL. */
#define WORDS(...) ((const char *const[]){"ttstd", __VA_ARGS__, NULL})
#define NO_WORDS ((const char *const[]){"ttstd", NULL})
#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* main's argv and environ are not const; config_read() writes to neither. */
static enum config_verdict read_into(const char *const words[], const char *const variables[],
                                     char *room, size_t size)
{
    int count = 0;
    while (words[count] != NULL)
        count++;
    return config_read(count, (char *const *)words, (char *const *)variables, &config, room, size);
}

static enum config_verdict read_words(const char *const words[], const char *const variables[])
{
    return read_into(words, variables, message, sizeof message);
}

static void assert_serves(const char *const words[], const char *const variables[])
{
    enum config_verdict verdict = read_words(words, variables);
    ck_assert_str_eq(message, "");
    ck_assert_int_eq(verdict, CONFIG_SERVE);
}

static void assert_refused(const char *const words[], const char *const variables[],
                           const char *expected)
{
    ck_assert_int_eq(read_words(words, variables), CONFIG_UNUSABLE);
    ck_assert_str_eq(message, expected);
}

static void write_bytes(const char *bytes, size_t size)
{
    FILE *out = fopen(file, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes, 1, size, out), size);
    ck_assert_int_eq(fclose(out), 0);
}

static void write_file(const char *text)
{
    write_bytes(text, strlen(text));
}

/* `expected` follows the name of the file. */
static void assert_file_refused(const char *text, const char *expected)
{
    char whole[CONFIG_MESSAGE_SIZE];
    snprintf(whole, sizeof whole, "%s%s", file, expected);
    write_file(text);
    assert_refused(WORDS("--config", file), NULL, whole);
}

/* A text of `size` - 1 letters after `head`; the caller frees it. */
static char *long_text(const char *head, size_t size)
{
    size_t head_length = strlen(head);
    char *text = malloc(head_length + size);
    ck_assert_ptr_nonnull(text);
    memcpy(text, head, head_length);
    memset(text + head_length, 'x', size - 1);
    text[head_length + size - 1] = '\0';
    return text;
}

static void make_file(void)
{
    memcpy(file, FILE_TEMPLATE, sizeof file);
    int fd = mkstemp(file);
    ck_assert_int_ge(fd, 0);
    close(fd);
    memset(&config, 0, sizeof config);
}

static void remove_file(void)
{
    unlink(file);
}

START_TEST(test_defaults_hold_when_nothing_is_given)
{
    assert_serves(NO_WORDS, NULL);
    ck_assert_str_eq(config.listen.host, "127.0.0.1");
    ck_assert_uint_eq(config.listen.port, 8080);
    ck_assert_str_eq(config.database, "ttst.db");
    ck_assert_uint_eq(config.save_interval_ms, 1000);
    ck_assert_uint_eq(config.log_level, LOG_INFO);
    ck_assert_str_eq(config.config_file, "");
}
END_TEST

START_TEST(test_training_threads_default_to_the_online_cores_within_the_limits)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    assert_serves(NO_WORDS, NULL);
    ck_assert_uint_eq(config.training_threads, cores > 64 ? 64 : (unsigned)cores);
}
END_TEST

START_TEST(test_an_empty_argv_is_read_as_no_words)
{
    ck_assert_int_eq(read_into((const char *const[]){NULL}, NULL, message, sizeof message),
                     CONFIG_SERVE);
}
END_TEST

START_TEST(test_a_flag_sets_its_option)
{
    assert_serves(WORDS("--listen", "0.0.0.0:99", "--database", "a b.db", "--training-threads", "3",
                        "--save-interval", "2m", "--log-level", "debug"),
                  NULL);
    ck_assert_str_eq(config.listen.host, "0.0.0.0");
    ck_assert_uint_eq(config.listen.port, 99);
    ck_assert_str_eq(config.database, "a b.db");
    ck_assert_uint_eq(config.training_threads, 3);
    ck_assert_uint_eq(config.save_interval_ms, 120000);
    ck_assert_uint_eq(config.log_level, LOG_DEBUG);
}
END_TEST

START_TEST(test_a_flag_takes_its_value_after_an_equals_sign)
{
    assert_serves(WORDS("--database=x=y.db"), NULL);
    ck_assert_str_eq(config.database, "x=y.db");
}
END_TEST

START_TEST(test_a_value_after_an_equals_sign_may_look_like_a_flag)
{
    assert_serves(WORDS("--database=--listen"), NULL);
    ck_assert_str_eq(config.database, "--listen");
}
END_TEST

START_TEST(test_a_variable_sets_its_option)
{
    assert_serves(NO_WORDS, VARIABLES("TTSTD_LISTEN=[::1]:1", "TTSTD_DATABASE=e.db",
                                      "TTSTD_TRAINING_THREADS=64", "TTSTD_SAVE_INTERVAL=10ms",
                                      "TTSTD_LOG_LEVEL=error"));
    ck_assert_str_eq(config.listen.host, "::1");
    ck_assert_str_eq(config.database, "e.db");
    ck_assert_uint_eq(config.training_threads, 64);
    ck_assert_uint_eq(config.save_interval_ms, 10);
    ck_assert_uint_eq(config.log_level, LOG_ERROR);
}
END_TEST

START_TEST(test_variables_of_no_option_are_left_be)
{
    assert_serves(NO_WORDS, VARIABLES("TTSTD_PORT=tcp://10.0.0.1:80", "TTSTD_DATABASES=x",
                                      "TTSTD_HELP=1", "TTSTD_DATABASE", "DATABASE=y"));
    ck_assert_str_eq(config.database, "ttst.db");
}
END_TEST

START_TEST(test_a_line_sets_its_option)
{
    write_file("listen = [::]:0\ndatabase = f.db\ntraining-threads = 2\nsave-interval = 60m\n"
               "log-level = warn\n");
    assert_serves(WORDS("--config", file), NULL);
    ck_assert_str_eq(config.config_file, file);
    ck_assert_str_eq(config.listen.host, "::");
    ck_assert_str_eq(config.database, "f.db");
    ck_assert_uint_eq(config.training_threads, 2);
    ck_assert_uint_eq(config.save_interval_ms, 3600000);
    ck_assert_uint_eq(config.log_level, LOG_WARN);
}
END_TEST

START_TEST(test_comments_blank_lines_and_outer_blanks_are_skipped)
{
    write_file("# one\n\n   \t\n  # two = 2\r\n \t database \t=\t my a#1.db \r\nlog-level=debug");
    assert_serves(WORDS("--config", file), NULL);
    ck_assert_str_eq(config.database, "my a#1.db");
    ck_assert_uint_eq(config.log_level, LOG_DEBUG);
}
END_TEST

START_TEST(test_an_empty_file_sets_nothing)
{
    assert_serves(WORDS("--config", file), NULL);
    ck_assert_str_eq(config.database, "ttst.db");
}
END_TEST

START_TEST(test_a_variable_may_name_the_file)
{
    char variable[64];
    snprintf(variable, sizeof variable, "TTSTD_CONFIG=%s", file);
    write_file("database = f.db\n");
    assert_serves(NO_WORDS, VARIABLES(variable));
    ck_assert_str_eq(config.database, "f.db");
}
END_TEST

START_TEST(test_the_flag_that_names_the_file_beats_the_variable)
{
    write_file("database = f.db\n");
    assert_serves(WORDS("--config", file), VARIABLES("TTSTD_CONFIG=/nonexistent/ttstd.conf"));
    ck_assert_str_eq(config.config_file, file);
    ck_assert_str_eq(config.database, "f.db");
}
END_TEST

START_TEST(test_the_file_beats_the_default)
{
    write_file("save-interval = 7s\n");
    assert_serves(WORDS("--config", file), NULL);
    ck_assert_uint_eq(config.save_interval_ms, 7000);
}
END_TEST

START_TEST(test_the_environment_beats_the_file)
{
    write_file("save-interval = 7s\n");
    assert_serves(WORDS("--config", file), VARIABLES("TTSTD_SAVE_INTERVAL=8s"));
    ck_assert_uint_eq(config.save_interval_ms, 8000);
}
END_TEST

START_TEST(test_a_flag_beats_environment_and_file)
{
    write_file("save-interval = 7s\n");
    assert_serves(WORDS("--config", file, "--save-interval", "9s"),
                  VARIABLES("TTSTD_SAVE_INTERVAL=8s"));
    ck_assert_uint_eq(config.save_interval_ms, 9000);
}
END_TEST

START_TEST(test_each_option_finds_its_own_strongest_source)
{
    write_file("database = f.db\ntraining-threads = 2\nlog-level = warn\n");
    assert_serves(WORDS("--log-level", "debug", "--config", file),
                  VARIABLES("TTSTD_TRAINING_THREADS=5", "TTSTD_LOG_LEVEL=error"));
    ck_assert_str_eq(config.listen.host, "127.0.0.1");
    ck_assert_str_eq(config.database, "f.db");
    ck_assert_uint_eq(config.training_threads, 5);
    ck_assert_uint_eq(config.log_level, LOG_DEBUG);
}
END_TEST

START_TEST(test_serve_may_come_first)
{
    assert_serves(WORDS("serve", "--database", "x.db"), NULL);
    ck_assert_str_eq(config.database, "x.db");
}
END_TEST

START_TEST(test_serve_comes_first_or_not_at_all)
{
    const char *expected = "the command 'serve' must come first, once (try ttstd --help)";
    assert_refused(WORDS("--log-level", "info", "serve"), NULL, expected);
    assert_refused(WORDS("serve", "serve"), NULL, expected);
}
END_TEST

START_TEST(test_another_bare_word_is_an_unknown_command)
{
    assert_refused(WORDS("x"), NULL, "unknown command 'x' (try ttstd --help)");
    assert_refused(WORDS("serve", "Serve"), NULL, "unknown command 'Serve' (try ttstd --help)");
    assert_refused(WORDS(""), NULL, "unknown command '' (try ttstd --help)");
}
END_TEST

START_TEST(test_help_and_version_are_asked_for_by_flag)
{
    ck_assert_int_eq(read_words(WORDS("--help"), NULL), CONFIG_HELP);
    ck_assert_int_eq(read_words(WORDS("--version"), NULL), CONFIG_VERSION);
    ck_assert_int_eq(read_words(WORDS("serve", "--version", "--help"), NULL), CONFIG_VERSION);
}
END_TEST

START_TEST(test_help_is_given_whatever_environment_and_file_hold)
{
    ck_assert_int_eq(
        read_words(WORDS("--config", "/nonexistent", "--help"), VARIABLES("TTSTD_LOG_LEVEL=loud")),
        CONFIG_HELP);
    ck_assert_str_eq(message, "");
}
END_TEST

START_TEST(test_help_takes_no_value)
{
    assert_refused(WORDS("--help=listen"), NULL, "--help: takes no value");
}
END_TEST

START_TEST(test_a_misspelt_flag_gets_a_suggestion)
{
    assert_refused(WORDS("--trainig-threads", "2"), NULL,
                   "unknown option --trainig-threads (did you mean --training-threads?)");
    assert_refused(WORDS("--hlep"), NULL, "unknown option --hlep (did you mean --help?)");
    assert_refused(WORDS("-listen=x"), NULL, "unknown option -listen (did you mean --listen?)");
}
END_TEST

static const char *const strange_flags[] = {"-h", "-", "--", "--colour", "--=", "--listenlisten"};

START_TEST(test_a_strange_flag_gets_no_suggestion)
{
    char expected[64];
    const char *flag = strange_flags[_i];
    snprintf(expected, sizeof expected, "unknown option %.*s (try ttstd --help)",
             (int)strcspn(flag, "="), flag);
    assert_refused(WORDS(flag), NULL, expected);
}
END_TEST

START_TEST(test_a_very_long_flag_is_refused)
{
    char *flag = long_text("--", 100000);
    ck_assert_int_eq(read_words(WORDS(flag), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(message, "xxx... (try ttstd --help)"));
    free(flag);
}
END_TEST

START_TEST(test_a_flag_without_its_value_is_refused)
{
    assert_refused(WORDS("--database"), NULL, "--database: the value is missing (--database FILE)");
    assert_refused(WORDS("--log-level", "--help"), NULL,
                   "--log-level: the value is missing (--log-level error|warn|info|debug)");
}
END_TEST

START_TEST(test_an_empty_value_is_refused)
{
    assert_refused(WORDS("--database="), NULL, "--database: the value is empty");
    assert_refused(WORDS("--listen", ""), NULL, "--listen: the value is empty");
    assert_refused(NO_WORDS, VARIABLES("TTSTD_CONFIG="), "TTSTD_CONFIG: the value is empty");
}
END_TEST

START_TEST(test_a_repeated_flag_is_refused)
{
    assert_refused(WORDS("--database", "a", "--database=a"), NULL,
                   "--database: given more than once");
}
END_TEST

START_TEST(test_training_threads_are_in_range)
{
    assert_refused(WORDS("--training-threads", "0"), NULL,
                   "--training-threads: 0 is out of range (1 to 64)");
    assert_refused(NO_WORDS, VARIABLES("TTSTD_TRAINING_THREADS=65"),
                   "TTSTD_TRAINING_THREADS: 65 is out of range (1 to 64)");
    assert_refused(WORDS("--training-threads", "-1"), NULL,
                   "--training-threads: -1 is out of range (1 to 64)");
    assert_refused(WORDS("--training-threads=18446744073709551617"), NULL,
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
    assert_refused(WORDS(flag), NULL, expected);
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
    assert_refused(NO_WORDS, VARIABLES(variable), expected);
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
    assert_refused(WORDS(flag), NULL, expected);
}
END_TEST

START_TEST(test_a_log_level_is_one_of_the_choices)
{
    assert_refused(WORDS("--log-level", "loud"), NULL,
                   "--log-level: \"loud\" is none of error, warn, info, debug");
    assert_refused(WORDS("--log-level", "INFO"), NULL,
                   "--log-level: \"INFO\" is none of error, warn, info, debug");
}
END_TEST

START_TEST(test_a_port_may_be_any_from_0_to_65535)
{
    assert_serves(WORDS("--listen", "127.0.0.1:0"), NULL);
    ck_assert_uint_eq(config.listen.port, 0);
    assert_serves(WORDS("--listen", "127.0.0.1:65535"), NULL);
    ck_assert_uint_eq(config.listen.port, 65535);
}
END_TEST

START_TEST(test_an_ipv6_address_stands_in_brackets)
{
    assert_serves(WORDS("--listen", "[2001:db8::7]:443"), NULL);
    ck_assert_str_eq(config.listen.host, "2001:db8::7");
    ck_assert_uint_eq(config.listen.port, 443);
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
    assert_refused(WORDS(flag), NULL, expected);
}
END_TEST

START_TEST(test_a_port_is_a_whole_number)
{
    assert_refused(WORDS("--listen", "127.0.0.1:http"), NULL,
                   "--listen: port \"http\" is not a whole number (0 to 65535)");
    assert_refused(WORDS("--listen", "127.0.0.1:"), NULL,
                   "--listen: port \"\" is not a whole number (0 to 65535)");
    assert_refused(WORDS("--listen", "[::1]:80x"), NULL,
                   "--listen: port \"80x\" is not a whole number (0 to 65535)");
}
END_TEST

START_TEST(test_a_port_is_in_range)
{
    assert_refused(NO_WORDS, VARIABLES("TTSTD_LISTEN=127.0.0.1:65536"),
                   "TTSTD_LISTEN: port 65536 is out of range (0 to 65535)");
    assert_refused(WORDS("--listen", "127.0.0.1:-1"), NULL,
                   "--listen: port -1 is out of range (0 to 65535)");
}
END_TEST

START_TEST(test_the_longest_path_is_kept_whole)
{
    char *path = long_text("", CONFIG_PATH_SIZE);
    assert_serves(WORDS("--database", path), NULL);
    ck_assert_str_eq(config.database, path);
    free(path);
}
END_TEST

START_TEST(test_a_longer_path_is_refused)
{
    char *path = long_text("", CONFIG_PATH_SIZE + 1);
    assert_refused(WORDS("--database", path), NULL,
                   "--database: the path is longer than 4095 bytes");
    free(path);
}
END_TEST

START_TEST(test_a_longer_path_in_the_file_is_refused)
{
    char *text = long_text("database = ", CONFIG_PATH_SIZE + 1);
    assert_file_refused(text, ":1: database: the path is longer than 4095 bytes");
    free(text);
}
END_TEST

START_TEST(test_an_overlong_host_is_refused)
{
    char *text = long_text("--listen=[", 100000);
    memcpy(text + strlen(text) - 4, "]:80", 4);
    ck_assert_int_eq(read_words(WORDS(text), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(message, "xxx...\" is not an address (IPv4:PORT"));
    free(text);
}
END_TEST

START_TEST(test_an_overlong_value_leaves_room_for_the_reason)
{
    char *text = long_text("--save-interval=", 100000);
    ck_assert_int_eq(read_words(WORDS(text), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(message, "xxx...\" is not a duration (such as 500ms, 1s, 2m)"));
    free(text);
}
END_TEST

START_TEST(test_a_shortened_value_ends_between_characters)
{
    char value[] = "--log-level=x"
                   "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé";
    ck_assert_int_eq(read_words(WORDS(value), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(message, "é...\" is none of"));
}
END_TEST

START_TEST(test_a_missing_file_is_refused)
{
    assert_refused(WORDS("--config", "/nonexistent/ttstd.conf"), NULL,
                   "--config: cannot read /nonexistent/ttstd.conf: No such file or directory");
    assert_refused(NO_WORDS, VARIABLES("TTSTD_CONFIG=/nonexistent/ttstd.conf"),
                   "TTSTD_CONFIG: cannot read /nonexistent/ttstd.conf: No such file or directory");
}
END_TEST

START_TEST(test_a_directory_is_no_config_file)
{
    assert_refused(WORDS("--config", "/tmp"), NULL, "--config: cannot read /tmp: Is a directory");
}
END_TEST

START_TEST(test_an_endless_file_is_refused)
{
    assert_refused(WORDS("--config", "/dev/zero"), NULL,
                   "--config: /dev/zero is longer than 65535 bytes");
}
END_TEST

START_TEST(test_a_file_with_a_nul_is_refused)
{
    char expected[128];
    snprintf(expected, sizeof expected, "--config: %s is not a text file", file);
    write_bytes("database = a\0b\n", sizeof "database = a\0b\n" - 1);
    assert_refused(WORDS("--config", file), NULL, expected);
}
END_TEST

START_TEST(test_an_unknown_key_is_refused_with_its_line)
{
    assert_file_refused("# first\n\nfoo = 1\n", ":3: unknown option \"foo\"");
    assert_file_refused("help = 1\n", ":1: unknown option \"help\"");
    assert_file_refused("= 1\n", ":1: unknown option \"\"");
}
END_TEST

START_TEST(test_a_misspelt_key_gets_a_suggestion)
{
    assert_file_refused("training_threads = 1\n", ":1: unknown option \"training_threads\" "
                                                  "(did you mean \"training-threads\"?)");
}
END_TEST

START_TEST(test_a_line_without_an_equals_sign_is_refused)
{
    assert_file_refused("\ndatabase x.db\n",
                        ":2: \"database x.db\" is not of the form option = value");
}
END_TEST

START_TEST(test_a_wrong_value_is_refused_with_its_line)
{
    assert_file_refused("\nsave-interval = 5x\n",
                        ":2: save-interval: \"5x\" is not a duration (such as 500ms, 1s, 2m)");
    assert_file_refused("database =\n", ":1: database: the value is empty");
}
END_TEST

START_TEST(test_a_repeated_key_is_refused_with_both_lines)
{
    assert_file_refused("database = a\n\ndatabase = a\n", ":3: database: already given in line 1");
}
END_TEST

START_TEST(test_a_file_cannot_name_a_file)
{
    assert_file_refused("config = b\n", ":1: config: a config file cannot name another one");
}
END_TEST

START_TEST(test_a_comment_behind_a_value_is_refused)
{
    const char *expected = ":1: database: a comment must stand on a line of its own";
    assert_file_refused("database = a.db # mine\n", expected);
    assert_file_refused("database = a#b.db\t#\n", expected);
    assert_file_refused("database = # none\n", expected);
}
END_TEST

START_TEST(test_a_wrong_value_is_refused_though_a_stronger_source_is_right)
{
    write_file("log-level = loud\n");
    ck_assert_int_eq(read_words(WORDS("--config", file, "--log-level", "info"), NULL),
                     CONFIG_UNUSABLE);
    assert_refused(WORDS("--log-level", "info"), VARIABLES("TTSTD_LOG_LEVEL=loud"),
                   "TTSTD_LOG_LEVEL: \"loud\" is none of error, warn, info, debug");
}
END_TEST

START_TEST(test_the_config_is_untouched_unless_all_is_right)
{
    struct config before;
    memset(&config, 0x5A, sizeof config);
    before = config;
    ck_assert_int_eq(read_words(WORDS("--database", "x", "--log-level", "loud"), NULL),
                     CONFIG_UNUSABLE);
    ck_assert_mem_eq(&config, &before, sizeof config);
    ck_assert_int_eq(read_words(WORDS("--database", "x", "--help"), NULL), CONFIG_HELP);
    ck_assert_mem_eq(&config, &before, sizeof config);
}
END_TEST

START_TEST(test_a_message_is_one_line)
{
    assert_refused(WORDS("a\nb\033[1m\x7F"), NULL, "unknown command 'a?b?[1m?' (try ttstd --help)");
}
END_TEST

START_TEST(test_a_message_fits_any_room)
{
    for (size_t size = 0; size < 64; size++) {
        char *room = malloc(size + 1);
        ck_assert_ptr_nonnull(room);
        memset(room, '!', size + 1);
        ck_assert_int_eq(read_into(WORDS("--database="), NULL, room, size), CONFIG_UNUSABLE);
        ck_assert_int_eq(room[size], '!');
        ck_assert(size == 0 || memchr(room, '\0', size) != NULL);
        free(room);
    }
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
                                            "--config FILE",
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

#define COUNT_OF(list) ((int)(sizeof(list) / sizeof(list)[0]))

static void add_sources(TCase *tests)
{
    tcase_add_test(tests, test_defaults_hold_when_nothing_is_given);
    tcase_add_test(tests, test_training_threads_default_to_the_online_cores_within_the_limits);
    tcase_add_test(tests, test_an_empty_argv_is_read_as_no_words);
    tcase_add_test(tests, test_a_flag_sets_its_option);
    tcase_add_test(tests, test_a_flag_takes_its_value_after_an_equals_sign);
    tcase_add_test(tests, test_a_value_after_an_equals_sign_may_look_like_a_flag);
    tcase_add_test(tests, test_a_variable_sets_its_option);
    tcase_add_test(tests, test_variables_of_no_option_are_left_be);
    tcase_add_test(tests, test_a_line_sets_its_option);
    tcase_add_test(tests, test_comments_blank_lines_and_outer_blanks_are_skipped);
    tcase_add_test(tests, test_an_empty_file_sets_nothing);
    tcase_add_test(tests, test_a_variable_may_name_the_file);
    tcase_add_test(tests, test_the_flag_that_names_the_file_beats_the_variable);
    tcase_add_test(tests, test_the_file_beats_the_default);
    tcase_add_test(tests, test_the_environment_beats_the_file);
    tcase_add_test(tests, test_a_flag_beats_environment_and_file);
    tcase_add_test(tests, test_each_option_finds_its_own_strongest_source);
}

static void add_words(TCase *tests)
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
}

static void add_values(TCase *tests)
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
    tcase_add_test(tests, test_an_overlong_host_is_refused);
    tcase_add_test(tests, test_an_overlong_value_leaves_room_for_the_reason);
    tcase_add_test(tests, test_a_shortened_value_ends_between_characters);
}

static void add_file(TCase *tests)
{
    tcase_add_test(tests, test_a_missing_file_is_refused);
    tcase_add_test(tests, test_a_directory_is_no_config_file);
    tcase_add_test(tests, test_an_endless_file_is_refused);
    tcase_add_test(tests, test_a_file_with_a_nul_is_refused);
    tcase_add_test(tests, test_an_unknown_key_is_refused_with_its_line);
    tcase_add_test(tests, test_a_misspelt_key_gets_a_suggestion);
    tcase_add_test(tests, test_a_line_without_an_equals_sign_is_refused);
    tcase_add_test(tests, test_a_wrong_value_is_refused_with_its_line);
    tcase_add_test(tests, test_a_repeated_key_is_refused_with_both_lines);
    tcase_add_test(tests, test_a_file_cannot_name_a_file);
    tcase_add_test(tests, test_a_comment_behind_a_value_is_refused);
    tcase_add_test(tests, test_a_wrong_value_is_refused_though_a_stronger_source_is_right);
}

static void add_outcome(TCase *tests)
{
    tcase_add_test(tests, test_the_config_is_untouched_unless_all_is_right);
    tcase_add_test(tests, test_a_message_is_one_line);
    tcase_add_test(tests, test_a_message_fits_any_room);
    tcase_add_loop_test(tests, test_help_mentions_every_option, 0, COUNT_OF(help_mentions));
    tcase_add_test(tests, test_help_is_at_most_100_columns_wide);
}

static void add_case(Suite *suite, const char *name, void (*add)(TCase *tests))
{
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, make_file, remove_file);
    add(tests);
    suite_add_tcase(suite, tests);
}

int main(void)
{
    Suite *suite = suite_create("config");
    add_case(suite, "sources", add_sources);
    add_case(suite, "words", add_words);
    add_case(suite, "values", add_values);
    add_case(suite, "file", add_file);
    add_case(suite, "outcome", add_outcome);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
