"""The Python client's examples, as a user would start them."""

import re
import subprocess

import pytest

from daemon import DEADLINE_S, LIBRARY, ROOT, clean_environment


def run_example(name, *words):
    return subprocess.run(
        ["/usr/bin/python3", f"clients/python/examples/{name}.py", *words],
        cwd=ROOT,
        env=clean_environment({"TTST_LIB": LIBRARY, "TTST_URL": ""}),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def test_the_example_trains_and_plays_a_match_to_its_end(daemon):
    ended = run_example("train_and_play", daemon.url)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0] == "queued: 0 of 100,000 (0%)"
    assert "done: 100,000 of 100,000 (100%)" in lines
    assert len(re.findall(r"^([XO.] [XO.] [XO.]\n){3}", ended.stdout, re.M)) in range(5, 10)
    assert lines[-1] in ("The brain wins.", "The random player wins.", "A draw.")
    assert daemon.brain()["matches"] == 100_000


@pytest.mark.parametrize("name, asked", [("train_and_play", "POST /train"), ("lesson", "GET /brains")])
def test_an_example_says_when_there_is_no_daemon(daemon, name, asked):
    daemon.terminate()
    ended = run_example(name, daemon.url)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{asked}: no answer from " + daemon.url)
    assert len(ended.stderr.splitlines()) == 1


def test_the_lesson_comes_out_as_it_says_as_often_as_it_is_held(daemon):
    for _ in range(2):
        ended = run_example("lesson", daemon.url)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert re.findall(r"^STEP (\d)\.", ended.stdout, re.M) == list("12345")
        assert "(expected" not in ended.stdout


def test_the_learning_curve_is_the_originals():
    ended = run_example("learning_curve")
    assert (ended.returncode, ended.stderr) == (0, "")
    found = re.findall(r"has won (0\.\d+); originally (0\.\d+)", ended.stdout)
    assert len(found) == 4
    for ours, original in found:
        # Means of 60 runs each, of which one deviates by 0.0455 at most: a difference of 0.025 is
        # three standard errors.
        assert abs(float(ours) - float(original)) < 0.025
    assert ended.stdout.count("*") >= 6


def test_the_learning_curve_is_a_picture_too(tmp_path):
    ended = run_example("learning_curve", tmp_path / "curve.png")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
