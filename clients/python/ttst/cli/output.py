"""What a command says: text for people, JSON for programs."""

import dataclasses
import json
import sys
from argparse import Namespace
from datetime import datetime
from typing import Any, Iterable, List, Sequence


class Failure(Exception):
    """It cannot be done; the message is all that is said."""


def wants_json(args: Namespace) -> bool:
    return bool(getattr(args, "json", False))


def show(args: Namespace, value: Any, text: str) -> None:
    """Says the text or, with --json, the value."""
    print(as_json(value) if wants_json(args) else text)


def as_json(value: Any) -> str:
    """On one line, as the daemon says it."""
    return json.dumps(_plain(value), default=_time)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        if "seed" in fields:  # beyond 2**53 it is exact only as text
            fields["seed"] = str(fields["seed"])
        return fields
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise TypeError(f"{value!r} has no JSON")


def records(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table on a terminal; for programs fields between tabs, with plain numbers."""
    if sys.stdout.isatty():
        return table(head, rows)
    lines: List[Sequence[object]] = [head, *rows]
    return "\n".join("\t".join(map(_field, line)) for line in lines)


def _field(value: object) -> str:
    return "" if value is None else str(value)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns of one width each; those of numbers stand to the right."""
    lines: List[Sequence[object]] = [head, *rows]
    texts = [[_cell(value) for value in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*texts)]
    right = [all(isinstance(line[i], (int, float)) for line in lines[1:]) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(line, widths, right)
        ).rstrip()
        for line in texts
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return share(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "-" if value is None else str(value)


def share(value: float) -> str:
    """Four decimals; one that is neither 0 nor 1 never looks so."""
    text = f"{value:.4f}"
    return f"{value:.1e}" if text in ("0.0000", "1.0000") and value not in (0, 1) else text


def can_show(text: str) -> bool:
    """Whether standard output has these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
