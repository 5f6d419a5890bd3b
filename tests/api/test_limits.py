"""What the daemon lets itself be asked for, and what happens at each limit."""

import contextlib
import json
import os
import resource
import socket
import time

import pytest

from daemon import DEADLINE_S, ENDLESS, Wire, eventually, hammering
from routes import ROUTES

EMPTY = "000000000"
MOVE = json.dumps({"board": EMPTY}).encode()


def served(answer):
    return answer if answer.status_code == 200 else None


def metric(daemon, name):
    answer = eventually("figures", lambda: served(daemon.get("/metrics")))
    for line in answer.text.splitlines():
        if line.startswith(name + " "):
            return float(line.rpartition(" ")[2])
    raise AssertionError(f"no metric {name}")


# Sizes.


@pytest.mark.parametrize(
    "size, method, path, body",
    [
        (4 << 10, "POST", "/train", {"matches": 0}),
        (2 << 20, "POST", "/move", {"board": EMPTY}),
    ],
)
def test_a_body_has_the_length_that_its_route_allows(shared, size, method, path, body):
    text = json.dumps(body)
    fits = shared.request(method, path, text.ljust(size))
    assert fits.status_code != 413
    answer = shared.request(method, path, text.ljust(size + 1))
    assert answer.status_code == 413
    assert f"{size} bytes" in answer.json()["detail"]


def test_a_file_has_the_length_that_its_route_allows(shared):
    """Not as other bodies, so that no exchange of a hundred megabytes is written down."""
    size = 48 << 20
    for length, status in ((size, 400), (size + 1, 413)):
        with Wire(shared) as wire:
            head = f"PUT /brains/x/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
            wire.send(head)
            if status == 400:
                wire.send(b"{}".ljust(size))
            answer = wire.answer()
            assert answer.status == status
    assert f"{size} bytes" in json.loads(answer.body)["detail"]


def test_a_batch_has_at_most_4096_boards(shared):
    assert shared.post("/move", {"boards": [EMPTY] * 4096}).status_code == 200
    answer = shared.post("/move", {"boards": [EMPTY] * 4097})
    assert answer.status_code == 422
    assert answer.json()["field"] == "boards" and "4096" in answer.json()["detail"]


def test_a_job_has_at_most_64_workers(daemon):
    daemon.learn(1000, workers=64)
    answer = daemon.post("/train", {"matches": 1, "workers": 65})
    assert answer.status_code == 422
    assert answer.json()["field"] == "workers"


def test_there_are_at_most_256_jobs(daemon):
    jobs = [daemon.train(ENDLESS)] + [daemon.train(1) for _ in range(255)]
    answer = daemon.post("/train", {"matches": 1})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert "256 jobs" in answer.json()["detail"]
    daemon.delete(f"/train/{jobs[-1]['id']}")
    daemon.train(1)
    daemon.delete("/train")
    daemon.finish(jobs[0]["id"])


# Requests a second.


@pytest.fixture(scope="module")
def slow(module_house):
    return module_house("--max-requests-per-second", "1", "--trusted-proxy", "127.0.0.1")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_who_asks_too_fast_is_told_to_wait(slow, route):
    for address in (f"192.0.2.{i}" for i in range(1, 255)):  # one that has not asked yet
        headers = {"X-Forwarded-For": address}
        if slow.get("/healthz", headers=headers).status_code == 200:
            break
    answer = slow.request(route.method, route.path, headers=headers)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["detail"] == "at most 1 requests a second are answered"


