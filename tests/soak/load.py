"""Everything at once for a long time: moves, batches, matches, jobs, brains that come and go, listeners,
slow clients, crowds, hoarders, strangers, SIGHUP. Every answer must be the one that its request deserves.

    load.py [--seconds N] [--seed N]

The daemon must not grow, must log no error, must stop cleanly, and leave a sound database. How growth is
judged: README.md.
"""

import argparse
import os
import pathlib
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "api"))

from daemon import Daemon, run_to_end, sanitizer_reports  # where that path finds it
from users import USERS

# What is freed is kept back by AddressSanitizer, by default 256 MB of it: that would look like growth.
QUARANTINE = "quarantine_size_mb=4:malloc_context_size=8"
TOKEN = "soak-0123456789abcdef"
FLAGS = ("--save-interval", "200ms", "--brain-memory", "1m", "--request-deadline", "2s",
         "--idle-timeout", "5s", "--max-listeners", "64")
GROWTH_MAX = 0.03  # of the memory, from the second third of the time to the last
GROWTH_MAX_KB = 4096  # or this much, whichever is more
SAMPLE_S = 1


class Soak:
    """What the users share: the daemon, the end, and what went wrong."""

    def __init__(self, daemon, seed):
        self.daemon = daemon
        self.seed = seed
        self.over = threading.Event()
        self.failures = []
        self.done = {}

    def work(self, user, number):
        name = f"{user.__name__} {number}"
        rng = random.Random(f"{self.seed}/{name}")
        worker = user(self.daemon, TOKEN, rng, number)
        self.done[name] = 0
        try:
            while not self.over.is_set():
                worker.act()
                self.done[name] += 1
                self.over.wait(worker.pause_s)
            worker.leave()
        except Exception:  # shown at the end; one user's failure ends the soak
            self.failures.append(f"{name}: {traceback.format_exc()}")
            self.over.set()


def resident_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


def watch(soak, seconds):
    """Waits for the end; returns the memory and the open files, a sample a second."""
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end and not soak.over.wait(SAMPLE_S):
        status = soak.daemon.process.poll()
        if status is not None:
            soak.failures.append(f"the daemon ended by itself: exit status {status}")
            break
        pid = soak.daemon.pid
        samples.append((resident_kb(pid), len(os.listdir(f"/proc/{pid}/fd"))))
    soak.over.set()
    return samples


def thirds(values):
    size = len(values) // 3
    return [statistics.median(values[i * size:(i + 1) * size]) for i in range(3)]


def judge_growth(samples):
    """What is wrong with how the memory and the open files went, a line each."""
    memory, files = (thirds([sample[i] for sample in samples]) for i in range(2))
    print(f"memory {[round(kb / 1024, 1) for kb in memory]} MB, open files {files}: medians of thirds")
    wrong = []
    if memory[2] - memory[1] > max(GROWTH_MAX_KB, memory[1] * GROWTH_MAX):
        wrong.append(f"the memory grew: {memory} kB")
    if files[2] > files[1] * 1.5:
        wrong.append(f"the open files grew: {files}")
    return wrong


def start(folder):
    tokens = folder / "tokens"
    tokens.write_text(TOKEN)
    options = os.environ.get("ASAN_OPTIONS", "")
    daemon = Daemon(folder, "--token-file", tokens, *FLAGS,
                    env={"ASAN_OPTIONS": f"{options}:{QUARANTINE}"})
    daemon.start()
    return daemon


def stop(soak):
    """What is wrong at the end, a line each."""
    daemon = soak.daemon
    if daemon.process.poll() is not None:
        return sanitizer_reports(daemon.log)
    ended = daemon.terminate()
    wrong = [f"exit status {ended.status}"] if ended.status != 0 else []
    wrong += [event.line for event in daemon.errors()] + sanitizer_reports(daemon.log)
    checked = run_to_end("check", daemon.database)
    if checked.returncode != 0:
        wrong.append(f"ttstd check: {checked.stdout}{checked.stderr}")
    return wrong


def run(seconds, seed, folder):
    soak = Soak(start(folder), seed)
    threads = [
        threading.Thread(target=soak.work, args=(user, number))
        for user, count in USERS
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    samples = watch(soak, seconds)
    for thread in threads:
        thread.join()
    wrong = soak.failures + stop(soak)
    for name, count in soak.done.items():
        print(f"{name}: {count}")
    if len(samples) >= 3:
        wrong += judge_growth(samples)
    if wrong:
        print(soak.daemon.log[-4000:], file=sys.stderr)
    return wrong


def main():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # that is for the daemon
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"{options.seconds} s, seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        wrong = run(options.seconds, options.seed, pathlib.Path(folder))
    for line in wrong:
        print(line, file=sys.stderr)
    print("broken" if wrong else "ok")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
