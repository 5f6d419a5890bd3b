/* The options as a config file, the usage page, and who asks for them. */
#include "support/options.h"

#include <stdlib.h>
#include <string.h>

START_TEST(test_the_options_in_force_are_printed_as_a_config_file)
{
    ck_assert_int_eq(options_read(WORDS("--print-config", "--listen", "[::1]:1",
                                        "--training-threads", "3", "--database", "a b.db"),
                                  VARIABLES("TTSTD_LOG_FORMAT=json", "TTSTD_SAVE_INTERVAL=1500ms")),
                     CONFIG_PRINT);
    char *text = options_printed();
    ck_assert_str_eq(text, "listen = [::1]:1\n"
                           "database = a b.db\n"
                           "training-threads = 3\n"
                           "save-interval = 1500ms\n"
                           "brain-memory = 64m\n"
                           "# token-file = FILE\n"
                           "# play-token-file = FILE\n"
                           "make-token = no\n"
                           "insecure = no\n"
                           "# allow-origin = ORIGIN,...\n"
                           "# allow-host = NAME,...\n"
                           "# trusted-proxy = NETWORK,...\n"
                           "# tls-cert = FILE\n"
                           "# tls-key = FILE\n"
                           "max-wal = 1g\n"
                           "max-listeners = 1024\n"
                           "max-connections = 0\n"
                           "max-connections-per-address = 0\n"
                           "max-requests-per-second = 0\n"
                           "request-deadline = 10s\n"
                           "idle-timeout = 1m\n"
                           "access-log = no\n"
                           "log-level = info\n"
                           "log-format = json\n");
    free(text);
}
END_TEST

START_TEST(test_what_is_printed_reads_back_as_the_same_options)
{
    ck_assert_int_eq(options_read(WORDS("--print-config", "--listen=127.0.0.2:0,unix:/s",
                                        "--insecure", "--save-interval=60m", "--log-level=error",
                                        "--trusted-proxy=::1", "--allow-host=a"),
                                  NULL),
                     CONFIG_PRINT);
    char *first = options_printed();
    options_write(first);
    options_assert_serves(WORDS("--config", options.file), NULL);
    char *second = options_printed();
    ck_assert_str_eq(second, first);
    free(second);
    free(first);
}
END_TEST

static const struct {
    const char *words[4];
    enum config_verdict verdict;
} asked[] = {
    {{"--help"}, CONFIG_HELP},
    {{"--version"}, CONFIG_VERSION},
    {{"serve", "--version", "--help"}, CONFIG_VERSION},
    {{"--config", "/nonexistent", "--help"}, CONFIG_HELP},
    {{"check", "--help"}, CONFIG_HELP},
    {{"check", "f"}, CONFIG_CHECK_FILE},
    {{"backup", "f", "--help"}, CONFIG_HELP},
    {{"backup", "f", "to"}, CONFIG_BACKUP},
};

START_TEST(test_what_does_not_serve_needs_no_options_that_can_be_used)
{
    const char *words[sizeof asked[0].words / sizeof asked[0].words[0] + 2] = {"ttstd"};
    memcpy(words + 1, asked[_i].words, sizeof asked[_i].words);
    ck_assert_int_eq(options_read(words, VARIABLES("TTSTD_LOG_LEVEL=loud")), asked[_i].verdict);
    ck_assert_str_eq(options.message, "");
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
                                            "ttstd health [URL]",
                                            "ttstd check FILE",
                                            "ttstd backup FILE TO",
                                            "--listen ADDRESS:PORT",
                                            "--database FILE",
                                            "--training-threads NUMBER",
                                            "--save-interval DURATION",
                                            "--log-level error|warn|info|debug",
                                            "--print-config",
                                            "--help",
                                            "--version",
                                            "TTSTD_TRAINING_THREADS",
                                            "default: 127.0.0.1:8080",
                                            "1 to 64; default: one per online core",
                                            "10ms to 60m; default: 1s",
                                            "default: none"};

START_TEST(test_help_has_the_commands_and_all_that_is_known_of_an_option)
{
    char *page = help_page();
    for (int i = 0; i < COUNT_OF(help_mentions); i++)
        ck_assert_msg(strstr(page, help_mentions[i]) != NULL, "\"%s\" is missing",
                      help_mentions[i]);
    ck_assert_ptr_null(strstr(page, "kernel"));
    for (const char *line = page; *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_uint_le(strcspn(line, "\n"), 100);
    free(page);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, test_the_options_in_force_are_printed_as_a_config_file);
    tcase_add_test(tests, test_what_is_printed_reads_back_as_the_same_options);
    tcase_add_loop_test(tests, test_what_does_not_serve_needs_no_options_that_can_be_used, 0,
                        COUNT_OF(asked));
    tcase_add_test(tests, test_help_has_the_commands_and_all_that_is_known_of_an_option);
}

int main(void)
{
    return options_run("config_print", add_tests);
}
