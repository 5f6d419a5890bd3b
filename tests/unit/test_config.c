/* The options: which source wins, what their values become, and how they are printed. */
#include "support/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

START_TEST(test_without_words_training_threads_are_the_online_cores_within_the_limits)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    options_assert_serves(NO_WORDS, NULL);
    ck_assert_uint_eq(options.config.training_threads, cores > 64 ? 64 : (unsigned)cores);
    ck_assert_int_eq(options_read_into((const char *const[]){NULL}, NULL, options.message,
                                       sizeof options.message),
                     CONFIG_SERVE); /* not even a name */
}
END_TEST

/* What one line of what is printed says, of the options that were read last. */
static void assert_line(const char *line)
{
    char whole[128];
    char *text = options_printed();
    snprintf(whole, sizeof whole, "\n%s\n", line);
    ck_assert_msg(strstr(text, whole) != NULL, "\"%s\" is missing in\n%s", line, text);
    free(text);
}

/* Each source by itself and beside weaker ones. */
static const struct {
    const char *flag;
    const char *variable;
    const char *file;
    const char *line;
} sources[] = {
    {NULL, NULL, NULL, "save-interval = 1s"},
    {NULL, NULL, "save-interval = 7s\n", "save-interval = 7s"},
    {NULL, "TTSTD_SAVE_INTERVAL=8s", NULL, "save-interval = 8s"},
    {NULL, "TTSTD_SAVE_INTERVAL=8s", "save-interval = 7s\n", "save-interval = 8s"},
    {"--save-interval=9s", NULL, NULL, "save-interval = 9s"},
    {"--save-interval=9s", "TTSTD_SAVE_INTERVAL=8s", "save-interval = 7s\n", "save-interval = 9s"},
    {"--log-level=debug", "TTSTD_SAVE_INTERVAL=8s", "database = f.db\n", "database = f.db"},
    {NULL, NULL, "allow-host = a\nallow-host = b, c\n", "allow-host = a, b, c"},
    {NULL, "TTSTD_ALLOW_HOST=d,e", "allow-host = a\nallow-host = b\n", "allow-host = d, e"},
    {"--allow-host=f", "TTSTD_ALLOW_HOST=d,e", "allow-host = a\n", "allow-host = f"},
    {"--insecure=no", "TTSTD_INSECURE=yes", NULL, "insecure = no"},
    {"--insecure", "TTSTD_INSECURE=no", NULL, "insecure = yes"},
    {NULL, "TTSTD_DATABASES=x", NULL, "database = ttst.db"},
    {NULL, "TTSTD_DATABASE", NULL, "database = ttst.db"},
    {NULL, "DATABASE=y", NULL, "database = ttst.db"},
    /* The file's form. */
    {NULL, NULL, "# one\n\n   \t\n  # two\r\n \t database \t=\t my a#1.db \r\n",
     "database = my a#1.db"},
    {NULL, NULL, "log-level=debug", "log-level = debug"},
    /* The kinds of values. */
    {"--database=x=y.db", NULL, NULL, "database = x=y.db"},
    {"--database=--listen", NULL, NULL, "database = --listen"},
    {"--database=a b#c = \"d\"", NULL, NULL, "database = a b#c = \"d\""},
    {"--training-threads=64", NULL, NULL, "training-threads = 64"},
    {"--save-interval=10ms", NULL, NULL, "save-interval = 10ms"},
    {"--save-interval=120s", NULL, NULL, "save-interval = 2m"},
    {"--save-interval=3600000ms", NULL, NULL, "save-interval = 60m"},
    {"--brain-memory=2048k", NULL, NULL, "brain-memory = 2m"},
    {"--max-requests-per-second=1e3", NULL, NULL, "max-requests-per-second = 1000"},
    {"--access-log", NULL, NULL, "access-log = yes"},
    {"--log-format=json", NULL, NULL, "log-format = json"},
    {"--allow-origin=https://example.org:444,http://[::1]:80", NULL, NULL,
     "allow-origin = https://example.org:444, http://[::1]:80"},
    {"--trusted-proxy=10.1.2.3, 10.0.0.0/8, 2001:db8::/32", NULL, NULL,
     "trusted-proxy = 10.1.2.3/32, 10.0.0.0/8, 2001:db8::/32"},
    {"--log-level=error", NULL, "listen = 127.1.2.3:65535, [::1]:0, unix:/s\n",
     "log-level = error"},
};

