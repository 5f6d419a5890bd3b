"""What a client is given, looked at before anything is sent, and what the environment adds.

An argument stands above the environment, which may say two things: by which proxies a daemon is
reached (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), but not one on loopback, because a proxy's
loopback is not ours; and who vouches for an https daemon where no `ca_file` does
(REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE). Passwords in ~/.netrc are none of a daemon's, and never sent.
"""

import ipaddress
import numbers
import os
import reprlib
import ssl
from typing import Dict, Optional, Union
from urllib.parse import SplitResult, urlsplit

from requests.utils import get_environ_proxies

from .errors import InvalidArgument

TIMEOUT_MAX_S = 2_000_000  # about what the system can wait: 2**31 milliseconds
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # requests' order

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 120


def shown(value: object) -> str:
    """As an error shows it: never long."""
    try:
        return _short.repr(value)
    except Exception:  # a number of too many digits, or whatever its class does
        return f"a {type(value).__name__}"


def checked_timeout(value: float) -> float:
    """In seconds."""
    if not isinstance(value, numbers.Real) or not 0 < value <= TIMEOUT_MAX_S:
        raise InvalidArgument(
            f"timeout must be more than 0 seconds and at most {TIMEOUT_MAX_S:,}, not {shown(value)}"
        )
    return float(value)


def checked_wait(name: str, seconds: float) -> float:
    """How long to wait for something: it may be 0, or without an end."""
    if not isinstance(seconds, numbers.Real) or not seconds >= 0:
        raise InvalidArgument(f"{name} must be 0 seconds or more, not {shown(seconds)}")
    return float(seconds)


def checked_retries(value: int) -> int:
    if not isinstance(value, int) or value < 0:
        raise InvalidArgument(f"retries must be 0 or more, not {shown(value)}")
    return value


def checked_token(token: str) -> str:
    if not token or not all("!" <= character <= "~" for character in token):
        raise InvalidArgument("token must be of visible ASCII characters without spaces")
    return token


def checked_url(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host.encode("idna")  # as looking it up will do
        is_right = parts.scheme in ("http", "https") and host != "" and parts.port != 0
    except (ValueError, AttributeError, TypeError) as error:
        raise InvalidArgument(f"url: {error}: {shown(url)}") from None
    if not is_right or parts.query or parts.fragment or not url.isprintable() or " " in url:
        raise InvalidArgument(f"url must be like http://127.0.0.1:8080, not {shown(url)}")
    return parts


def proxies_for(url: SplitResult) -> Dict[str, str]:
    """The environment's."""
    host = url.hostname or ""
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    return {} if is_loopback else get_environ_proxies(url.geturl(), no_proxy=None)


def checked_ca(url: SplitResult, ca_file: Optional[str]) -> Union[bool, str]:
    """The file of who vouches for the daemon, or True: whom requests trusts by itself."""
    named = {"ca_file": ca_file}
    if url.scheme == "https":
        named.update((name, os.environ.get(name)) for name in CA_VARIABLES)
    for name, path in named.items():
        if path is not None and (path or name == "ca_file"):
            _check_pem(name, path)
            return path
    return True


def _check_pem(name: str, path: str) -> None:
    if name in CA_VARIABLES and os.path.isdir(path):  # of certificates by their hashes
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise InvalidArgument(f"{name}: {shown(path)} has no certificate in PEM") from None
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidArgument(f"{name}: {shown(path)}: {reason}") from None
