/* What of the options is refused, and in which words. */
#include "config/endpoint.h"
#include "config/file.h"
#include "support/options.h"

#include <stdlib.h>
#include <string.h>

/* Texts that are not of an option's form. */
static const struct {
    const char *place; /* the flag */
    const char *quote;
    const char *why; /* behind the text */
    const char *texts[20];
} no_forms[] = {
    {"--listen",
     "\"",
     " is not an address (IPv4:PORT or [IPv6]:PORT, such as 127.0.0.1:8080)",
     {"localhost:80", "127.0.0.1", "8080", ":8080", "256.0.0.1:80", "::1:80", "[::1]", "[::1",
      "[127.0.0.1]:80", "[::1%lo]:80", "[:80", "127.0.0.1 :80"}},
    {"--training-threads",
     "\"",
     " is not a whole number (1 to 64)",
     {"four", "4x", " 4", "4 ", "+4", "0x4", "4.0", "-", "--4"}},
    {"--save-interval",
     "\"",
     " is not a duration (such as 500ms, 1s, 2m)",
     {"5x", "5", "s", "1.5s", "1 s", " 1s", "1S", "1h", "1s1ms", "+1s"}},
    {"--save-interval",
     "",
     " is out of range (10ms to 60m)",
     {"9ms", "0s", "3600001ms", "3601s", "61m", "-1s", "9223372036854775807m",
      "-9223372036854775808m", "99999999999999999999ms"}},
    {"--url",
     "\"",
     " is not of the form http://HOST:PORT, such as http://127.0.0.1:8080",
     {"127.0.0.1:8080", "https://127.0.0.1:8080", "http://", "http:///", "http://:80", "http://a/b",
      "http://a?b", "http://u@a", "http://::1:80", "http://[::1", "http://a b", "HTTP://a"}},
    {"--allow-origin",
     "\"",
     " is not an origin, such as https://example.org or http://localhost:3000",
     {"example.org", "http://a/", "http://A", "ftp://a"}},
    {"--trusted-proxy",
     "\"",
     " is not an address or network, such as 10.0.0.7 or 10.0.0.0/8",
     {"10.0.0.0/33", "proxy", "::/129"}},
    {"--allow-host", "\"", " is not a host's name, without a port", {"a:80", "a/b"}},
};

START_TEST(test_what_is_not_of_its_form_is_refused_and_quoted)
{
    const char *place = no_forms[_i].place;
    for (const char *const *text = no_forms[_i].texts; *text != NULL; text++) {
        char word[64];
        char expected[CONFIG_MESSAGE_SIZE];
        snprintf(word, sizeof word, "%s=%s", place, *text);
        snprintf(expected, sizeof expected, "%s: %s%s%s%s", place, no_forms[_i].quote, *text,
                 no_forms[_i].quote, no_forms[_i].why);
        options_assert_refused(strcmp(place, "--url") == 0 ? WORDS("health", word) : WORDS(word),
                               NULL, expected);
    }
}
END_TEST

/* Or what is printed as a file would be another configuration. */
static const char *const no_lines[] = {
    "a\ninsecure = yes", "\n", " a", "a ", "\ta", "a\r", "a #b", "#a #b", "\v"};

START_TEST(test_a_path_that_no_line_can_hold_is_refused)
{
    options_assert_refused(WORDS("--database", no_lines[_i]), NULL,
                           "--database: a path may not begin or end with a blank, hold a line's "
                           "end, or a # after a blank");
}
END_TEST

#define RETIRED(flag, instead)                                                                     \
    {                                                                                              \
        .words = {"--" flag, "1"}, .why = "--" flag " is no option any more: " instead             \
    }

