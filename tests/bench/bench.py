"""Everything that is measured, beside its baselines, in one run; prints the tables of README.md.

Run by `make bench`, which names the programs in $TTSTD and $TTST_BUILD. What is compared takes turns;
every figure is a median.
"""

import datetime
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import bench_python
from daemon import Daemon
from report import in_turns, machine, output_of, print_table

RUNS = 5
STEADY_MATCHES = 100_000_000  # through /train
CURVE_MATCHES = 100_000_000
CURVE_RUNS = 7
GOAL_SEEDS = 100
EVALUATION_REQUESTS = 200
FIRST_MATCHES = 100_000
FIRST_JOBS = 20  # of so many matches, each on a fresh brain

RULES = ("beads", "menace", "guard")
POLICIES = ("sample", "power", "greedy")

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(os.environ["TTST_BUILD"]) / "tests" / "bench"
ENGINE = PROGRAMS / "bench_engine"
RULE_ENGINE = PROGRAMS / "bench_rules"
PATTERN_ENGINE = PROGRAMS / "bench_patterns"
NETWORK_MATCHES = 1_000_000
GAMES = ("tictactoe", "connectfour-4x4", "connectfour", "gomoku-8x8")


def medians(rows):
    """The median of each column."""
    return tuple(statistics.median(column) for column in zip(*rows))


def medians_of(what, measurements, runs=RUNS):
    """Each measurement's median; they return tuples of figures."""
    return {name: medians(rows) for name, rows in in_turns(what, measurements, runs).items()}


# The engine.


def measure_reference():
    seconds = float(output_of(sys.executable, HERE / "reference.py", FIRST_MATCHES))
    return FIRST_MATCHES / seconds, seconds


def measure(program, *words):
    return lambda: tuple(map(float, output_of(program, *words).split()))


def measure_engine(*words):
    return measure(ENGINE, *words)


def measure_rules(*words):
    return measure(RULE_ENGINE, *words)


def bench_engine(kernels):
    measurements = {
        "Python and numpy (`reference.py`)": measure_reference,
        "plain C (`plain.c`)": measure_engine("train", "plain"),
    }
    for kernel in kernels:
        for lanes in (1, 16):
            name = f"libttst, `{kernel}`, K = {lanes}"
            measurements[name] = measure_engine("train", kernel, lanes)
    found = medians_of("training", measurements)
    base_speed, base_first = found["plain C (`plain.c`)"]
    print_table(
        ["one thread, rule `beads`, both players learn", "matches/s", "", "first 100,000", ""],
        [[name, f"{speed / 1e6:,.2f} M" if speed > 1e6 else f"{speed / 1e3:,.1f} k",
          f"{speed / base_speed:,.3g}x", f"{first * 1e3:,.4g} ms", f"{base_first / first:,.3g}x"]
         for name, (speed, first) in found.items()])


def bench_draws(kernels):
    found = medians_of("draws", {kernel: measure_engine("draw", kernel) for kernel in kernels})
    print_table(
        ["a draw of nine weights, in a loop", "from a row's running sums", "`ttst_sample`"],
        [[f"`{kernel}`", f"{row:.2f} ns", f"{weights:.2f} ns"]
         for kernel, (row, weights) in found.items()])


# Rules and evaluations.


def bench_speeds(kernels):
    found = medians_of("rules", {(kernel, rule): measure_rules("speed", kernel, rule)
                                 for kernel in kernels for rule in RULES})
    print_table(
        ["one thread, rounds of 16 in lock step, matches/s"] + [f"`{rule}`" for rule in RULES],
        [[f"`{kernel}`"] + [f"{found[kernel, rule][0] / 1e6:.1f} M" for rule in RULES]
         for kernel in kernels])


def bench_patterns():
    found = medians_of("patterns", {(game, how): measure(PATTERN_ENGINE, game, how)
                                    for game in GAMES for how in ("incremental", "anew")}, 3)
    print_table(
        ["a network of patterns, one thread, matches/s", "as it is", "each board read anew", ""],
        [[f"`{game}`", f"{found[game, 'incremental'][0]:,.0f}", f"{found[game, 'anew'][0]:,.0f}",
          f"{found[game, 'incremental'][0] / found[game, 'anew'][0]:.1f}x"] for game in GAMES])


def measure_network(game, workers):
    """Matches a second, seconds to the end on disk, peak memory of a job on an empty brain."""
    with Daemon("--training-threads", str(workers)) as daemon:
        daemon.create_brain("network", game, "patterns")
        begin = time.monotonic()
        job = daemon.train(NETWORK_MATCHES, brain="network", workers=workers)
        seconds = time.monotonic() - begin
        return job["matches_per_second"], seconds, daemon.peak_memory_bytes()


def bench_networks():
    costs = medians_of("a network's costs", {game: measure(PATTERN_ENGINE, game, "costs")
                                             for game in GAMES}, 3)
    print_table(
        ["a network of patterns", "bytes", "a copy", "a merge of 8 workers", "as bytes, sealed",
         "a digest", "a view of a board"],
        [[f"`{game}`", f"{size / 1e6:.2f} MB", f"{copy * 1e3:.2f} ms", f"{merge * 1e3:.2f} ms",
          f"{encode * 1e3:.2f} ms", f"{digest * 1e3:.2f} ms", f"{view * 1e6:.2f} µs"]
         for game, (size, copy, merge, encode, digest, view) in costs.items()])
    plans = {(game, workers): lambda game=game, workers=workers: measure_network(game, workers)
             for game in ("tictactoe", "connectfour") for workers in (1, 2)}
    found = medians_of("networks through the daemon", plans, 3)
    print_table(
        [f"a network through `/train`, {NETWORK_MATCHES:,} matches", "matches/s", "until on disk",
         "peak memory"],
        [[f"`{game}`, {workers} worker{'s' * (workers > 1)}", f"{speed:,.0f}", f"{seconds:.1f} s",
          f"{memory / 1e6:.1f} MB"]
         for (game, workers), (speed, seconds, memory) in found.items()])


