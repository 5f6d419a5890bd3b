"""The Python client: what it raises."""

import copy
import pickle
import socket

import pytest

import ttst
from daemon import DEADLINE_S
from fake_server import FakeServer, answer
from tictactoe import EMPTY

BRAIN = {
    "name": "default",
    "game": "tictactoe",
    "rule": "beads",
    "options": {},
    "matches": 0,
    "results": {"player1": 0, "player2": 0, "draw": 0},
    "rows": 4520,
    "bytes": 290328,
    "lessons": 0,
    "training": None,
    "created_at": "2026-01-31T12:00:00.000Z",
    "saved_at": "2026-01-31T12:00:00.000Z",
    "unsaved_matches": 0,
    "last_save_error": None,
    "warnings": [],
}


def problem(status, title, detail, **more):
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def raised(kind, ask):
    """The error that a call raises: of that class exactly."""
    with pytest.raises(kind) as caught:
        ask()
    assert caught.type is kind
    assert isinstance(caught.value, ttst.TtstError)
    return caught.value


def raised_by(reply, kind, close=False):
    """The error of a client that is answered so when it asks for a brain."""
    with FakeServer(reply, close=close) as server, ttst.Client(server.url, timeout=DEADLINE_S, retries=0) as c:
        return raised(kind, c.brain)


# Refusals.


def test_a_field_of_the_wrong_type_is_a_bad_request(client):
    error = raised(ttst.BadRequest, lambda: client.move(5))
    assert (error.status, error.title, error.field) == (400, "Bad Request", "board")


def test_an_option_that_is_unknown_is_a_bad_request(client):
    error = raised(ttst.BadRequest, lambda: client.create_brain("odd", luck=1))
    assert error.field == "options.luck"


def test_a_brain_that_is_not_there_is_not_found(client):
    assert raised(ttst.NotFound, lambda: client.move(EMPTY, brain="nobody")).field == "brain"
    assert raised(ttst.NotFound, lambda: client.train(1, brain="nobody")).field == "brain"
    assert raised(ttst.NotFound, lambda: client.brain("nobody")).status == 404


def test_a_job_that_is_not_there_is_not_found(client):
    assert raised(ttst.NotFound, lambda: client.job(999)).status == 404


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%2Fb", "ä"])
def test_a_name_stays_one_part_of_the_path(client, name):
    assert raised(ttst.Impossible, lambda: client.create_brain(name)).field == "name"


def test_a_brain_with_other_options_is_a_conflict(client):
    client.create_brain("taken")
    error = raised(ttst.Conflict, lambda: client.create_brain("taken", reward=9))
    assert (error.status, error.field) == (409, "name")


def test_more_boards_than_a_body_holds_are_too_large(client):
    assert raised(ttst.TooLarge, lambda: client.moves([EMPTY] * 200_000)).status == 413


def test_a_board_of_a_match_that_is_over_is_impossible(client):
    boards = [EMPTY, EMPTY, "111220000"]
    error = raised(ttst.Impossible, lambda: client.moves(boards))
    assert (error.status, error.field) == (422, "boards[2]")


def test_a_seed_below_0_is_refused_by_name(client):
    with pytest.raises(ttst.ApiError) as caught:
        client.move(EMPTY, seed=-1)
    assert caught.value.field == "seed"


def test_a_damaged_database_is_a_failure_of_the_server():
    reply = answer(500, problem(500, "Internal Server Error", "malformed"))
    assert raised_by(reply, ttst.ServerFailure).detail == "malformed"


def test_what_cannot_be_now_says_when_to_try_again():
    reply = answer(503, problem(503, "Service Unavailable", "going down"), Retry_After=2)
    error = raised_by(reply, ttst.Unavailable)
    assert (error.detail, error.retry_after) == ("going down", 2)


def test_a_date_to_try_again_is_not_taken_for_seconds():
    reply = answer(503, problem(503, "", "x"), Retry_After="Sat, 31 Jan 2026 12:00:00 GMT")
    assert raised_by(reply, ttst.Unavailable).retry_after is None


def test_a_daemon_without_memory_for_a_problem_is_unavailable():
    error = raised_by(answer(503, "", Retry_After=1), ttst.Unavailable)
    assert (error.status, error.retry_after) == (503, 1)


def test_a_refusal_without_a_class_of_its_own_is_an_api_error():
    error = raised_by(answer(418, problem(418, "I'm a Teapot", "short", field="x")), ttst.ApiError)
    assert (error.status, error.field) == (418, "x")


