"""Where training time goes: in the daemon, by perf, and in the Python reference, by cProfile.

Run by `make profile`, which names the daemon in $TTSTD. The daemon's hot loop is one function after
inlining, so samples are booked on the innermost function of the sources that they lie in.
"""

import collections
import cProfile
import os
import pstats
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import reference
from daemon import Daemon

SECONDS = 5
FREQUENCY = 4999  # samples a second; odd, so as not to keep step with anything
REFERENCE_MATCHES = 5_000
ROWS = 12
ROOT = Path(__file__).resolve().parents[2]


def print_table(head, rows):
    print("\n| " + " | ".join(head) + " |\n| ---: |" + " --- |" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def record(process, folder):
    """Samples a process; returns (thread, address, symbol, file) each."""
    data = os.path.join(folder, "perf.data")
    done = subprocess.run(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(FREQUENCY), "-o", data,
         "-p", str(process), "--", "sleep", str(SECONDS)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"perf cannot record here: {done.stderr.strip()}")
    lines = subprocess.run(
        ["perf", "script", "-i", data, "-F", "comm,ip,sym,dso"],
        check=True, capture_output=True, text=True).stdout.splitlines()
    shape = re.compile(r"\s*(.+?)\s+([0-9a-f]+) (.*) \((.*)\)")
    return [match.groups() for match in map(shape.fullmatch, lines) if match]


def load_bias(process, binary):
    """What lies between an address in the process and the same in the file."""
    with open(f"/proc/{process}/maps", encoding="utf-8") as maps:
        for line in maps:
            if line.rstrip().endswith(binary):
                span, _, offset, *_ = line.split()
                return int(span.split("-")[0], 16) - int(offset, 16)
    raise LookupError(binary)


def functions_at(binary, addresses):
    """The innermost of our functions at each address, and its file."""
    text = subprocess.run(
        ["addr2line", "-e", binary, "-a", "-f", "-i", *map(hex, addresses)],
        check=True, capture_output=True, text=True).stdout
    found = {}
    for block in re.split(r"^0x", text, flags=re.MULTILINE)[1:]:
        address, *lines = block.splitlines()
        for name, place in zip(lines[::2], lines[1::2]):
            inside = re.search(r"\b(server/[^:]*)", place)
            if inside:
                found[int(address, 16)] = (name, inside[1])
                break
    return found


def profile_daemon():
    with tempfile.TemporaryDirectory() as folder, Daemon("--training-threads", "1") as daemon:
        job = daemon.session.post(daemon.url + "/train", json={"matches": 2**53}, timeout=5).json()
        daemon.session.get(f"{daemon.url}/train/{job['id']}?wait=2", timeout=10)  # no longer young
        binary = os.path.realpath(os.environ["TTSTD"])
        bias = load_bias(daemon.process.pid, binary)
        samples = record(daemon.process.pid, folder)
        speed = daemon.session.get(f"{daemon.url}/train/{job['id']}", timeout=5).json()
        daemon.session.delete(daemon.url + "/train", timeout=5)
    ours = {int(ip, 16) - bias for _, ip, _, dso in samples if dso == binary}
    functions = functions_at(binary, sorted(ours))
    counts = collections.Counter()
    for thread, ip, symbol, dso in samples:
        name, place = functions.get(int(ip, 16) - bias, (symbol, os.path.basename(dso)))
        counts[(thread, f"`{name}`", place if dso != "[kernel.kallsyms]" else "the kernel")] += 1
    print(f"The daemon, one worker on one thread, {speed['matches_per_second'] / 1e6:.1f} M matches/s, "
          f"{len(samples):,} samples in {SECONDS} s:")
    print_table(["share", "thread", "function", "where"],
                [[f"{count / len(samples):.1%}", *key] for key, count in counts.most_common(ROWS)])


def profile_reference():
    profile = cProfile.Profile()
    profile.runcall(reference.train, REFERENCE_MATCHES)
    stats = pstats.Stats(profile).stats
    whole = sum(own for _, _, own, _, _ in stats.values())
    rows = sorted(stats.items(), key=lambda item: -item[1][2])[:ROWS]
    print(f"\nThe Python reference, {REFERENCE_MATCHES:,} matches, under cProfile:")
    print_table(["own time", "calls a match", "function"],
                [[f"{own / whole:.1%}", f"{calls / REFERENCE_MATCHES:.1f}",
                  f"`{name}` ({Path(file).name})" if file != "~" else f"`{name.strip('<>')}`"]
                 for (file, _, name), (_, calls, own, _, _) in rows])


if __name__ == "__main__":
    if shutil.which("addr2line") is None:
        sys.exit("addr2line (binutils) is missing")
    profile_daemon()
    profile_reference()
