"""How measurements are taken in turns and shown: tables, and what they were made on."""

import os
import re
import subprocess
import sys
from pathlib import Path


def output_of(*words):
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    return done.stdout


def in_turns(what, measurements, rounds):
    """The figures of each measurement, a list of one a round. All take turns, so that a machine that slows
    down slows all. Who waits at a terminal sees how far it is."""
    seen = {name: [] for name in measurements}
    for number in range(rounds):
        for name, measure in measurements.items():
            if sys.stderr.isatty():
                print(f"\r\033[K{what}, {number + 1}/{rounds}: {name}", end="", file=sys.stderr, flush=True)
            seen[name].append(measure())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return seen


def print_table(head, rows):
    print("\n| " + " | ".join(head) + " |")
    print("| --- |" + " ---: |" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def machine():
    cpus = Path("/proc/cpuinfo").read_text(encoding="ascii")
    model = re.search(r"model name\s*: (.*)", cpus)
    family = re.search(r"cpu family\s*: (.*)", cpus)
    compiler = output_of(os.environ.get("CC", "gcc"), "--version").splitlines()[0]
    return (f"{model[1] if model else 'unknown processor'}"
            f"{f' (family {family[1]})' if family else ''}, {os.cpu_count()} processors, {compiler}")
