"""The files of golden cases, read and written; cases/README.md explains their format."""

import dataclasses
import itertools
import json
import re

ANY = "<any>"
WIDTH = 100

# An answer's headers that are always told. Its type is told where it does not follow from the body.
HEADERS_TOLD = ("Allow", "Connection", "Content-Type", "Location", "Retry-After", "WWW-Authenticate")

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    503: "Service Unavailable",
}

HEADER = re.compile(r"([A-Za-z-]+): ?(.*)")
STATUS = re.compile(r"(\d{3})(?: (?:`([^`]+)` )?(.+))?")
BYTES = re.compile(rb"<([0-9a-f]{2}(?: [0-9a-f]{2})*)>")
REPEATED = re.compile(rb"<([^<>]+)\*(\d+)>")


def on_the_wire(line):
    """The bytes that a line of a request stands for."""
    raw = REPEATED.sub(lambda match: match[1] * int(match[2]), line.encode())
    return BYTES.sub(lambda match: bytes.fromhex(match[1].decode()), raw)


def headers_of(lines):
    """Those that the lines begin with."""
    return list(itertools.takewhile(HEADER.fullmatch, lines))


def laid_out(value, indent=""):
    """JSON, in a line if that fits or if it is a plain list; otherwise a line a member."""
    flat = json.dumps(value, ensure_ascii=False)
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    is_plain = isinstance(value, list) and not any(isinstance(one, (dict, list)) for one in value)
    if is_plain or not members or len(indent + flat) <= WIDTH:
        return flat
    inner = indent + "  "
    lines = [laid_out(one, inner) for one in members]
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {line}" for key, line in zip(value, lines)]
    ends = "{}" if isinstance(value, dict) else "[]"
    return ends[0] + "\n" + inner + f",\n{inner}".join(lines) + f"\n{indent}" + ends[1]


def problem(status, field, detail):
    body = {"type": "about:blank", "title": TITLES.get(status), "status": status, "detail": detail}
    return body if field is None else {**body, "field": field}


def leave_open(expected, value):
    """The value, but for what is expected to be anything."""
    if expected == ANY:
        return ANY
    if isinstance(expected, dict) and isinstance(value, dict):
        return {key: leave_open(expected.get(key), one) for key, one in value.items()}
    if isinstance(expected, list) and isinstance(value, list) and len(expected) == len(value):
        return [leave_open(*pair) for pair in zip(expected, value)]
    return value


@dataclasses.dataclass
class Answer:
    """A status, the headers that are told and the body's JSON: None without a body, ANY if it may
    be anything or is no JSON."""

    status: int
    headers: dict
    body: object = None

    @property
    def problem_line(self):
        """The one line that tells a problem; None of any other answer."""
        body = self.body if isinstance(self.body, dict) else {}
        field = f"`{body['field']}` " if "field" in body else ""
        line = f"{self.status} {field}{body.get('detail')}"
        told = STATUS.fullmatch(line)
        is_all = told and line.isprintable() and body == problem(self.status, told[2], told[3])
        return line if is_all else None

    @property
    def usual_type(self):
        if self.body is None:
            return None
        return "application/problem+json" if self.problem_line else "application/json"

    @classmethod
    def read(cls, lines):
        status, field, detail = STATUS.fullmatch(lines[0]).groups()
        headers = headers_of(lines[1:])
        body = "\n".join(lines[1 + len(headers) :])
        if detail:
            body = problem(int(status), field, detail)
        elif body != ANY:
            body = json.loads(body) if body else None
        answer = cls(int(status), dict(HEADER.fullmatch(line).groups() for line in headers), body)
        if answer.usual_type:
            answer.headers.setdefault("Content-Type", answer.usual_type)
        return answer

    @classmethod
    def of(cls, answer, expected):
        """What is told of an answer from the wire: all that there is, but for what is open where
        another was expected."""
        names = {*HEADERS_TOLD, *(expected.headers if expected else ())}
        headers = {name: answer.headers[name] for name in names if name in answer.headers}
        is_json = headers.get("Content-Type", "").endswith("json")
        body = (json.loads(answer.body) if is_json else ANY) if answer.body else None
        if expected:
            headers, body = leave_open(expected.headers, headers), leave_open(expected.body, body)
        return cls(answer.status, headers, body)

    def __str__(self):
        headers = dict(sorted(self.headers.items()))
        if headers.get("Content-Type") == self.usual_type:
            headers.pop("Content-Type", None)
        lines = [self.problem_line or str(self.status)]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.body is not None and not self.problem_line:
            lines.append(ANY if self.body == ANY else laid_out(self.body))
        return "\n".join(lines)


class Exchange:
    """A request and its answer, as a paragraph tells them: `name` is None without a heading,
    `answer` is None if the paragraph has none yet."""

    def __init__(self, lines):
        self.name = lines[0].removeprefix("== ") if lines[0].startswith("== ") else None
        end = 2 if self.name else 1
        self.method, self.path = lines[end - 1].split(" ")
        self.headers = headers_of(lines[end:])
        end += len(self.headers)
        self.body = b""
        if end < len(lines) and not STATUS.fullmatch(lines[end]):
            self.body = on_the_wire(lines[end])
            end += 1
        self.asked = lines[:end]
        self.answer = Answer.read(lines[end:]) if end < len(lines) else None

    def ask(self, wire):
        """Sends it, and returns its answer from the wire."""
        path, *headers = (on_the_wire(one).decode("latin-1") for one in (self.path, *self.headers))
        return wire.ask(self.method, path, self.body, *headers).answer(self.method != "HEAD")

    def __str__(self):
        return "\n".join([*self.asked, *([str(self.answer)] if self.answer else [])])


class File:
    """A file of cases: comments, the daemon's options, what is asked first, and the cases."""

    def __init__(self, path):
        self.path = path
        self.options = []
        self.paragraphs = []
        for text in re.split(r"\n\n+", path.read_text().strip("\n")):
            if text.startswith("daemon: "):
                self.options += text.removeprefix("daemon: ").split()
            is_exchange = not text.startswith(("# ", "daemon: "))
            try:
                self.paragraphs.append(Exchange(text.split("\n")) if is_exchange else text)
            except (AttributeError, IndexError, ValueError) as error:
                raise ValueError(f"{path.name} has a paragraph that is no case:\n{text}") from error
        exchanges = [one for one in self.paragraphs if isinstance(one, Exchange)]
        self.first = [one for one in exchanges if one.name is None]
        self.cases = [one for one in exchanges if one.name is not None]

    def save(self):
        self.path.write_text("\n\n".join(map(str, self.paragraphs)) + "\n")


def details(folder):
    """What the problems in its cases say."""
    files = [File(path) for path in folder.glob("*.txt")]
    answers = [one.answer for file in files for one in file.first + file.cases if one.answer]
    return {answer.body["detail"] for answer in answers if answer.problem_line}
