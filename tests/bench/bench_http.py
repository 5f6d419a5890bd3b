"""How fast the daemon answers, beside the least that its library and nginx need; prints the tables of README.md.

Run by `make bench-http`. What is compared takes turns, so that a machine that slows down slows all;
ratios are medians of the turns' ratios, other figures medians.
"""

import contextlib
import datetime
import os
import pathlib
import re
import resource
import socket
import statistics
import subprocess
import threading
import time

from daemon import Daemon
from http_servers import PROGRAMS, bare_server, nginx
from report import in_turns, machine, print_table

ROUNDS = 5
SECONDS = 2
CONNECTIONS = 64
BATCH = 1_000
COUNTS = (1, 2, 8, 32, 64, 127, 128, 129, 255, 256, 257, 512)
IDLE = 9_000
IDLE_MOST = 10_000
RATE = 1_000  # requests a second, paced
PACED_S = 4
THREADS = os.cpu_count()

HERE = pathlib.Path(__file__).resolve().parent
MEGABYTE = 2**20
REQUEST = (b"POST /move HTTP/1.1\r\nHost: localhost\r\nContent-Length: 21\r\n\r\n" b'{"board":"000000000"}')


def start_daemon(*flags, database=None):
    daemon = Daemon("--max-connections-per-address", "60000", *flags, database=database)
    daemon.pid = daemon.process.pid
    daemon.port = int(daemon.url.rsplit(":", 1)[1])
    # Its log is a pipe that somebody must empty.
    threading.Thread(target=daemon.process.stderr.read, daemon=True).start()
    return daemon


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_bytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def load(server, connections=CONNECTIONS, seconds=SECONDS, batch=None):
    """Requests a second, and microseconds of processor time each."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", HERE / "move.lua",
             f"http://127.0.0.1:{server.port}/move", *(["--", batch] if batch else [])]
    before = cpu_s(server.pid)
    said = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout
    used = cpu_s(server.pid) - before
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), used / requests * 1e6


def paced(daemon, seconds=PACED_S):
    """Percentiles of latency in ms: 50, 90, 99, 99.9 and the longest."""
    words = [PROGRAMS / "paced", daemon.port, RATE, seconds, 8]
    said = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout
    return [float(number) / 1e3 for number in said.split()[2:]]


def median(rows, column=0):
    return statistics.median(row[column] for row in rows)


def ratio(rows, base, column=0):
    """Round by round, so that what slowed both down does not count."""
    return statistics.median(row[column] / other[column] for row, other in zip(rows, base))


class Targets:
    """What was wanted, and what came of it."""

    def __init__(self):
        self.rows = []

    def add(self, what, wanted, got, is_met):
        self.rows.append([what, wanted, got, "met" if is_met else "**missed**"])

    def at_least(self, what, least, got):
        self.add(what, f"at least {least:g}", f"{got:.2f}", got >= least)

    def at_most(self, what, most, got, unit):
        self.add(what, f"at most {most:g} {unit}", f"{got:.2f} {unit}", got <= most)


# Throughput.


def bench_throughput(daemon, targets):
    with bare_server() as bare, nginx() as web:
        seen = in_turns("throughput", {
            "ttstd, `POST /move`": lambda: load(daemon),
            "bare libmicrohttpd handler": lambda: load(bare),
            "nginx, `return 200`": lambda: load(web),
            f"ttstd, batches of {BATCH:,}": lambda: load(daemon, 8, batch=BATCH)}, ROUNDS)
    move, bare, web, batch = seen.values()
    print_table(
        [f"{CONNECTIONS} keep-alive connections; batches: 8", "requests/s", "of bare", "us of processor each",
         "of bare"],
        [[name, f"{median(rows):,.0f}", f"{ratio(rows, bare):.2f}", f"{median(rows, 1):.1f}",
          f"{ratio(rows, bare, 1):.2f}"] for name, rows in seen.items()])
    moves = statistics.median(many[0] * BATCH / one[0] for many, one in zip(batch, move))
    print(f"\nMoves a second: {median(move):,.0f} one by one, {median(batch) * BATCH:,.0f} in batches.")
    targets.at_least("`/move`, of the bare handler's req/s", 0.8, ratio(move, bare))
    targets.at_least("`/move`, of nginx's req/s", 0.8, ratio(move, web))
    targets.at_most("`/move`, processor time a request, of the bare handler's", 1.15,
                    ratio(move, bare, 1), "times")
    targets.at_least("moves/s of batches, of those of single requests", 15, moves)


def bench_counts(daemon, targets):
    seen = in_turns("connections", {
        count: lambda count=count: load(daemon, count, 1) for count in COUNTS}, 3)
    base = seen[CONNECTIONS]
    print_table(["connections", *map(str, COUNTS)],
                [["requests/s", *(f"{median(rows) / 1e3:,.1f} k" for rows in seen.values())],
                 ["of 64's", *(f"{ratio(rows, base):.2f}" for rows in seen.values())]])
    targets.at_least("127 to 512 connections, the slowest, of 64's req/s", 0.5,
                     min(ratio(seen[count], base) for count in COUNTS if count > CONNECTIONS))


# Idle connections, and memory.


def is_room_for(connections):
    """Each has two ends, in two processes with the same limit."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < connections + 500:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return True