def bench_evaluations(kernels):
    found = medians_of("evaluations", {(kernel, policy): measure_rules("evaluate", kernel, policy)
                                       for kernel in kernels for policy in POLICIES})
    print_table(
        ["an exact evaluation: all boards / reduced by symmetry"] + [f"`{p}`" for p in POLICIES],
        [[f"`{kernel}`"] + ["{:.1f} / {:.1f} µs".format(*found[kernel, policy])
                            for policy in POLICIES]
         for kernel in kernels])


def measure_goal(rule, workers):
    """Over all seeds, the median and the worst of matches and of milliseconds."""
    words = output_of(RULE_ENGINE, "goal", rule, workers, GOAL_SEEDS).split()
    matches, milliseconds = list(map(int, words[::2])), list(map(float, words[1::2]))
    return (statistics.median_high(matches), max(matches),
            statistics.median(milliseconds), max(milliseconds))


def bench_goals():
    plans = {"`beads`, as player 2, W = 1": ("beads", 1)}
    for rule in ("menace", "guard"):
        for workers in (1, 4):
            plans[f"`{rule}`, W = {workers}"] = (rule, workers)
    found = medians_of("goals", {name: lambda plan=plan: measure_goal(*plan) for name, plan in plans.items()})
    print_table(
        [f"until it first never loses, greedy, {GOAL_SEEDS} seeds", "matches, median", "worst",
         "time, median", "worst"],
        [[name, f"{matches:,.0f}", f"{most:,.0f}", f"{time_ms:.2f} ms", f"{longest_ms:.2f} ms"]
         for name, (matches, most, time_ms, longest_ms) in found.items()])


def measure_curve(rule):
    without, with_curve = measure_rules("curve", rule, CURVE_MATCHES)()
    return without, with_curve, with_curve / without


def bench_curves():
    found = medians_of("curves", {rule: lambda rule=rule: measure_curve(rule) for rule in RULES}, CURVE_RUNS)
    print_table(
        [f"{CURVE_MATCHES:,} matches, evaluated on the same thread", "without a curve",
         "with its curve", "slower by"],
        [[f"`{rule}`", f"{without:.3f} s", f"{with_curve:.3f} s", f"{(ratio - 1) * 100:.1f} %"]
         for rule, (without, with_curve, ratio) in found.items()])


# The daemon.


def measure_steady(workers, threads, kernel):
    """Matches a second of a brain that has lived long, and peak memory."""
    def measure():
        with Daemon("--training-threads", str(threads), kernel=kernel) as daemon:
            job = daemon.train(STEADY_MATCHES, workers=workers)
            return job["matches_per_second"], daemon.peak_memory_bytes()
    return measure


def measure_first(workers, threads, kernel):
    """Seconds from the request to the end on disk of a job on an empty brain."""
    with Daemon("--training-threads", str(threads), kernel=kernel) as daemon:
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
    found = medians_of("the daemon", {name: measure_steady(*plan) for name, plan in plans.items()})
    first = medians_of("the first matches", {name: lambda plan=plan: (measure_first(*plan),)
                                             for name, plan in plans.items()})
    base = found[f"1 worker, 1 thread, `{best}`"][0]
    print_table(
        [f"through `/train`, {STEADY_MATCHES:,} matches", "matches/s", "", "first 100,000, saved",
         "peak memory"],
        [[name, f"{speed / 1e6:.1f} M", f"{speed / base:.2f}x", f"{first[name][0] * 1e3:.1f} ms",
          f"{memory / 1e6:.1f} MB"]
         for name, (speed, memory) in found.items()])


def seconds_of(ask):
    begin = time.perf_counter()
    ask()
    return time.perf_counter() - begin


def bench_evaluation_requests():
    """An evaluation over HTTP beside a question that costs the daemon nothing, in turns."""
    with Daemon() as daemon:
        daemon.train(FIRST_MATCHES)
        asks = {"`/healthz`": lambda: daemon.get("/healthz")}
        for policy in POLICIES:
            path = f"/brains/default/evaluation?policy={'power:4' if policy == 'power' else policy}"
            asks[f"`evaluation?policy={policy}`"] = lambda path=path: daemon.get(path)
        found = medians_of("requests", {name: lambda ask=ask: (seconds_of(ask),) for name, ask in asks.items()},
                           EVALUATION_REQUESTS)
    print_table(["over HTTP, one at a time, from Python", "median"],
                [[name, f"{seconds * 1e3:.2f} ms"] for name, (seconds,) in found.items()])


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


def main():
    kernels = output_of(ENGINE, "kernels").split()
    print(f"{datetime.date.today()}, {machine()}, `make bench`, medians of {RUNS}:")
    bench_engine(kernels)
    bench_draws(kernels)
    print_table(*bench_python.table(medians_of("draws from Python", bench_python.measurements())))
    bench_speeds(kernels)
    bench_patterns()
    bench_networks()
    bench_evaluations(kernels)
    bench_goals()
    bench_curves()
    bench_train(kernels)
    bench_evaluation_requests()
    bench_start()


if __name__ == "__main__":
    main()