def test_others_are_answered_meanwhile_and_the_fast_one_again_later(slow):
    fast, other = {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-For": "198.51.100.2"}
    slow.get("/healthz", headers=fast)
    assert slow.get("/healthz", headers=fast).status_code == 429
    assert slow.get("/healthz", headers=other).status_code == 200
    eventually(
        "an answer to the fast one",
        lambda: slow.get("/healthz", headers=fast).status_code == 200,
    )


def test_a_network_of_ipv6_is_one_address(slow):
    near, far = "2001:db8:0:1::1", "2001:db8:0:2::1"
    assert slow.get("/healthz", headers={"X-Forwarded-For": near}).status_code == 200
    assert slow.get("/healthz", headers={"X-Forwarded-For": near + "1"}).status_code == 429
    assert slow.get("/healthz", headers={"X-Forwarded-For": far}).status_code == 200


def test_only_what_a_trusted_proxy_adds_is_believed(slow, house):
    """The client wrote 203.0.113.1 itself; the proxy added from whom it got that."""
    for claim in ("203.0.113.1", "203.0.113.2", "nonsense"):
        slow.get("/healthz", headers={"X-Forwarded-For": f"{claim}, 198.51.100.9"})
    last = slow.events("request")[-1]
    assert last.fields["client"] == "198.51.100.9" and last.fields["status"] == "429"
    direct = house("--access-log")
    direct.get("/healthz", headers={"X-Forwarded-For": "203.0.113.1"})
    assert direct.events("request")[-1].fields["client"] == "127.0.0.1"


def test_what_a_proxy_adds_as_a_line_of_its_own_goes_before_the_clients(slow):
    for claim in ("203.0.113.11", "203.0.113.12"):
        with Wire(slow) as wire:
            wire.ask("GET", "/healthz", b"", f"X-Forwarded-For: {claim}",
                     "X-Forwarded-For: 198.51.100.19")
            status = wire.answer().status
    assert status == 429
    assert slow.events("request")[-1].fields["client"] == "198.51.100.19"


def test_a_client_that_the_proxy_cannot_name_is_not_the_proxy(slow):
    for unknown in ("unknown", "_hidden", "198.51.100.9:x", "::", "127.0.0.1, -"):
        slow.get("/healthz", headers={"X-Forwarded-For": unknown})
    last = slow.events("request")[-1]
    assert last.fields["client"] == "unknown" and last.fields["status"] == "429"


def test_without_the_option_nobody_is_too_fast(shared):
    assert {shared.get("/healthz").status_code for _ in range(200)} == {200}


# Connections.


def connect(daemon, source="127.0.0.1"):
    """A connection that has been answered once, or its refusal's status."""
    connection = socket.create_connection(
        ("127.0.0.1", daemon.port), timeout=DEADLINE_S, source_address=(source, 0)
    )
    return connection, status(connection)


def status(connection):
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = connection.recv(65536)
    return int(answer.split()[1]), answer


@contextlib.contextmanager
def connections(daemon, count, source="127.0.0.1"):
    """So many connections that are served."""
    with contextlib.ExitStack() as stack:
        made = []
        for _ in range(count):
            connection, (code, _) = connect(daemon, source)
            made.append(stack.enter_context(connection))
            assert code == 200
        yield made


def assert_refused(daemon, source="127.0.0.1"):
    connection, (code, answer) = connect(daemon, source)
    with connection:
        assert code == 503
        head = answer.lower()
        assert b"retry-after: " in head and b"connection: close" in head
        assert b"as many connections as can be" in answer
        assert connection.recv(1) == b""


def test_one_connection_too_many_is_told_so_and_the_others_are_served(house):
    daemon = house("--max-connections", "4", "--max-connections-per-address", "4")
    daemon.session.close()
    with connections(daemon, 4) as made:
        assert_refused(daemon)
        assert_refused(daemon, "127.0.0.2")
        assert [status(connection)[0] for connection in made] == [200] * 4
        made[0].close()
        eventually("room for another", lambda: has_room(daemon))
    assert metric(daemon, 'ttstd_http_refused_total{reason="connections"}') >= 2


def has_room(daemon, source="127.0.0.1"):
    connection, (code, _) = connect(daemon, source)
    connection.close()
    return code == 200


def test_an_address_has_half_of_all_connections_unless_told_otherwise(house):
    daemon = house("--max-connections", "8")
    daemon.session.close()
    with connections(daemon, 4):
        assert_refused(daemon)
        with connections(daemon, 4, "127.0.0.2"):
            pass
    eventually("room for this address", lambda: has_room(daemon))
    assert metric(daemon, 'ttstd_http_refused_total{reason="address"}') >= 1


def test_an_address_has_as_many_connections_as_its_option_allows(house):
    daemon = house("--max-connections-per-address", "2")
    daemon.session.close()
    with connections(daemon, 2), connections(daemon, 2, "127.0.0.2"):
        assert_refused(daemon)
        assert_refused(daemon, "127.0.0.2")


def test_those_of_a_trusted_proxy_are_not_counted(house):
    daemon = house("--max-connections-per-address", "1", "--trusted-proxy", "127.0.0.0/8")
    with connections(daemon, 5):
        pass


def test_far_too_many_at_once_harm_nobody(house):
    daemon = house("--max-connections", "4", "--max-connections-per-address", "4")
    daemon.session.close()
    with connections(daemon, 1) as (served,):
        crowd = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(300)]
        assert status(served)[0] == 200
        for one in crowd:
            one.close()
    eventually("room again", lambda: has_room(daemon))


def test_hundreds_of_idle_connections_are_held_without_a_limit(shared):
    with connections(shared, 600) as made, hammering(shared):
        assert {status(connection)[0] for connection in made} == {200}


def test_without_descriptors_those_who_are_there_are_served(house):
    daemon = house()
    with connections(daemon, 1) as (served,):
        used = max(int(fd) for fd in open_descriptors(daemon))
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (used + 3, used + 3))
        crowd = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(20)]
        daemon.wait_for_event("accept_failed")
        assert status(served)[0] == 200
        time.sleep(1.5)  # in which a daemon that tries without a pause would complain a lot
        assert len(daemon.events("accept_failed")) <= 4
        assert status(served)[0] == 200
        for one in crowd:
            one.close()
    eventually("room again", lambda: has_room(daemon))
    assert metric(daemon, 'ttstd_http_refused_total{reason="descriptors"}') >= 1


