"""IPv4 and IPv6 on one port: asked for by one place, or by two that would be in each other's way."""

import itertools
import socket

import pytest

from test_commands import free_port
from test_listen import status_line

LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}


@pytest.fixture(autouse=True)
def ipv6():
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError as error:
            pytest.skip(f"this machine has no IPv6: {error}")


def answers(port, family):
    with socket.socket(family) as connection:
        connection.settimeout(10)
        try:
            connection.connect((LOOPBACK[family], port))
        except ConnectionRefusedError:
            return False
        return status_line(connection) == b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize("listen", [
    ",".join(order) for pair in (("[::]", "0.0.0.0"), ("[::]", "127.0.0.1"), ("[::1]", "0.0.0.0"))
    for order in itertools.permutations(pair)
])
def test_places_of_both_kinds_share_a_port(house, listen):
    port = free_port()
    daemon = house("--insecure", listen=",".join(f"{host}:{port}" for host in listen.split(",")))
    assert len(daemon.events("listening")) == 2
    assert answers(port, socket.AF_INET) and answers(port, socket.AF_INET6)


def test_all_of_ipv6_alone_takes_ipv4_too(house):
    daemon = house("--insecure", listen="[::]:0")
    assert answers(daemon.port, socket.AF_INET) and answers(daemon.port, socket.AF_INET6)


@pytest.mark.parametrize("other", [None, "0"])
def test_with_ipv4_on_another_port_it_still_does(house, other):
    daemon = house("--insecure", listen=f"[::]:0,127.0.0.1:{other or free_port()}")
    assert answers(daemon.port, socket.AF_INET)
