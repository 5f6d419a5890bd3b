"""The fixtures of tests/api, and what several files here ask for."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest

API = pathlib.Path(__file__).resolve().parents[1] / "api"
sys.path.insert(0, str(API))

from daemon import BUILD, ROOT  # where that path finds it

_spec = importlib.util.spec_from_file_location("api_fixtures", API / "conftest.py")
_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)

house = _fixtures.house
daemon = _fixtures.daemon
module_house = _fixtures.module_house
pytest_runtest_makereport = _fixtures.pytest_runtest_makereport

TOOLS = ROOT / "build" / "tools" / "usr"
os.environ["PATH"] += f":/usr/sbin:{TOOLS}/bin:{TOOLS}/sbin"


@pytest.fixture(scope="session")
def man():
    """The folder of the manual pages, made anew."""
    pages = [f"{BUILD}/man/{path.stem}" for path in (ROOT / "deploy/man").glob("*.in")]
    subprocess.run(["make", f"BUILD={BUILD}", *pages], cwd=ROOT, check=True, capture_output=True)
    return BUILD / "man"
