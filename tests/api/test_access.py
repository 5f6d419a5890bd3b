"""Who may do what: tokens, origins, hosts; and how secrets are kept."""

import os
import pathlib
import signal
import stat

import pytest

from daemon import Daemon, eventually, run_to_end
from routes import ROUTES

ALL = "all-0123456789abcdefABCDEF"
ALSO_ALL = "another-0123456789abcdef"
PLAY = "play-0123456789abcdefABCDEF"
EVIL = "http://evil.example"

each_route = pytest.mark.parametrize(
    "route", ROUTES, ids=[f"{route.method} {route.pattern}" for route in ROUTES]
)
with_right = [route for route in ROUTES if route.right != "none"]


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "all").write_text(f"# who may do everything\n{ALL}\n\n  \n{ALSO_ALL}\n")
    (folder / "play").write_text(PLAY)
    return folder


@pytest.fixture(scope="module")
def guarded(module_house, files):
    return module_house(
        "--token-file", files / "all", "--play-token-file", files / "play",
        "--trusted-proxy", "127.0.0.1", "--max-requests-per-second", "100000",
    )


# From another machine, for which /metrics is not free.
AFAR = {"X-Forwarded-For": "192.0.2.7"}


def ask(daemon, route, **headers):
    return daemon.request(route.method, route.path, headers={**AFAR, **headers})


# Tokens.


@pytest.mark.parametrize("route", with_right, ids=lambda route: f"{route.method} {route.pattern}")
def test_without_a_token_a_route_with_a_right_answers_401(guarded, route):
    for headers in ({}, bearer("x"), bearer(ALL[:-1]), bearer(ALL + "a"), bearer(""),
                    {"Authorization": f"Basic {ALL}"}, {"Authorization": ALL}):
        answer = ask(guarded, route, **headers)
        assert answer.status_code == 401, headers
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["field"] == "Authorization"
        assert ALL[:-1] not in answer.text


@each_route
def test_each_token_may_do_what_its_file_says(guarded, route):
    play = ask(guarded, route, **bearer(PLAY)).status_code
    assert (play == 403) == (route.right == "all")
    assert play != 401
    for token in (ALL, ALSO_ALL):
        assert ask(guarded, route, **bearer(token)).status_code not in (401, 403)


def test_a_route_without_a_right_asks_for_nothing(guarded):
    assert guarded.get("/healthz").status_code == 200
    assert guarded.get("/nothing").status_code == 404


def test_the_scheme_may_be_written_in_any_case(guarded):
    assert guarded.get("/brains", headers={"Authorization": f"bEARER {PLAY}"}).status_code == 200


def test_metrics_are_free_to_this_machine_alone(guarded):
    assert guarded.get("/metrics").status_code == 200
    assert guarded.get("/metrics", headers=AFAR).status_code == 401
    assert guarded.get("/metrics", headers={"X-Forwarded-For": "unknown"}).status_code == 401
    assert guarded.get("/metrics", headers={**AFAR, **bearer(PLAY)}).status_code == 403
    assert guarded.get("/metrics", headers={**AFAR, **bearer(ALL)}).status_code == 200


def test_without_a_token_nothing_is_done(guarded):
    before = guarded.get("/brains/default", headers=bearer(ALL)).json()
    for headers in ({}, bearer(PLAY)):
        guarded.post("/match", {"moves": [0, 3, 1, 4, 2]}, headers=headers)
        guarded.delete("/brains/default", headers=headers)
    assert guarded.get("/brains/default", headers=bearer(ALL)).json() == before


def test_a_key_is_its_tokens_own(guarded):
    won = {"moves": [0, 3, 1, 4, 2]}
    key = {"Idempotency-Key": "k"}
    first = guarded.post("/match", won, headers={**bearer(ALL), **key})
    again = guarded.post("/match", won, headers={**bearer(ALL), **key})
    other = guarded.post("/match", won, headers={**bearer(ALSO_ALL), **key})
    assert first.json() == again.json()
    assert other.json()["changes"][0]["before"] == first.json()["changes"][0]["after"]


def test_tokens_are_read_again_on_sighup(house, files, tmp_path):
    file = tmp_path / "tokens"
    file.write_text(ALL)
    daemon = house("--token-file", file)

    def status(token):
        return daemon.get("/brains", headers=bearer(token)).status_code

    assert (status(ALL), status(ALSO_ALL)) == (200, 401)
    file.write_text(ALSO_ALL)
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for_event("tokens_read")
    assert (status(ALL), status(ALSO_ALL)) == (401, 200)
    file.write_text("short")
    daemon.process.send_signal(signal.SIGHUP)
    event = daemon.wait_for_event("tokens_not_read")
    assert str(file) in event.fields["error"] and "short" not in event.line
    assert (status(ALL), status(ALSO_ALL)) == (401, 200)
    daemon.logs[-1].write_text("")  # the error was meant


@pytest.mark.parametrize(
    "content, reason",
    [
        (None, "cannot read tokens"),
        ("", "holds no token"),
        ("# nothing\n\n", "holds no token"),
        ("good-0123456789abcdef\nshort\n", ":2: a token must have at least 16 characters"),
        ("with a gap in it, long", ":1: a token may have printable ASCII characters only"),
        ("good-0123456789abcdef\0\nother-0123456789abcdef\n", ":1: a token may have printable ASCII"),
        ("good-0123456789abcdef\n\0", ":2: a token must have at least 16 characters"),
        ("x" * 70_000, "cannot read tokens"),
    ],
    ids=["missing", "empty", "comments", "short", "blank", "NUL", "only NUL", "long"],
)
@pytest.mark.parametrize("option", ["--token-file", "--play-token-file"])
def test_a_file_of_tokens_that_cannot_be_used_is_refused(tmp_path, option, content, reason):
    file = tmp_path / "tokens"
    if content is not None:
        file.write_text(content)
    ended = run_to_end(
        "--listen", "127.0.0.1:0", "--database", tmp_path / "x.db", option, file
    )
    assert ended.returncode == 1
    assert str(file) in ended.stderr and reason in ended.stderr
    for word in (content or "").split():
        assert len(word) < 5 or word not in ended.stderr.replace(str(file), "")


