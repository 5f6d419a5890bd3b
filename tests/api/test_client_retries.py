"""The Python client: what is sent again, tokens, and https."""

import contextlib

import pytest

import ttst
from daemon import DEADLINE_S
from fake_server import FakeServer, answer
from test_client import MOVE
from test_client_jobs import JOB
from test_tls import keys  # a fixture
from tictactoe import EMPTY

ALL, PLAY = "all-0123456789abcdef", "play-0123456789abcdef"
LOST = b""  # the server hangs up in place of an answer
MATCH = {"brain": "default", "result": "player1", "changes": []}
WON = [0, 3, 1, 4, 2]


def problem(status, **more):
    return {"title": "No", "status": status, "detail": "not now", **more}


def busy(status, seconds):
    return answer(status, problem(status), Retry_After=seconds)


def asked(ask, *replies, **settings):
    """The requests of a client that is answered so, one connection each."""
    with FakeServer(*replies, close=True) as server:
        with ttst.Client(server.url, timeout=DEADLINE_S, **settings) as client:
            ask(client)
    return server.requests


def keys_of(requests):
    return {headers["Idempotency-Key"] for _, headers, _ in requests}


# Sending again.


def test_a_question_is_asked_again():
    assert len(asked(lambda c: c.job(7), LOST, LOST, answer(200, JOB))) == 3


def test_a_move_is_asked_for_again():
    assert len(asked(lambda c: c.move(EMPTY), LOST, answer(200, MOVE))) == 2


def test_a_match_is_reported_again_with_the_same_key():
    requests = asked(lambda c: c.match(WON), LOST, answer(200, MATCH))
    assert (len(requests), len(keys_of(requests))) == (2, 1)


def test_a_job_is_asked_for_again_with_the_same_key():
    requests = asked(lambda c: c.train(10), LOST, answer(202, JOB))
    assert (len(requests), len(keys_of(requests))) == (2, 1)


def test_each_match_has_a_key_of_its_own():
    def twice(client):
        client.match(WON)
        client.match(WON)

    assert len(keys_of(asked(twice, answer(200, MATCH)))) == 2


def test_a_key_may_be_ones_own():
    assert keys_of(asked(lambda c: c.match(WON, key="mine"), answer(200, MATCH))) == {"mine"}


def test_a_match_reported_twice_with_a_key_is_learned_once(client):
    client.create_brain("once")
    first = client.match(WON, brain="once", key="k1")
    assert client.match(WON, brain="once", key="k1") == first
    assert client.brain("once").matches == 1


def test_what_cannot_be_undone_is_not_sent_again():
    for ask in (lambda c: c.delete_brain("a"), lambda c: c.reset_brain("a"),
                lambda c: c.copy_brain("a", "b"), lambda c: c.restore_checkpoint("a", "b")):
        with FakeServer(LOST, close=True) as server, ttst.Client(server.url) as client:
            with pytest.raises(ttst.Unreachable):
                ask(client)
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_daemon_is_asked_again_when_it_says(status):
    assert len(asked(lambda c: c.job(7), busy(status, 0), answer(200, JOB))) == 2


def test_a_first_try_that_is_still_being_done_is_waited_for():
    busy_key = answer(409, problem(409, field="Idempotency-Key"))
    assert len(asked(lambda c: c.match(WON), busy_key, answer(200, MATCH))) == 2


def test_a_daemon_that_wants_a_long_rest_is_left_alone():
    with FakeServer(busy(429, 60)) as server, ttst.Client(server.url) as client:
        with pytest.raises(ttst.TooManyRequests) as caught:
            client.job(7)
    assert (caught.value.retry_after, len(server.requests)) == (60, 1)


def test_refusals_are_final():
    with FakeServer(answer(409, problem(409))) as server, ttst.Client(server.url) as client:
        with pytest.raises(ttst.Conflict):
            client.match(WON)
    assert len(server.requests) == 1


@pytest.mark.parametrize("retries", [0, 1])
def test_it_is_tried_as_often_as_wanted(retries):
    with FakeServer(LOST, close=True) as server:
        with ttst.Client(server.url, retries=retries) as client:
            with pytest.raises(ttst.Unreachable):
                client.brain()
    assert len(server.requests) == 1 + retries


def test_a_negative_number_of_retries_is_refused():
    with pytest.raises(ValueError, match="retries"):
        ttst.Client(retries=-1)


# Tokens.


def test_a_token_is_shown_with_every_request():
    requests = asked(lambda c: c.move(EMPTY), answer(200, MOVE), token="s3cret")
    assert requests[0][1]["Authorization"] == "Bearer s3cret"


def test_a_netrc_does_not_take_the_tokens_place(tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with FakeServer(answer(200, MOVE)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        with ttst.Client("http://ttstd.example", token="s3cret") as client:
            client.move(EMPTY)
    assert proxy.requests[0][1]["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize("token", ["", "two words", "line\n", "schlüssel"], ids=repr)
def test_what_cannot_be_a_token_is_refused(token):
    with pytest.raises(ValueError, match="token"):
        ttst.Client(token=token)


# As a daemon sees it.


@pytest.fixture(scope="module")
def secure(module_house, keys, tmp_path_factory):
    """A daemon that speaks https and wants a token."""
    folder = tmp_path_factory.mktemp("secure")
    (folder / "all").write_text(ALL)
    (folder / "play").write_text(PLAY)
    return module_house(
        "--tls-cert", keys / "one.pem", "--tls-key", keys / "one.key",
        "--token-file", folder / "all", "--play-token-file", folder / "play",
    )


@pytest.fixture
def connect(secure, keys):
    """Makes clients of that daemon."""
    with contextlib.ExitStack() as clients:

        def connect(token, ca="one.pem", **settings):
            ca_file = ca and str(keys / ca)
            url = secure.url.replace("http:", "https:")
            client = ttst.Client(url, token=token, ca_file=ca_file, timeout=DEADLINE_S, **settings)
            return clients.enter_context(client)

        yield connect


def test_a_token_for_all_may_do_all(connect):
    client = connect(ALL)
    job = client.train(1000)
    assert [event.kind for event in job.events()][-1] == "end"
    assert client.move(EMPTY).player == 1


def test_a_token_for_play_may_not_train(connect):
    client = connect(PLAY)
    assert client.move(EMPTY).player == 1
    with pytest.raises(ttst.Forbidden) as caught:
        client.train(1)
    assert caught.value.status == 403


@pytest.mark.parametrize("token", [None, "wrong-0123456789abcdef"])
def test_without_a_right_token_nothing_is_told(connect, token):
    with pytest.raises(ttst.Unauthorized) as caught:
        connect(token).brains()
    assert caught.value.status == 401


@pytest.mark.parametrize("ca", [None, "other.pem"])
def test_a_daemon_that_nobody_vouches_for_is_not_talked_to(connect, ca):
    with pytest.raises(ttst.Unreachable, match="(?i)certificate"):
        connect(ALL, ca, retries=0).move(EMPTY)


def test_who_asks_too_fast_waits_as_long_as_he_is_told(house):
    daemon = house("--max-requests-per-second", "5")
    with ttst.Client(daemon.url, timeout=DEADLINE_S, retries=10) as client:
        for _ in range(30):
            client.move(EMPTY)
    assert any(event.fields["status"] == "429" for event in daemon.events("request"))
