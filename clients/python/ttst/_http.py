"""One daemon over HTTP: requests go out as JSON, answers come back typed, failures as TtstError."""

import dataclasses
import ipaddress
import json
import time
import uuid
from http.client import HTTPException
from typing import Any, Dict, Mapping, Optional, Type, TypeVar, Union
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ReadTimeoutError

from ._decode import Mismatch, decode
from ._version import VERSION
from .answers import Problem
from .errors import (
    ApiError,
    Conflict,
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
KEY = "Idempotency-Key"


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

    def arguments(self) -> Dict[str, Any]:
        """As requests takes them."""
        headers, data = dict(self.headers), self.body
        if self.key is not None:
            headers[KEY] = self.key
        if data is not None:
            headers["Content-Type"] = "application/json"
        if isinstance(data, Mapping):
            given = {name: value for name, value in data.items() if value is not None}
            data = json.dumps(given, allow_nan=False).encode()
        return {"params": self.query, "data": data, "headers": headers}


class _Bearer(AuthBase):
    """As an AuthBase, because requests overwrites a plain header with what is in ~/.netrc."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class Http:
    """A session with the daemon at a URL. For one thread at a time, as requests' sessions are."""

    def __init__(
        self,
        url: str,
        timeout: float,
        retries: int = 0,
        token: Optional[str] = None,
        ca_file: Optional[str] = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url must be like http://127.0.0.1:8080, not {url!r}")
        if retries < 0:
            raise ValueError(f"retries must be 0 or more, not {retries}")
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.retries = retries
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"ttst-python/{VERSION}"
        # The environment may name a proxy, and a proxy's loopback is not ours.
        self._session.trust_env = not _is_loopback(parts.hostname)
        if token is not None:
            self._session.auth = _Bearer(_checked_token(token))
        if ca_file is not None:
            self._session.verify = ca_file

    def close(self) -> None:
        self._session.close()

    def ask(self, kind: Type[T], request: Request, timeout: Optional[float] = None) -> T:
        """The answer to a request, as that dataclass."""
        response = self.send(request, timeout)
        try:
            return decode(kind, _parse(response))
        except Mismatch as error:
            raise _unexpected(request, response, str(error)) from None

    def send(self, request: Request, timeout: Optional[float] = None) -> requests.Response:
        """The answer to a request, which is sent again where that may help and does no harm."""
        repeats = self.retries if request.is_repeatable else 0
        for attempt in range(repeats):
            try:
                return self.send_once(request, timeout)
            except TtstError as error:
                pause_s = _pause_s(error, attempt)
                if pause_s is None:
                    raise
            time.sleep(pause_s)
        return self.send_once(request, timeout)

    def send_once(
        self, request: Request, timeout: Optional[float] = None, stream: bool = False
    ) -> requests.Response:
        """With `stream` the caller reads the body, and closes the answer."""
        patience_s = (self.timeout if timeout is None else timeout) + request.wait_s
        try:
            response = self._session.request(
                request.method,
                self.url + request.path,
                timeout=patience_s,
                allow_redirects=False,
                stream=stream,
                **request.arguments(),
            )
            if not 200 <= response.status_code < 300:
                raise _refusal(request, response)
        except requests.RequestException as error:
            # Without what requests and urllib3 raised on the way: the reason says it all.
            raise self.failure(request, error, patience_s) from None
        return response

    def failure(
        self, request: Request, error: requests.RequestException, patience_s: float
    ) -> TtstError:
        """What a failure of requests' means."""
        root = _root(error)
        # A body that ends too late is no time-out to requests.
        if isinstance(error, requests.Timeout) or isinstance(root, ReadTimeoutError):
            return Timeout(f"{request}: no answer from {self.url} within {patience_s:g} s")
        reason = str(root).rpartition(">: ")[2]  # without the address of an object of urllib3's
        if isinstance(root, HTTPException) and not isinstance(root, ConnectionError):
            return UnexpectedAnswer(f"{request}: not an answer of ttstd's: {reason}")
        return Unreachable(f"{request}: no answer from {self.url}: {reason}")


def new_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return uuid.uuid4().hex


def _checked_token(token: str) -> str:
    if not token or not all("!" <= character <= "~" for character in token):
        raise ValueError("token must be of visible ASCII characters without spaces")
    return token


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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _root(error: BaseException) -> BaseException:
    """What began it: requests and urllib3 wrap that, some in an argument, some as their reason."""
    for inner in (getattr(error, "reason", None), *error.args):
        if isinstance(inner, BaseException):
            return _root(inner)
    return error


def _parse(response: requests.Response) -> object:
    try:
        return json.loads(response.content)
    except ValueError:
        raise Mismatch("no JSON") from None


def _refusal(request: Request, response: requests.Response) -> TtstError:
    status = response.status_code
    request_id = response.headers.get("X-Request-Id")
    retry_after = response.headers.get("Retry-After", "")
    retry_after_s = int(retry_after) if retry_after.isdecimal() else None  # it may be a date
    kind: Type[ApiError] = class_for_status(status)
    if status == 503 and not response.content:  # there was not even memory for a problem
        problem = Problem(response.reason, "the body is empty")
    else:
        try:
            problem = decode(Problem, _parse(response))
        except Mismatch as error:
            return _unexpected(request, response, str(error))
    title, detail, field = problem.title, problem.detail, problem.field
    return kind(str(request), status, title, detail, field, request_id, retry_after_s)


def _unexpected(request: Request, response: requests.Response, what: str) -> UnexpectedAnswer:
    kind = response.headers.get("Content-Type", "no Content-Type")
    begins = response.content[:EXCERPT].decode(errors="replace")
    return UnexpectedAnswer(
        f"{request}: not an answer of ttstd's ({response.status_code}, {kind}): {what};"
        f" it begins {begins!r}",
        response.status_code,
    )
