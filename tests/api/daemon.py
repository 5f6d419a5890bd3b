"""Starts, watches and ends the real daemon. Touches no process but the ones started here."""

import collections
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time

import requests

from recording import record
from sealing import sealing

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TTST_BUILD") or ROOT / "build")
BINARY = os.environ.get("TTSTD") or str(BUILD / "ttstd")
LIBRARY = os.environ.get("TTST_LIB") or str(BUILD / "libttst.so")
FLAVOUR = BUILD.name if BUILD.name in ("asan", "tsan") else "plain"

# For what takes milliseconds on an idle machine; sanitizers and busy machines multiply that.
DEADLINE_S = {"plain": 30, "asan": 60, "tsan": 180}[FLAVOUR]

OVER = ("done", "stopped", "failed")
ENDLESS = 2**53  # the longest job there is

_VALUE = r'(?:"(?:[^"\\]|\\.)*"|[^ "=]+)'
LOG_LINE = re.compile(
    rf"time=\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z level=(error|warn|info|debug)"
    rf" event=([a-z_]+)((?: [a-z_]+={_VALUE})*)"
)

Event = collections.namedtuple("Event", "level name fields line")
Ended = collections.namedtuple("Ended", "status seconds")
Answer = collections.namedtuple("Answer", "status headers body")


def parse_log(text):
    """The events of a log; what is no event (a sanitizer's report, say) is left out."""
    events = []
    for line in text.splitlines():
        match = LOG_LINE.fullmatch(line)
        if match:
            fields = dict(re.findall(rf" ([a-z_]+)=({_VALUE})", match[3]))
            fields = {
                key: re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
                for key, value in fields.items()
            }
            events.append(Event(match[1], match[2], fields, line))
    return events


def sanitizer_reports(text):
    return [line for line in text.splitlines() if "Sanitizer" in line or "runtime error:" in line]


def eventually(what, predicate, seconds=DEADLINE_S):
    """Asks until the predicate's answer is true, and returns that answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = predicate()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.002)  # between two looks, not in place of one


def clean_environment(extra=None):
    """This process's environment without what would configure a daemon."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TTSTD")}
    environment.update(extra or {})
    return environment