START_TEST(test_the_strongest_source_wins_and_is_read)
{
    const char *words[5] = {"ttstd"};
    int count = 1;
    if (sources[_i].flag != NULL)
        words[count++] = sources[_i].flag;
    if (sources[_i].file != NULL) {
        options_write(sources[_i].file);
        words[count++] = "--config";
        words[count++] = options.file;
    }
    options_assert_serves(words, VARIABLES(sources[_i].variable));
    ck_assert_str_eq(options.config.config_file, sources[_i].file != NULL ? options.file : "");
    assert_line(sources[_i].line);
}
END_TEST

START_TEST(test_places_are_addresses_of_either_family_and_sockets)
{
    options_assert_serves(WORDS("serve", "--insecure", "--listen", "0.0.0.0:1, [2001:db8::7]:0",
                                "--listen=unix:/run/t.sock"),
                          NULL);
    const struct endpoints *listen = &options.config.listen;
    ck_assert_uint_eq(listen->count, 3);
    ck_assert_str_eq(listen->at[0].host, "0.0.0.0");
    ck_assert_uint_eq(listen->at[0].port, 1);
    ck_assert_str_eq(listen->at[0].socket, "");
    ck_assert_str_eq(listen->at[1].host, "2001:db8::7");
    ck_assert_uint_eq(listen->at[1].port, 0);
    ck_assert_str_eq(listen->at[2].socket, "/run/t.sock");
    ck_assert_str_eq(listen->at[2].host, "");
}
END_TEST

START_TEST(test_a_variable_may_name_the_file_and_a_flag_another_one)
{
    char variable[64];
    snprintf(variable, sizeof variable, "TTSTD_CONFIG=%s", options.file);
    options_write("database = f.db\n");
    options_assert_serves(NO_WORDS, VARIABLES(variable));
    ck_assert_str_eq(options.config.database, "f.db");
    options_assert_serves(WORDS("--config", options.file),
                          VARIABLES("TTSTD_CONFIG=/nonexistent/ttstd.conf"));
    ck_assert_str_eq(options.config.database, "f.db");
}
END_TEST

static char told[1024];

static void tell(const char *place, const char *instead)
{
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s: %s\n", place, instead);
}

START_TEST(test_an_option_of_the_release_before_is_told_of_and_ignored)
{
    const char *variables[] = {"TTSTD_URL=x", "TTSTD_KERNEL=scalar", "TTSTD_MAX_BODY=", NULL};
    char expected[sizeof told];
    told[0] = '\0';
    options_write("max-jobs = no number\n\nmax-import = 1m # and more\n");
    options_assert_serves(WORDS("--config", options.file), variables);
    config_find_retired(&options.config, (char *const *)variables, tell);
    snprintf(expected, sizeof expected,
             "TTSTD_MAX_BODY: it is always 4k, leave it out\n"
             "%s:3: max-import: it is always 2m, leave it out\n"
             "%s:1: max-jobs: it is always 256, leave it out\n"
             "TTSTD_URL: say: ttstd health URL\n",
             options.file, options.file);
    ck_assert_str_eq(told, expected);
    told[0] = '\0';
    config_find_unknown((char *const *)variables, tell);
    ck_assert_str_eq(told, "");
}
END_TEST

static const char *const beyond_loopback[] = {"0.0.0.0:80", "[::]:80", "192.0.2.1:80",
                                              "127.0.0.1:1,128.0.0.1:1"};

START_TEST(test_others_are_served_only_with_tokens_or_if_it_is_meant)
{
    const char *where = beyond_loopback[_i];
    ck_assert_int_eq(options_read(WORDS("--listen", where), NULL), CONFIG_UNUSABLE);
    ck_assert_int_eq(options_read(WORDS("--listen", where, "--print-config"), NULL),
                     CONFIG_UNUSABLE);
    options_assert_serves(WORDS("--listen", where, "--insecure"), NULL);
    options_assert_serves(WORDS("--listen", where, "--token-file", "t", "--make-token"), NULL);
    options_assert_serves(WORDS("--listen", where, "--play-token-file", "t"), NULL);
    ck_assert_int_eq(options_read(WORDS("health", "--listen", where), NULL), CONFIG_HEALTH);
}
END_TEST

