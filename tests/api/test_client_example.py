"""The Python client's example, as a user would start it."""

import re
import subprocess

from daemon import DEADLINE_S, ROOT


def run_example(url):
    return subprocess.run(
        ["/usr/bin/python3", "clients/python/examples/train_and_play.py", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def test_the_example_trains_and_plays_a_match_to_its_end(daemon):
    ended = run_example(daemon.url)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0] == "queued: 0 of 100,000 (0%)"
    assert "done: 100,000 of 100,000 (100%)" in lines
    assert len(re.findall(r"^([XO.] [XO.] [XO.]\n){3}", ended.stdout, re.M)) in range(5, 10)
    assert lines[-1] in ("The brain wins.", "The random player wins.", "A draw.")
    assert daemon.brain()["matches"] == 100_000


def test_the_example_says_when_there_is_no_daemon(daemon):
    daemon.terminate()
    ended = run_example(daemon.url)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("POST /train: no answer from " + daemon.url)
    assert len(ended.stderr.splitlines()) == 1