def open_descriptors(daemon):
    return os.listdir(f"/proc/{daemon.pid}/fd")


# Time.


def test_an_idle_connection_is_closed(house):
    daemon = house("--idle-timeout", "1s")
    with Wire(daemon) as wire:
        assert wire.ask("GET", "/healthz").answer().status == 200
        assert wire.is_closed_by_daemon()


def trickle(wire, text):
    """Sends byte after byte until the daemon has had enough; returns after how many seconds."""
    begun = time.monotonic()
    wire.socket.settimeout(0.05)
    for byte in text:
        try:
            wire.socket.sendall(bytes([byte]))
            if wire.socket.recv(1, socket.MSG_PEEK) == b"":
                break
        except TimeoutError:
            continue  # still there
        except OSError:
            break
    else:
        raise AssertionError("it took all of it")
    return time.monotonic() - begun


HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 400
BODY = b'POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"board":' + b" " * 400


@pytest.fixture(scope="module")
def hasty(module_house):
    return module_house("--request-deadline", "500ms")


@pytest.mark.parametrize("text", [HEAD, BODY], ids=["head", "body"])
@pytest.mark.parametrize("before", [0, 1], ids=["first", "second"])
def test_a_request_that_trickles_is_cut_and_others_are_served(hasty, text, before):
    with Wire(hasty) as wire, hammering(hasty):
        for _ in range(before):
            assert wire.ask("GET", "/healthz").answer().status == 200
        assert 0.3 < trickle(wire, text) < 5
    assert metric(hasty, 'ttstd_http_refused_total{reason="slow"}') >= 1


def test_an_idle_connection_outlives_the_deadline_of_requests(hasty):
    with Wire(hasty) as wire:
        assert wire.ask("GET", "/healthz").answer().status == 200
        with pytest.raises(TimeoutError):
            wire.socket.settimeout(1.5)
            wire.socket.recv(1)
        wire.socket.settimeout(DEADLINE_S)
        assert wire.ask("GET", "/healthz").answer().status == 200


def test_a_request_that_waits_outlives_the_deadline_of_requests(hasty):
    job = hasty.train(ENDLESS)
    begun = time.monotonic()
    assert hasty.get(f"/train/{job['id']}?wait=2").json()["state"] == "running"
    assert time.monotonic() - begun > 1.5
    hasty.delete("/train")
    hasty.finish(job["id"])


def test_a_connection_that_sends_nothing_at_first_is_not_cut_by_the_deadline(hasty):
    with Wire(hasty) as wire:
        with pytest.raises(TimeoutError):
            wire.socket.settimeout(1.2)
            wire.socket.recv(1)
        wire.socket.settimeout(DEADLINE_S)
        assert wire.ask("GET", "/healthz").answer().status == 200


# What took long.


def test_a_slow_request_is_logged_as_a_warning_and_one_that_waits_is_not(daemon):
    job = daemon.train(ENDLESS)
    daemon.get(f"/train/{job['id']}?wait=2")
    assert not [event for event in daemon.events("request") if event.level == "warn"]
    with Wire(daemon) as wire:
        wire.socket.sendall(b"POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            b"Content-Length: %d\r\n\r\n" % len(MOVE))
        time.sleep(1.1)
        wire.socket.sendall(MOVE)
        assert wire.answer().status == 200
    slow = daemon.events("request")[-1]
    assert (slow.level, slow.fields["path"]) == ("warn", "/move")
    assert int(slow.fields["us"]) >= 1_000_000
    daemon.delete("/train")
    daemon.finish(job["id"])


def test_the_access_log_has_every_request(house):
    quiet, talkative = house(), house("--access-log")
    for daemon in (quiet, talkative):
        daemon.get("/healthz", headers={"X-Request-Id": "mine"})
    assert quiet.events("request") == []
    (line,) = talkative.events("request")
    fields = line.fields
    assert (fields["id"], fields["client"], fields["method"]) == ("mine", "127.0.0.1", "GET")
    assert (fields["path"], fields["status"]) == ("/healthz", "200")


def test_latencies_are_counted_in_buckets(shared):
    before = metric(shared, "ttstd_http_request_seconds_count")
    for _ in range(10):
        shared.move(board=EMPTY)
    assert metric(shared, "ttstd_http_request_seconds_count") - before == 11
    fast = metric(shared, 'ttstd_http_request_seconds_bucket{le="+Inf"}')
    assert fast >= metric(shared, 'ttstd_http_request_seconds_bucket{le="0.0001"}') > 0