static const struct {
    const char *text;
    const char *host;
    unsigned port;
    const char *socket;
} urls[] = {
    {"http://127.0.0.1:8080", "127.0.0.1", 8080, ""},
    {"http://127.0.0.1:8080/", "127.0.0.1", 8080, ""},
    {"http://ttstd.example", "ttstd.example", 80, ""},
    {"http://[::1]:1", "::1", 1, ""},
    {"http://[fe80::1]", "fe80::1", 80, ""},
    {"http://a-b:65535/", "a-b", 65535, ""},
    {"unix:/run/s", "", 0, "/run/s"},
};

START_TEST(test_a_url_names_the_daemon_to_ask_with_its_flag_or_without)
{
    char flag[64];
    snprintf(flag, sizeof flag, "--url=%s", urls[_i].text);
    const char *const *const words[] = {WORDS("health", urls[_i].text), WORDS("health", flag),
                                        WORDS("health", "--url", urls[_i].text)};
    for (int i = 0; i < COUNT_OF(words); i++) {
        memset(&options.config, 0, sizeof options.config);
        ck_assert_int_eq(options_read(words[i], NULL), CONFIG_HEALTH);
        ck_assert_str_eq(options.config.url.host, urls[_i].host);
        ck_assert_uint_eq(options.config.url.port, urls[_i].port);
        ck_assert_str_eq(options.config.url.socket, urls[_i].socket);
    }
}
END_TEST

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

START_TEST(test_help_has_the_commands_and_all_that_is_known_of_an_option)
{
    static const char *const mentions[] = {"ttstd [serve]",
                                           "ttstd health [URL]",
                                           "ttstd check FILE",
                                           "ttstd backup FILE TO",
                                           "--listen ADDRESS:PORT",
                                           "--log-level error|warn|info|debug",
                                           "--print-config",
                                           "--help",
                                           "--version",
                                           "TTSTD_TRAINING_THREADS",
                                           "default: 127.0.0.1:8080",
                                           "1 to 64; default: one per online core",
                                           "10ms to 60m; default: 1s",
                                           "default: none"};
    char *page = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&page, &size);
    ck_assert_ptr_nonnull(out);
    config_print_help(out);
    ck_assert_int_eq(fclose(out), 0);
    for (int i = 0; i < COUNT_OF(mentions); i++)
        ck_assert_msg(strstr(page, mentions[i]) != NULL, "\"%s\" is missing", mentions[i]);
    ck_assert_ptr_null(strstr(page, "kernel"));
    for (const char *line = page; *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_uint_le(strcspn(line, "\n"), 100);
    free(page);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests,
                   test_without_words_training_threads_are_the_online_cores_within_the_limits);
    tcase_add_loop_test(tests, test_the_strongest_source_wins_and_is_read, 0, COUNT_OF(sources));
    tcase_add_test(tests, test_places_are_addresses_of_either_family_and_sockets);
    tcase_add_test(tests, test_a_variable_may_name_the_file_and_a_flag_another_one);
    tcase_add_test(tests, test_an_option_of_the_release_before_is_told_of_and_ignored);
    tcase_add_loop_test(tests, test_others_are_served_only_with_tokens_or_if_it_is_meant, 0,
                        COUNT_OF(beyond_loopback));
    tcase_add_loop_test(tests, test_a_url_names_the_daemon_to_ask_with_its_flag_or_without, 0,
                        COUNT_OF(urls));
    tcase_add_test(tests, test_the_options_in_force_are_printed_as_a_config_file);
    tcase_add_test(tests, test_what_is_printed_reads_back_as_the_same_options);
    tcase_add_loop_test(tests, test_what_does_not_serve_needs_no_options_that_can_be_used, 0,
                        COUNT_OF(asked));
    tcase_add_test(tests, test_help_has_the_commands_and_all_that_is_known_of_an_option);
}

int main(void)
{
    return options_run("config", add_tests);
}