def open_idle(daemon, count):
    """Connections that have each had a request."""
    idle = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", daemon.port), timeout=10)
        connection.sendall(REQUEST)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        idle.append(connection)
    return idle


def bench_idle(targets):
    if not is_room_for(IDLE_MOST):
        print(f"\nNot measured: {IDLE_MOST:,} idle connections, for which `ulimit -Hn` is too low.")
        return
    with contextlib.ExitStack() as stack:
        plain, crowded = (stack.enter_context(start_daemon("--idle-timeout", "10m")) for _ in range(2))
        at_rest = memory_bytes(plain.pid)
        idle = open_idle(crowded, IDLE)
        seen = in_turns("idle connections", {"none": lambda: load(plain), "many": lambda: load(crowded)},
                        ROUNDS)
        idle += open_idle(crowded, IDLE_MOST - IDLE)
        full = memory_bytes(crowded.pid)
        for connection in idle:
            connection.close()
    kept = ratio(seen["many"], seen["none"])
    print(f"\nBeside {IDLE:,} idle connections: {median(seen['many']):,.0f} requests/s, "
          f"{kept:.2f} of {median(seen['none']):,.0f} without. "
          f"Memory: {at_rest / MEGABYTE:.1f} MB at rest, {full / MEGABYTE:.1f} MB with "
          f"{IDLE_MOST:,} idle connections.")
    targets.at_least(f"req/s beside {IDLE:,} idle connections, of without", 0.8, kept)
    targets.at_most("memory at rest", 32, at_rest / MEGABYTE, "MB")
    targets.at_most(f"memory with {IDLE_MOST:,} idle connections", 250, full / MEGABYTE, "MB")


# Latency beside training.


class Training:
    """A job without end on all processors."""

    def __init__(self, daemon):
        self.session = daemon.session
        self.url = daemon.url + "/train/1"
        order = {"matches": 2**53, "workers": THREADS, "seed": 1}
        self.session.post(daemon.url + "/train", json=order, timeout=5).raise_for_status()
        while self.matches() < 10_000_000:  # past the short rounds of a young brain
            time.sleep(0.05)

    def matches(self):
        return self.session.get(self.url, timeout=30).json()["matches_done"]

    def speed_while(self, work):
        """Matches a second while `work` lasts, and what it returns."""
        first, begin = self.matches(), time.monotonic()
        result = work()
        return (self.matches() - first) / (time.monotonic() - begin), result


def bench_latency(targets):
    with start_daemon() as idle, start_daemon("--training-threads", str(THREADS)) as busy:
        alone = in_turns("latency, idle", {"": lambda: paced(idle)}, 3)[""]
        training = Training(busy)
        seen = in_turns("latency, training", {
            "alone": lambda: training.speed_while(lambda: time.sleep(PACED_S)),
            "asked": lambda: training.speed_while(lambda: paced(busy))}, ROUNDS)
        busy.session.delete(busy.url + "/train", timeout=30)
    beside = [row[1] for row in seen["asked"]]
    print_table(
        [f"{RATE:,} requests/s, one at a time", "p50", "p90", "p99", "p99.9", "longest"],
        [[name, *(f"{median(rows, column):.3f} ms" for column in range(5))]
         for name, rows in (("idle", alone), (f"beside training on {THREADS} threads", beside))])
    kept = ratio(seen["asked"], seen["alone"])
    print(f"\nTraining: {median(seen['alone']) / 1e6:.1f} M matches/s alone, {median(seen['asked']) / 1e6:.1f} M "
          f"beside these requests, {kept:.2f} of it.")
    targets.at_most(f"p99 at {RATE:,} req/s beside training", 1, median(beside, 2), "ms")
    targets.at_least("training's speed beside these, of alone", 0.85, kept)


def main():
    targets = Targets()
    print(f"{datetime.date.today()}, {machine()}, `make bench-http`, load average "
          f"{os.getloadavg()[0]:.1f} before, medians of {ROUNDS}:")
    with start_daemon() as daemon:
        bench_throughput(daemon, targets)
        bench_counts(daemon, targets)
    bench_idle(targets)
    bench_latency(targets)
    print_table(["target", "wanted", "measured", ""], targets.rows)


if __name__ == "__main__":
    main()
