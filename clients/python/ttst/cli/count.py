"""Whole numbers as people write them: 1000, 1,000, 1e6, 100k, 2.5M."""

import re

LENGTH_MAX = 40  # characters; the largest number there is has 20 digits
POWERS = {"": 0, "k": 3, "m": 6, "g": 9, "b": 9}

# Commas, _ or blanks stand between groups of three; a point only where a power of ten follows.
_COUNT = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:[,_ ][0-9]{3})+|[0-9]+)"
    r"(?:(?:\.(?P<part>[0-9]+))?(?:[eE](?P<power>[0-9]{1,2})| ?(?P<unit>[kmgbKMGB])))?"
)


def read_count(text: str) -> int:
    """ValueError: it is no whole number. What may be written is the table of schema/README.md."""
    found = _COUNT.fullmatch(text) if len(text) <= LENGTH_MAX else None
    if found is None:
        shown = text[:LENGTH_MAX]
        raise ValueError(f"{shown!r} is no whole number, such as 1000, 1e6, 100k or 2.5M")
    part = (found["part"] or "").rstrip("0")
    power = int(found["power"] or POWERS[(found["unit"] or "").lower()]) - len(part)
    if power < 0:
        raise ValueError(f"{text!r} is no whole number")
    digits = re.sub("[,_ ]", "", found["whole"]) + part
    return int(digits + "0" * power)