static const struct {
    const char *words[10];
    const char *variable;
    const char *file; /* what stands in it: then `why` follows its name */
    const char *why;
} refused[] = {
    /* Words. */
    {.words = {"x"}, .why = "unknown command 'x' (try ttstd --help)"},
    {.words = {"serve", "Serve"}, .why = "unknown command 'Serve' (try ttstd --help)"},
    {.words = {""}, .why = "unknown command '' (try ttstd --help)"},
    {.words = {"a\nb\033[1m\x7F"}, .why = "unknown command 'a?b?[1m?' (try ttstd --help)"},
    {.words = {"serve", "serve"},
     .why = "the command 'serve' must come first, once (try ttstd --help)"},
    {.words = {"--log-level", "info", "health"},
     .why = "the command 'health' must come first, once (try ttstd --help)"},
    {.words = {"--help=listen"}, .why = "--help: takes no value"},
    {.words = {"--trainig-threads", "2"},
     .why = "unknown option --trainig-threads (did you mean --training-threads?)"},
    {.words = {"-listen=x"}, .why = "unknown option -listen (did you mean --listen?)"},
    {.words = {"--=x"}, .why = "unknown option -- (try ttstd --help)"},
    {.words = {"-"}, .why = "unknown option - (try ttstd --help)"},
    {.words = {"--colour"}, .why = "unknown option --colour (try ttstd --help)"},
    {.words = {"--listenlisten"}, .why = "unknown option --listenlisten (try ttstd --help)"},
    {.words = {"--database"}, .why = "--database: the value is missing (--database FILE)"},
    {.words = {"--log-level", "--help"},
     .why = "--log-level: the value is missing (--log-level error|warn|info|debug)"},
    {.words = {"--database="}, .why = "--database: the value is empty"},
    {.variable = "TTSTD_CONFIG=", .why = "TTSTD_CONFIG: the value is empty"},
    {.words = {"--database", "a", "--database=a"}, .why = "--database: given more than once"},
    {.words = {"--access-log", "yes"}, .why = "unknown command 'yes' (try ttstd --help)"},
    RETIRED("max-jobs", "it is always 256, leave it out"),
    RETIRED("url", "say: ttstd health URL"),
    RETIRED("check-config", "use --print-config, which checks all"),
    RETIRED("kernel", "the fastest is always chosen, leave it out"),
    /* Whom to ask. */
    {.words = {"health", "--url=http://a:0"}, .why = "--url: port 0 is out of range (1 to 65535)"},
    {.words = {"health", "--url", "http://a:65536"},
     .why = "--url: port 65536 is out of range (1 to 65535)"},
    {.words = {"health", "http://a:x"},
     .why = "health: port \"x\" is not a whole number (1 to 65535)"},
    {.words = {"health", "http://a", "--url", "unix:/s"}, .why = "--url: a second URL"},
    {.words = {"health", "--url"}, .why = "--url: the value is missing (--url URL)"},
    /* Numbers and choices. */
    {.words = {"--training-threads", "0"},
     .why = "--training-threads: 0 is out of range (1 to 64)"},
    {.variable = "TTSTD_TRAINING_THREADS=65",
     .why = "TTSTD_TRAINING_THREADS: 65 is out of range (1 to 64)"},
    {.words = {"--training-threads", "-1"},
     .why = "--training-threads: -1 is out of range (1 to 64)"},
    {.words = {"--training-threads=18446744073709551617"},
     .why = "--training-threads: 18446744073709551617 is out of range (1 to 64)"},
    {.words = {"--brain-memory", "1"},
     .why = "--brain-memory: \"1\" is not a size (such as 512k, 64m, 1g)"},
    {.words = {"--brain-memory", "1k"}, .why = "--brain-memory: 1k is out of range (1m to 1024g)"},
    {.words = {"--log-level", "INFO"},
     .why = "--log-level: \"INFO\" is none of error, warn, info, debug"},
    {.words = {"--access-log=1"}, .why = "--access-log: \"1\" is neither yes nor no"},
    /* Addresses. */
    {.words = {"--listen", "127.0.0.1:http"},
     .why = "--listen: port \"http\" is not a whole number (0 to 65535)"},
    {.words = {"--listen", "127.0.0.1:"},
     .why = "--listen: port \"\" is not a whole number (0 to 65535)"},
    {.words = {"--listen", "[::1]:80x"},
     .why = "--listen: port \"80x\" is not a whole number (0 to 65535)"},
    {.variable = "TTSTD_LISTEN=127.0.0.1:65536",
     .why = "TTSTD_LISTEN: port 65536 is out of range (0 to 65535)"},
    {.words = {"--listen", "127.0.0.1:-1"},
     .why = "--listen: port -1 is out of range (0 to 65535)"},
    {.words = {"--listen", "unix:"}, .why = "--listen: \"unix:\" names no file"},
    {.words = {"--listen", "unix:a #b"},
     .why = "--listen: a path may not begin or end with a blank, hold a line's end, or a # after a"
            " blank"},
    /* Lists. */
    {.words = {"--allow-host", "a,b,c,d,e,f,g,h,i"}, .why = "--allow-host: there may be at most 8"},
    {.words = {"--allow-host=a", "--allow-host=b", "--allow-host=c", "--allow-host=d",
               "--allow-host=e", "--allow-host=f", "--allow-host=g", "--allow-host=h",
               "--allow-host=i"},
     .why = "--allow-host: given more than 8 times"},
    {.words = {"--allow-host", "a,,b"}, .why = "--allow-host: an item of the list is empty"},
    /* Files. */
    {.words = {"--config", "/nonexistent/ttstd.conf"},
     .why = "--config: cannot read /nonexistent/ttstd.conf: No such file or directory"},
    {.variable = "TTSTD_CONFIG=/nonexistent/ttstd.conf",
     .why = "TTSTD_CONFIG: cannot read /nonexistent/ttstd.conf: No such file or directory"},
    {.words = {"--config", "/tmp"}, .why = "--config: cannot read /tmp: it is a folder"},
    {.words = {"--config", "/dev/zero"},
     .why = "--config: cannot read /dev/zero: it is not a regular file"},
    {.file = "# first\n\nfoo = 1\n", .why = ":3: unknown option \"foo\""},
    {.file = "help = 1\n", .why = ":1: unknown option \"help\""},
    {.file = "= 1\n", .why = ":1: unknown option \"\""},
    {.file = "training_threads = 1\n",
     .why = ":1: unknown option \"training_threads\" (did you mean \"training-threads\"?)"},
    {.file = "\ndatabase x.db\n", .why = ":2: \"database x.db\" is not of the form option = value"},
    {.file = "\nsave-interval = 5x\n",
     .why = ":2: save-interval: \"5x\" is not a duration (such as 500ms, 1s, 2m)"},
    {.file = "database =\n", .why = ":1: database: the value is empty"},
    {.file = "database = a\n\ndatabase = a\n", .why = ":3: database: already given in line 1"},
    {.file = "config = b\n", .why = ":1: config: a config file cannot name another one"},
    {.file = "database = a.db # mine\n",
     .why = ":1: database: a comment must stand on a line of its own"},
    {.file = "database = a#b.db\t#\n",
     .why = ":1: database: a comment must stand on a line of its own"},
    {.file = "database = # none\n",
     .why = ":1: database: a comment must stand on a line of its own"},
    /* What a stronger source overrides is checked, too. */
    {.words = {"--log-level", "info"},
     .variable = "TTSTD_LOG_LEVEL=loud",
     .why = "TTSTD_LOG_LEVEL: \"loud\" is none of error, warn, info, debug"},
    {.words = {"--log-level", "info"},
     .file = "log-level = loud\n",
     .why = ":1: log-level: \"loud\" is none of error, warn, info, debug"},
    {.words = {"--print-config"},
     .variable = "TTSTD_LOG_FORMAT=xml",
     .why = "TTSTD_LOG_FORMAT: \"xml\" is none of text, json"},
    /* What options must be together. */
    {.words = {"--tls-cert", "c"}, .why = "tls-cert and tls-key go together"},
    {.words = {"--tls-key", "k", "--print-config"}, .why = "tls-cert and tls-key go together"},
    {.words = {"--make-token"}, .why = "make-token: token-file must say where"},
    {.words = {"--listen", "127.0.0.1:1,128.0.0.1:1"},
     .why = "listen: others can reach 128.0.0.1: a token-file must say who may, or insecure that "
            "anybody may"},
};

