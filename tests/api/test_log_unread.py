"""A log that nobody reads keeps nobody waiting: neither requests nor the end."""

import contextlib
import fcntl
import os
import pty
import signal
import subprocess
import termios

import pytest
import requests

from daemon import BINARY, clean_environment, eventually, parse_log
from test_limits import metric

FLOOD = 3000  # requests, of which each is a line: more than a pipe and the daemon keep


class Reader:
    """The far end of a daemon's standard error, which is read only when told to."""

    def __init__(self, kind):
        self.far, self.near = pty.openpty() if kind == "terminal" else os.pipe()
        if kind == "terminal":
            attributes = termios.tcgetattr(self.near)
            attributes[1] &= ~termios.OPOST  # line ends stay as they are
            termios.tcsetattr(self.near, termios.TCSANOW, attributes)
        os.set_blocking(self.far, False)
        self.text = ""

    def look(self):
        with contextlib.suppress(BlockingIOError, OSError):
            while piece := os.read(self.far, 65536):
                self.text += piece.decode()
        return parse_log(self.text)

    def wait_for(self, name):
        def events():
            return [event for event in self.look() if event.name == name]

        return eventually(f"the log's event {name}", events)[0]

    def close(self):
        os.close(self.far)
        os.close(self.near)


@pytest.fixture(params=["pipe", "terminal"])
def reader(request):
    reader = Reader(request.param)
    yield reader
    reader.close()


@pytest.fixture
def unread(house, reader):
    """A daemon that logs each request to somebody who has stopped reading; and so many requests."""
    daemon = house("--access-log", start=False)
    daemon.process = subprocess.Popen(
        [BINARY, *map(str, daemon.options)],
        env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=reader.near,
    )
    daemon.port = int(reader.wait_for("listening").fields["port"])
    daemon.url = f"http://127.0.0.1:{daemon.port}"
    daemon.session = requests.Session()
    if os.isatty(reader.near):
        termios.tcflow(reader.near, termios.TCOOFF)  # what Ctrl-S does
    for _ in range(FLOOD):
        assert daemon.get("/healthz", timeout=5).status_code == 200
    yield daemon
    if daemon.process is not None and daemon.process.poll() is None:
        daemon.kill9()


def flow_again(reader):
    if os.isatty(reader.near):
        termios.tcflow(reader.near, termios.TCOON)


def test_requests_are_answered_and_lost_lines_counted(unread):
    assert metric(unread, "ttstd_log_lines_dropped_total") > 0
    assert unread.learn(1000)["state"] == "done"


def test_a_signal_ends_the_daemon(unread):
    ended = unread.terminate()
    assert ended.status == 0
    assert ended.seconds < 5


def test_when_the_log_flows_again_it_tells_how_many_lines_are_missing(unread, reader):
    flow_again(reader)

    def missing():
        events = reader.look()
        told = sum(int(e.fields["count"]) for e in events if e.name == "log_lines_dropped")
        return told if told + sum(e.name == "request" for e in events) >= FLOOD else None

    assert eventually("all lines, or their number", missing) == metric(
        unread, "ttstd_log_lines_dropped_total"
    )
    assert len(reader.look()) == len(reader.text.splitlines())  # all of them whole
    unread.process.send_signal(signal.SIGTERM)
    reader.wait_for("stopped")
    assert unread.end(0).status == 0


def test_flags_that_others_share_are_left_alone(unread, reader):
    assert fcntl.fcntl(reader.near, fcntl.F_GETFL) & os.O_NONBLOCK == 0
