"""Daemons that ought not to start."""

import subprocess
import tempfile

from daemon import Daemon, eventually, parse_log, sanitizer_reports


def only_error(ended):
    """The one line that says why the daemon did not start."""
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout == ""
    errors = [event for event in parse_log(ended.stderr) if event.level == "error"]
    assert len(errors) == 1, ended.stderr
    assert len(parse_log(ended.stderr)) == len(ended.stderr.splitlines())
    return errors[0].fields["error"]


def start_on(database):
    """Starts a daemon that ought to refuse; one that does not is ended."""
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder, database=database)
        daemon.spawn()
        try:
            eventually(
                "an end, or listening",
                lambda: daemon.process.poll() is not None or daemon.events("listening"),
            )
            assert daemon.process.poll() is not None, f"it was accepted:\n{daemon.log}"
        finally:
            if daemon.process.poll() is None:
                daemon.kill9()
        assert not sanitizer_reports(daemon.log), daemon.log
        return subprocess.CompletedProcess([], daemon.process.returncode, "", daemon.log)
