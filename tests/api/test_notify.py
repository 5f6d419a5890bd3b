"""What the daemon tells the service manager: a socket of ours takes systemd's place."""

import contextlib
import ctypes
import os
import pathlib
import socket
import time

import pytest

from daemon import DEADLINE_S, ENDLESS

WATCHDOG_S = 1.0


class Manager:
    """Receives what is told, through a unix socket as systemd's."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.environment = {"NOTIFY_SOCKET": address.replace("\0", "@")}

    def next(self, seconds=DEADLINE_S):
        """The fields of the next message; None if there is none in time."""
        self.socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().split("\n"))
        return None

    def wait_for(self, key):
        while key not in (message := self.next()):
            pass
        return message

    def forget(self):
        while self.next(0.001):
            pass


@pytest.fixture(params=["file", "abstract"])
def manager(request, tmp_path):
    is_file = request.param == "file"
    manager = Manager(str(tmp_path / "notify") if is_file else f"\0ttstd-test-{os.getpid()}")
    yield manager
    manager.socket.close()


@pytest.fixture
def plain_manager(tmp_path):
    manager = Manager(str(tmp_path / "notify"))
    yield manager
    manager.socket.close()


@pytest.fixture
def watched(house, plain_manager):
    """A daemon with a watchdog."""
    plain_manager.environment["WATCHDOG_USEC"] = str(int(WATCHDOG_S * 1e6))
    return house(env=plain_manager.environment)


def test_it_is_ready_when_it_answers_and_says_when_it_stops(house, manager):
    daemon = house(start=False, env=manager.environment).spawn()
    assert manager.next() == {"STATUS": "Reading the database"}
    assert manager.next() == {"READY": "1", "STATUS": "Serving"}
    daemon.process.terminate()
    assert manager.wait_for("STOPPING")["STATUS"].startswith("Answering")
    assert daemon.process.wait(DEADLINE_S) == 0
    daemon.process = None


def test_a_daemon_that_cannot_start_is_never_ready(house, plain_manager, tmp_path):
    daemon = house(start=False, database=tmp_path, env=plain_manager.environment).spawn()
    assert daemon.process.wait(DEADLINE_S) == 1
    daemon.process = None
    assert "READY" not in plain_manager.next()
    assert plain_manager.next(0.1) is None


def test_an_idle_daemon_feeds_the_watchdog_twice_as_often_as_it_must(watched, plain_manager):
    plain_manager.wait_for("READY")
    plain_manager.wait_for("WATCHDOG")
    begun = time.monotonic()
    for _ in range(4):
        assert plain_manager.next() == {"WATCHDOG": "1"}
    assert time.monotonic() - begun > 0.8 * 4 * WATCHDOG_S / 2


def test_a_busy_daemon_feeds_the_watchdog(watched, plain_manager):
    plain_manager.wait_for("READY")
    watched.train(ENDLESS)
    plain_manager.forget()
    for _ in range(20):
        watched.move(board="000000000")
    assert plain_manager.next() == {"WATCHDOG": "1"}


def thread_of(pid, name):
    """The number of the process' thread of that name."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text() == f"{name}\n":
            return int(task.name)
    raise AssertionError(f"no thread {name}")


@contextlib.contextmanager
def halted(thread):
    """Stops one thread of another process as a debugger does; the others run on."""
    seize, interrupt, detach, wait_any = 0x4206, 0x4207, 17, 0x40000000
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(seize, thread, None, None) != 0:
        pytest.skip(f"ptrace: {os.strerror(ctypes.get_errno())}")
    assert libc.ptrace(interrupt, thread, None, None) == 0
    os.waitpid(thread, wait_any)
    yield
    assert libc.ptrace(detach, thread, None, None) == 0


def test_the_watchdog_starves_when_the_loop_hangs_though_training_goes_on(watched, plain_manager):
    plain_manager.wait_for("READY")
    watched.train(ENDLESS)
    with halted(thread_of(watched.pid, "http")):
        plain_manager.forget()
        assert plain_manager.next(1.5 * WATCHDOG_S) is None
    assert plain_manager.next() == {"WATCHDOG": "1"}


def test_the_watchdog_of_another_process_is_not_fed(house, plain_manager):
    plain_manager.environment.update(WATCHDOG_USEC="2000", WATCHDOG_PID="1")
    house(env=plain_manager.environment)
    plain_manager.wait_for("READY")
    assert plain_manager.next(0.1) is None


@pytest.mark.parametrize("address", ["vsock:2:1234", "relative", "/" + "x" * 200])
def test_an_address_of_another_kind_is_said_and_lived_with(house, address):
    daemon = house(env={"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000"})
    (event,) = daemon.events("not_notifying")
    assert event.level == "warn" and address in event.fields["error"]


def test_a_manager_that_is_gone_is_lived_with(house, plain_manager):
    plain_manager.environment["WATCHDOG_USEC"] = "2000"
    plain_manager.socket.close()
    os.unlink(plain_manager.environment["NOTIFY_SOCKET"])
    assert house(env=plain_manager.environment).get("/healthz").status_code == 200
