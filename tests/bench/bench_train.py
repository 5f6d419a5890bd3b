"""How fast the daemon trains through /train, how soon it is ready, how much memory it takes.

Every figure is the median of RUNS. Run by `make bench`, which names the daemon in $TTSTD.
"""

import os
import re
import statistics
import subprocess
import tempfile
import time

import requests

RUNS = 5
MATCHES = 40_000_000
DEADLINE_S = 120


class Daemon:
    """A daemon on a free port; `ready_ms` is the time from its start to its first answer."""

    def __init__(self, database, *flags):
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [os.environ["TTSTD"], "--listen", "127.0.0.1:0", "--database", database, *flags],
            stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"event=listening .*port=(\d+)", line)
            if found:
                break
        self.url = f"http://127.0.0.1:{found[1]}"
        requests.get(self.url + "/readyz", timeout=5).raise_for_status()
        self.ready_ms = (time.monotonic() - begin) * 1000

    def train(self, workers):
        """Trains the default brain; returns matches a second, from request to the end on disk."""
        begin = time.monotonic()
        job = requests.post(self.url + "/train", timeout=5, json={
            "matches": MATCHES, "workers": workers, "seed": 1}).json()
        while job["state"] not in ("done", "failed"):
            assert time.monotonic() < begin + DEADLINE_S
            job = requests.get(f"{self.url}/train/{job['id']}?wait=60", timeout=90).json()
        assert job["state"] == "done", job
        return MATCHES / (time.monotonic() - begin)

    def peak_memory_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stderr.close()


def main():
    print(f"\nthe daemon, jobs of {MATCHES:,} matches, medians of {RUNS}, "
          f"{os.cpu_count()} processors\n")
    one_worker = None
    for workers, threads in ((1, 1), (2, 1), (2, 2), (64, 2)):
        # A brain of its own each: the older a brain, the more alike its matches, the faster.
        with tempfile.TemporaryDirectory() as folder:
            daemon = Daemon(os.path.join(folder, "bench.db"), "--training-threads", str(threads))
            daemon.train(workers)  # to the steady state
            speed = statistics.median(daemon.train(workers) for _ in range(RUNS))
            one_worker = one_worker or speed
            print(f"workers {workers:2}, training threads {threads}: {speed / 1e6:6.1f} M matches/s "
                  f"{speed / one_worker:5.2f}x   peak memory {daemon.peak_memory_mb():5.1f} MB")
            daemon.stop()
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "bench.db")
        Daemon(database).stop()
        ready = []
        for _ in range(RUNS):
            daemon = Daemon(database)
            ready.append(daemon.ready_ms)
            daemon.stop()
        print(f"start to ready on an existing database: {statistics.median(ready):.0f} ms")


if __name__ == "__main__":
    main()
