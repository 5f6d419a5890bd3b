"""Who uses the daemon in a soak. A user acts again and again; an answer that it does not expect is a
failure. Each has brains of its own, so that it knows what to expect."""

import http.client
import json
import os
import signal
import socket
import time

from daemon import DEADLINE_S, ENDLESS

EMPTY = "000000000"
RULES = ("beads", "menace", "guard")
MATCHES = ([0, 3, 1, 4, 2], [4, 0, 8, 2, 1, 7, 3, 5, 6], [0, 3, 1, 4, 8, 5])


class User:
    pause_s = 0.01  # between two acts

    def __init__(self, daemon, token, rng, number):
        self.daemon = daemon
        self.rng = rng
        self.number = number
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=DEADLINE_S)
        self.prepare()

    def prepare(self):
        """Before the first act."""

    def leave(self):
        self.connection.close()

    def ask(self, method, path, body=None, expected=(200,), **headers):
        """The answer's JSON, or its bytes. A connection that has been idle for too long may be gone,
        which is no failure of the request: it is closed each time, in half of the cases. Nor is it one
        that others keep large answers waiting."""
        text = json.dumps(body) if isinstance(body, (dict, list)) else body
        status, said, kind = self.say(method, path, text, headers)
        while status == 503 and b"large answers" in said:
            time.sleep(0.1)
            status, said, kind = self.say(method, path, text, headers)
        assert status in expected, f"{method} {path} {text}: {status} {said[:500]}"
        return json.loads(said) if "json" in kind else said

    def say(self, method, path, text, headers):
        if self.rng.random() < 0.5:
            self.connection.close()
        try:
            self.connection.request(method, path, text, {**self.headers, **headers})
            answer = self.connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            self.connection.close()
            self.connection.request(method, path, text, {**self.headers, **headers})
            answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("Content-Type", "")

    def create(self, name):
        body = {"game": "tictactoe", "rule": self.rng.choice(RULES),
                "options": {"symmetry": self.rng.random() < 0.5, "scoring": "standard"}}
        self.ask("PUT", f"/brains/{name}", body, (201,))


class Mover(User):
    pause_s = 0.002

    def act(self):
        seed = self.rng.randrange(1 << 32)
        first, second = (
            self.ask("POST", "/move", {"board": "100020000", "seed": seed, "policy": "greedy"})
            for _ in range(2)
        )
        assert first["next"].count("1") == 2 and first["weights"][0] == 0, first
        assert second["seed"] == str(seed), second


class Batcher(User):
    pause_s = 0.05

    def act(self):
        boards = [EMPTY, "100020000", "112200000"] * self.rng.randint(1, 300)
        answer = self.ask("POST", "/move", {"boards": boards, "detail": self.rng.random() < 0.3})
        assert len(answer["moves"]) == len(boards)


class Reporter(User):
    """Has a brain learn matches that were played elsewhere."""

    def prepare(self):
        self.brain = f"reported-{self.number}"
        self.create(self.brain)
        self.learned = 0

    def act(self):
        key = f"{self.number}-{self.learned}"
        body = {"moves": self.rng.choice(MATCHES), "brain": self.brain}
        first = self.ask("POST", "/match", body, **{"Idempotency-Key": key})
        assert self.ask("POST", "/match", body, **{"Idempotency-Key": key}) == first
        self.learned += 1
        if self.learned % 50 == 0:
            assert self.ask("GET", f"/brains/{self.brain}")["matches"] == self.learned


class Trainer(User):
    """Starts jobs, lets them end or stops them."""

    def prepare(self):
        self.brain = f"trained-{self.number}"
        self.create(self.brain)

    def act(self):
        endless = self.rng.random() < 0.5
        order = {"matches": ENDLESS if endless else self.rng.randint(1, 20_000),
                 "brain": self.brain, "workers": self.rng.randint(1, 4)}
        if self.rng.random() < 0.5:
            order.update(opponent=self.rng.choice(("random", "perfect")), learn=[1])
        job = self.ask("POST", "/train", order, (202,))["id"]
        self.ask("GET", f"/train/{job}?wait=1")
        if endless:
            self.ask("DELETE", f"/train/{job}", expected=(202,))
        while self.ask("GET", f"/train/{job}?wait=5")["state"] not in ("done", "stopped"):
            pass


class Keeper(User):
    """Creates brains, keeps checkpoints, copies, exports and imports them, and drops them again."""

    pause_s = 0.05

    def act(self):
        name, twin = f"kept-{self.number}", f"twin-{self.number}"
        self.create(name)
        job = self.ask("POST", "/train", {"matches": self.rng.randint(1, 2000), "brain": name}, (202,))
        while self.ask("GET", f"/train/{job['id']}?wait=5")["state"] != "done":
            pass
        self.ask("PUT", f"/brains/{name}/checkpoints/good", expected=(201,))
        file = self.ask("GET", f"/brains/{name}/export")
        self.ask("PUT", f"/brains/{twin}/import", file, (201,))
        digests = [self.ask("GET", f"/brains/{brain}")["digest"] for brain in (name, twin)]
        assert digests[0] == digests[1] == file["digest"], digests
        self.look(name)
        self.ask("POST", f"/brains/{name}/reset")
        self.ask("POST", f"/brains/{name}/checkpoints/good/restore")
        assert self.ask("GET", f"/brains/{name}")["digest"] == file["digest"]
        self.ask("POST", f"/brains/{name}/copy", {"to": f"{twin}-copy"}, (201,))
        for brain in (name, twin, f"{twin}-copy"):
            self.ask("DELETE", f"/brains/{brain}", expected=(204,))

    def look(self, name):
        self.ask("GET", f"/brains/{name}/curve")
        self.ask("GET", f"/brains/{name}/evaluation?policy=greedy&against=default")
        self.ask("GET", f"/brains/{name}/boards/{EMPTY}?policy=power:4")
        self.ask("POST", "/move", {"board": EMPTY, "brain": f"{name}@good"})


