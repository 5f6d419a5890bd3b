"""What a reported match costs beside the daemon before lessons, and what ten thousand brains cost; prints tables.

Run by `make bench-lessons`, which builds that daemon: BEFORE names its program. What is compared takes turns;
ratios are medians of the turns' ratios, other figures medians.
"""

import datetime
import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

from bench_http import RATE, Targets, load, median, memory_bytes, paced, ratio, start_daemon
from report import in_turns, machine, print_table

ROUNDS = 5
SECONDS = 2
BRAINS = 10_000
COLD_MOVES = 2_000
START_ROUNDS = 5
HERE = pathlib.Path(__file__).resolve().parent
MEGABYTE = 2**20
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}
SIZES = {"KB": 2**10, "MB": 2**20, "GB": 2**30}


def start_before():
    """The daemon before, not the one under test."""
    own = os.environ["TTSTD"]
    os.environ["TTSTD"] = os.environ["BEFORE"]
    try:
        return start_daemon()
    finally:
        os.environ["TTSTD"] = own


def written_bytes(pid):
    """By all its calls to write: pages of the database and its log, and answers."""
    return int(re.search(r"wchar: (\d+)", pathlib.Path(f"/proc/{pid}/io").read_text(encoding="ascii"))[1])


def report(daemon, connections, brain="taught"):
    """Matches a second, p50 and p99 in ms, and bytes written to files for each match."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", HERE / "match.lua",
             f"http://127.0.0.1:{daemon.port}/match", "--", brain]
    before = written_bytes(daemon.pid)
    said = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout
    written = written_bytes(daemon.pid) - before
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    matches = int(re.search(r"(\d+) requests in", said)[1])
    answers = re.search(r"([\d.]+)(KB|MB|GB) read", said)
    written -= float(answers[1]) * SIZES[answers[2]]
    latency = [float(number) * UNITS[unit]
               for number, unit in re.findall(r"(?:50|99)%\s+([\d.]+)(us|ms|s)", said)]
    return [float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), *latency, written / matches]


def bench_matches(targets):
    with start_before() as before, start_daemon() as now:
        for daemon in (before, now):
            daemon.create_brain("taught")
            daemon.train(100_000, brain="taught")
        seen = in_turns("matches", {
            (name, connections): lambda daemon=daemon, connections=connections: report(daemon, connections)
            for connections in (1, 8, 64) for name, daemon in (("before", before), ("now", now))}, ROUNDS)
        print_table(["a brain of 65 KB, connections", "matches/s", "of before", "p50", "p99",
                     "bytes written a match", "of before"],
                    [[f"{connections}, {name}", f"{median(rows):,.0f}",
                      f"{ratio(rows, seen['before', connections]):.2f}", f"{median(rows, 1):.2f} ms",
                      f"{median(rows, 2):.2f} ms", f"{median(rows, 3):,.0f}",
                      f"{ratio(rows, seen['before', connections], 3):.3f}"]
                     for (name, connections), rows in seen.items()])
        moves = in_turns("moves beside matches", {
            "no matches": lambda: paced(now),
            "matches, before": lambda: beside(before),
            "matches, now": lambda: beside(now)}, ROUNDS)
    print_table([f"{RATE:,} moves/s beside matches at 64 connections", "p50", "p90", "p99", "p99.9", "longest"],
                [[name, *(f"{median(rows, column):.3f} ms" for column in range(5))]
                 for name, rows in moves.items()])
    for connections in (1, 64):
        was, rows = seen["before", connections], seen["now", connections]
        targets.at_most(f"bytes written a match, {connections} connections, of before", 0.1,
                        ratio(rows, was, 3), "times")
    targets.at_least("matches/s at 64 connections, of before", 2, ratio(seen["now", 64], seen["before", 64]))
    targets.at_most("p50 of a match at 64 connections, of before", 1,
                    ratio(seen["now", 64], seen["before", 64], 1), "times")
    targets.at_most("p99 of moves beside matches, beyond before", 1,
                    median(moves["matches, now"], 2) - median(moves["matches, before"], 2), "ms")


def beside(daemon):
    """Moves' latency while matches are reported."""
    words = ["wrk", "-t1", "-c64", "-d30s", "-s", HERE / "match.lua",
             f"http://127.0.0.1:{daemon.port}/match", "--", "taught"]
    other = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.2)
        return paced(daemon)
    finally:
        other.kill()
        other.wait()


