/* Options that are lists, switches, and what options must be together. */
#include "support/options.h"

#include <stdlib.h>
#include <string.h>

static const struct config_places *listen_at(void)
{
    return &options.config.listen;
}

static void assert_address(unsigned index, const char *host, unsigned port)
{
    ck_assert_uint_lt(index, listen_at()->count);
    ck_assert_str_eq(listen_at()->at[index].socket, "");
    ck_assert_str_eq(listen_at()->at[index].address.host, host);
    ck_assert_uint_eq(listen_at()->at[index].address.port, port);
}

START_TEST(test_a_list_is_given_by_commas_and_by_repeating_the_flag)
{
    options_assert_serves(WORDS("--listen", "127.0.0.1:1, [::1]:2", "--listen=unix:/run/t.sock"),
                          NULL);
    ck_assert_uint_eq(listen_at()->count, 3);
    assert_address(0, "127.0.0.1", 1);
    assert_address(1, "::1", 2);
    ck_assert_str_eq(listen_at()->at[2].socket, "/run/t.sock");
}
END_TEST

START_TEST(test_a_stronger_source_replaces_the_whole_list)
{
    options_write("listen = 127.0.0.1:1\nlisten = 127.0.0.1:2\n");
    options_assert_serves(WORDS("--config", options.file), NULL);
    ck_assert_uint_eq(listen_at()->count, 2);
    assert_address(0, "127.0.0.1", 1);
    assert_address(1, "127.0.0.1", 2);
    options_assert_serves(WORDS("--config", options.file),
                          VARIABLES("TTSTD_LISTEN=127.0.0.1:3,127.0.0.1:4"));
    ck_assert_uint_eq(listen_at()->count, 2);
    assert_address(0, "127.0.0.1", 3);
    options_assert_serves(WORDS("--config", options.file, "--listen=127.0.0.1:5"),
                          VARIABLES("TTSTD_LISTEN=127.0.0.1:3,127.0.0.1:4"));
    ck_assert_uint_eq(listen_at()->count, 1);
    assert_address(0, "127.0.0.1", 5);
}
END_TEST

START_TEST(test_a_list_has_an_end)
{
    options_assert_refused(WORDS("--allow-host", "a,b,c,d,e,f,g,h,i"), NULL,
                           "--allow-host: there may be at most 8");
    options_assert_refused(WORDS("--allow-host=a", "--allow-host=b", "--allow-host=c",
                                 "--allow-host=d", "--allow-host=e", "--allow-host=f",
                                 "--allow-host=g", "--allow-host=h", "--allow-host=i"),
                           NULL, "--allow-host: given more than 8 times");
    options_assert_refused(WORDS("--allow-host", "a,,b"), NULL,
                           "--allow-host: an item of the list is empty");
}
END_TEST

static const struct {
    const char *flag;
    const char *text;
    const char *why;
} no_items[] = {
    {"--listen", "unix:", "\"unix:\" names no file"},
    {"--allow-host", "a:80", "\"a:80\" is not a host's name, without a port"},
    {"--allow-host", "a/b", "\"a/b\" is not a host's name, without a port"},
    {"--allow-origin", "example.org",
     "\"example.org\" is not an origin, such as https://example.org or http://localhost:3000"},
    {"--allow-origin", "http://a/",
     "\"http://a/\" is not an origin, such as https://example.org or http://localhost:3000"},
    {"--allow-origin", "http://A",
     "\"http://A\" is not an origin, such as https://example.org or http://localhost:3000"},
    {"--allow-origin", "ftp://a",
     "\"ftp://a\" is not an origin, such as https://example.org or http://localhost:3000"},
    {"--trusted-proxy", "10.0.0.0/33",
     "\"10.0.0.0/33\" is not an address or network, such as 10.0.0.7 or 10.0.0.0/8"},
    {"--trusted-proxy", "proxy",
     "\"proxy\" is not an address or network, such as 10.0.0.7 or 10.0.0.0/8"},
    {"--trusted-proxy", "::/129",
     "\"::/129\" is not an address or network, such as 10.0.0.7 or 10.0.0.0/8"},
};

START_TEST(test_what_is_no_item_is_refused)
{
    char expected[200];
    snprintf(expected, sizeof expected, "%s: %s", no_items[_i].flag, no_items[_i].why);
    options_assert_refused(WORDS(no_items[_i].flag, no_items[_i].text), NULL, expected);
}
END_TEST

START_TEST(test_a_socket_has_a_short_path)
{
    char *text = options_long_text("--listen=unix:/", CONFIG_SOCKET_SIZE + 1);
    ck_assert_int_eq(options_read(WORDS(text), NULL), CONFIG_UNUSABLE);
    ck_assert_str_eq(options.message, "--listen: the path of a unix socket has at most 107 bytes");
    free(text);
}
END_TEST

