"""One daemon over HTTP: requests go out as JSON, answers come back typed, failures as TtstError."""

import ipaddress
import json
from http.client import HTTPException
from typing import Any, Dict, Mapping, NoReturn, Optional, Type, TypeVar, Union
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ReadTimeoutError

from ._decode import Mismatch, decode
from ._version import VERSION
from .answers import Problem
from .errors import Timeout, Unavailable, UnexpectedAnswer, Unreachable, class_for_status

T = TypeVar("T")

EXCERPT = 80  # characters of a strange answer that an error shows


class Http:
    """A session with the daemon at a URL. For one thread at a time, as requests' sessions are."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url must be like http://127.0.0.1:8080, not {url!r}")
        self.url = url.rstrip("/")
        self.timeout = timeout
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"ttst-python/{VERSION}"
        # The environment may name a proxy, and a proxy's loopback is not ours.
        self._session.trust_env = not _is_loopback(parts.hostname)

    def close(self) -> None:
        self._session.close()

    def ask(
        self,
        kind: Type[T],
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Union[str, int, None]]] = None,
        body: Optional[Mapping[str, object]] = None,
        timeout: Optional[float] = None,
        wait_s: int = 0,
    ) -> T:
        """The answer to a request. Fields and parameters that are None are left out.

        `wait_s` is how long the daemon may take on purpose, on top of the time-out.
        """
        request = f"{method} {path}"
        content: Dict[str, Any] = {"params": query}
        if body is not None:
            given = {name: value for name, value in body.items() if value is not None}
            content["data"] = json.dumps(given, allow_nan=False)
            content["headers"] = {"Content-Type": "application/json"}
        patience_s = (self.timeout if timeout is None else timeout) + wait_s
        try:
            response = self._session.request(
                method, self.url + path, timeout=patience_s, allow_redirects=False, **content
            )
        except requests.RequestException as error:
            # Without what requests and urllib3 raised on the way: the reason says it all.
            raise self._failure(request, error, patience_s) from None
        if not 200 <= response.status_code < 300:
            _raise_refusal(request, response)
        try:
            return decode(kind, _parse(response))
        except Mismatch as error:
            raise _unexpected(request, response, str(error)) from None

    def _failure(
        self, request: str, error: requests.RequestException, patience_s: float
    ) -> Exception:
        root = _root(error)
        # A body that ends too late is no time-out to requests.
        if isinstance(error, requests.Timeout) or isinstance(root, ReadTimeoutError):
            return Timeout(f"{request}: no answer from {self.url} within {patience_s:g} s")
        reason = str(root).rpartition(">: ")[2]  # without the address of an object of urllib3's
        if isinstance(root, HTTPException) and not isinstance(root, ConnectionError):
            return UnexpectedAnswer(f"{request}: not an answer of ttstd's: {reason}")
        return Unreachable(f"{request}: no answer from {self.url}: {reason}")


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


def _raise_refusal(request: str, response: requests.Response) -> NoReturn:
    status = response.status_code
    request_id = response.headers.get("X-Request-Id")
    retry_after = response.headers.get("Retry-After", "")
    retry_after_s = int(retry_after) if retry_after.isdecimal() else None  # it may be a date
    if status == 503 and not response.content:  # there was not even memory for a problem
        raise Unavailable(
            request, status, response.reason, "the body is empty", None, request_id, retry_after_s
        )
    try:
        problem = decode(Problem, _parse(response))
    except Mismatch as error:
        raise _unexpected(request, response, str(error)) from None
    raise class_for_status(status)(
        request, status, problem.title, problem.detail, problem.field, request_id, retry_after_s
    )


def _unexpected(request: str, response: requests.Response, what: str) -> UnexpectedAnswer:
    kind = response.headers.get("Content-Type", "no Content-Type")
    begins = response.content[:EXCERPT].decode(errors="replace")
    return UnexpectedAnswer(
        f"{request}: not an answer of ttstd's ({response.status_code}, {kind}): {what};"
        f" it begins {begins!r}",
        response.status_code,
    )
