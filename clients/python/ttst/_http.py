"""One daemon over HTTP: requests go out as JSON, answers come back typed, failures as TtstError."""

import contextlib
import dataclasses
import json
import socket
import time
import uuid
from http.client import HTTPException
from typing import Any, Dict, Iterator, Mapping, Optional, Type, TypeVar, Union

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, InvalidHeader, ReadTimeoutError

from ._decode import Mismatch, decode
from ._given import (
    checked_ca,
    checked_retries,
    checked_timeout,
    checked_token,
    checked_url,
    proxies_for,
)
from ._version import VERSION
from ._wire import ANSWER_MAX, Allowance, Answer, TooLong, Wire
from .answers import Problem
from .errors import (
    ApiError,
    Conflict,
    InvalidArgument,
    Timeout,
    TooManyRequests,
    TtstError,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
    class_for_status,
)

T = TypeVar("T")
Query = Mapping[str, Union[str, int, None]]

EXCERPT = 80  # characters of a strange answer that an error shows
PAUSE_S = 0.1  # before a request is sent again; twice that before the next time, and so on
RETRY_AFTER_MAX_S = 5  # a daemon that wants a longer rest is not asked again
DIGITS_MAX = 9  # of seconds: thirty years
KEY = "Idempotency-Key"

TIMEOUTS = (requests.Timeout, ReadTimeoutError, socket.timeout)
NO_ANSWERS = (HTTPException, InvalidHeader)
UNUSABLE = (requests.RequestException, HTTPError, UnicodeEncodeError)


@dataclasses.dataclass
class Request:
    """What is asked.

    query, body  those of their fields that are None are left out; a body of bytes goes as it is
    repeatable   whether it may be sent twice, because that does no more than once; None: if it is
                 a GET or a PUT
    key          an Idempotency-Key, which makes it repeatable
    wait_s       how long the daemon may take on purpose, on top of the time-out
    """

    method: str
    path: str
    query: Optional[Query] = None
    body: Union[bytes, Mapping[str, object], None] = None
    headers: Dict[str, str] = dataclasses.field(default_factory=dict)
    repeatable: Optional[bool] = None
    key: Optional[str] = None
    wait_s: float = 0

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_repeatable(self) -> bool:
        if self.repeatable is None:
            return self.key is not None or self.method in ("GET", "PUT")
        return self.repeatable

    def arguments(self, headers: Mapping[str, str]) -> Dict[str, Any]:
        """As requests takes them, with these headers besides its own."""
        headers, data = {**headers, **self.headers}, self.body
        if self.key is not None:
            headers[KEY] = self.key
        if data is not None:
            headers["Content-Type"] = "application/json"
        if isinstance(data, Mapping):
            given = {name: value for name, value in data.items() if value is not None}
            data = json.dumps(given, allow_nan=False).encode()
        return {"params": self.query, "data": data, "headers": headers}


