"""Health, version, the contract itself, and what holds for every path."""

import concurrent.futures
import re
import subprocess
import time

import pytest

from contract import assert_problem
from daemon import BINARY, DEADLINE_S, ROOT, Wire, encode, parse_log
from tictactoe import EMPTY

pytestmark = pytest.mark.usefixtures("nothing_left_training")

MOVE = encode({"board": EMPTY})
WHOLE = b"POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(MOVE), MOVE)
ORDER = {"game": "tictactoe", "rule": "beads"}

ALLOWED = {
    "/move": {"POST", "OPTIONS"},
    "/match": {"POST", "OPTIONS"},
    "/train": {"GET", "HEAD", "POST", "DELETE", "OPTIONS"},
    "/train/1": {"GET", "HEAD", "DELETE", "OPTIONS"},
    "/train/1/events": {"GET", "HEAD", "OPTIONS"},
    "/brains": {"GET", "HEAD", "OPTIONS"},
    "/brains/default": {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"},
    "/brains/default/reset": {"POST", "OPTIONS"},
    "/brains/default/copy": {"POST", "OPTIONS"},
    "/brains/default/export": {"GET", "HEAD", "OPTIONS"},
    "/brains/default/import": {"PUT", "OPTIONS"},
    "/brains/default/checkpoints": {"GET", "HEAD", "OPTIONS"},
    "/brains/default/checkpoints/early": {"PUT", "DELETE", "OPTIONS"},
    "/brains/default/checkpoints/early/restore": {"POST", "OPTIONS"},
    "/brains/default/boards/000000000": {"GET", "HEAD", "OPTIONS"},
    "/games": {"GET", "HEAD", "OPTIONS"},
    "/metrics": {"GET", "HEAD", "OPTIONS"},
    "/healthz": {"GET", "HEAD", "OPTIONS"},
    "/readyz": {"GET", "HEAD", "OPTIONS"},
    "/version": {"GET", "HEAD", "OPTIONS"},
    "/openapi.yaml": {"GET", "HEAD", "OPTIONS"},
    "/": {"GET", "HEAD", "OPTIONS"},
    "/assets/main.js": {"GET", "HEAD", "OPTIONS"},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get")

# One line a route that takes a body: method, path, a body, the largest body.
TAKES_BODY = [
    ("POST", "/move", {"board": EMPTY}, 2 * 1024 * 1024),
    ("POST", "/match", {"moves": [0, 3, 1, 4, 2]}, 4 * 1024),
    ("POST", "/train", {"matches": 1}, 4 * 1024),
    ("PUT", "/brains/default", ORDER, 4 * 1024),
]
takes_body = pytest.mark.parametrize(
    "method, path, body, most", TAKES_BODY, ids=[f"{c[0]} {c[1]}" for c in TAKES_BODY]
)


# Health, version, contract.


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_daemon_that_listens_is_alive_and_ready(shared, path):
    answer = shared.get(path)
    assert answer.status_code == 200


def test_the_version_is_that_of_the_program_and_its_libraries(shared):
    answer = shared.get("/version")
    assert answer.status_code == 200
    version = answer.json()
    printed = subprocess.run([BINARY, "--version"], capture_output=True, text=True).stdout
    assert printed == f"ttstd {version['version']} ({version['commit']})\n"
    for library in ("libmicrohttpd", "sqlite", "jansson"):
        assert re.match(r"\d+\.\d+", version[library])


def test_the_contract_is_served_as_it_stands_in_the_sources(shared):
    answer = shared.get("/openapi.yaml")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/yaml"
    assert answer.content == (ROOT / "schema" / "openapi.yaml").read_bytes()


# Paths and methods.


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/assets", "/assets/", "/moves", "/move/", "/train/", "/train/1/", "/train/1/2", "//healthz",
     "/healthz/", "/Healthz", "/brains/", "/brains/a/b", "/train%2F1", "/../healthz",
     "/healthz%20", "/healthz%00", "/healthz%00x", "/brains%00", "/%68ealthz%2F", "/" + "x" * 2000],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_nothing_at_other_paths(shared, method, path):
    with Wire(shared) as wire:
        answer = wire.ask(method, path).answer()
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"]


def test_a_path_may_be_percent_encoded(shared):
    with Wire(shared) as wire:
        assert wire.ask("GET", "/%68ealthz").answer().status == 200
        assert wire.ask("GET", "/brains/%64efault").answer().status == 200


@pytest.mark.parametrize(
    "method, path", [(m, path) for path in ALLOWED for m in METHODS if m not in ALLOWED[path]]
)
def test_a_path_says_which_methods_it_knows(shared, method, path):
    with Wire(shared) as wire:
        answer = wire.ask(method, path).answer(has_body=method != "HEAD")
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == ALLOWED[path]
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/train", "/train/1", "/brains", "/brains/default", "/healthz", "/readyz", "/version",
             "/openapi.yaml", "/", "/nothing", "/train/999999", "/train?limit=0"],
)
def test_head_is_get_without_the_body(shared, path):
    if not shared.jobs():
        shared.learn(1)
    get, head = shared.get(path), shared.request("HEAD", path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    ignored = ("Date", "X-Request-Id")
    assert {k: v for k, v in head.headers.items() if k not in ignored} == {
        k: v for k, v in get.headers.items() if k not in ignored
    }
    with Wire(shared) as wire:  # and nothing follows on the connection
        assert wire.ask("HEAD", path).answer(has_body=False).status == get.status_code
        assert wire.ask("GET", "/healthz").answer().status == 200


# Bodies.

NOT_AN_OBJECT = [
    ("nothing", b""),
    ("a blank", b" "),
    ("null", b"null"),
    ("a number", b"1"),
    ("a text", b'"board"'),
    ("true", b"true"),
    ("an empty list", b"[]"),
    ("a list of one object", b'[{"board":"000000000"}]'),
    ("half an object", b'{"board":"000000000"'),
    ("half a text", b'{"board":"0000'),
    ("a key without a value", b'{"board"}'),
    ("a comma too many", b'{"matches":1,}'),
    ("more behind the object", b'{"matches":1}x'),
    ("a second object", b'{"matches":1}{"matches":1}'),
    ("a comment", b'{"matches":1}//'),
    ("single quotes", b"{'matches':1}"),
    ("no quotes", b"{matches:1}"),
    ("a number with a leading zero", b'{"matches":01}'),
    ("a number with a leading point", b'{"matches":.5}'),
    ("a number with a trailing point", b'{"matches":1.}'),
    ("a number with a plus", b'{"matches":+1}'),
    ("a number in hex", b'{"matches":0x1}'),
    ("NaN", b'{"matches":NaN}'),
    ("Infinity", b'{"matches":Infinity}'),
    ("True", b'{"detail":True}'),
    ("a newline in a text", b'{"board":"\n"}'),
    ("an unknown escape", rb'{"board":"\x30"}'),
    ("half an escape", rb'{"board":"\u00"}'),
    ("a lone surrogate", rb'{"board":"\ud800"}'),
    ("surrogates the wrong way round", rb'{"board":"\udc00\ud800"}'),
    ("an escaped NUL in a text", rb'{"board":"\u0000"}'),
    ("an escaped NUL in a key", rb'{"board\u0000":"000000000"}'),
    ("a NUL in a text", b'{"board":"\0"}'),
    ("a NUL behind the object", b'{"matches":1}\0'),
    ("broken UTF-8 in a text", b'{"board":"\xff"}'),
    ("broken UTF-8 in a key", b'{"\xff":1}'),
    ("UTF-8 cut short", b'{"board":"\xc3"}'),
    ("an overlong 0", b'{"board":"\xc0\xb0"}'),
    ("a surrogate in UTF-8", b'{"board":"\xed\xa0\x80"}'),
    ("beyond Unicode", b'{"board":"\xf4\x90\x80\x80"}'),
    ("Latin-1", '{"board":"ä"}'.encode("latin-1")),
    ("UTF-16", '{"matches":1}'.encode("utf-16")),
    ("two byte order marks", b'\xef\xbb\xbf\xef\xbb\xbf{"matches":1}'),
    ("lists 4,000 deep", b"[" * 4000),
    ("closed lists 2,000 deep", b"[" * 2000 + b"]" * 2000),
    ("objects 600 deep", b'{"a":' * 600 + b"1" + b"}" * 600),
    ("a form", b"board=000000000"),
    ("bytes", bytes(range(256))),
]


@takes_body
@pytest.mark.parametrize("sent", [pytest.param(c[1], id=c[0]) for c in NOT_AN_OBJECT])
def test_a_body_that_is_no_json_object_is_malformed(shared, method, path, body, most, sent):
    answer = shared.request(method, path, sent)
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


@takes_body
def test_deep_nesting_is_refused_at_every_depth(shared, method, path, body, most):
    for depth in (1, 100, 2000, 2047, 2048, 2049, 3000, most // 2):
        if 2 * depth <= most:
            answer = shared.request(method, path, b"[" * depth + b"]" * depth)
            assert answer.status_code == 400


@takes_body
@pytest.mark.parametrize(
    "key",
    ["x" * 79, "x" * 80, "x" * 3000, "ä" * 39 + "x", "ä" * 40, "\u20ac" * 200, '"', "\\", "\n",
     "\x01", "a.b", "a[0]", "\U0001f3b2"],
)
def test_an_unknown_field_of_any_name_is_named_in_valid_json(shared, method, path, body, most, key):
    problem = shared.request(method, path, {**body, key: 1})
    assert problem.status_code == 400
    field = problem.json()["field"]
    assert field == key or (len(key.encode()) > 79 and len(field) >= 26)


@takes_body
@pytest.mark.parametrize("name", ["no body at all", "Content-Length: 0"])
def test_a_request_without_a_body_is_malformed(shared, method, path, body, most, name):
    with Wire(shared) as wire:
        wire.ask(method, path, b"", *([name] if ":" in name else []))
        assert wire.answer().status == 400


@takes_body
def test_too_large_a_body_is_refused(shared, method, path, body, most):
    exact = encode(body)
    exact += b" " * (most - len(exact))
    assert shared.request(method, path, exact).status_code in (200, 202)
    assert_problem(shared.request(method, path, exact + b" "), 413)
    assert_problem(shared.request(method, path, exact * 3), 413)


@takes_body
def test_too_large_a_body_is_refused_before_it_is_sent(shared, method, path, body, most):
    with Wire(shared) as wire:
        wire.send(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {2**40}\r\n\r\n")
        assert wire.answer().status == 413
        assert wire.is_closed_by_daemon()


@takes_body
def test_too_large_a_body_in_chunks_ends_the_connection(shared, method, path, body, most):
    with Wire(shared) as wire:
        wire.send(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        wire.send(f"{most + 1:x}\r\n".encode() + b" " * (most + 1) + b"\r\n")
        answer = wire.answer()
        assert answer is None or answer.status == 413
    assert shared.get("/healthz").status_code == 200


@takes_body
@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/xml", "application/jsonx", "application/problem+json", "json",
     "*/*", "multipart/form-data; boundary=x", "application/octet-stream", ""],
)
def test_a_body_announced_as_something_else_is_refused(shared, method, path, body, most, kind):
    answer = shared.request(method, path, body, headers={"Content-Type": kind})
    assert_problem(answer, 415)


@takes_body
@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-8", "Application/JSON",
     "application/json;x=y", "application/x-www-form-urlencoded"],
)
def test_a_body_announced_as_json_or_by_curl_is_taken(shared, method, path, body, most, kind):
    answer = shared.request(method, path, body, headers={"Content-Type": kind})
    assert answer.status_code in (200, 202)


