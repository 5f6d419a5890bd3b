"""deploy/README.md: its tables have every limit, metric and alert, and its options can be used."""

import re

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from daemon import ROOT, run_to_end

GUIDE = (ROOT / "deploy" / "README.md").read_text()


def section(title):
    return GUIDE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(title):
    """What stands in the first column of a section's table."""
    rows = re.findall(r"^\| ([^|]+) \|", section(title), re.MULTILINE)
    return [row for row in rows[1:] if set(row) - set("-: ")]


def test_every_limit_has_its_row_and_default():
    rows = dict(re.findall(r"^\| `--([a-z-]+)` \| (\w+)", section("Limits"), re.MULTILINE))
    options = dict(re.findall(r"^  --(\S+).*?default: (\w+);", run_to_end("--help").stdout,
                              re.MULTILINE | re.DOTALL))
    limits = {flag for flag in options if flag.startswith("max-")}
    limits |= {"request-deadline", "idle-timeout"}
    assert rows == {flag: options[flag] for flag in limits}


def test_every_metric_has_its_row(daemon):
    named = set(re.findall(r"`([a-z_]+)`", " ".join(first_cells("Metrics"))))
    families = text_string_to_metric_families(daemon.get("/metrics").text)
    served = {
        family.name.removeprefix("ttstd_") + ("_total" if family.type == "counter" else "")
        for family in families
    }
    assert named == served


def test_every_alert_has_its_row():
    rules = yaml.safe_load((ROOT / "deploy/monitoring/alerts.yml").read_text())["groups"][0]["rules"]
    assert first_cells("Alerts") == [rule["alert"] for rule in rules]


def test_the_options_for_nginx_can_be_used(tmp_path):
    config = tmp_path / "ttstd.conf"
    config.write_text("\n".join(re.findall(r"^    (\S+ = .*)$", section("Behind nginx"), re.MULTILINE)))
    done = run_to_end("--config", config, "--print-config")
    assert done.returncode == 0, done.stderr
    assert "trusted-proxy = 127.0.0.1" in done.stdout


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", GUIDE))
def test_every_link_leads_somewhere(link):
    path, _, heading = link.partition("#")
    page = ROOT / "deploy" / path if path else ROOT / "deploy" / "README.md"
    assert page.is_file()
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    assert not heading or heading in [title.lower().replace(" ", "-") for title in headings]


def test_every_file_and_make_target_that_is_named_is_there():
    for name in re.findall(r"`((?:[a-z-]+/)*[a-z-]+\.(?:sh|yml|yaml|conf|md))`", GUIDE):
        assert (ROOT / "deploy" / name).exists() or (ROOT / name).exists() or name == "ttstd.conf", name
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z-]+)", GUIDE, re.MULTILINE)) <= targets
