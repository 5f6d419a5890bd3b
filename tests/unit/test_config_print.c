/* The options as a config file, and the commands and flags that do not serve. */
#include "support/options.h"

#include <stdlib.h>
#include <string.h>

/* What is printed of the options that were read last; the caller frees it. */
static char *printed(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    config_print(&options.config, out);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

START_TEST(test_the_options_in_force_are_printed_as_a_config_file)
{
    ck_assert_int_eq(options_read(WORDS("--print-config", "--listen", "[::1]:1",
                                        "--training-threads", "3", "--database", "a b.db"),
                                  VARIABLES("TTSTD_LOG_FORMAT=json", "TTSTD_SAVE_INTERVAL=1500ms")),
                     CONFIG_PRINT);
    char *text = printed();
    ck_assert_str_eq(text, "listen = [::1]:1\n"
                           "database = a b.db\n"
                           "training-threads = 3\n"
                           "kernel = auto\n"
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
                           "max-body = 4k\n"
                           "max-move-body = 64k\n"
                           "max-import = 2m\n"
                           "max-wal = 1g\n"
                           "max-boards = 4096\n"
                           "max-jobs = 256\n"
                           "max-workers = 64\n"
                           "max-listeners = 1024\n"
                           "max-connections = 0\n"
                           "max-connections-per-address = 0\n"
                           "max-requests-per-second = 0\n"
                           "request-deadline = 10s\n"
                           "idle-timeout = 1m\n"
                           "access-log = no\n"
                           "slow-request = 1s\n"
                           "log-level = info\n"
                           "log-format = json\n"
                           "# url = URL\n");
    free(text);
}
END_TEST

START_TEST(test_what_is_printed_reads_back_as_the_same_options)
{
    ck_assert_int_eq(
        options_read(WORDS("health", "--print-config", "--listen=127.0.0.2:0,unix:/s", "--insecure",
                           "--save-interval=60m", "--log-level=error", "--url=http://[::1]:65535"),
                     NULL),
        CONFIG_PRINT);
    char *first = printed();
    ck_assert_ptr_nonnull(strstr(first, "\nurl = http://[::1]:65535\n"));
    options_write(first);
    options_assert_serves(WORDS("--config", options.file), NULL);
    char *second = printed();
    ck_assert_str_eq(second, first);
    free(second);
    free(first);
}
END_TEST

START_TEST(test_options_are_checked_without_serving)
{
    ck_assert_int_eq(options_read(WORDS("--check-config", "--database", "x"), NULL), CONFIG_CHECK);
    options_assert_refused(WORDS("--check-config", "--log-format", "xml"), NULL,
                           "--log-format: \"xml\" is none of text, json");
    options_assert_refused(WORDS("--print-config"), VARIABLES("TTSTD_SAVE_INTERVAL=1"),
                           "TTSTD_SAVE_INTERVAL: \"1\" is not a duration (such as 500ms, 1s, 2m)");
}
END_TEST

static const struct {
    const char *text;
    const char *host;
    unsigned port;
} urls[] = {
    {"http://127.0.0.1:8080", "127.0.0.1", 8080},  {"http://127.0.0.1:8080/", "127.0.0.1", 8080},
    {"http://ttstd.example", "ttstd.example", 80}, {"http://[::1]:1", "::1", 1},
    {"http://[fe80::1]", "fe80::1", 80},           {"http://a-b:65535/", "a-b", 65535},
};

START_TEST(test_a_url_names_the_daemon_to_ask)
{
    ck_assert_int_eq(options_read(WORDS("health", "--url", urls[_i].text), NULL), CONFIG_HEALTH);
    ck_assert_str_eq(options.config.url.address.host, urls[_i].host);
    ck_assert_uint_eq(options.config.url.address.port, urls[_i].port);
}
END_TEST

static const char *const no_urls[] = {
    "127.0.0.1:8080", "https://127.0.0.1:8080",
    "http://",        "http:///",
    "http://:80",     "http://a/b",
    "http://a//",     "http://a?b",
    "http://u@a",     "http://::1:80",
    "http://[::1",    "http://[::g]:80",
    "http://a b",     "http://[]:80",
    "HTTP://a",       "http://a#b",
};

START_TEST(test_what_is_no_url_is_refused)
{
    char expected[160];
    snprintf(expected, sizeof expected,
             "--url: \"%s\" is not of the form http://HOST:PORT, such as http://127.0.0.1:8080",
             no_urls[_i]);
    options_assert_refused(WORDS("health", "--url", no_urls[_i]), NULL, expected);
}
END_TEST

START_TEST(test_the_port_of_a_url_is_in_range)
{
    options_assert_refused(WORDS("health", "--url=http://a:0"), NULL,
                           "--url: port 0 is out of range (1 to 65535)");
    options_assert_refused(WORDS("health", "--url=http://a:65536"), NULL,
                           "--url: port 65536 is out of range (1 to 65535)");
    options_assert_refused(WORDS("health", "--url=http://a:x"), NULL,
                           "--url: port \"x\" is not a whole number (1 to 65535)");
}
END_TEST

START_TEST(test_a_name_too_long_for_a_host_is_refused)
{
    char *url = options_long_text("http://", CONFIG_HOST_SIZE + 1);
    ck_assert_int_eq(options_read(WORDS("health", "--url", url), NULL), CONFIG_UNUSABLE);
    url[strlen(url) - 1] = '\0';
    ck_assert_int_eq(options_read(WORDS("health", "--url", url), NULL), CONFIG_HEALTH);
    free(url);
}
END_TEST

START_TEST(test_a_url_goes_with_health_alone)
{
    options_assert_refused(WORDS("--url", "http://a"), NULL,
                           "--url: goes with the command 'health' only");
    options_assert_serves(NO_WORDS, VARIABLES("TTSTD_URL=http://a"));
    options_assert_refused(WORDS("--listen", "[::1]:1", "health"), NULL,
                           "the command 'health' must come first, once (try ttstd --help)");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, test_the_options_in_force_are_printed_as_a_config_file);
    tcase_add_test(tests, test_what_is_printed_reads_back_as_the_same_options);
    tcase_add_test(tests, test_options_are_checked_without_serving);
    tcase_add_loop_test(tests, test_a_url_names_the_daemon_to_ask, 0, COUNT_OF(urls));
    tcase_add_loop_test(tests, test_what_is_no_url_is_refused, 0, COUNT_OF(no_urls));
    tcase_add_test(tests, test_the_port_of_a_url_is_in_range);
    tcase_add_test(tests, test_a_name_too_long_for_a_host_is_refused);
    tcase_add_test(tests, test_a_url_goes_with_health_alone);
}

int main(void)
{
    return options_run("config_print", add_tests);
}
