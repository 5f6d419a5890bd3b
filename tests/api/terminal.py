"""Starts the command `ttst` as a user would: piped, or on a pseudo-terminal."""

import json
import os
import signal
import subprocess

import pexpect

from daemon import DEADLINE_S, ROOT

COMMAND = ["/usr/bin/python3", "-m", "ttst"]


def environment(url, **more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TTST_")}
    return {
        **kept,
        "TTST_URL": url,
        "PYTHONPATH": str(ROOT / "clients" / "python"),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "COLUMNS": "100",
        "LINES": "40",
        **more,
    }


class Terminal:
    """The command with one daemon."""

    def __init__(self, url):
        self.url = url

    def run(self, *words, input="", **env):
        """Piped, to its end."""
        return subprocess.run(
            [*COMMAND, *map(str, words)],
            env=environment(self.url, **env),
            input=input,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )

    def says(self, *words, **more):
        """What it says where all is well."""
        done = self.run(*words, **more)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def json(self, *words):
        return json.loads(self.says(*words, "--json"))

    def complains(self, status, *words, **more):
        """The line that it says where it cannot."""
        done = self.run(*words, **more)
        assert (done.returncode, done.stdout) == (status, ""), done
        assert done.stderr.startswith("ttst: ") and done.stderr.count("\n") == 1
        return done.stderr

    def spawn(self, *words, **env):
        """On a pseudo-terminal of 40 lines."""
        return pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], *map(str, words)],
            env=environment(self.url, **env),
            dimensions=(40, 100),
            encoding="utf-8",
            timeout=DEADLINE_S,
            # A shell has what it runs in the background, perhaps these tests, ignore interrupts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )


def end_of(child):
    """What a command on a pseudo-terminal says until its end, and its exit status."""
    said = child.read()
    child.close()
    return said.replace("\r\n", "\n"), child.exitstatus
