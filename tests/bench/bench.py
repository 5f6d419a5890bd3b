"""Everything that is measured, beside its baselines, in one run; prints the tables of README.md.

Run by `make bench`, which names the programs in $TTSTD and $TTST_BUILD. What is compared takes turns,
so that a machine that slows down slows all; every figure is a median.
"""

import datetime
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from daemon import Daemon

RUNS = 5
STEADY_MATCHES = 300_000_000  # through /train
FIRST_MATCHES = 100_000
FIRST_JOBS = 20  # of so many matches, each on a fresh brain

HERE = Path(__file__).resolve().parent
ENGINE = Path(os.environ["TTST_BUILD"]) / "tests" / "bench" / "bench_engine"


def output_of(*words):
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    return done.stdout


def medians(rows):
    """The median of each column."""
    return tuple(statistics.median(column) for column in zip(*rows))


def in_turns(measurements, runs=RUNS):
    """Each measurement's median, all measured in turns; they return tuples of figures."""
    seen = {name: [] for name in measurements}
    for run in range(runs):
        for name, measure in measurements.items():
            print(f"\r\033[K{run + 1}/{runs} {name}", end="", file=sys.stderr, flush=True)
            seen[name].append(measure())
    print("\r\033[K", end="", file=sys.stderr)
    return {name: medians(rows) for name, rows in seen.items()}


def print_table(head, rows):
    print("\n| " + " | ".join(head) + " |")
    print("| --- |" + " ---: |" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")


# The engine.


def measure_reference():
    seconds = float(output_of(sys.executable, HERE / "reference.py", FIRST_MATCHES))
    return FIRST_MATCHES / seconds, seconds


def measure_engine(*words):
    return lambda: tuple(map(float, output_of(ENGINE, *words).split()))


def bench_engine(kernels):
    measurements = {
        "Python and numpy (`reference.py`)": measure_reference,
        "plain C (`plain.c`)": measure_engine("train", "plain"),
    }
    for kernel in kernels:
        for lanes in (1, 16):
            name = f"libttst, `{kernel}`, K = {lanes}"
            measurements[name] = measure_engine("train", kernel, lanes)
    found = in_turns(measurements)
    base_speed, base_first = found["plain C (`plain.c`)"]
    print_table(
        ["one thread, rule `beads`, both players learn", "matches/s", "", "first 100,000", ""],
        [[name, f"{speed / 1e6:,.2f} M" if speed > 1e6 else f"{speed / 1e3:,.1f} k",
          f"{speed / base_speed:,.3g}x", f"{first * 1e3:,.4g} ms", f"{base_first / first:,.3g}x"]
         for name, (speed, first) in found.items()])


def bench_draws(kernels):
    found = in_turns({kernel: measure_engine("draw", kernel) for kernel in kernels})
    print_table(
        ["a draw of nine weights, in a loop", "from a row's running sums", "`ttst_sample`"],
        [[f"`{kernel}`", f"{row:.2f} ns", f"{weights:.2f} ns"]
         for kernel, (row, weights) in found.items()])


# The daemon.


def measure_steady(workers, threads, kernel):
    """Matches a second of a brain that has lived long, and peak memory."""
    def measure():
        with Daemon("--training-threads", str(threads), "--kernel", kernel) as daemon:
            job = daemon.train(STEADY_MATCHES, workers=workers)
            return job["matches_per_second"], daemon.peak_memory_bytes()
    return measure


def measure_first(workers, threads, kernel):
    """Seconds from the request to the end on disk of a job on an empty brain."""
    with Daemon("--training-threads", str(threads), "--kernel", kernel) as daemon:
        names = [f"b{i}" for i in range(FIRST_JOBS)]
        for name in names:
            daemon.create_brain(name)
        begin = time.monotonic()
        for name in names:
            daemon.train(FIRST_MATCHES, brain=name, workers=workers)
        return (time.monotonic() - begin) / FIRST_JOBS


def bench_train(kernels):
    best = kernels[-1]
    plans = {f"1 worker, 1 thread, `{kernel}`": (1, 1, kernel) for kernel in kernels}
    plans[f"2 workers, 1 thread, `{best}`"] = (2, 1, best)
    plans[f"2 workers, 2 threads, `{best}`"] = (2, 2, best)
    plans[f"64 workers, 2 threads, `{best}`"] = (64, 2, best)
    found = in_turns({name: measure_steady(*plan) for name, plan in plans.items()})
    first = in_turns({name: lambda plan=plan: (measure_first(*plan),)
                      for name, plan in plans.items()})
    base = found[f"1 worker, 1 thread, `{best}`"][0]
    print_table(
        [f"through `/train`, {STEADY_MATCHES:,} matches", "matches/s", "", "first 100,000, saved",
         "peak memory"],
        [[name, f"{speed / 1e6:.1f} M", f"{speed / base:.2f}x", f"{first[name][0] * 1e3:.1f} ms",
          f"{memory / 1e6:.1f} MB"]
         for name, (speed, memory) in found.items()])


def bench_start():
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "bench.db")
        with Daemon(database=database):
            pass
        ready = []
        for _ in range(RUNS):
            with Daemon(database=database) as daemon:
                ready.append(daemon.ready_s)
    print(f"\nFrom the daemon's start on an existing database to its first answer: "
          f"{statistics.median(ready) * 1e3:.0f} ms.")


def machine():
    cpus = Path("/proc/cpuinfo").read_text(encoding="ascii")
    model = re.search(r"model name\s*: (.*)", cpus)
    family = re.search(r"cpu family\s*: (.*)", cpus)
    compiler = output_of(os.environ.get("CC", "gcc"), "--version").splitlines()[0]
    return (f"{model[1] if model else 'unknown processor'}"
            f"{f' (family {family[1]})' if family else ''}, {os.cpu_count()} processors, {compiler}")


def main():
    kernels = output_of(ENGINE, "kernels").split()
    print(f"{datetime.date.today()}, {machine()}, `make bench`, medians of {RUNS}:")
    bench_engine(kernels)
    bench_draws(kernels)
    bench_train(kernels)
    bench_start()


if __name__ == "__main__":
    main()
