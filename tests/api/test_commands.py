"""What ttstd does beside serving: health, options checked and printed; and how its log looks."""

import json
import signal
import socket
import threading

import pytest

from daemon import Daemon, eventually, run_to_end


def test_a_daemon_that_serves_is_healthy(shared):
    for flags in ([shared.url], [shared.url + "/"], ["--url", shared.url], [f"--url={shared.url}"],
                  ["--listen", f"0.0.0.0:{shared.port}"]):
        ended = run_to_end("health", *flags)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_health_asks_the_daemon_that_its_own_options_would_start(shared):
    address = f"127.0.0.1:{shared.port}"
    assert run_to_end("health", env={"TTSTD_LISTEN": address}).returncode == 0


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def assert_unhealthy(port, reason):
    ended = run_to_end("health", f"http://127.0.0.1:{port}")
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("ttstd: ") and str(port) in line and reason in line


def test_where_nobody_listens_nobody_is_healthy():
    assert_unhealthy(free_port(), "Connection refused")


@pytest.mark.parametrize(
    "answer, reason",
    [
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "503"),
        (b"SSH-2.0-OpenSSH\r\n", "SSH-2.0"),
        (b"HTTP/1.1 2", "HTTP/1.1 2"),
        (b"", '""'),
    ],
    ids=["503", "no HTTP", "cut", "nothing"],
)
def test_who_answers_otherwise_is_not_healthy(answer, reason):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(answer)
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        assert_unhealthy(server.getsockname()[1], reason)
        thread.join()


def test_who_does_not_answer_in_time_is_not_healthy(daemon):
    daemon.process.send_signal(signal.SIGSTOP)
    try:
        assert_unhealthy(daemon.port, "timed out")
    finally:
        daemon.process.send_signal(signal.SIGCONT)


def test_a_host_that_cannot_be_found_is_named():
    ended = run_to_end("health", "http://host.invalid:1")
    assert ended.returncode == 1
    assert "host.invalid" in ended.stderr


def assert_unusable(reason, *flags, **more):
    ended = run_to_end("--print-config", *flags, **more)
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("ttstd: ") and reason in line


def test_printing_the_options_checks_all_that_a_start_does(tmp_path):
    tokens, short = tmp_path / "tokens", tmp_path / "short"
    tokens.write_text("0123456789abcdef\n")
    short.write_text("secret\n")
    there = sorted(tmp_path.iterdir())
    assert_unusable("--save-interval: ", "--save-interval", "1", cwd=tmp_path)
    for option in ("--token-file", "--play-token-file"):
        assert_unusable("missing: No such file", option, tmp_path / "missing")
        assert_unusable("short:1: a token must have at least 16", option, short)
        assert run_to_end("--print-config", option, tokens).returncode == 0
    assert_unusable("cannot read", "--tls-cert", tmp_path / "no.pem", "--tls-key", tmp_path / "no.key")
    assert_unusable("are not a certificate and its key", "--tls-cert", tokens, "--tls-key", tokens)
    made = ("--token-file", tmp_path / "made", "--make-token", "--database", tmp_path / "x.db")
    assert run_to_end("--print-config", *made).returncode == 0
    assert_unusable("short:1: a token", "--token-file", short, "--make-token")
    assert sorted(tmp_path.iterdir()) == there


def test_an_option_of_the_release_before_is_told_of_and_ignored(house, tmp_path):
    file = tmp_path / "ttstd.conf"
    file.write_text("max-jobs = 7\n")
    env = {"TTSTD_SLOW_REQUEST": "none"}
    daemon = house("--config", file, env=env)
    events = daemon.events("retired_option")
    assert {event.level for event in events} == {"warn"}
    told = {event.fields["name"]: event.fields["instead"] for event in events}
    assert told == {f"{file}:1: max-jobs": "it is always 256, leave it out",
                    "TTSTD_SLOW_REQUEST": "it is always 1s, leave it out"}
    printed = run_to_end("--config", file, "--print-config", env=env)
    assert printed.returncode == 0 and "max-jobs" not in printed.stdout
    assert {line.partition(" is no option any more: ")[0] for line in printed.stderr.splitlines()} == {
        f"ttstd: {name}" for name in told}
    asked = run_to_end("health", daemon.url, env={"TTSTD_URL": "http://host.invalid"})
    assert asked.returncode == 0
    assert asked.stderr == "ttstd: TTSTD_URL is no option any more: say: ttstd health URL\n"