def run_to_end(*flags, env=None, cwd=None):
    """Runs the daemon where it is expected to end by itself."""
    ended = subprocess.run(
        [BINARY, *map(str, flags)],
        env=clean_environment(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=DEADLINE_S,
    )
    ended.stdout = ended.stdout.decode()
    ended.stderr = ended.stderr.decode()
    assert not sanitizer_reports(ended.stderr), ended.stderr
    return ended


def encode(body):
    """Bytes and text go as they are, anything else as JSON."""
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def lasting(brain):
    """What a brain's answer says that a restart does not change."""
    return {key: value for key, value in brain.items() if key != "last_save_seconds"}


# The table of a brain as it is made, with the weights of the rule `beads`; see schema/README.md.
FRESH_TABLE = struct.pack("<8sII4Q", b"ttsttab1", 9, 4520, 0, 0, 0, 0) + struct.pack("<I", 6) * 16167


def age_brain(database, matches, name="default"):
    """Makes a stored brain one that has lived so many matches, as if all had been drawn, so that
    its rounds are as long as they are then. The daemon must be down."""
    with sealing(database) as connection:
        (brain_id, blob) = connection.execute(
            "SELECT id, table_blob FROM brain LEFT JOIN brain_table ON brain_id = id WHERE name = ?", (name,)
        ).fetchone()
        body = blob[:-32] if blob else FRESH_TABLE
        body = body[:16] + struct.pack("<4Q", matches, 0, 0, matches) + body[48:]
        digest = hashlib.sha256(body).digest()
        connection.execute(
            "UPDATE brain SET matches = ?1, won_by_player1 = 0, won_by_player2 = 0, drawn = ?1, table_digest = ?2"
            " WHERE id = ?3", (matches, digest, brain_id))
        connection.execute("INSERT OR REPLACE INTO brain_table VALUES (?, ?)", (brain_id, body + digest))


class Daemon:
    """One database and the daemon that serves it, through as many lives as a test wants."""

    def __init__(self, folder, *flags, listen="127.0.0.1:0", database=None, env=None):
        self.folder = pathlib.Path(folder)
        self.database = pathlib.Path(database or self.folder / "ttst.db")
        self.options = ["--listen", listen, "--database", str(self.database), *flags]
        self.env = env
        self.process = None
        self.session = None
        self.url = None
        self.port = None
        self.logs = []

    # Lives.

    def spawn(self):
        """Starts the process without waiting for it to listen."""
        assert self.process is None
        self.logs.append(self.folder / f"ttstd.{len(self.logs) + 1}.log")
        with open(self.logs[-1], "wb") as log:
            self.process = subprocess.Popen(
                [BINARY, *map(str, self.options)],
                env=clean_environment(self.env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        return self

    def start(self):
        self.spawn()
        self.port = int(self.wait_for_event("listening").fields["port"])
        self.url = f"http://127.0.0.1:{self.port}"
        self.session = requests.Session()
        self.session.trust_env = False  # no proxies
        return self

    def end(self, number):
        """Sends the signal and reaps."""
        begun = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(timeout=DEADLINE_S)
        self.process = None
        if self.session is not None:
            self.session.close()
            self.session = None
        return Ended(status, time.monotonic() - begun)

    def terminate(self, number=signal.SIGTERM):
        return self.end(number)

    def kill9(self):
        return self.end(signal.SIGKILL)

    def restart(self):
        ended = self.terminate()
        assert ended.status == 0, self.log
        return self.start()

    @property
    def pid(self):
        return self.process.pid

    # The log.

    @property
    def log(self):
        """The log of the latest life."""
        return self.logs[-1].read_bytes().decode(errors="replace") if self.logs else ""

    @property
    def all_logs(self):
        return "".join(
            f"--- {path.name}\n{path.read_bytes().decode(errors='replace')}" for path in self.logs
        )

    def events(self, name=None):
        return [event for event in parse_log(self.log) if name in (None, event.name)]

    def errors(self):
        return [event for event in self.events() if event.level == "error"]

    def wait_for_event(self, name, **fields):
        """The first event of that name and those fields in this life's log."""

        def look():
            for event in self.events(name):
                if fields.items() <= event.fields.items():
                    return event
            status = self.process.poll() if self.process else "killed"
            assert status is None, f"ended ({status}) before its event {name}:\n{self.log}"
            return None

        return eventually(f"the log's event {name} {fields or ''}", look)

    # Requests.

    def request(self, method, path, body=None, **more):
        if body is not None:
            more["data"] = encode(body)
            more.setdefault("headers", {}).setdefault("Content-Type", "application/json")
        more.setdefault("timeout", DEADLINE_S)
        answer = self.session.request(method, self.url + path, **more)
        asked = answer.request
        record(
            (asked.method, asked.path_url, asked.headers.items(), asked.body),
            (answer.status_code, answer.raw.headers.items(), answer.content),
        )
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.request("PUT", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    # What most tests need to say.

    def move(self, **body):
        answer = self.post("/move", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create_brain(self, name, **options):
        body = {"game": "tictactoe", "rule": "beads", "options": options}
        answer = self.put(f"/brains/{name}", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def brain(self, name="default"):
        answer = self.get(f"/brains/{name}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def digest(self, name="default"):
        return self.brain(name)["digest"]

    def train(self, matches, **more):
        """Asks for a job and returns it as accepted."""
        answer = self.post("/train", {"matches": matches, **more})
        assert answer.status_code == 202, answer.text
        return answer.json()

    def job(self, number):
        answer = self.get(f"/train/{number}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def jobs(self, query=""):
        answer = self.get("/train" + query)
        assert answer.status_code == 200, answer.text
        return answer.json()["jobs"]

    def finish(self, number):
        """Waits for the job's end and returns the job."""

        def look():
            job = self.get(f"/train/{number}?wait=10").json()
            return job if job["state"] in OVER else None

        return eventually(f"the end of job {number}", look)

    def learn(self, matches, **more):
        """Trains to the end and returns the job."""
        job = self.finish(self.train(matches, **more)["id"])
        assert job["state"] == "done", job
        return job

    def wait_for_matches(self, number, matches):
        """The running job, once it has done so many."""

        def look():
            job = self.job(number)
            return job if job["matches_done"] >= matches else None

        return eventually(f"{matches} matches of job {number}", look)


class Wire:
    """A connection on which a test says every byte itself."""

    def __init__(self, daemon):
        self.socket = socket.create_connection(("127.0.0.1", daemon.port), timeout=DEADLINE_S)
        self.stream = self.socket.makefile("rb")
        self.asked = collections.deque()  # whole requests that wait for their answers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, text):
        """Any bytes. Which request they belong to is the test's to know, so none of this
        connection's is written down from here on."""
        self.asked = None
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())
        return self

    def ask(self, method, path, body=b"", *headers):
        """A whole request; headers are whole lines. Its host and its length are added unless they
        tell them."""
        told = {line.split(":")[0].lower() for line in headers}
        if body and not told & {"content-length", "transfer-encoding"}:
            headers = (*headers, f"Content-Length: {len(body)}")
        host = () if "host" in told else ("Host: localhost",)
        head = [f"{method} {path} HTTP/1.1", *host, *headers]
        self.socket.sendall("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
        if self.asked is not None:
            pairs = [[part.strip() for part in line.split(":", 1)] for line in headers]
            self.asked.append((method, path, pairs, body))
        return self

    def answer(self, has_body=True):
        """The next answer; None where the daemon has closed the connection."""
        line = self.stream.readline()
        if not line:
            return None
        status = int(line.split()[1])
        headers = http.client.parse_headers(self.stream)
        body = self.stream.read(int(headers.get("Content-Length", 0))) if has_body else b""
        if self.asked and status >= 200:
            record(self.asked.popleft(), (status, headers.items(), body))
        return Answer(status, headers, body)

    def is_closed_by_daemon(self):
        return self.stream.read(1) == b""


@contextlib.contextmanager
def hammering(daemon, path="/move", body=b'{"board":"000000000"}'):
    """Asks for moves without a pause as long as the block lasts; each must be answered with 200."""
    statuses = collections.Counter()
    stop = threading.Event()

    def hammer():
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=DEADLINE_S)
        while not stop.is_set():
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] += 1
        connection.close()

    thread = threading.Thread(target=hammer)
    thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        thread.join()
    assert set(statuses) == {200}, statuses
