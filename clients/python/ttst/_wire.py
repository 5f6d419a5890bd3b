"""The way to a daemon and back. requests and urllib3 see to connections, proxies and TLS, but their
time-outs begin anew with every byte, and what they read has no end. So each answer, from its status
line to its last byte, is read through an Allowance."""

import functools
import io
import socket
import time
from http.client import HTTPException, HTTPResponse
from typing import Any, Dict, Iterator, Optional, Type, Union

import requests
from requests.adapters import HTTPAdapter

ANSWER_MAX = 64 << 20  # bytes; a daemon takes no larger file of a brain either
PIECE = 1 << 16  # bytes read at once: a length is only what an answer says of itself


class TooLong(Exception):
    """An answer has more than ANSWER_MAX bytes."""


class Allowance:
    """How long an answer may take, all told, and how many bytes it may have."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds
        self.bytes_left = ANSWER_MAX
        self.silence_s: Optional[float] = None

    def make_endless(self, silence_s: float) -> None:
        """From now on it may go on for ever, if only it is never silent so long."""
        self.silence_s = silence_s

    def left_s(self) -> float:
        if self.silence_s is not None:
            return self.silence_s
        left = self.end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left

    def room(self) -> int:
        """How many bytes may come next."""
        if self.silence_s is not None:
            return PIECE
        if self.bytes_left == 0:
            raise TooLong
        return self.bytes_left

    def take(self, count: int) -> None:
        self.bytes_left -= count


class _Reader(io.RawIOBase):
    """A socket's bytes, as far as the allowance goes."""

    def __init__(self, raw: io.RawIOBase, connected: socket.socket, allowance: Allowance) -> None:
        self._raw = raw
        self._socket = connected
        self._allowance = allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._socket.settimeout(self._allowance.left_s())
        count = self._raw.readinto(memoryview(buffer)[: self._allowance.room()])
        if self._allowance.silence_s is None:
            self._allowance.take(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, allowance: Allowance, sock: socket.socket, *more: Any, **named: Any) -> None:
        super().__init__(sock, *more, **named)
        self.fp: Any = io.BufferedReader(_Reader(self.fp.detach(), sock, allowance))


class Wire(HTTPAdapter):
    """Connections that are kept and used again."""

    def __init__(self) -> None:
        self.allowance = Allowance(0)  # of the request that is under way
        super().__init__()

    def init_poolmanager(self, *more: Any, **named: Any) -> None:
        super().init_poolmanager(*more, **named)  # type: ignore[no-untyped-call]
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        is_known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **named)  # type: ignore[no-untyped-call]
        if not is_known:
            self._watch(manager)
        return manager

    def close(self) -> None:
        super().close()  # type: ignore[no-untyped-call]

    def _watch(self, manager: Any) -> None:
        """Has the answers on all connections of a manager read by the allowance of their time."""
        pools: Dict[str, Type[Any]] = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (_Watched, pool), {"wire": self})
            for scheme, pool in pools.items()
        }

    def answer(
        self,
        request: requests.PreparedRequest,
        allowance: Allowance,
        verify: Union[bool, str],
        proxies: Dict[str, str],
    ) -> "Answer":
        """Raises what requests, urllib3 and the system do, and TooLong."""
        self.allowance = allowance
        return Answer(
            self.send(
                request, stream=True, timeout=allowance.left_s(), verify=verify, proxies=proxies
            )
        )


class _Watched:
    """What a pool of connections does besides."""

    wire: Wire

    def _get_conn(self, timeout: Optional[float] = None) -> Any:
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        allowance = self.wire.allowance
        connection.response_class = functools.partial(_Response, allowance)
        if connection.sock is not None:  # it has the rest of the last request's time
            connection.sock.settimeout(allowance.left_s())
        return connection


class Answer:
    """What came: its head, and its body as it comes."""

    def __init__(self, response: requests.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.reason = response.reason or ""
        self.headers = response.headers
        self.content = b""

    def pieces(self) -> Iterator[bytes]:
        """Of the body, each as soon as it is there, not decompressed. Raises what Wire.answer()
        does."""
        yield from self._response.raw.stream(PIECE, decode_content=False)
        if self._response.raw.length_remaining:
            raise HTTPException("it was cut short")

    def read(self) -> None:
        """Puts the whole body into `content`."""
        self.content = b"".join(self.pieces())

    def close(self) -> None:
        self._response.close()
