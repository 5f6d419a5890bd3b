"""The version, and the tarball of a release."""

import re
import subprocess
import tarfile

import pytest

from daemon import BUILD, ROOT

VERSION = re.search(r"^VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]

# Where the version stands beside the Makefile, and in which words.
PLACES = {
    "schema/openapi.yaml": r"^  version: (\S+)$",
    "clients/python/ttst/_version.py": r'^VERSION = "(\S+)"$',
    "deploy/CHANGELOG.md": r"^## (\S+)$",
    "deploy/kubernetes/ttstd.yaml": r"image: ttstd:(\S+)$",
}

in_a_clone = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="wants a clone")


def output_of(*words, cwd=ROOT):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    output_of("make", "dist", f"DIST={folder}/dist.tar.gz")
    with tarfile.open(folder / "dist.tar.gz") as archive:
        archive.extractall(folder)
    return folder / f"ttstd-{VERSION}"


@pytest.mark.parametrize("path", PLACES)
def test_the_version_is_the_makefiles_everywhere(path):
    first = re.search(PLACES[path], (ROOT / path).read_text(), re.MULTILINE)
    assert first and first[1] == VERSION


@in_a_clone
def test_the_tarball_has_all_that_is_committed_and_nothing_else(unpacked):
    committed = output_of("git", "ls-tree", "-r", "--name-only", "-z", "HEAD").split("\0")[:-1]
    packed = [str(p.relative_to(unpacked)) for p in unpacked.rglob("*") if not p.is_dir()]
    assert sorted(packed) == sorted(committed)


@in_a_clone
def test_what_is_built_from_the_tarball_knows_its_commit(unpacked):
    output_of("make", f"BUILD={BUILD}/dist", f"{BUILD}/dist/gen/version.h", cwd=unpacked)
    commit = output_of("git", "rev-parse", "--short", "HEAD").strip()
    assert f'"{commit}"' in (BUILD / "dist/gen/version.h").read_text()
