"""What builds and starts containers, as far as it can be judged without any."""

import subprocess

import yaml

from daemon import ROOT

HERE = ROOT / "tests" / "deploy"


def test_no_line_of_the_dockerfile_is_wrong():
    done = subprocess.run(
        [HERE / "node_modules/.bin/dockerfile-utils", "lint", ROOT / "deploy/Dockerfile"],
        capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_yamllint_finds_nothing():
    done = subprocess.run(
        ["yamllint", "--strict", "deploy"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_compose_publishes_on_loopback_only_and_takes_every_right():
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "mem_limit" in service and "token" in service["secrets"]
