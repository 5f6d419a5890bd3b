"""Server-sent events: a job's, as a stream that survives lost connections.

The format is that of https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

import time
from typing import Iterable, Iterator, List, NamedTuple, Optional

from ._http import Http, Request
from ._wire import Answer
from .errors import Timeout, TtstError, Unavailable, UnexpectedAnswer, Unreachable

SILENCE_S = 40  # the daemon says something every 15 s; after two pings missed it is gone
RECONNECT_S = 1.0  # unless the daemon names another pause
RECONNECT_MAX_S = 30.0  # whatever it names
RECONNECTIONS = 5  # in a row without one event, then it is given up
TEXT_MAX = 1 << 20  # bytes of an event; a job or a curve point has some thousand
ID_MAX = 64  # characters; a longer one is no number of an event, and has to travel back in a header
DIGITS_MAX = 9  # of milliseconds


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
            elif name == "id" and value.isascii() and value.isprintable() and len(value) <= ID_MAX:
                new_id = value
            elif name == "retry" and value.isascii() and value.isdigit():
                pause_s = int(value[:DIGITS_MAX]) / 1000
                self.pause_s = min(pause_s, RECONNECT_MAX_S)


def lines_of(request: Request, answer: Answer) -> Iterator[str]:
    """The lines of a stream, each as soon as it is whole."""
    rest = b""
    size = 0  # of the event that is coming
    for piece in answer.pieces():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            line = line.rstrip(b"\r")
            size = size + len(line) if line else 0
            yield line.decode(errors="replace")
        if size + len(rest) > TEXT_MAX:
            raise UnexpectedAnswer(f"{request}: not ttstd's events: an event without an end")


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
    answer = http.open(request, SILENCE_S)
    try:
        yield from parser.parse(lines_of(request, answer))
    except TtstError:
        raise
    except Exception:  # or it is silent: no matter what, it begins again
        raise Unreachable(f"{request}: {http.url} broke off") from None
    finally:
        answer.close()
