"""The example for nginx, tried with nginx: with TLS in front of a real daemon."""

import re
import subprocess
import threading
import time

import pytest
import requests

from daemon import DEADLINE_S, ENDLESS, ROOT, eventually
from ports import free_port

EXAMPLE = (ROOT / "deploy/nginx/ttstd.conf").read_text()
NAME = "ttstd.example.org"
TOKEN = "0123456789abcdef"
SECONDS_TO_A_PING = 15


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1",
         "-keyout", folder / "ttstd.key", "-out", folder / "ttstd.pem"],
        check=True, capture_output=True,
    )


def configuration(folder, daemon, port):
    """A whole configuration around the example, with other places in it."""
    example = EXAMPLE
    for there, here in {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{daemon.port};",
        "/etc/ssl/certs/": f"{folder}/",
        "/etc/ssl/private/": f"{folder}/",
    }.items():
        assert there in example
        example = example.replace(there, here)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{example}}}\n")


class Nginx:
    def __init__(self, folder, daemon):
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.log = folder / "log"
        make_certificate(folder)
        (folder / "nginx.conf").write_text(configuration(folder, daemon, self.port))
        self.command = ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "log"]
        self.process = subprocess.Popen(self.command)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(folder / "ttstd.pem")
        self.session.headers.update(Authorization=f"Bearer {TOKEN}", Host=NAME)
        eventually("nginx", self.answers)

    def answers(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("GET", "/healthz").status_code == 200
        except requests.ConnectionError:
            return False

    def ask(self, method, path, **more):
        return self.session.request(method, self.url + path, timeout=DEADLINE_S, **more)

    def close(self):
        self.session.close()
        self.process.terminate()
        self.process.wait()


@pytest.fixture
def behind(house, tmp_path):
    """A daemon as deploy/README.md says, and nginx before it."""
    (tmp_path / "tokens").write_text(TOKEN)
    daemon = house("--token-file", tmp_path / "tokens", "--trusted-proxy", "127.0.0.1",
                   "--allow-host", NAME, "--access-log", env={})
    nginx = Nginx(tmp_path, daemon)
    nginx.daemon = daemon
    yield nginx
    nginx.close()


def test_nginx_finds_no_fault_in_the_example(behind):
    done = subprocess.run([*behind.command, "-t"], capture_output=True, text=True)
    assert done.returncode == 0 and "warn" not in done.stderr, done.stderr


def test_moves_are_asked_for_through_tls(behind):
    answer = behind.ask("POST", "/move", json={"board": "000000000"})
    assert answer.status_code == 200 and answer.json()["player"] == 1


def test_http_2_is_spoken(behind):
    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", behind.session.verify, "-H", f"Host: {NAME}",
         "-o", "/dev/null", "-w", "%{http_version}", f"{behind.url}/healthz"],
        capture_output=True, text=True, timeout=DEADLINE_S,
    )
    assert done.stdout == "2", done.stderr


def test_a_page_of_this_name_may_ask_and_of_another_may_not(behind):
    for origin, status in ((f"https://{NAME}", 200), ("https://example.org", 403)):
        answer = behind.ask("GET", "/brains", headers={"Origin": origin})
        assert answer.status_code == status


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_the_page_may_ask_on_any_port(behind, version):
    own = f"https://{NAME}:{behind.port}"
    done = subprocess.run(
        ["curl", "-sS", version, "--cacert", behind.session.verify, "--resolve",
         f"{NAME}:{behind.port}:127.0.0.1", "-H", f"Authorization: Bearer {TOKEN}", "-H", f"Origin: {own}",
         "-d", '{"board":"000000000"}', "-o", "/dev/null", "-w", "%{http_code}", f"{own}/move"],
        capture_output=True, text=True, timeout=DEADLINE_S,
    )
    assert done.stdout == "200", done.stderr


def test_the_daemon_is_told_who_asks_and_what_nginx_calls_the_request(behind):
    answer = behind.ask("GET", "/brains", headers={"X-Forwarded-For": "203.0.113.9"})
    event = behind.daemon.wait_for_event("request", path="/brains")
    assert event.fields["client"] == "127.0.0.1"  # as nginx saw, not as the client claims
    assert event.fields["id"] == answer.headers["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{32}", event.fields["id"])


def test_events_come_when_they_happen(behind):
    first, second = (
        behind.ask("POST", "/train", json={"matches": ENDLESS}).json()["id"] for _ in range(2)
    )
    with behind.ask("GET", f"/train/{second}/events", stream=True) as answer:
        lines = answer.iter_lines(chunk_size=1)
        begun = time.monotonic()
        assert any(line == b"event: progress" for line in lines)  # of a job that only waits
        assert time.monotonic() - begun < SECONDS_TO_A_PING / 2
        assert behind.ask("DELETE", f"/train/{second}").status_code == 202
        assert any(line == b"event: end" for line in lines)
    behind.ask("DELETE", f"/train/{first}")


def test_a_brain_as_large_as_they_get_comes_in(behind):
    file = behind.ask("GET", "/brains/default/export")
    assert behind.ask("PUT", "/brains/twin/import", data=file.content).status_code == 201


def test_a_body_beyond_all_limits_is_refused(behind):
    answer = behind.ask("PUT", "/brains/twin/import", data=b"x" * (2 << 20 | 1))
    assert answer.status_code == 413


def test_metrics_are_not_for_the_world(behind):
    assert behind.ask("GET", "/metrics").status_code == 404


def test_who_asks_too_fast_is_told_so(behind):
    statuses = []

    def ask_much():
        session = requests.Session()
        session.trust_env = False
        session.verify = behind.session.verify
        for _ in range(250):
            statuses.append(session.get(f"{behind.url}/healthz", headers={"Host": NAME},
                                        timeout=DEADLINE_S).status_code)

    threads = [threading.Thread(target=ask_much) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200, 429}
