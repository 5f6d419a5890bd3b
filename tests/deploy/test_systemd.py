"""The unit, as far as it can be judged where systemd does not run."""

import subprocess

import pytest

from daemon import BINARY, ROOT, run_to_end

UNIT = ROOT / "deploy" / "ttstd.service"


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)


@pytest.fixture
def unit(tmp_path):
    """The unit, with the program that was built and without the manual, which is not installed."""
    text = UNIT.read_text().replace("/usr/bin/ttstd", BINARY)
    lines = [line for line in text.splitlines() if not line.startswith("Documentation=")]
    path = tmp_path / "ttstd.service"
    path.write_text("\n".join(lines))
    return path


def test_systemd_understands_every_line(unit):
    done = analyze("verify", unit)
    assert done.returncode == 0 and done.stderr == ""


def test_a_line_that_it_does_not_know_would_be_noticed(unit):
    unit.write_text(unit.read_text().replace("ProtectClock=", "ProtectClocks="))
    assert "ProtectClocks" in analyze("verify", unit).stderr


def test_the_sandbox_exposes_at_most_2_of_10(unit):
    done = analyze("security", "--offline=true", "--threshold=20", unit)
    assert done.returncode == 0, done.stdout


def test_the_options_of_the_service_can_be_used():
    done = run_to_end("--config", ROOT / "deploy" / "ttstd.conf", "--print-config")
    assert done.returncode == 0, done.stderr


def test_the_options_that_are_commented_out_can_be_used_too(tmp_path):
    text = (ROOT / "deploy" / "ttstd.conf").read_text()
    config = tmp_path / "ttstd.conf"
    config.write_text("\n".join(
        line[1:] if line.startswith("#") and not line.startswith("# ") else line
        for line in text.splitlines()
    ))
    done = run_to_end("--config", config, "--print-config")
    assert done.returncode == 0, done.stderr
    assert "make-token = yes" in done.stdout