START_TEST(test_what_is_wrong_is_refused_and_named)
{
    const char *words[sizeof refused[0].words / sizeof refused[0].words[0] + 4] = {"ttstd"};
    char expected[CONFIG_MESSAGE_SIZE];
    int count = 1;
    for (const char *const *word = refused[_i].words; *word != NULL; word++)
        words[count++] = *word;
    snprintf(expected, sizeof expected, "%s%s", refused[_i].file != NULL ? options.file : "",
             refused[_i].why);
    if (refused[_i].file != NULL) {
        options_write(refused[_i].file);
        words[count++] = "--config";
        words[count++] = options.file;
    }
    options_assert_refused(words, VARIABLES(refused[_i].variable), expected);
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

static const struct {
    const char *head;
    size_t longest; /* letters that may follow it; 0: none are too many */
    const char *tail;
    const char *why;
} too_long[] = {
    {"--database=", CONFIG_PATH_SIZE - 1, "", "--database: the path is longer than 4095 bytes"},
    {"--listen=unix:", ENDPOINT_SOCKET_SIZE - 1, "",
     "--listen: the path of a unix socket has at most 107 bytes"},
    {"--allow-host=", ENDPOINT_HOST_SIZE - 1, "", "xxx...\" is not a host's name"},
    {"--url=http://", ENDPOINT_HOST_SIZE - 1, "", "xxx...\" is "},
    {"--listen=[", 0, "]:80", "xxx...\" is too long"},
    {"--save-interval=", 0, "", "xxx...\" is not a duration (such as 500ms, 1s, 2m)"},
    {"--", 0, "", "xxx... (try ttstd --help)"},
};

START_TEST(test_what_is_too_long_is_refused_whole_and_shortened_in_the_message)
{
    const size_t longest = too_long[_i].longest;
    for (unsigned over = longest > 0 ? 0 : 1; over < 2; over++) {
        const size_t letters = longest > 0 ? longest + over : 100000;
        char *text = options_long_text(too_long[_i].head, letters + sizeof "]:80");
        strcpy(text + strlen(too_long[_i].head) + letters, too_long[_i].tail);
        const bool is_url = strncmp(text, "--url", 5) == 0;
        const enum config_verdict usable = is_url ? CONFIG_HEALTH : CONFIG_SERVE;
        ck_assert_int_eq(options_read(is_url ? WORDS("health", text) : WORDS(text), NULL),
                         over == 1 ? CONFIG_UNUSABLE : usable);
        ck_assert(over == 0 || strstr(options.message, too_long[_i].why) != NULL);
        free(text);
    }
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

START_TEST(test_a_file_too_long_or_with_a_nul_is_refused)
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
    text[100] = '\0';
    options_write_bytes(text, 200);
    snprintf(expected, sizeof expected, "--config: %s is not a text file", options.file);
    options_assert_refused(WORDS("--config", options.file), NULL, expected);
    free(text);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, test_what_is_not_of_its_form_is_refused_and_quoted, 0,
                        COUNT_OF(no_forms));
    tcase_add_loop_test(tests, test_a_path_that_no_line_can_hold_is_refused, 0, COUNT_OF(no_lines));
    tcase_add_loop_test(tests, test_what_is_wrong_is_refused_and_named, 0, COUNT_OF(refused));
    tcase_add_test(tests, test_the_config_is_untouched_unless_all_is_right);
    tcase_add_test(tests, test_a_message_fits_any_room);
    tcase_add_loop_test(tests, test_what_is_too_long_is_refused_whole_and_shortened_in_the_message,
                        0, COUNT_OF(too_long));
    tcase_add_test(tests, test_a_shortened_value_ends_between_characters);
    tcase_add_test(tests, test_a_file_too_long_or_with_a_nul_is_refused);
}

int main(void)
{
    return options_run("config_refused", add_tests);
}
