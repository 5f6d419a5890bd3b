"""make install and uninstall: what lies where, and that it can be used from there."""

import os
import subprocess

import pytest

from daemon import BUILD, FLAVOUR, ROOT

pytestmark = pytest.mark.skipif(FLAVOUR != "plain", reason="what ships is not instrumented")

PROGRAM = """
#include <stdio.h>
#include <ttst.h>

int main(void)
{
    struct ttst_brain *brain;
    char digest[TTST_DIGEST_SIZE];
    if (ttst_brain_create("tictactoe", &brain) != TTST_OK ||
        ttst_brain_train(brain, 1000, 42, 16, TTST_BOTH, NULL) != TTST_OK)
        return 1;
    ttst_brain_digest(brain, digest);
    ttst_brain_destroy(brain);
    puts(digest);
    return 0;
}
"""


def make(*words):
    done = subprocess.run(
        ["make", f"BUILD={BUILD}", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done


def output_of(words, environment):
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_in(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


@pytest.fixture
def installed(tmp_path):
    """The root of a tree into which all was installed, below /opt/ttstd."""
    make("install", f"DESTDIR={tmp_path}", "PREFIX=/opt/ttstd")
    return tmp_path


def test_all_is_installed_below_the_prefix(installed):
    version = subprocess.run(
        [installed / "opt/ttstd/bin/ttstd", "--version"], capture_output=True, text=True
    ).stdout.split()[1]
    assert files_in(installed) == [
        "opt/ttstd/bin/ttstd",
        "opt/ttstd/include/ttst.h",
        "opt/ttstd/lib/libttst.a",
        "opt/ttstd/lib/libttst.so",
        "opt/ttstd/lib/libttst.so.0",
        f"opt/ttstd/lib/libttst.so.{version}",
        "opt/ttstd/lib/pkgconfig/ttst.pc",
        "opt/ttstd/share/man/man3/libttst.3",
        "opt/ttstd/share/man/man5/ttstd.conf.5",
        "opt/ttstd/share/man/man8/ttstd.8",
    ]
    assert os.access(installed / "opt/ttstd/bin/ttstd", os.X_OK)


def test_uninstall_removes_just_that(installed):
    other = installed / "opt/ttstd/lib/libother.so"
    other.touch()
    make("uninstall", f"DESTDIR={installed}", "PREFIX=/opt/ttstd")
    assert files_in(installed) == ["opt/ttstd/lib/libother.so"]


@pytest.mark.parametrize("static", [False, True], ids=["shared", "static"])
def test_a_program_finds_the_library_by_pkg_config(tmp_path, static):
    prefix, source, program = tmp_path / "prefix", tmp_path / "program.c", tmp_path / "program"
    make("install", f"PREFIX={prefix}")
    source.write_text(PROGRAM)
    environment = {
        **os.environ,
        "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig",
        "LD_LIBRARY_PATH": f"{prefix}/lib",
    }
    question = ["pkg-config", "--cflags", "--libs", "ttst"]
    if static:
        (prefix / "lib/libttst.so").unlink()
        question.append("--static")
    flags = output_of(question, environment).split()
    output_of(["gcc", source, "-o", program, *flags], environment)
    assert output_of([program], environment).startswith("sha256:")