START_TEST(test_networks_are_of_either_family)
{
    char text[NETWORK_TEXT_SIZE];
    options_assert_serves(WORDS("--trusted-proxy", "10.1.2.3, 10.0.0.0/8, 2001:db8::/32"), NULL);
    const struct config_networks *networks = &options.config.trusted_proxies;
    ck_assert_uint_eq(networks->count, 3);
    network_format(&networks->at[0], text);
    ck_assert_str_eq(text, "10.1.2.3/32");
    network_format(&networks->at[1], text);
    ck_assert_str_eq(text, "10.0.0.0/8");
    network_format(&networks->at[2], text);
    ck_assert_str_eq(text, "2001:db8::/32");
}
END_TEST

START_TEST(test_a_switch_is_on_when_it_is_named)
{
    options_assert_serves(NO_WORDS, NULL);
    ck_assert_uint_eq(options.config.logs_access, 0);
    options_assert_serves(WORDS("--access-log", "--insecure=no"), VARIABLES("TTSTD_INSECURE=yes"));
    ck_assert_uint_eq(options.config.logs_access, 1);
    ck_assert_uint_eq(options.config.is_insecure, 0);
    options_assert_refused(WORDS("--access-log=1"), NULL,
                           "--access-log: \"1\" is neither yes nor no");
    options_assert_refused(WORDS("--access-log", "yes"), NULL,
                           "unknown command 'yes' (try ttstd --help)");
}
END_TEST

static const char *const beyond_loopback[] = {"0.0.0.0:80", "[::]:80", "192.0.2.1:80",
                                              "127.0.0.1:1,128.0.0.1:1"};

START_TEST(test_others_are_served_only_with_tokens_or_if_it_is_meant)
{
    ck_assert_int_eq(options_read(WORDS("--listen", beyond_loopback[_i]), NULL), CONFIG_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(options.message, "listen: others can reach "));
    options_assert_serves(WORDS("--listen", beyond_loopback[_i], "--insecure"), NULL);
    options_assert_serves(WORDS("--listen", beyond_loopback[_i], "--token-file", "t"), NULL);
    options_assert_serves(WORDS("--listen", beyond_loopback[_i], "--play-token-file", "t"), NULL);
    ck_assert_int_eq(options_read(WORDS("health", "--listen", beyond_loopback[_i]), NULL),
                     CONFIG_HEALTH);
}
END_TEST

START_TEST(test_this_machine_is_served_without_tokens)
{
    options_assert_serves(WORDS("--listen", "127.1.2.3:1,[::1]:1,unix:/s"), NULL);
}
END_TEST

START_TEST(test_a_certificate_and_its_key_go_together)
{
    options_assert_refused(WORDS("--tls-cert", "c"), NULL, "tls-cert and tls-key go together");
    options_assert_refused(WORDS("--tls-key", "k"), NULL, "tls-cert and tls-key go together");
    options_assert_serves(WORDS("--tls-cert", "c", "--tls-key", "k"), NULL);
}
END_TEST

START_TEST(test_a_token_is_made_where_it_is_said)
{
    options_assert_refused(WORDS("--make-token"), NULL, "make-token: token-file must say where");
    options_assert_serves(WORDS("--make-token", "--token-file", "t"), NULL);
}
END_TEST

START_TEST(test_a_socket_can_be_asked_for_health)
{
    ck_assert_int_eq(options_read(WORDS("health", "--url", "unix:/run/s"), NULL), CONFIG_HEALTH);
    ck_assert_str_eq(options.config.url.socket, "/run/s");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, test_a_list_is_given_by_commas_and_by_repeating_the_flag);
    tcase_add_test(tests, test_a_stronger_source_replaces_the_whole_list);
    tcase_add_test(tests, test_a_list_has_an_end);
    tcase_add_loop_test(tests, test_what_is_no_item_is_refused, 0, COUNT_OF(no_items));
    tcase_add_test(tests, test_a_socket_has_a_short_path);
    tcase_add_test(tests, test_networks_are_of_either_family);
    tcase_add_test(tests, test_a_switch_is_on_when_it_is_named);
    tcase_add_loop_test(tests, test_others_are_served_only_with_tokens_or_if_it_is_meant, 0,
                        COUNT_OF(beyond_loopback));
    tcase_add_test(tests, test_this_machine_is_served_without_tokens);
    tcase_add_test(tests, test_a_certificate_and_its_key_go_together);
    tcase_add_test(tests, test_a_token_is_made_where_it_is_said);
    tcase_add_test(tests, test_a_socket_can_be_asked_for_health);
}

int main(void)
{
    return options_run("config_lists", add_tests);
}
