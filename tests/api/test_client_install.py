"""The Python client installed in a virtual environment, as on a machine without a network."""

import shutil
import subprocess
import sys

import pytest

from daemon import FLAVOUR, ROOT
from terminal import environment

pytestmark = pytest.mark.skipif(FLAVOUR != "plain", reason="nothing in it is instrumented")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of the programs of an environment that has the client."""
    folder = tmp_path_factory.mktemp("venv")
    source = folder / "source"  # building leaves files behind
    shutil.copytree(ROOT / "clients" / "python", source)
    subprocess.run(
        [sys.executable, "-m", "venv", "--system-site-packages", folder / "env"],
        check=True, capture_output=True,
    )
    done = subprocess.run(
        [folder / "env" / "bin" / "pip", "install", "--no-index", "--no-build-isolation", source],
        capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "env" / "bin"


def test_the_command_is_there(installed, shared):
    done = subprocess.run(
        [installed / "ttst", "brains", "list"],
        env={**environment(shared.url), "PYTHONPATH": ""}, capture_output=True, text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("name\t")


def test_the_package_is_there_with_its_types(installed, shared):
    script = (
        "import pathlib, ttst\n"
        "folder = pathlib.Path(ttst.__file__).parent\n"
        "print('env' in folder.parts, (folder / 'py.typed').exists())\n"
        f"print(ttst.Client({shared.url!r}).move('000000000').player)"
    )
    done = subprocess.run(
        [installed / "python3", "-c", script], env={**environment(""), "PYTHONPATH": ""},
        capture_output=True, text=True,
    )
    assert (done.stdout, done.stderr) == ("True True\n1\n", "")
