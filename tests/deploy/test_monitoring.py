"""Alerts and dashboard against Prometheus itself, which scrapes a real daemon."""

import json
import re
import subprocess

import pytest
import requests
import yaml

from daemon import ROOT, eventually
from ports import free_port

MONITORING = ROOT / "deploy" / "monitoring"
TOKEN = "0123456789abcdef"
DASHBOARD = json.loads((MONITORING / "grafana/ttstd.json").read_text())
ALERTS = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def promtool(*words):
    done = subprocess.run(["promtool", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Prometheus:
    """The real one, with the configuration that ships, but for where the daemon is and how often it is
    asked."""

    def __init__(self, folder, daemon):
        self.url = f"http://127.0.0.1:{free_port()}"
        config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "250ms", "evaluation_interval": "250ms"}
        (scrape,) = config["scrape_configs"]
        scrape["authorization"]["credentials_file"] = str(folder / "token")
        scrape["static_configs"][0]["targets"] = [f"127.0.0.1:{daemon.port}"]
        (folder / "token").write_text(TOKEN)
        (folder / "alerts.yml").write_text((MONITORING / "alerts.yml").read_text())
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address={self.url.removeprefix('http://')}"],
            stdout=subprocess.DEVNULL, stderr=open(folder / "log", "wb"),
        )

    def ask(self, path, **parameters):
        answer = requests.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def is_ready(self):
        try:
            return requests.get(f"{self.url}/-/ready", timeout=10).status_code == 200
        except requests.ConnectionError:
            assert self.process.poll() is None
            return False

    def query(self, expression):
        return self.ask("query", query=expression)["result"]

    def has_scraped(self, times):
        return self.query(f'count_over_time(up{{job="ttstd"}}[1m]) >= {times}')


@pytest.fixture(scope="module")
def scraped(module_house, tmp_path_factory):
    """A Prometheus that has scraped a daemon with some life in it, several times."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "tokens").write_text(TOKEN)
    daemon = module_house("--token-file", folder / "tokens", "--max-requests-per-second", "1000")
    daemon.session.headers["Authorization"] = f"Bearer {TOKEN}"
    job = daemon.train(2**53)["id"]
    prometheus = Prometheus(folder, daemon)
    try:
        eventually("Prometheus", prometheus.is_ready)
        for scrapes in (2, 4):
            eventually("scrapes", lambda: prometheus.has_scraped(scrapes))
            daemon.move(board="000000000")
            daemon.get("/nothing")
        daemon.delete(f"/train/{job}")
        yield prometheus
    finally:
        prometheus.process.terminate()
        prometheus.process.wait()


def in_time(expression):
    """A dashboard's query with its variables as Grafana would set them."""
    return expression.replace("$__rate_interval", "1m").replace("$instance", ".*")


def test_promtool_finds_no_fault_in_the_rules():
    promtool("check", "rules", MONITORING / "alerts.yml")


def test_each_alert_rings_in_its_trouble_and_only_then():
    promtool("test", "rules", MONITORING / "alerts.test.yml")


def test_each_alert_has_a_test():
    tests = yaml.safe_load((MONITORING / "alerts.test.yml").read_text())["tests"]
    ringing = {
        case["alertname"] for test in tests for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }
    assert ringing == {rule["alert"] for rule in ALERTS}


@pytest.mark.parametrize("query", QUERIES)
def test_each_panel_has_something_to_show(scraped, query):
    assert scraped.query(in_time(query)), query


def test_the_instances_to_choose_from_are_there(scraped):
    (variable,) = DASHBOARD["templating"]["list"]
    series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
    assert all(result["metric"][label] for result in scraped.query(series))


def test_every_series_of_the_alerts_exists(scraped):
    names = {name for rule in ALERTS for name in re.findall(r"\b(?:ttstd_\w+|up)\b", rule["expr"])}
    names.discard("up")
    assert len(names) > 6
    for name in names:
        assert scraped.query(name), name


def test_no_alert_rings_while_all_is_well(scraped):
    groups = scraped.ask("rules")["groups"]
    assert {rule["health"] for group in groups for rule in group["rules"]} == {"ok"}
    assert [alert for alert in scraped.ask("alerts")["alerts"]] == []


def test_a_series_that_no_dashboard_shows_would_be_noticed(scraped):
    assert scraped.query("ttstd_nothing") == []


def test_compose_and_provisioning_agree_on_files():
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    mounted = [volume.split(":")[:2] for service in ("prometheus", "grafana")
               for volume in compose[service]["volumes"] if volume.startswith("./")]
    assert len(mounted) == 5
    for here, _ in mounted:
        assert (ROOT / "deploy" / here).is_file()
    places = {there for _, there in mounted}
    provider = yaml.safe_load((MONITORING / "grafana/dashboards.yml").read_text())["providers"][0]
    assert provider["options"]["path"] + "/ttstd.json" in places
    source = yaml.safe_load((MONITORING / "grafana/datasource.yml").read_text())["datasources"][0]
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"
