/* Addresses as proxies write them, with ports and without. */
#include "base/address.h"
#include "support/unit.h"

#include <string.h>

static void assert_host(const char *text, const char *expected)
{
    struct address address;
    char formatted[INET6_ADDRSTRLEN] = "refused";
    if (address_parse_host(text, strlen(text), &address))
        address_format(&address, formatted);
    ck_assert_msg(strcmp(formatted, expected) == 0, "%s: %s, not %s", text, formatted, expected);
}

START_TEST(test_a_port_is_no_part_of_the_address)
{
    assert_host("10.0.0.1", "10.0.0.1");
    assert_host("10.0.0.1:4711", "10.0.0.1");
    assert_host("10.0.0.1:0", "10.0.0.1");
    assert_host("2001:db8::1", "2001:db8::1");
    assert_host("[2001:db8::1]", "2001:db8::1");
    assert_host("[2001:db8::1]:443", "2001:db8::1");
    assert_host("::ffff:10.0.0.1", "10.0.0.1");
    assert_host("[::ffff:10.0.0.1]:65535", "10.0.0.1");
    assert_host("2001:db8::1:443", "2001:db8::1:443"); /* who writes no brackets writes no port */
}
END_TEST

START_TEST(test_what_is_no_address_with_a_port_is_refused)
{
    static const char *const texts[] = {
        "",
        ":",
        ":80",
        "10.0.0.1:",
        "10.0.0.1:x",
        "10.0.0.1:123456",
        "10.0.0.1:4:7",
        "10.0.0.1:-1",
        "[10.0.0.1",
        "[::1",
        "[::1]443",
        "[::1]:",
        "[::1]x:1",
        "[]:80",
        "::1]:80",
        "unknown:80",
        "[[::1]]:80",
        "10.0.0.1 :80",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_host(texts[i], "refused");
}
END_TEST

START_TEST(test_who_is_unknown_is_called_so_and_no_network_is)
{
    struct network network;
    char text[NETWORK_TEXT_SIZE];
    assert_host("0.0.0.0", "unknown");
    ck_assert(network_parse("0.0.0.0/0", &network));
    network_format(&network, text);
    ck_assert_str_eq(text, "0.0.0.0/0");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_port_is_no_part_of_the_address,
        test_what_is_no_address_with_a_port_is_refused,
        test_who_is_unknown_is_called_so_and_no_network_is,
        NULL,
    };
    return unit_run("address", tests);
}
