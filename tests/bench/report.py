"""How measurements are shown: tables, and what they were made on."""

import os
import re
import subprocess
from pathlib import Path


def output_of(*words):
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    return done.stdout


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
