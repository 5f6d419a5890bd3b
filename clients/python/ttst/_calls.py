"""What all kinds of calls share."""

from typing import Optional
from urllib.parse import quote

from ._given import shown
from ._http import Http
from .answers import Policy
from .errors import InvalidArgument


class Calls:
    """Some of the calls of a Client."""

    _http: Http


def seed_text(seed: Optional[int]) -> Optional[str]:
    """As text, because JSON's numbers are exact only up to 2**53."""
    try:
        return None if seed is None else str(seed)
    except ValueError:
        raise InvalidArgument(f"seed must be 0 to 2**64 - 1, not {shown(seed)}") from None


def policy_text(policy: Policy) -> str:
    """As it stands in a query: "power:4"."""
    if isinstance(policy, str):
        return policy
    return ",".join(f"{name}:{value}" for name, value in policy.items())


def brain_path(name: str, *more: str) -> str:
    return path_of("brains", name, *more)


def path_of(*parts: object) -> str:
    """Of which each stays one part, whatever is in it."""
    return "".join(map(_part, parts))


def _part(part: object) -> str:
    try:
        text = quote(str(part), safe="")
    except ValueError as error:  # a number of too many digits, half a character
        raise InvalidArgument(f"{shown(part)} cannot be part of a path: {error}") from None
    if text in ("", ".", ".."):
        raise InvalidArgument(f"{shown(part)} cannot be part of a path")
    return f"/{text}"
