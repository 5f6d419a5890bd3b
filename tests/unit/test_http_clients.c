/* Who asks, where proxies stand between. */
#include "http/clients.h"
#include "support/unit.h"

#include <string.h>

enum { PROXIES = 2 };

/* Whom a request from 10.0.0.1 is made for, which is a proxy of ours like all of 10.0.0.0/8. */
static void assert_client(const char *list, const char *expected)
{
    struct network proxies[PROXIES];
    struct address peer;
    char text[INET6_ADDRSTRLEN];
    ck_assert(network_parse("10.0.0.0/8", &proxies[0]));
    ck_assert(network_parse("fd00::/8", &proxies[1]));
    ck_assert(address_parse("10.0.0.1", 8, &peer));
    struct address client = client_behind(list, strlen(list), proxies, PROXIES, peer);
    address_format(&client, text);
    ck_assert_msg(strcmp(text, expected) == 0, "%s: %s, not %s", list, text, expected);
}

START_TEST(test_the_client_is_the_last_one_that_is_no_proxy)
{
    assert_client("", "10.0.0.1");
    assert_client("192.0.2.1", "192.0.2.1");
    assert_client("203.0.113.9, 192.0.2.1", "192.0.2.1");
    assert_client("203.0.113.9,192.0.2.1 , 10.9.9.9,\tfd00::1", "192.0.2.1");
    assert_client("10.0.0.2, 10.0.0.3", "10.0.0.2");
}
END_TEST

START_TEST(test_empty_elements_are_none)
{
    assert_client(",", "10.0.0.1");
    assert_client(" , ,192.0.2.1,, ", "192.0.2.1");
}
END_TEST

START_TEST(test_what_is_no_address_is_nobody)
{
    assert_client("unknown", "unknown");
    assert_client("192.0.2.1:x", "unknown");
    assert_client("::", "unknown");
    assert_client("127.0.0.1, unknown, 10.0.0.2", "unknown");
    assert_client("unknown, 192.0.2.1", "192.0.2.1");
}
END_TEST

START_TEST(test_who_is_no_proxy_names_nobody_else)
{
    struct network proxy;
    struct address peer;
    ck_assert(network_parse("10.0.0.0/8", &proxy));
    ck_assert(address_parse("192.0.2.1", 9, &peer));
    struct address client = client_behind("127.0.0.1", 9, &proxy, 1, peer);
    ck_assert_mem_eq(&client, &peer, sizeof peer);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_client_is_the_last_one_that_is_no_proxy,
        test_empty_elements_are_none,
        test_what_is_no_address_is_nobody,
        test_who_is_no_proxy_names_nobody_else,
        NULL,
    };
    return unit_run("http_clients", tests);
}