def test_options_are_printed_as_a_config_file_that_can_be_used(tmp_path):
    flags = ["--listen", "[::1]:9", "--training-threads", "7", "--log-format", "json"]
    printed = run_to_end("--print-config", *flags, env={"TTSTD_SAVE_INTERVAL": "2m"})
    assert printed.returncode == 0
    options = dict(line.split(" = ") for line in printed.stdout.splitlines())
    given = {"listen": "[::1]:9", "training-threads": "7", "log-format": "json",
             "save-interval": "2m"}
    assert given.items() <= options.items()
    assert options["database"] == "ttst.db"
    file = tmp_path / "ttstd.conf"
    file.write_text(printed.stdout)
    again = run_to_end("--config", file, "--print-config")
    assert again.stdout == printed.stdout


class JsonDaemon(Daemon):
    """One that logs JSON."""

    def __init__(self, folder, *flags):
        super().__init__(folder, "--log-format", "json", *flags)

    def start(self):
        self.spawn()

        def port():
            for line in self.log.splitlines():
                event = json.loads(line)
                if event["event"] == "listening":
                    return event["port"]
            return None

        self.port = eventually("the daemon listens", port)
        return self


def test_the_log_can_be_json_one_object_an_event(tmp_path):
    folder = tmp_path / 'a "quoted" folder'
    folder.mkdir()
    daemon = JsonDaemon(folder).start()
    assert daemon.terminate().status == 0
    events = [json.loads(line) for line in daemon.log.splitlines()]
    assert [event["event"] for event in events] == ["starting", "listening", "stopping", "stopped"]
    for event in events:
        assert list(event)[:3] == ["time", "level", "event"]
        assert event["level"] == "info"
    assert events[0]["database"] == str(daemon.database)
    assert type(events[0]["training_threads"]) is int


# The kernels.

FEATURES = {"scalar": set(), "avx2": {"avx2", "bmi2", "fma"}, "avx512": {"avx512bw", "avx512vl"}}


def has_features(kernel):
    with open("/proc/cpuinfo", encoding="ascii") as cpus:
        return FEATURES[kernel] <= set(cpus.read().split())


@pytest.mark.parametrize("kernel", FEATURES)
def test_every_kernel_that_the_processor_has_trains_the_same_brain(house, kernel):
    if not has_features(kernel):
        ended = run_to_end(env={"TTSTD_KERNEL": kernel})
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == f"ttstd: TTSTD_KERNEL: this processor cannot run {kernel}\n"
        return
    chosen, best = house(env={"TTSTD_KERNEL": kernel}), house()
    assert chosen.get("/version").json()["kernel"] == kernel
    order = {"matches": 30_000, "workers": 3, "seed": 11}
    assert chosen.learn(**order)["results"] == best.learn(**order)["results"]
    assert chosen.digest() == best.digest()


def test_the_fastest_kernel_is_chosen_unless_told_otherwise(shared):
    kernel = [name for name in FEATURES if has_features(name)][-1]
    assert shared.get("/version").json()["kernel"] == kernel
    assert shared.events("starting")[0].fields["kernel"] == kernel


def test_a_kernel_that_is_none_is_named():
    for flags in ([], ["--print-config"]):
        ended = run_to_end(*flags, env={"TTSTD_KERNEL": "mmx"})
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == "ttstd: TTSTD_KERNEL: this processor cannot run mmx\n"
