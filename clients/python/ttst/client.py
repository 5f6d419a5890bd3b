"""A daemon, and what it can be asked for."""

from types import TracebackType
from typing import List, Optional, Type

from ._brains import Brains
from ._http import Http, Request
from ._play import Play
from ._training import Training
from .answers import GameInfo, GameList, Health, Version
from .errors import Timeout, Unavailable, UnexpectedAnswer, Unreachable

DEFAULT_URL = "http://127.0.0.1:8080"
GATEWAY_STATUSES = (502, 503, 504)  # a proxy's, in words of its own, where the daemon is away


class Client(Play, Training, Brains):
    """A ttstd at a URL.

        with ttst.Client("http://127.0.0.1:8080") as client:
            print(client.move("000000000").move)

    url      http or https, of the daemon or of a proxy before it
    timeout  how many seconds a call may take before Timeout is raised, all told: with what is sent
             again, and to the answer's last byte. Only to look up a name, and to try more than one
             address of it, takes longer. The daemon waits up to 5 s itself for another program to
             let go of its database
    token    what the daemon wants to see before it does anything; None where it wants nothing
    ca_file  PEM file of who vouches for an https daemon; None: what REQUESTS_CA_BUNDLE or
             CURL_CA_BUNDLE names, or whom this machine trusts
    retries  how often a request is sent again that did not get through, or that the daemon asks to
             repeat within 5 s. Only where that does no harm: what changes something is sent again
             only where an Idempotency-Key, or the change itself, makes that do nothing more

    Each method takes a `timeout` of its own, and raises TtstError: ApiError if the daemon refuses,
    Unreachable, Timeout, UnexpectedAnswer (also for an answer of more than 64 MB), or
    InvalidArgument. The environment's proxies are used unless the daemon is on this machine's
    loopback; ~/.netrc never is. Connections are kept and used again: one client for a thread.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        timeout: float = 10.0,
        token: Optional[str] = None,
        ca_file: Optional[str] = None,
        retries: int = 2,
    ) -> None:
        """Connects to nothing yet. InvalidArgument, which is a ValueError, if one of them cannot be
        used."""
        self._http = Http(url, timeout, retries, token, ca_file)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def games(self, *, timeout: Optional[float] = None) -> List[GameInfo]:
        """The games that have a name; ttst.game.find tells how others are described."""
        return list(self._http.ask(GameList, Request("GET", "/games"), timeout).games)

    def version(self, *, timeout: Optional[float] = None) -> Version:
        """The versions of the daemon and of its libraries."""
        return self._http.ask(Version, Request("GET", "/version"), timeout)

    def is_alive(self, *, timeout: Optional[float] = None) -> bool:
        """Whether a daemon answers at all. UnexpectedAnswer if it is none."""
        return self._says_yes("/healthz", timeout)

    def is_ready(self, *, timeout: Optional[float] = None) -> bool:
        """Whether a daemon takes requests: it is there and not going down. UnexpectedAnswer if it
        is none."""
        return self._says_yes("/readyz", timeout)

    def _says_yes(self, path: str, timeout: Optional[float]) -> bool:
        try:
            self._http.ask(Health, Request("GET", path, repeatable=False), timeout)
        except (Unavailable, Unreachable, Timeout):
            return False
        except UnexpectedAnswer as error:
            if error.status in GATEWAY_STATUSES:
                return False
            raise
        return True
