"""The Python client: what happens to a job, as the daemon tells it."""

import json

import pytest

import ttst
from daemon import DEADLINE_S, ENDLESS
from fake_server import FakeServer, answer
from test_client_jobs import DONE, JOB
from test_client_brains import EVALUATION

NO_EVENTS = {"title": "Not Found", "status": 404, "detail": "no such path"}
POINT = {"matches": 100, "sample": EVALUATION, "greedy": EVALUATION}


def event(kind, data, number=None):
    text = json.dumps(data)
    return (f"id: {number}\n" if number else "") + f"event: {kind}\ndata: {text}\n\n"


def stream(*events):
    """An answer whose end is the connection's."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return (head + "".join(events)).encode()


def told(*replies):
    """The events of a job that a server answers for so, and the requests for them."""
    with FakeServer(answer(200, JOB), *replies, close=True) as server:
        with ttst.Client(server.url, timeout=DEADLINE_S) as client:
            job = client.job(7)
            events = [(e.kind, e.id, job.matches_done, e.point) for e in job.events(interval=0.01)]
    return events, server.requests[1:]


def test_events_renew_the_job_until_its_end():
    more = {**JOB, "matches_done": 500}
    events, requests = told(
        stream(event("progress", JOB, 1), event("progress", more, 2), event("end", DONE, 3))
    )
    assert events == [
        ("progress", "1", 250, None), ("progress", "2", 500, None), ("end", "3", 1000, None)
    ]
    assert requests[0][0] == "GET /train/7/events HTTP/1.1"
    assert requests[0][1]["Accept"] == "text/event-stream"


def test_an_evaluation_is_a_point_of_the_curve():
    events, _ = told(stream(event("evaluation", POINT, 1), event("end", DONE)))
    kind, _, _, point = events[0]
    assert (kind, point.matches, point.greedy.exploitability) == ("evaluation", 100, 0.5)


def test_a_lost_connection_is_made_again_after_the_last_event():
    cut = "id: 42\nevent: progress\ndata: {"
    first = stream("retry: 1\n\n", event("progress", JOB, 41), cut)
    events, requests = told(first, stream(event("end", DONE, 42)))
    assert [kind for kind, *_ in events] == ["progress", "end"]
    assert [headers.get("Last-Event-ID") for _, headers, _ in requests] == [None, "41"]


def test_a_chunk_that_was_cut_is_a_lost_connection():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    begun = b"a\r\nretry: 1\n\n\r\n50\r\nevent: progr"
    events, requests = told(head + begun, stream(event("end", DONE)))
    assert ([kind for kind, *_ in events], len(requests)) == (["end"], 2)


def test_a_daemon_that_is_going_down_is_asked_again():
    problem = {"title": "Service Unavailable", "status": 503, "detail": "going down"}
    first = stream("retry: 1\n\n", event("progress", JOB, 1))
    events, _ = told(first, answer(503, problem), stream(event("end", DONE)))
    assert [kind for kind, *_ in events] == ["progress", "end"]


def test_a_stream_that_never_says_anything_is_given_up():
    with pytest.raises(ttst.Unreachable, match="ends the stream"):
        told(stream("retry: 1\n\n"))


def test_pings_and_what_is_new_are_no_trouble():
    events, _ = told(
        stream(": ping\n\n", "event: confetti\nfuture: x\ndata: 1\ndata: 2\n\n", event("end", DONE))
    )
    assert [kind for kind, *_ in events] == ["confetti", "end"]


def test_lines_may_end_as_http_headers_do():
    events, _ = told(stream(event("end", DONE, 5).replace("\n", "\r\n")))
    assert events == [("end", "5", 1000, None)]


@pytest.mark.parametrize("data", ["{", "[]", {"id": 7}], ids=str)
def test_an_event_that_is_none_of_ttstds_is_unexpected(data):
    text = data if isinstance(data, str) else json.dumps(data)
    with pytest.raises(ttst.UnexpectedAnswer, match="not an event of ttstd's: progress"):
        told(stream(f"event: progress\ndata: {text}\n\n"))


def test_a_line_without_an_end_is_unexpected():
    with pytest.raises(ttst.UnexpectedAnswer, match="an event without an end"):
        told(stream("data: " + "x" * 3_000_000))


def test_a_daemon_that_tells_no_events_is_looked_at_now_and_then():
    events, requests = told(answer(404, NO_EVENTS), answer(200, JOB), answer(200, DONE))
    assert [kind for kind, *_ in events] == ["progress", "progress", "end"]
    assert requests[1][0].startswith("GET /train/7?wait=0 ")


def test_a_daemon_without_room_for_one_who_listens_is_looked_at(house):
    daemon = house("--max-listeners", "1")
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        listened = client.train(ENDLESS).events()
        next(listened)
        client.create_brain("other")
        job = client.train(1000, brain="other")
        assert [event.kind for event in job.events(interval=0.01)][-1] == "end"
        listened.close()


# From a real daemon.


def test_events_of_a_job_tell_its_curve_and_its_end(daemon):
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        before = client.train(ENDLESS)  # so that the other waits until somebody listens
        job = client.train(100_000)
        events = job.events()
        assert next(events).kind == "progress"
        before.stop()
        began = before.wait().matches_done
        heard = list(events)
        points = [event.point for event in heard if event.kind == "evaluation"]
        assert tuple(points) == tuple(p for p in client.curve().points if p.matches > began)
    assert heard[-1].kind == "end" and job.state == "done"


def test_events_of_a_job_that_is_over_are_its_end(daemon):
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        assert [event.kind for event in client.train(10).wait().events()] == ["end"]


def test_events_go_on_when_a_daemon_comes_back(daemon):
    with ttst.Client(daemon.url, timeout=DEADLINE_S) as client:
        job = client.train(ENDLESS)
        events = job.events()
        while next(events).kind != "evaluation":
            pass
        daemon.options[1] = f"127.0.0.1:{daemon.port}"
        daemon.restart()
        done = job.matches_done
        while next(events).kind != "progress" or job.matches_done <= done:
            pass
        job.stop()
        assert [event.kind for event in events][-1] == "end"
