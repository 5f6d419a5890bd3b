"""A daemon to be measured: on a free port, on a database in a folder that goes when it does."""

import os
import re
import subprocess
import tempfile
import time

import requests

DEADLINE_S = 300


class Daemon:
    """`ready_s` is the time from its start to its first answer."""

    def __init__(self, *flags, database=None, kernel="auto"):
        self.folder = tempfile.TemporaryDirectory()
        self.database = database or os.path.join(self.folder.name, "bench.db")
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [os.environ["TTSTD"], "--listen", "127.0.0.1:0", "--database", self.database, *flags],
            env={**os.environ, "TTSTD_KERNEL": kernel}, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"event=listening .*port=(\d+)", line)
            if found:
                break
        self.url = f"http://127.0.0.1:{found[1]}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.get(self.url + "/readyz", timeout=5).raise_for_status()
        self.ready_s = time.monotonic() - begin

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.close()
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stderr.close()
        self.folder.cleanup()

    def create_brain(self, name, game="tictactoe", rule="beads"):
        order = {"game": game, "rule": rule}
        self.session.put(f"{self.url}/brains/{name}", json=order, timeout=5).raise_for_status()

    def get(self, path):
        answer = self.session.get(self.url + path, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def train(self, matches, **more):
        """Trains to the end; returns the job."""
        begin = time.monotonic()
        job = self.session.post(
            self.url + "/train", timeout=5, json={"matches": matches, "seed": 1, **more}).json()
        while job["state"] not in ("done", "failed"):
            assert time.monotonic() < begin + DEADLINE_S
            job = self.session.get(f"{self.url}/train/{job['id']}?wait=60", timeout=90).json()
        assert job["state"] == "done", job
        return job

    def peak_memory_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024
