"""Who asks through a trusted proxy, as proxies write it: with ports, in brackets, or not at all."""

import pytest


@pytest.fixture(scope="module")
def proxied(module_house):
    return module_house("--trusted-proxy", "127.0.0.1,10.0.0.0/8", "--access-log")


def client(daemon, forwarded):
    daemon.get("/healthz", headers={"X-Forwarded-For": forwarded})
    return daemon.events("request")[-1].fields["client"]


@pytest.mark.parametrize(
    "forwarded, expected",
    [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("203.0.113.9:4711, 10.0.0.1:80", "203.0.113.9"),
        ("10.0.0.1:4711", "10.0.0.1"),
    ],
)
def test_a_port_is_not_part_of_who_asks(proxied, forwarded, expected):
    assert client(proxied, forwarded) == expected


@pytest.mark.parametrize("forwarded", ["unknown", "_hidden", "203.0.113.9:", "[::1", "::", "0.0.0.0"])
def test_whom_the_proxy_cannot_name_is_unknown_and_not_from_this_machine(proxied, forwarded):
    assert client(proxied, forwarded) == "unknown"


def test_each_address_has_its_own_allowance_whatever_port_it_comes_from(house):
    daemon = house("--trusted-proxy", "127.0.0.1", "--max-requests-per-second", "1")

    def status(forwarded):
        return daemon.get("/healthz", headers={"X-Forwarded-For": forwarded}).status_code

    assert [status("203.0.113.1:1"), status("203.0.113.1:2")] == [200, 429]
    assert [status("203.0.113.2:1"), status("[2001:db8::1]:1")] == [200, 200]