def test_fields_of_a_problem_that_are_new_are_ignored():
    reply = answer(404, problem(404, "Not Found", "no", documentation="there"))
    assert raised_by(reply, ttst.NotFound).detail == "no"


def test_a_refusal_reads_as_a_sentence(client):
    error = raised(ttst.Impossible, lambda: client.move("111220000"))
    assert str(error) == (
        "POST /move: 422 Unprocessable Content: board: the match on this board is over: player1"
        f" (request {error.request_id})"
    )
    assert error.request == "POST /move"


def test_a_refusal_names_the_request_in_the_daemons_log():
    reply = answer(404, problem(404, "Not Found", "no"), X_Request_Id="abc")
    assert raised_by(reply, ttst.NotFound).request_id == "abc"


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_survive_being_copied(again):
    refusal = ttst.NotFound("GET /x", 404, "Not Found", "no", "name", "abc", 3)
    for error in (refusal, ttst.UnexpectedAnswer("x", 502), ttst.Timeout("x")):
        assert (type(again(error)), str(again(error))) == (type(error), str(error))
        assert vars(again(error)) == vars(error)


# Nobody there, or too slow.


def test_a_daemon_that_is_not_there_is_unreachable_and_its_url_named():
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with ttst.Client(url) as client:
            error = raised(ttst.Unreachable, lambda: client.train(1))
    assert isinstance(error, ConnectionError)
    assert str(error).startswith(f"POST /train: no answer from {url}: ")
    assert "Connection refused" in str(error)


def test_a_server_that_hangs_up_is_unreachable():
    assert "closed connection" in str(raised_by(b"", ttst.Unreachable, close=True))


def test_silence_is_a_time_out():
    with FakeServer(None) as server, ttst.Client(server.url, timeout=0.2) as client:
        error = raised(ttst.Timeout, client.brain)
    assert isinstance(error, TimeoutError)
    assert str(error) == f"GET /brains/default: no answer from {server.url} within 0.2 s"


def test_a_call_may_have_a_time_out_of_its_own():
    with FakeServer(None) as server, ttst.Client(server.url, timeout=3600) as client:
        assert "within 0.1 s" in str(raised(ttst.Timeout, lambda: client.brain(timeout=0.1)))


def test_an_answer_that_stops_midway_is_a_time_out():
    with FakeServer(answer(200, BRAIN)[:-20], None) as server:
        with ttst.Client(server.url, timeout=0.2) as client:
            raised(ttst.Timeout, client.brain)


# Answers that are none.


def test_a_proxys_page_is_unexpected_and_shown():
    reply = answer(502, "<html><h1>502 Bad Gateway</h1>", "text/html")
    error = raised_by(reply, ttst.UnexpectedAnswer)
    assert error.status == 502
    assert "502, text/html" in str(error) and "<h1>502 Bad Gateway" in str(error)


@pytest.mark.parametrize(
    "reply",
    [
        answer(200, "<html>", "text/html"),
        answer(200, ""),
        answer(200, "[1]"),
        answer(404, {"message": "no route"}),
        answer(302, "", Location="/elsewhere"),
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
    ids=["page", "nothing", "list", "other-error", "redirect", "no-http", "cut-chunk"],
)
def test_what_ttstd_does_not_say_is_unexpected(reply):
    assert "GET /brains/default: " in str(raised_by(reply, ttst.UnexpectedAnswer, close=True))


def test_json_that_was_cut_is_unexpected():
    raised_by(answer(200, BRAIN)[:-20], ttst.UnexpectedAnswer, close=True)


def test_a_field_that_is_missing_is_named():
    reply = answer(200, {**BRAIN, "results": {"player1": 0, "draw": 0}})
    assert "results: player2 is missing" in str(raised_by(reply, ttst.UnexpectedAnswer))


@pytest.mark.parametrize(
    "wrong",
    [
        {"matches": "0"},
        {"matches": True},
        {"name": None},
        {"created_at": "today"},
        {"created_at": "2026-01-31T12:00:00.000"},
        {"created_at": 5},
        {"warnings": {}},
        {"results": 0},
    ],
    ids=str,
)
def test_a_field_of_the_wrong_type_is_named(wrong):
    error = raised_by(answer(200, {**BRAIN, **wrong}), ttst.UnexpectedAnswer)
    assert next(iter(wrong)) + ": " in str(error)