def make_brains(folder):
    """A database of so many brains that each have learned something."""
    path = os.path.join(folder, "many.db")
    with start_daemon(database=path) as daemon:
        daemon.create_brain("first")
        daemon.train(1_000, brain="first")
        for number in range(1, BRAINS):
            daemon.session.post(f"{daemon.url}/brains/first/copy", json={"to": f"brain-{number:05}"},
                                timeout=5).raise_for_status()
    return path


def started(path):
    with start_daemon(database=path) as daemon:
        return [daemon.ready_s, memory_bytes(daemon.pid) / MEGABYTE]


def cold_moves(daemon):
    """How long the first move of a brain takes, in ms."""
    took = []
    for number in range(1, COLD_MOVES + 1):
        begin = time.monotonic()
        daemon.session.post(daemon.url + "/move", timeout=5,
                            json={"board": "000000000", "brain": f"brain-{number:05}"}).raise_for_status()
        took.append((time.monotonic() - begin) * 1e3)
    return took


def bench_brains(targets):
    with tempfile.TemporaryDirectory() as folder:
        path = make_brains(folder)
        seen = in_turns("starts", {"an empty database": lambda: started(None),
                                   f"{BRAINS:,} brains": lambda: started(path)}, START_ROUNDS)
        with start_daemon() as one, start_daemon(database=path) as many:
            took = cold_moves(many)
            moves = in_turns("moves", {"one brain": lambda: load(one),
                                       f"{BRAINS:,} brains": lambda: load(many)}, 2 * ROUNDS)
            begin = time.monotonic()
            listed = many.session.get(many.url + "/brains", timeout=30)
            list_ms = (time.monotonic() - begin) * 1e3
            begin = time.monotonic()
            many.get("/brains?limit=100&after=brain-05000")
            page_ms = (time.monotonic() - begin) * 1e3
    none, all_of_them = seen.values()
    print_table(["start", "first answer after", "memory"],
                [[name, f"{median(rows) * 1e3:.0f} ms", f"{median(rows, 1):.1f} MB"]
                 for name, rows in seen.items()])
    print(f"\nThe first move of a brain, of {COLD_MOVES:,}: p50 {statistics.median(took):.2f} ms, "
          f"p99 {sorted(took)[len(took) * 99 // 100]:.2f} ms. A page of 100 brains {page_ms:.1f} ms, "
          f"all {len(listed.json()['brains']):,} {list_ms:.0f} ms ({len(listed.content) / MEGABYTE:.1f} MB).")
    print_table(["64 connections", "moves/s", "of one brain's", "us of processor each", "of one brain's"],
                [[name, f"{median(rows):,.0f}", f"{ratio(rows, moves['one brain']):.3f}",
                  f"{median(rows, 1):.1f}", f"{ratio(rows, moves['one brain'], 1):.3f}"]
                 for name, rows in moves.items()])
    many = moves[f"{BRAINS:,} brains"]
    targets.at_most(f"start with {BRAINS:,} brains", 0.5, median(all_of_them), "s")
    targets.at_most(f"memory of {BRAINS:,} brains", 30, median(all_of_them, 1) - median(none, 1), "MB")
    targets.at_most("p50 of a cold brain's first move", 2, statistics.median(took), "ms")
    targets.at_least(f"moves/s with {BRAINS:,} brains, of one's", 0.97, ratio(many, moves["one brain"]))


def main():
    targets = Targets()
    print(f"{datetime.date.today()}, {machine()}, `make bench-lessons`, load average "
          f"{os.getloadavg()[0]:.1f} before, medians of {ROUNDS}:")
    bench_matches(targets)
    bench_brains(targets)
    print_table(["target", "wanted", "measured", ""], targets.rows)


if __name__ == "__main__":
    main()