@takes_body
def test_a_body_announced_as_nothing_is_taken(shared, method, path, body, most):
    with Wire(shared) as wire:
        assert wire.ask(method, path, encode(body)).answer().status in (200, 202)


# Framing.

AMBIGUOUS = [
    ("two lengths", "Content-Length: 5\r\nContent-Length: 25"),
    ("the same length twice", "Content-Length: 25\r\nContent-Length: 25"),
    ("a length and chunks", "Content-Length: 25\r\nTransfer-Encoding: chunked"),
    ("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 25"),
    ("chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    ("gzip and chunks", "Transfer-Encoding: gzip, chunked"),
    ("gzip", "Transfer-Encoding: gzip"),
    ("identity", "Transfer-Encoding: identity"),
    ("unknown", "Transfer-Encoding: xchunked"),
]


@pytest.mark.parametrize("path", ["/move", "/healthz", "/nothing"])
@pytest.mark.parametrize("headers", [pytest.param(c[1], id=c[0]) for c in AMBIGUOUS])
def test_a_body_of_doubtful_length_is_refused_and_the_connection_closed(shared, path, headers):
    with Wire(shared) as wire:
        wire.ask("POST", path, b"", *headers.split("\r\n")).send(b'{"board":"000000000"}    ')
        answer = wire.answer()
        assert answer.status == 400
        assert wire.answer() is None


@pytest.mark.parametrize("length", ["-1", "x", "1x", "1 1", "99999999999999999999999", "0x10", ""])
def test_a_length_that_is_none_ends_the_connection(shared, length):
    """libmicrohttpd's business; but no second request may be read out of the first one's body."""
    with Wire(shared) as wire:
        wire.send(f"POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n")
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b'{"status":' not in wire.stream.read()


def test_requests_may_be_sent_in_one_go(shared):
    with Wire(shared) as wire:
        wire.send((WHOLE + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") * 20)
        assert [wire.answer().status for _ in range(40)] == [200] * 40


def test_a_request_may_come_byte_by_byte(shared):
    with Wire(shared) as wire:
        for byte in WHOLE:
            wire.send(bytes([byte]))
        assert wire.answer().status == 200


def test_a_connection_is_kept_after_a_problem(shared):
    with Wire(shared) as wire:
        for body, status in ((b"{}", 400), (MOVE, 200), (b'{"board":"111220000"}', 422)) * 3:
            assert wire.ask("POST", "/move", body).answer().status == status


def test_a_connection_is_closed_when_the_client_asks_for_it(shared):
    with Wire(shared) as wire:
        assert wire.ask("GET", "/healthz", b"", "Connection: close").answer().status == 200
        assert wire.is_closed_by_daemon()
    with Wire(shared) as wire:
        assert wire.send("GET /healthz HTTP/1.0\r\n\r\n").answer().status == 200
        assert wire.is_closed_by_daemon()


def test_a_body_may_be_announced_and_waited_for(shared):
    with Wire(shared) as wire:
        wire.ask("POST", "/move", b"", f"Content-Length: {len(MOVE)}", "Expect: 100-continue")
        assert wire.answer().status == 100
        assert wire.send(MOVE).answer().status == 200
    with Wire(shared) as wire:
        wire.ask("POST", "/move", b"", f"Content-Length: {2**22}", "Expect: 100-continue")
        assert wire.answer().status == 413


def test_what_is_no_http_harms_nobody(shared):
    for junk in (b"\r\n" * 100, b"\0" * 1000, b"\x16\x03\x01\x02\x00\x01", b"GET", b"x" * 20_000):
        with Wire(shared) as wire:
            wire.send(junk)
    assert shared.get("/healthz").status_code == 200


# Request ids.


@pytest.mark.parametrize("given", ["a", "A-b_c.9", "0" * 64, "-", "..."])
def test_a_request_id_is_taken(shared, given):
    for path in ("/healthz", "/nothing"):
        answer = shared.get(path, headers={"X-Request-Id": given})
        assert answer.headers["X-Request-Id"] == given


@pytest.mark.parametrize(
    "given", ["", "a b", "a/b", "0" * 65, "0" * 3000, "a;b", 'a"b', "\xe4", "a=b"]
)
def test_a_request_id_that_could_be_anything_is_replaced(shared, given):
    with Wire(shared) as wire:
        made = wire.ask("GET", "/healthz", b"", f"X-Request-Id: {given}").answer()
    assert re.fullmatch(r"[0-9a-f]{16}", made.headers["X-Request-Id"])


def test_request_ids_that_are_made_differ(shared):
    assert len({shared.get("/healthz").headers["X-Request-Id"] for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("POST", "/train", {"matches": 1}, 202),
        ("POST", "/move", {}, 400),
        ("GET", "/nothing", None, 404),
    ],
)
def test_a_request_id_is_logged(shared, method, path, body, status):
    name = f"logged-{status}"
    shared.request(method, path, body, headers={"X-Request-Id": name})
    fields = shared.wait_for_event("request", id=name).fields
    assert (fields["method"], fields["path"], fields["status"]) == (method, path, str(status))


# Many at once.


@pytest.mark.parametrize("count", [127, 128, 129, 255, 256, 257, 400])
def test_any_number_of_connections_is_answered_at_once(shared, count):
    """libmicrohttpd reads 128 events at a time."""
    wires = [Wire(shared) for _ in range(count)]
    try:
        for _ in range(2):
            for wire in wires:
                wire.ask("POST", "/move", MOVE)
            assert {wire.answer().status for wire in wires} == {200}
    finally:
        for wire in wires:
            wire.__exit__()


def test_idle_and_half_sent_requests_keep_nobody_waiting(shared):
    wires = [Wire(shared) for _ in range(200)]
    try:
        for wire in wires[:100]:
            wire.send("POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        begin = time.monotonic()
        assert shared.get("/healthz").status_code == 200
        assert time.monotonic() - begin < DEADLINE_S / 10
    finally:
        for wire in wires:
            wire.__exit__()


def test_many_clients_are_served_side_by_side(shared):
    def client(number):
        with Wire(shared) as wire:
            for _ in range(50):
                body = encode({"board": EMPTY, "seed": number})
                answer = wire.ask("POST", "/move", body).answer()
                assert answer.status == 200 and f'"seed":"{number}"'.encode() in answer.body
        return number

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert list(pool.map(client, range(16))) == list(range(16))


def test_the_log_of_all_this_is_one_line_an_event(shared):
    for path in ("/a%20b", "/a%0Aevent=forged", "/%22%5C", "/%00", "/%1b[31m", "/%7f", "/="):
        with Wire(shared) as wire:
            wire.ask("GET", path).answer()
    lines = shared.log.splitlines()
    assert len(parse_log(shared.log)) == len(lines), "\n".join(
        line for line in lines if not parse_log(line)
    )
    assert not [event for event in shared.events() if event.name == "forged"]


def test_the_log_is_utf8_whatever_is_asked_for(shared):
    with Wire(shared) as wire:
        wire.ask("GET", "/%FF%FE").answer()
    shared.logs[-1].read_bytes().decode()
