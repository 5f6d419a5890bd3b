"""A listener to the events of a job, on a connection of its own."""

import collections
import http.client
import json

from daemon import DEADLINE_S

Heard = collections.namedtuple("Heard", "id name data")


class Listener:
    def __init__(self, daemon, job, last=None, **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=DEADLINE_S)
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection.request("GET", f"/train/{job}/events", headers=headers)
        self.answer = self.connection.getresponse()
        self.comments = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def events(self):
        """Yields what is heard until the stream ends; raises if it ends in the middle."""
        fields = {}
        while line := self.answer.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
                continue
            if "" in fields or line.startswith(b":"):
                self.comments += 1
            if "event" in fields:
                yield Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}

    def all(self):
        return list(self.events())