def test_secrets_are_in_no_log_and_no_list_of_processes(guarded):
    for token in (ALL, PLAY, "guess-" + ALL):
        guarded.get("/brains", headers=bearer(token))
        guarded.get(f"/brains?token={token}")
    status = pathlib.Path(f"/proc/{guarded.pid}")
    seen = guarded.all_logs + (status / "cmdline").read_text() + (status / "comm").read_text()
    seen += guarded.get("/metrics").text
    for secret in (ALL, ALSO_ALL, PLAY):
        assert secret not in seen


# A token that is made.


def test_a_token_is_made_once_for_its_owner_alone(house, tmp_path):
    file = tmp_path / "token"
    daemon = house("--token-file", file, "--make-token")
    assert daemon.wait_for_event("token_made").fields["file"] == str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    token = file.read_text().strip()
    assert len(token) == 64 and token not in daemon.all_logs
    assert daemon.get("/brains").status_code == 401
    assert daemon.get("/brains", headers=bearer(token)).status_code == 200
    daemon.restart()
    daemon.wait_for_event("token_there")
    assert file.read_text().strip() == token


def test_a_token_that_cannot_be_made_stops_the_start(tmp_path):
    ended = run_to_end("--listen", "127.0.0.1:0", "--database", tmp_path / "x.db", "--make-token",
                       "--token-file", tmp_path / "missing" / "token")
    assert ended.returncode == 1
    assert "cannot make a token in" in ended.stderr and "No such file" in ended.stderr


def test_whoever_wants_no_tokens_gets_none(house, tmp_path):
    daemon = house("--token-file", tmp_path / "token", "--make-token", "--insecure")
    assert daemon.get("/brains").status_code == 200
    assert not (tmp_path / "token").exists()


# Beyond loopback.


def test_others_are_served_only_if_that_is_meant(tmp_path):
    ended = run_to_end("--listen", "0.0.0.0:0", "--database", tmp_path / "x.db")
    assert ended.returncode == 2
    assert "0.0.0.0" in ended.stderr and "insecure" in ended.stderr
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize("flags", [["--insecure"], "tokens"])
def test_others_are_served_with_tokens_or_if_it_is_meant(house, files, flags):
    if flags == "tokens":
        flags = ["--token-file", files / "all"]
    daemon = house(*flags, listen="0.0.0.0:0")
    assert daemon.get("/healthz").status_code == 200


# Origins.


@pytest.mark.parametrize("route", with_right, ids=lambda route: f"{route.method} {route.pattern}")
def test_pages_of_other_origins_may_not_ask(shared, route):
    answer = shared.request(route.method, route.path, headers={"Origin": EVIL})
    assert answer.status_code == 403
    assert answer.json()["field"] == "Origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origin", ["null", "file://", "http://127.0.0.1", "https://localhost:1"])
def test_an_origin_that_is_nearly_ours_is_another(shared, origin):
    assert shared.get("/brains", headers={"Origin": origin}).status_code == 403


def test_a_page_of_ours_may_ask_with_a_token(guarded):
    """What the page at / does: fetch() of its own origin, with the token that was typed in."""
    own = {"Origin": guarded.url, "Sec-Fetch-Site": "same-origin"}
    answer = guarded.post("/move", {"board": "000000000"}, headers={**own, **bearer(PLAY)})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert guarded.post("/move", {"board": "000000000"}, headers=own).status_code == 401


@pytest.fixture(scope="module")
def open_to(module_house, files):
    return module_house("--allow-origin", "https://a.example,http://localhost:3000",
                        "--token-file", files / "all")


def test_pages_of_an_allowed_origin_may_read_answers(open_to):
    for origin in ("https://a.example", "http://localhost:3000"):
        answer = open_to.get("/brains", headers={"Origin": origin, **bearer(ALL)})
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Vary"] == "Origin"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert open_to.get("/brains", headers={"Origin": EVIL, **bearer(ALL)}).status_code == 403


def test_pages_of_an_allowed_origin_may_read_refusals(open_to):
    answer = open_to.get("/brains", headers={"Origin": "https://a.example"})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"


def test_a_preflight_needs_no_token(open_to):
    answer = open_to.request(
        "OPTIONS", "/train",
        headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization,content-type"},
    )
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed and "content-type" in allowed
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_a_preflight_of_another_origin_is_refused(open_to):
    answer = open_to.request(
        "OPTIONS", "/train", headers={"Origin": EVIL, "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


# Hosts.


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:99", "[::1]:8080", "a.localhost"]
)
def test_this_machines_names_are_hosts(shared, host):
    assert shared.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evillocalhost",
             "[::2]", "128.0.0.1", "127.0.0.256", ""],
)
def test_on_loopback_other_hosts_are_refused(shared, host):
    answer = shared.get("/healthz", headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json()["field"] == "Host"


def test_a_host_can_be_allowed(house):
    daemon = house("--allow-host", "board.example")
    for host in ("board.example", "Board.Example:8080"):
        assert daemon.get("/healthz", headers={"Host": host}).status_code == 200
    assert daemon.get("/healthz", headers={"Host": "bored.example"}).status_code == 403


def test_beyond_loopback_any_host_will_do(house):
    daemon = house("--insecure", listen="0.0.0.0:0")
    assert daemon.get("/healthz", headers={"Host": "board.example"}).status_code == 200
