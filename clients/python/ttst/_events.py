"""Server-sent events: a job's, as a stream that survives lost connections.

The format is that of https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

import time
from typing import Iterable, Iterator, List, NamedTuple, Optional

import requests

from ._http import Http, Request
from .errors import Timeout, Unavailable, UnexpectedAnswer, Unreachable

SILENCE_S = 40  # the daemon says something every 15 s; after two pings missed it is gone
RECONNECT_S = 1.0  # unless the daemon names another pause
RECONNECTIONS = 5  # in a row without one event, then it is given up
TEXT_MAX = 1 << 20  # characters of an event; a job or a curve point has some thousand


class Message(NamedTuple):
    """One event as it came."""

    kind: str
    id: Optional[str]
    data: str


class Parser:
    """Turns lines into messages; remembers the last id, and the pause that was asked for."""

    def __init__(self) -> None:
        self.last_id: Optional[str] = None
        self.pause_s = RECONNECT_S

    def parse(self, lines: Iterable[str]) -> Iterator[Message]:
        kind, data = "", []  # type: str, List[str]
        new_id = self.last_id
        for line in lines:
            if not line:
                self.last_id = new_id  # not before: an event that was cut has to come again
                if data:
                    yield Message(kind or "message", self.last_id, "\n".join(data))
                kind, data = "", []
                continue
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if name == "event":
                kind = value
            elif name == "data":
                data.append(value)
            elif name == "id" and "\0" not in value:
                new_id = value
            elif name == "retry" and value.isascii() and value.isdigit():
                self.pause_s = int(value) / 1000


def lines_of(response: requests.Response) -> Iterator[str]:
    """The lines of a stream, each as soon as it is whole."""
    rest = b""
    for chunk in response.iter_content(chunk_size=None):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r").decode(errors="replace")
        if len(rest) > TEXT_MAX:
            raise UnexpectedAnswer(f"{response.url}: not ttstd's events: a line without an end")


def messages(http: Http, path: str) -> Iterator[Message]:
    """The events at that path, without an end. Where the connection is lost it is made again, and
    the daemon told which event was the last.

    NotFound where there is no such stream, Unavailable where no more can listen. Unreachable,
    Unavailable, Timeout: it was tried again, in vain.
    """
    parser = Parser()
    failures = 0
    while True:
        request = Request("GET", path, headers={"Accept": "text/event-stream"})
        if parser.last_id is not None:
            request.headers["Last-Event-ID"] = parser.last_id
        try:
            for message in _once(http, request, parser):
                failures = 0
                yield message
        except (Unreachable, Unavailable, Timeout) as error:
            failures += 1
            never_heard = parser.last_id is None and isinstance(error, Unavailable)
            if never_heard or failures > RECONNECTIONS:
                raise
        else:
            failures += 1
            if failures > RECONNECTIONS:
                raise Unreachable(f"{request}: {http.url} ends the stream again and again")
        time.sleep(parser.pause_s)


def _once(http: Http, request: Request, parser: Parser) -> Iterator[Message]:
    response = http.send_once(request, SILENCE_S, stream=True)
    try:
        yield from parser.parse(lines_of(response))
    except requests.RequestException:  # or it is silent: no matter, it begins again
        raise Unreachable(f"{request}: {http.url} broke off") from None
    finally:
        response.close()
