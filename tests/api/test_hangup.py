"""A terminal that is closed, and what was started from it."""

import os
import pathlib
import signal
import subprocess

import pexpect
import pytest
import requests

from daemon import BINARY, DEADLINE_S, clean_environment, eventually, parse_log


class Shell:
    """An interactive shell on a terminal of its own, and a daemon that was started from it."""

    def __init__(self, folder, line):
        self.log = folder / "log"
        self.log.touch()
        self.child = pexpect.spawn(
            "/bin/bash", ["--norc", "--noprofile", "-i"], env=clean_environment(), cwd=folder,
            # Whatever runs the tests may ignore it, as nohup does.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        self.child.sendline(line.replace("TTSTD", f"{BINARY} --listen 127.0.0.1:0 --database ttst.db")
                            .replace("LOG", "2>log"))
        self.port = int(self.wait_for("listening").fields["port"])
        self.pid = int((folder / "ttst.db.lock").read_text().split()[0])

    def events(self, name):
        return [event for event in parse_log(self.log.read_text()) if event.name == name]

    def wait_for(self, name):
        return eventually(f"the log's event {name}", lambda: self.events(name))[0]

    def close_terminal(self):
        os.close(self.child.child_fd)
        self.child.closed = True

    def end(self):
        if not self.events("stopped"):
            os.kill(self.pid, signal.SIGTERM)
            self.wait_for("stopped")


@pytest.fixture
def start(tmp_path):
    shells = []

    def start_from(line):
        shells.append(Shell(tmp_path, line))
        return shells[-1]

    yield start_from
    for shell in shells:
        shell.end()


@pytest.mark.parametrize("line", ["TTSTD LOG", "TTSTD LOG &"], ids=["foreground", "background"])
def test_it_goes_with_its_terminal(start, line):
    shell = start(line)
    shell.close_terminal()
    assert shell.wait_for("stopping").fields["signal"] == "SIGHUP"
    assert shell.wait_for("stopped").fields["saved"] == "all"


def test_it_goes_with_a_terminal_that_is_all_its_own(tmp_path):
    log = tmp_path / "log"
    master, slave = os.openpty()
    with open(log, "wb") as out:
        process = subprocess.Popen(
            ["setsid", "--ctty", BINARY, "--listen", "127.0.0.1:0", "--database", tmp_path / "x.db"],
            env=clean_environment(), stdin=slave, stdout=slave, stderr=out,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
    os.close(slave)
    try:
        eventually("listening", lambda: "event=listening" in log.read_text())
        os.close(master)
        assert process.wait(DEADLINE_S) == 0
    finally:
        process.kill()
    assert "event=stopping signal=SIGHUP" in log.read_text()


@pytest.mark.parametrize("line", ["nohup TTSTD LOG", "nohup TTSTD LOG &"],
                         ids=["foreground", "background"])
def test_who_was_told_to_outlive_its_terminal_does(start, line):
    shell = start(line)
    shell.close_terminal()
    shell.wait_for("tokens_read")
    assert requests.get(f"http://127.0.0.1:{shell.port}/healthz", timeout=10).status_code == 200


def test_who_was_disowned_reads_files_again_long_after_its_terminal_went(start):
    shell = start("TTSTD LOG & disown")
    shell.close_terminal()
    eventually("the shell's end", lambda: not is_alive(shell.child.pid))
    os.kill(shell.pid, signal.SIGHUP)
    shell.wait_for("tokens_read")
    assert not shell.events("stopping")


def is_alive(pid):
    try:
        return "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_while_the_terminal_is_there_files_are_read_again(start):
    shell = start("TTSTD LOG")
    os.kill(shell.pid, signal.SIGHUP)
    shell.wait_for("tokens_read")
    assert not shell.events("stopping")
    shell.close_terminal()
