"""README as a newcomer follows it: its commands, in its order, against one daemon."""

import json
import os
import re
import shlex
import subprocess
import sys

from daemon import DEADLINE_S, FLAVOUR, ROOT, clean_environment

README = (ROOT / "README.md").read_text()
IS_PLAIN = FLAVOUR == "plain"
SMALLER = {
    "1e8": "1e8" if IS_PLAIN else "1e5",
    "1e6": "1e5" if IS_PLAIN else "1e4",
    "1_000_000": "100_000",
}


def for_daemon(text, daemon):
    for number, smaller in SMALLER.items():
        text = text.replace(number, smaller)
    return re.sub(r"(localhost|127\.0\.0\.1):8080", f"127.0.0.1:{daemon.port}", text)


def test_every_curl_line_is_answered_with_success(daemon):
    lines = re.findall(r"^    (curl .*)$", README, re.MULTILINE)
    assert len(lines) >= 16
    for line in lines:
        words = [*shlex.split(for_daemon(line, daemon), comments=True), "--fail-with-body", "-sS"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60 + DEADLINE_S)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        if "/events" in line:
            assert "event: end" in done.stdout
        else:
            assert "text/csv" in line or json.loads(done.stdout), line
    assert daemon.brain()["matches"] > 1


def test_the_python_example_runs(daemon):
    (source,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT / "clients" / "python")}
    done = subprocess.run(
        [sys.executable, "-c", for_daemon(source, daemon)],
        env=environment, capture_output=True, text=True, timeout=DEADLINE_S,
    )
    assert done.returncode == 0, done.stderr
    assert 0 <= int(done.stdout) <= 8


def test_every_linked_file_is_there():
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert os.path.exists(ROOT / link), link


def test_every_make_target_is_one():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", README)) - {"ca-certificates"}
    assert named and named <= targets
