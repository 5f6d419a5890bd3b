"""What two clients do to a daemon while it lives, and what of it must be there after its death."""

import contextlib
import http.client
import json
import threading

from daemon import DEADLINE_S

ORDER = {"game": "tictactoe", "rule": "beads"}
NAMES = ("ada", "bob", "cid")


def ask(port, method, path, body=None, key=None):
    """(status, answer); None where the daemon died before the whole answer had come."""
    headers = {"Idempotency-Key": key} if key else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
    with contextlib.closing(connection):
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return None
    return answer.status, json.loads(text) if text else None


class Client(threading.Thread):
    """Takes one step after the other until the daemon dies or it is told to stop."""

    def __init__(self, step):
        super().__init__()
        self.step = step
        self.is_over = threading.Event()
        self.failure = None

    def run(self):
        try:
            while not self.is_over.is_set() and self.step():
                pass
        except AssertionError as failure:
            self.failure = failure

    def end(self):
        self.is_over.set()
        self.join()
        if self.failure:
            raise self.failure


class Reporter:
    """Teaches a brain one match after the other. One that was not answered is sent again."""

    MATCHES = ([0, 3, 1, 4, 2], [4, 0, 8, 2, 1, 7, 6, 3, 5], [8, 0, 4, 1, 6, 2])

    def __init__(self, brain, draw):
        self.brain, self.draw = brain, draw
        self.answered = []
        self.match = self.draw.choice(self.MATCHES)

    def step(self, port):
        answer = ask(port, "POST", "/match", {"brain": self.brain, "moves": self.match},
                     key=f"{self.brain}-{len(self.answered)}")
        if answer is None:
            return False
        assert answer[0] == 200, answer
        self.answered.append(self.match)
        self.match = self.draw.choice(self.MATCHES)
        return True

    def check(self, daemon):
        """The match that was not answered may have been learned."""
        matches = daemon.brain(self.brain)["matches"]
        assert matches in (len(self.answered), len(self.answered) + 1)


class Keeper:
    """Creates, changes and deletes brains, and knows what is there: a digest for each brain and
    each checkpoint."""

    def __init__(self, draw, fresh, seed):
        self.draw, self.fresh, self.seed = draw, fresh, seed
        self.there = {}
        self.next = None  # as it will be if the step under way is taken

    def _choose(self):
        """A change that can be made: method, path, body, and what is there after it."""
        name = self.draw.choice(NAMES)
        path, kept = f"/brains/{name}", f"{name}@kept"
        after = dict(self.there)
        if name not in self.there:
            after[name] = self.draw.choice((self.fresh, self.seed))
            if after[name] == self.seed:
                return "POST", "/brains/seed/copy", {"to": name}, after
            return "PUT", path, ORDER, after
        choice = self.draw.randrange(5)
        if choice == 0:
            after.pop(name)
            after.pop(kept, None)
            return "DELETE", path, None, after
        if choice == 1:
            after[kept] = after[name]
            return "PUT", f"{path}/checkpoints/kept", None, after
        if choice == 2 and kept in after:
            after[name] = after[kept]
            return "POST", f"{path}/checkpoints/kept/restore", None, after
        if choice == 3 and kept in after:
            after.pop(kept)
            return "DELETE", f"{path}/checkpoints/kept", None, after
        after[name] = self.fresh
        return "POST", f"{path}/reset", None, after

    def step(self, port):
        method, path, body, self.next = self._choose()
        answer = ask(port, method, path, body)
        if answer is None:
            return False
        assert answer[0] in (200, 201, 204), (method, path, answer)
        self.there, self.next = self.next, None
        return True

    def check(self, daemon):
        """The step that was not answered was taken wholly or not at all."""
        seen = {}
        for name in NAMES:
            for version in (name, f"{name}@kept"):
                answer = daemon.get(f"/brains/{version}")
                if answer.status_code == 200:
                    seen[version] = answer.json()["digest"]
                else:
                    assert answer.status_code == 404
        assert seen in (self.there, self.next)
        self.there, self.next = seen, None
