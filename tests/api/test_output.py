"""What a command prints and cannot write is a failure."""

import subprocess

import pytest

from daemon import BINARY, DEADLINE_S, clean_environment

COMMANDS = [["--help"], ["--version"], ["--print-config"], ["check", "ttst.db"]]


@pytest.fixture(scope="module")
def folder(module_house):
    daemon = module_house()
    daemon.learn(10)
    daemon.terminate()
    return daemon.folder


@pytest.mark.parametrize("target, reason", [(">/dev/full", "No space left"), (">&-", "Bad file")],
                         ids=["full disk", "closed"])
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0].lstrip("-"))
def test_output_that_is_lost_is_told(folder, words, target, reason):
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {target}', "sh", BINARY, *words], cwd=folder,
        env=clean_environment(), stderr=subprocess.PIPE, text=True, timeout=DEADLINE_S,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("ttstd: cannot write to standard output: " + reason)
    assert ended.stderr.count("\n") == 1
