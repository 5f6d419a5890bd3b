import sys

import pytest

from daemon import DEADLINE_S, ROOT
from house import (
    House,
    amount,
    daemon,
    house,
    pytest_report_header,
    pytest_runtest_makereport,
    speed,
)

sys.path.insert(0, str(ROOT / "clients" / "python"))

import ttst  # where that path finds it


@pytest.fixture(scope="module")
def module_house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("module"))
    yield house
    house.close()


@pytest.fixture(scope="module")
def shared(module_house):
    """One daemon for all tests of a file that only ask."""
    return module_house()


@pytest.fixture
def client(shared):
    """The Python client of the shared daemon."""
    with ttst.Client(shared.url, timeout=DEADLINE_S) as client:
        yield client


@pytest.fixture(autouse=True)
def shared_is_alive(request):
    """What killed a shared daemon fails where it did, and its file, but not all tests after it."""
    if "shared" not in request.fixturenames:
        return
    shared = request.getfixturevalue("shared")
    if shared.process.poll() is not None:
        house = request.getfixturevalue("module_house")
        house.complaints.append(f"ended by itself, status {shared.process.returncode}")
        shared.process = None
        shared.start()


@pytest.fixture
def nothing_left_training(request):
    """Jobs of a shared daemon end with the test that asked for them."""
    yield
    if "shared" in request.fixturenames:
        shared = request.getfixturevalue("shared")
        for job in shared.delete("/train").json()["jobs"]:
            shared.finish(job["id"])
