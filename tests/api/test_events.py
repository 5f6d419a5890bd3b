"""GET /train/{id}/events: what listeners hear of a job."""

import contextlib
import itertools
import signal
import socket
import threading
import time

import pytest

from daemon import DEADLINE_S, ENDLESS, OVER, Wire, eventually, hammering
from listening import Listener

pytestmark = pytest.mark.usefixtures("nothing_left_training")


def curve(daemon, brain="default"):
    return daemon.get(f"/brains/{brain}/curve").json()["points"]


def named(events, name):
    return [event for event in events if event.name == name]


def test_a_listener_hears_progress_evaluations_and_the_end(daemon):
    daemon.train(ENDLESS)  # so that the job that is listened to waits for its turn
    job = daemon.train(200_000, seed=1)["id"]
    with Listener(daemon, job) as listener:
        assert listener.answer.status == 200
        assert listener.answer.headers["Content-Type"] == "text/event-stream"
        assert listener.answer.headers["Cache-Control"] == "no-store"
        events = listener.events()
        first = next(events)
        assert (first.name, first.data["state"]) == ("progress", "queued")
        daemon.delete("/train/1")
        heard = [first, *events]
    assert [event.name for event in heard][-1] == "end"
    assert len(named(heard, "end")) == 1
    assert heard[-1].data == daemon.job(job)
    done = [event.data["matches_done"] for event in heard if event.name != "evaluation"]
    assert done == sorted(done)
    began = daemon.job(1)["matches_done"]
    points = [point for point in curve(daemon) if point["matches"] > began]
    assert [event.data for event in named(heard, "evaluation")] == points
    assert [event.id for event in named(heard, "evaluation")] == [p["matches"] for p in points]


def test_evaluations_are_those_of_the_curve(daemon):
    job = daemon.train(3_000_000, seed=1)["id"]
    with Listener(daemon, job, last=0) as listener:
        heard = listener.all()
    points = curve(daemon)
    assert len(points) > 50
    assert [event.data for event in named(heard, "evaluation")] == points
    assert heard[-1].id == points[-1]["matches"]


def test_who_comes_back_hears_what_was_missed(daemon):
    job = daemon.train(3_000_000, seed=1)["id"]
    with Listener(daemon, job, last=0) as listener:
        first = list(itertools.islice(listener.events(), 30))
    last = first[-1].id
    daemon.finish(job)
    with Listener(daemon, job, last=last) as listener:
        second = listener.all()
    seen = [event.data for event in named(first + second, "evaluation")]
    assert seen == curve(daemon)


def test_a_job_that_is_over_is_told_at_once(shared):
    job = shared.learn(1000)["id"]
    answer = shared.get(f"/train/{job}/events")
    assert answer.status_code == 200
    with Listener(shared, job) as listener:
        (end,) = listener.all()
    assert end.name == "end"
    assert end.data == shared.job(job)
    assert end.id == curve(shared)[-1]["matches"]


def test_there_are_at_most_ten_reports_of_progress_a_second(shared):
    job = shared.train(ENDLESS)["id"]
    with Listener(shared, job) as listener:
        begun = time.monotonic()
        heard = []
        for event in listener.events():
            heard.append(event)
            if time.monotonic() - begun > 2:
                break
    reports = [event for event in named(heard, "progress")]
    assert 3 <= len(reports) <= 10 * 2 + 3
    assert all(a.data["matches_done"] < b.data["matches_done"] for a, b in zip(reports, reports[1:]))


def test_a_stop_is_heard(shared):
    job = shared.train(ENDLESS)["id"]
    with Listener(shared, job) as listener:
        events = listener.events()
        next(events)
        shared.delete(f"/train/{job}")
        heard = list(events)
    assert (heard[-1].name, heard[-1].data["state"]) == ("end", "stopped")


def test_the_stream_ends_with_the_brain(daemon):
    daemon.create_brain("short")
    daemon.train(ENDLESS, brain="default")
    daemon.create_brain("other")
    job = daemon.train(ENDLESS, brain="short")["id"]
    with Listener(daemon, job) as listener:
        events = listener.events()
        next(events)
        daemon.delete(f"/train/{job}")
        heard = list(events)
        assert heard[-1].name == "end"
    daemon.delete("/brains/short")
    assert daemon.get(f"/train/{job}/events").status_code == 404


def test_streams_end_cleanly_when_the_daemon_goes_down(daemon):
    job = daemon.train(ENDLESS)["id"]
    with Listener(daemon, job) as listener:
        events = listener.events()
        next(events)
        daemon.wait_for_matches(job, 1000)
        daemon.process.send_signal(signal.SIGTERM)
        rest = list(events)  # raises if the last chunk did not come
        assert named(rest, "end") == []
    assert daemon.process.wait(timeout=DEADLINE_S) == 0
    daemon.process = None
    daemon.start()
    with Listener(daemon, job, last=0) as listener:
        heard = list(itertools.islice(listener.events(), 5))
    assert heard[0].name == "evaluation" and heard[0].data["matches"] == 10
    daemon.delete("/train")


