"""What all kinds of calls share."""

from typing import Optional
from urllib.parse import quote

from ._http import Http
from .answers import Policy


class Calls:
    """Some of the calls of a Client."""

    _http: Http


def seed_text(seed: Optional[int]) -> Optional[str]:
    """As text, because JSON's numbers are exact only up to 2**53."""
    return None if seed is None else str(seed)


def policy_text(policy: Policy) -> str:
    """As it stands in a query: "power:4"."""
    if isinstance(policy, str):
        return policy
    return ",".join(f"{name}:{value}" for name, value in policy.items())


def brain_path(name: str, *more: str) -> str:
    return "/".join(["/brains", *(quote(part, safe="") for part in (name, *more))])