class _Bearer(AuthBase):
    """As an AuthBase, because requests puts a password in the URL above a plain header."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class Http:
    """A session with the daemon at a URL. For one thread at a time, as its connections are."""

    def __init__(
        self,
        url: str,
        timeout: float,
        retries: int = 0,
        token: Optional[str] = None,
        ca_file: Optional[str] = None,
    ) -> None:
        """InvalidArgument: one of them cannot be used."""
        parts = checked_url(url)
        self.url = url.rstrip("/")
        self.timeout = checked_timeout(timeout)
        self.retries = checked_retries(retries)
        self._headers = {"User-Agent": f"ttst-python/{VERSION}", "Accept": "*/*"}
        self._auth = None if token is None else _Bearer(checked_token(token))
        self._verify = checked_ca(parts, ca_file)
        self._proxies = proxies_for(parts)
        self._wire = Wire()

    def close(self) -> None:
        self._wire.close()

    def ask(self, kind: Type[T], request: Request, timeout: Optional[float] = None) -> T:
        """The answer to a request, as that dataclass."""
        answer = self.send(request, timeout)
        try:
            return decode(kind, parse(answer.content))
        except Mismatch as error:
            raise _unexpected(request, answer, str(error)) from None

    def send(self, request: Request, timeout: Optional[float] = None) -> Answer:
        """The answer to a request, which is sent again where that may help, does no harm, and there
        is time for it."""
        allowance = self._allow(request, timeout)
        repeats = self.retries if request.is_repeatable else 0
        for attempt in range(repeats):
            try:
                return self._send_once(request, allowance)
            except TtstError as error:
                pause_s = _pause_s(error, attempt)
                if pause_s is None or time.monotonic() + pause_s >= allowance.end:
                    raise
            time.sleep(pause_s)
        return self._send_once(request, allowance)

    def open(self, request: Request, silence_s: float) -> Answer:
        """The answer to a request as it comes: the caller reads its pieces and closes it. It may
        have no end, but must never be silent so long."""
        allowance = self._allow(request, None)
        answer = self._begin(request, allowance)
        allowance.make_endless(silence_s)
        return answer

    def _allow(self, request: Request, timeout: Optional[float]) -> Allowance:
        patience_s = self.timeout if timeout is None else checked_timeout(timeout)
        return Allowance(patience_s + request.wait_s)

    def _send_once(self, request: Request, allowance: Allowance) -> Answer:
        answer = self._begin(request, allowance)
        with self._wall(request, allowance):
            answer.read()
        return answer

    def _begin(self, request: Request, allowance: Allowance) -> Answer:
        """The answer up to its body; a refusal is read whole and raised."""
        prepared = self._prepare(request)
        with self._wall(request, allowance):
            answer = self._wire.answer(prepared, allowance, self._verify, self._proxies)
            if 200 <= answer.status < 300:
                return answer
            answer.read()
        raise _refusal(request, answer)

    def _prepare(self, request: Request) -> requests.PreparedRequest:
        try:
            asked = requests.Request(
                request.method,
                self.url + request.path,
                auth=self._auth,
                **request.arguments(self._headers),
            )
            # By itself and no session of requests', which would look into ~/.netrc, keep cookies,
            # and read where a redirection leads.
            return asked.prepare()
        except (requests.RequestException, ValueError, TypeError, RecursionError) as error:
            raise InvalidArgument(f"{request}: cannot be asked: {error}") from None

    @contextlib.contextmanager
    def _wall(self, request: Request, allowance: Allowance) -> Iterator[None]:
        """What requests, urllib3, the system or a strange answer raise within is a TtstError."""
        try:
            yield
        except Exception as error:
            # Without what they raised on the way: the reason says it all.
            raise self._meaning(request, error, allowance) from None

    def _meaning(self, request: Request, error: Exception, allowance: Allowance) -> TtstError:
        root = root_of(error)
        reason = str(root).rpartition(">: ")[2]  # without the address of an object of urllib3's
        if any(isinstance(one, TIMEOUTS) for one in (error, root)):
            return Timeout(f"{request}: no answer from {self.url} within {allowance.seconds:g} s")
        if isinstance(root, TooLong):
            return UnexpectedAnswer(f"{request}: an answer of more than {ANSWER_MAX:,} bytes")
        if isinstance(root, NO_ANSWERS) and not isinstance(root, ConnectionError):
            return UnexpectedAnswer(f"{request}: not an answer of ttstd's: {reason}")
        # Of the environment's proxies, or of a key; any other is of what was answered.
        if isinstance(error, ValueError) and isinstance(error, UNUSABLE):
            return InvalidArgument(f"{request}: cannot be asked: {reason}")
        if isinstance(error, (requests.RequestException, HTTPError, OSError)):
            return Unreachable(f"{request}: no answer from {self.url}: {reason}")
        return UnexpectedAnswer(
            f"{request}: not an answer of ttstd's: {type(error).__name__}: {reason}"
        )


def new_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return uuid.uuid4().hex


def _pause_s(error: TtstError, attempt: int) -> Optional[float]:
    """How long to rest before the request may be sent again; None if it had better not be."""
    pause_s: float = PAUSE_S * 2**attempt
    if isinstance(error, Unreachable):
        return pause_s
    if isinstance(error, Conflict) and error.field == KEY:  # the first is still being done
        return pause_s
    if isinstance(error, (Unavailable, TooManyRequests)):
        rest_s = error.retry_after
        if rest_s is not None and rest_s <= RETRY_AFTER_MAX_S:
            return max(pause_s, rest_s)
    return None


def root_of(error: BaseException) -> BaseException:
    """What began it: requests and urllib3 wrap that, some in an argument, some as their reason."""
    for inner in (getattr(error, "reason", None), *error.args):
        if isinstance(inner, BaseException):
            return root_of(inner)
    return error


def parse(text: Union[bytes, str]) -> object:
    """What a JSON text says. Raises Mismatch."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except ValueError:
        raise Mismatch("no JSON") from None
    except RecursionError:
        raise Mismatch("nested too deep") from None


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def _refusal(request: Request, answer: Answer) -> TtstError:
    status = answer.status
    request_id = answer.headers.get("X-Request-Id")
    retry_after = _seconds(answer.headers.get("Retry-After", ""))
    kind: Type[ApiError] = class_for_status(status)
    if status == 503 and not answer.content:  # there was not even memory for a problem
        problem = Problem(answer.reason, "the body is empty")
    else:
        try:
            problem = decode(Problem, parse(answer.content))
        except Mismatch as error:
            return _unexpected(request, answer, str(error))
    title, detail, field = problem.title, problem.detail, problem.field
    return kind(str(request), status, title, detail, field, request_id, retry_after)


def _seconds(text: str) -> Optional[int]:
    """None for a date, and for what is no time at all."""
    is_number = text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
    return int(text) if is_number else None


def _unexpected(request: Request, answer: Answer, what: str) -> UnexpectedAnswer:
    kind = answer.headers.get("Content-Type", "no Content-Type")
    begins = answer.content[:EXCERPT].decode(errors="replace")
    return UnexpectedAnswer(
        f"{request}: not an answer of ttstd's ({answer.status}, {kind}): {what};"
        f" it begins {begins!r}",
        answer.status,
    )