def test_what_crashed_is_heard_again_from_where_it_was_left(daemon):
    job = daemon.train(ENDLESS, seed=7)["id"]
    with Listener(daemon, job, last=0) as listener:
        first = list(itertools.islice(listener.events(), 40))
    daemon.wait_for_matches(job, 1_000_000)
    daemon.kill9()
    daemon.start()
    with Listener(daemon, job, last=first[-1].id) as listener:
        daemon.wait_for_matches(job, first[-1].id)
        daemon.delete(f"/train/{job}")
        second = listener.all()  # points that were passed again come again
    seen = {event.id: event.data for event in named(first + second, "evaluation")}
    assert [seen[matches] for matches in sorted(seen)] == curve(daemon)


@pytest.mark.parametrize("job", ["999999", "x", "1e0", "-1"])
def test_events_of_no_job_are_not_found(shared, job):
    answer = shared.get(f"/train/{job}/events")
    assert answer.status_code == 404


@pytest.mark.parametrize("last", ["x", "-1", "1.0", "1" * 21, "1,2"])
def test_an_id_that_is_none_is_refused(shared, last):
    job = shared.learn(10)["id"]
    answer = shared.get(f"/train/{job}/events", headers={"Last-Event-ID": last})
    assert answer.status_code == 400
    assert answer.json()["field"] == "Last-Event-ID"


def test_events_have_no_parameters_and_no_body(shared):
    job = shared.learn(10)["id"]
    assert shared.get(f"/train/{job}/events?x=1").status_code == 400
    assert shared.request("GET", f"/train/{job}/events", b"[]").status_code == 400


@pytest.mark.parametrize("path", ["/train/{}/events", "/brains/default/export"])
def test_head_of_what_is_streamed_is_its_head_alone(shared, path):
    job = shared.train(ENDLESS)["id"]
    with Wire(shared) as wire:
        wire.send(f"HEAD {path.format(job)} HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert wire.answer(has_body=False).status == 200
        assert wire.is_closed_by_daemon()


def listeners(daemon):
    text = daemon.get("/metrics").text
    return int(text.split("\nttstd_event_listeners ")[1].split()[0])


def test_one_listener_too_many_is_told_so(house):
    daemon = house("--max-listeners", "2")
    job = daemon.train(ENDLESS)["id"]
    with Listener(daemon, job), Listener(daemon, job) as second:
        answer = daemon.get(f"/train/{job}/events")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert "2 listeners" in answer.json()["detail"]
        second.connection.close()
        second.answer.close()
        eventually("room for another", lambda: listeners(daemon) < 2)
        with Listener(daemon, job) as third:
            assert third.answer.status == 200
    daemon.delete("/train")
    daemon.finish(job)


def test_five_hundred_listeners_hear_the_end_while_moves_are_served(house):
    daemon = house()
    job = daemon.train(ENDLESS)["id"]
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(Listener(daemon, job)) for _ in range(500)]
        assert listeners(daemon) == 500
        with hammering(daemon) as answered:
            for listener in crowd:
                assert next(listener.events()).name == "progress"
            daemon.delete(f"/train/{job}")
            ends = [listener.all()[-1] for listener in crowd]
        assert sum(answered.values()) > 0
    assert {end.name for end in ends} == {"end"}
    assert {end.data["state"] for end in ends} == {"stopped"}
    eventually("all have gone", lambda: listeners(daemon) == 0)


def test_who_does_not_read_is_dropped_and_who_hears_nothing_new_is_pinged(daemon):
    daemon.learn(10**7)  # a curve that fills what the system holds for a reader
    running = daemon.train(ENDLESS)["id"]
    queued = daemon.train(1)["id"]
    with Wire(daemon) as deaf, Listener(daemon, queued) as patient:
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.send(f"GET /train/{running}/events HTTP/1.1\r\nHost: localhost\r\n"
                  "Last-Event-ID: 0\r\n\r\n")
        heard = []
        thread = threading.Thread(target=lambda: heard.extend(patient.events()))
        thread.start()
        daemon.wait_for_event("listener_dropped", job=str(running))
        eventually("it is gone", lambda: listeners(daemon) == 1)
        eventually("a ping", lambda: patient.comments >= 1)
        daemon.delete(f"/train/{queued}")
        thread.join(DEADLINE_S)
        assert [event.name for event in heard] == ["progress", "end"]
    daemon.delete("/train")
    daemon.finish(running)