class Listener(User):
    """Comes to a job's events, hears some, and goes in the middle."""

    pause_s = 0.1

    def act(self):
        jobs = self.ask("GET", "/train?limit=1")["jobs"]
        if not jobs:
            return
        listening = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=DEADLINE_S)
        listening.request("GET", f"/train/{jobs[0]['id']}/events", headers=self.headers)
        answer = listening.getresponse()
        # Its brain may have been dropped meanwhile, with its jobs.
        assert answer.status in (200, 404), answer.status
        for _ in range(self.rng.randint(0, 10)):
            if not answer.readline():
                break
        listening.close()


class Sloth(User):
    """Sends half a request, or reads nothing of a long answer, and is cut."""

    pause_s = 0.2

    def act(self):
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=DEADLINE_S) as slow:
            head = f"Host: localhost\r\nAuthorization: {self.headers['Authorization']}\r\n"
            if self.rng.random() < 0.5:
                slow.sendall(f"POST /move HTTP/1.1\r\n{head}Content-Length: 9\r\n\r\n{{".encode())
                said = slow.recv(1000)  # at the request's deadline
                assert said == b"" or said.startswith(b"HTTP/1.1 408"), said
            else:
                asked = f"GET /brains/default/export HTTP/1.1\r\n{head}\r\n"
                slow.sendall(asked.encode() * self.rng.randint(1, 20))
                slow.recv(100)


class Crowd(User):
    """Asks for many evaluations of two brains or checkpoints at once, more than there is memory for, and
    leaves some of them."""

    pause_s = 0.5

    def prepare(self):
        self.names = [f"crowd-{self.number}-{i}" for i in range(12)]
        for name in self.names:
            self.create(name)
            self.ask("PUT", f"/brains/{name}/checkpoints/kept", expected=(201,))
        self.names += [f"{name}@kept" for name in self.names]

    def act(self):
        clients = []
        for _ in range(self.rng.randint(2, 30)):
            brain, against = self.rng.sample(self.names, 2)
            client = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=DEADLINE_S)
            client.request("GET", f"/brains/{brain}/evaluation?policy=greedy&against={against}",
                           headers=self.headers)
            clients.append(client)
        for client in clients:
            if self.rng.random() < 0.8:
                answer = client.getresponse()
                assert answer.status == 200, answer.read()
            client.close()


class Hoarder(User):
    """Asks for large answers and does not read them; others hear then that there are too many."""

    pause_s = 1

    def act(self):
        batch = json.dumps({"boards": [EMPTY] * 4096, "detail": True}).encode()
        asked = self.rng.choice((
            self.head("GET", "/brains/default/export"), self.head("GET", "/brains/default/curve"),
            self.head("GET", "/train?limit=1000"), self.head("POST", "/move", len(batch)) + batch))
        clients = []
        for _ in range(self.rng.randint(1, 40)):
            client = socket.create_connection(("127.0.0.1", self.daemon.port), timeout=DEADLINE_S)
            client.sendall(asked)
            clients.append(client)
        for client in clients:
            assert client.recv(12).split()[1] in (b"200", b"503")
            client.close()

    def head(self, method, path, size=0):
        return (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
                f"Authorization: {self.headers['Authorization']}\r\n\r\n").encode()


class Stranger(User):
    """Says requests in ways that are rare and right."""

    pause_s = 0.05
    WAYS = (
        "GET http://localhost/version HTTP/1.1\r\n{head}\r\n",
        "POST http://localhost/brains/{brain}/reset HTTP/1.1\r\n{head}\r\n",
        "POST /brains/{brain}/reset HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /version HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    )

    def prepare(self):
        self.brain = f"strange-{self.number}"
        self.create(self.brain)

    def act(self):
        head = f"Host: localhost\r\nAuthorization: {self.headers['Authorization']}\r\n"
        asked = self.rng.choice(self.WAYS).format(head=head, brain=self.brain)
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=DEADLINE_S) as client:
            client.sendall(asked.encode())
            said = client.recv(12)
        assert said == b"HTTP/1.1 200", (asked, said)


class Operator(User):
    """Looks at the figures, and has tokens read again."""

    pause_s = 0.5

    def act(self):
        assert b"ttstd_" in self.ask("GET", "/metrics")
        self.ask("GET", "/readyz")
        self.ask("GET", "/brains")
        if self.rng.random() < 0.5:
            os.kill(self.daemon.pid, signal.SIGHUP)


USERS = ((Mover, 2), (Batcher, 1), (Reporter, 2), (Trainer, 2), (Keeper, 2), (Listener, 3), (Sloth, 4),
         (Crowd, 2), (Hoarder, 1), (Stranger, 1), (Operator, 1))
