"""Daemons for tests, and what becomes of them; the fixtures that all rooms share."""

import pytest

from daemon import FLAVOUR, Daemon, sanitizer_reports

LOG_SHOWN = 6_000  # characters of a log below a failed test


class House:
    """The daemons of a test; a test calls it to get one more."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        self.complaints = []

    def __call__(self, *flags, start=True, **more):
        folder = self.folder / str(len(self.daemons) + 1)
        folder.mkdir()
        daemon = Daemon(folder, *flags, **more)
        self.daemons.append(daemon)
        return daemon.start() if start else daemon

    def close(self):
        """Ends what still runs as an operator would, and looks for what sanitizers found."""
        complaints = self.complaints
        for daemon in self.daemons:
            try:
                if daemon.process is not None and daemon.process.poll() is None:
                    ended = daemon.terminate()
                    if ended.status != 0:
                        complaints.append(f"exit status {ended.status} after SIGTERM")
                elif daemon.process is not None:
                    complaints.append(f"ended by itself, status {daemon.process.returncode}")
            finally:
                if daemon.process is not None and daemon.process.poll() is None:
                    daemon.kill9()
            complaints += sanitizer_reports(daemon.all_logs)
        assert not complaints, "\n".join(complaints) + "\n" + self.logs()

    def logs(self):
        return "\n".join(daemon.all_logs[-LOG_SHOWN:] for daemon in self.daemons)


@pytest.fixture
def house(tmp_path):
    """Makes daemons for one test: house(*flags)."""
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def daemon(house):
    """A daemon of the test's own, on a fresh database."""
    return house()


@pytest.fixture(scope="session")
def speed(tmp_path_factory):
    """Matches a second that this build plays on this machine, roughly."""
    house = House(tmp_path_factory.mktemp("speed"))
    daemon = house()
    daemon.learn(20_000, seed=1)
    measured = daemon.learn(100_000, seed=1)["matches_per_second"]
    house.close()
    return max(measured, 10_000)


@pytest.fixture(scope="session")
def amount(speed):
    """Matches that take about so many seconds: a power of two, so that it seldom differs between
    two runs."""

    def matches(seconds):
        return max(4096, 1 << (int(speed * seconds).bit_length() - 1))

    return matches


def pytest_report_header():
    return f"flavour: {FLAVOUR}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if not report.failed:
        return
    for value in getattr(item, "funcargs", {}).values():
        if isinstance(value, House):
            report.sections.append(("daemons' logs", value.logs()))
        elif isinstance(value, Daemon) and "house" not in item.funcargs:
            report.sections.append(("daemon's log", value.all_logs[-LOG_SHOWN:]))
