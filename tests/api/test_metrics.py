"""GET /metrics, read by Prometheus' own parser."""

import os
import re
import shutil
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from daemon import ENDLESS, ROOT
from tictactoe import EMPTY

# Installed, or where deploy/fetch-tools.sh puts it.
PROMTOOL = shutil.which(
    "promtool", path=f"{os.environ['PATH']}:{ROOT / 'build' / 'tools' / 'usr' / 'bin'}"
)


def scrape(daemon):
    """All samples: (name, labels) -> value."""
    answer = daemon.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.name.startswith("ttstd_")
        assert family.documentation and family.type in ("counter", "gauge", "histogram")
        for sample in family.samples:
            assert family.type != "counter" or sample.name.endswith("_total")
            key = (sample.name.removeprefix("ttstd_"), *sorted(sample.labels.items()))
            assert key not in samples
            samples[key] = sample.value
    return samples


def requests_of(samples, method, route, status):
    labels = {"method": method, "route": route, "status": str(status)}
    return samples.get(("http_requests_total", *sorted(labels.items())), 0)


def families(daemon):
    """What there is to scrape: (name as it stands there, type, names of its labels)."""
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", daemon.get("/metrics").text, re.MULTILINE))
    found = {name: set() for name in kinds}
    for name, *labels in scrape(daemon):
        name = "ttstd_" + name
        family = name if name in kinds else re.sub("_(bucket|sum|count)$", "", name)
        found[family] |= {label for label, _ in labels} - {"le"}
    return {(name, kinds[name], frozenset(labels)) for name, labels in found.items()}


def test_promtool_finds_nothing_to_complain_of(shared):
    shared.move(board=EMPTY)
    text = shared.get("/metrics").text
    checked = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, timeout=30
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_documents_table_lists_the_metrics_that_there_are(shared):
    shared.move(board=EMPTY)
    rows = re.findall(
        r"^\| `(ttstd_\w+)` \| (\w+) \| ([^|]*) \|", (ROOT / "schema/README.md").read_text(), re.MULTILINE
    )
    documented = [(name, kind, frozenset(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows]
    assert len(set(documented)) == len(documented)
    assert set(documented) == families(shared)


def test_requests_are_counted_by_route_and_status(daemon):
    daemon.move(board=EMPTY)
    daemon.post("/move", {"board": "x"})
    daemon.get("/brains/default")
    daemon.get("/brains/nobody")
    daemon.get("/nothing")
    samples = scrape(daemon)
    assert requests_of(samples, "POST", "/move", 200) == 1
    assert requests_of(samples, "POST", "/move", 400) == 1
    assert requests_of(samples, "GET", "/brains/{name}", 200) == 1
    assert requests_of(samples, "GET", "/brains/{name}", 404) == 1
    assert requests_of(samples, "", "", 404) == 1
    assert requests_of(samples, "GET", "/metrics", 200) == 0
    assert requests_of(scrape(daemon), "GET", "/metrics", 200) == 1


def test_moves_and_matches_are_counted(daemon):
    daemon.move(boards=[EMPTY] * 10)
    daemon.move(board=EMPTY)
    daemon.post("/move", {"boards": [EMPTY, "222000000"]})
    daemon.learn(500)
    daemon.learn(70)
    daemon.post("/match", {"moves": [0, 3, 1, 4, 2]})
    samples = scrape(daemon)
    assert samples[("moves_total",)] == 11
    assert samples[("matches_trained_total",)] == 570
    assert samples[("matches_learned_total",)] == 1
    assert samples[("save_seconds_count",)] >= 3
    assert samples[("save_seconds_sum",)] > 0
    assert samples[("save_failures_total",)] == samples[("saves_failing",)] == 0
    assert samples[("unsaved_matches",)] == 0
    assert samples[("brains",)] == 1
    assert samples[("jobs", ("state", "done"))] == 2


def test_saves_are_counted_by_how_long_they_took(daemon):
    daemon.learn(500)
    samples = scrape(daemon)
    buckets = [value for (name, *_), value in samples.items() if name == "save_seconds_bucket"]
    assert buckets == sorted(buckets)
    assert buckets[-1] == samples[("save_seconds_count",)] > 0
    took = daemon.get("/brains/default").json()["last_save_seconds"]
    assert 0 < took <= samples[("save_seconds_sum",)]


def test_a_running_job_is_counted_while_it_runs(daemon):
    job = daemon.train(ENDLESS)["id"]
    daemon.wait_for_matches(job, 1000)
    queued = daemon.train(10)["id"]
    first, second = scrape(daemon), scrape(daemon)
    assert 1000 <= first[("matches_trained_total",)] <= second[("matches_trained_total",)]
    assert first[("jobs", ("state", "running"))] == first[("jobs", ("state", "queued"))] == 1
    assert first[("matches_per_second",)] > 0
    assert first[("training_workers",)] == 1
    assert 0 < first[("training_rounds_total",)] <= second[("training_rounds_total",)]
    daemon.delete("/train")
    daemon.finish(queued)
    done = daemon.finish(job)["matches_done"]
    last = scrape(daemon)
    assert last[("matches_trained_total",)] == done
    assert last[("matches_per_second",)] == last[("training_workers",)] == 0


def test_the_threads_that_train_are_told(house):
    assert scrape(house("--training-threads", "3"))[("training_threads",)] == 3


@pytest.mark.parametrize("name", ["build_info", "start_time_seconds", "cpu_seconds_total"])
def test_the_process_describes_itself(shared, name):
    assert [value for (key, *_), value in scrape(shared).items() if key == name][0] > 0


def test_what_runs_is_in_the_labels(shared):
    version = shared.get("/version").json()
    labels = {key: version[key] for key in ("version", "commit", "kernel")}
    assert scrape(shared)[("build_info", *sorted(labels.items()))] == 1


def test_memory_is_told_in_bytes(shared):
    assert 2**20 < scrape(shared)[("resident_memory_bytes",)] < 2**40
