"""A start for which there are too few threads, descriptors or bytes says what there was no room for, and why."""

import re
import resource
import subprocess

import pytest

from daemon import BINARY, DEADLINE_S, FLAVOUR, clean_environment
from starting import only_error

MIB = 1 << 20


def start_with(folder, limit, value, *flags):
    return subprocess.run(
        [BINARY, "--listen", "127.0.0.1:0", "--database", folder / "x.db", *flags],
        env=clean_environment(), capture_output=True, text=True, timeout=DEADLINE_S,
        preexec_fn=lambda: resource.setrlimit(limit, (value, value)),
    )


@pytest.mark.skipif(FLAVOUR != "plain", reason="sanitizers want terabytes of address space")
@pytest.mark.parametrize("mib", [40, 300])
def test_threads_that_cannot_be_had_are_counted_and_the_limit_named(tmp_path, mib):
    error = only_error(
        start_with(tmp_path, resource.RLIMIT_AS, mib * MIB, "--training-threads", "64")
    )
    assert "64 training threads" in error
    assert "ulimit -u" in error and "TasksMax" in error


@pytest.mark.parametrize("descriptors", range(4, 14))
def test_descriptors_that_cannot_be_had_are_told_with_what_wanted_them(tmp_path, descriptors):
    ended = start_with(tmp_path, resource.RLIMIT_NOFILE, descriptors)
    error = only_error(ended)
    assert re.search("cannot (create|open|read|write|load|start|listen)", error)
    assert re.search("(?i)descriptors|too many open files|unable to open", error)
