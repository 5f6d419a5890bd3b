"""Turns the JSON of answers into dataclasses.

A class's annotations describe its JSON. A field that they do not name is ignored, because answers
may gain fields; one that they name must be there, unless it has a default.
"""

import dataclasses
import functools
import reprlib
from datetime import datetime
from typing import (
    Annotated,
    Any,
    Callable,
    Dict,
    Hashable,
    NamedTuple,
    Tuple,
    Type,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

NUMBER_MAX = 2**64  # none of the daemon's is larger
NESTED_MAX = 3  # levels of lists and objects, where a class does not say what is in them

T = TypeVar("T")
Reader = Callable[[Any], Any]  # raises ValueError


class Mismatch(ValueError):
    """The JSON is not what the class describes; the message names the field."""


class _Field(NamedTuple):
    name: str
    read: Reader
    required: bool


def decode(kind: Type[T], value: object) -> T:
    """An object of that dataclass, from its parsed JSON. Raises Mismatch."""
    if not isinstance(value, dict):
        raise Mismatch("no JSON object")
    known: Dict[str, Any] = {}
    for field in _fields(cast(Hashable, kind)):
        if field.name in value:
            try:
                known[field.name] = field.read(value[field.name])
            except ValueError as error:
                raise Mismatch(f"{field.name}: {error}") from None
        elif field.required:
            raise Mismatch(f"{field.name} is missing")
    return kind(**known)


@functools.lru_cache(maxsize=None)
def _fields(kind: Any) -> Tuple[_Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        _Field(field.name, _reader(hints[field.name]), field.default is dataclasses.MISSING)
        for field in dataclasses.fields(kind)
    )


def _reader(hint: Any) -> Reader:
    """What reads a value of that type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:  # with its reader
        return cast(Reader, arguments[1])
    if origin is Union:  # Optional
        return functools.partial(_read_optional, _reader(arguments[0]))
    if origin is tuple:
        return functools.partial(_read_list, _reader(arguments[0]))
    if dataclasses.is_dataclass(hint):
        return functools.partial(decode, cast(Type[Any], hint))
    if hint is float:
        return _read_float
    if origin is dict:
        return _read_object
    return functools.partial(_read_exactly, origin or hint)


def _read_optional(read: Reader, value: Any) -> Any:
    return None if value is None else read(value)


def _read_list(read: Reader, value: Any) -> Tuple[Any, ...]:
    return tuple(map(read, _read_exactly(list, value)))


def _read_float(value: Any) -> float:
    number = value if type(value) is float else float(_read_exactly(int, value))
    if not abs(number) <= NUMBER_MAX:
        raise ValueError("a number beyond all limits")
    return number


def _read_object(value: Any) -> Any:
    return unchanged(_read_exactly(dict, value))


def _read_exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:  # isinstance would take true for a number
        raise ValueError(f"{reprlib.repr(value)} is no {kind.__name__}")
    if kind is int and not -NUMBER_MAX <= cast(int, value) <= NUMBER_MAX:
        raise ValueError("a number beyond all limits")
    return value


def read_number_text(value: object) -> int:
    """A whole number that travels as a string."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit()
    if not is_number or len(str(value)) > len(str(NUMBER_MAX)):
        raise ValueError(f"{reprlib.repr(value)} is no number in a string")
    return int(str(value))


def read_time(value: object) -> datetime:
    """A time as the daemon writes it, in UTC: 2026-01-31T12:00:00.000Z"""
    if not (isinstance(value, str) and value.endswith("Z")):
        raise ValueError(f"{reprlib.repr(value)} is no time in UTC")
    return datetime.fromisoformat(value[:-1] + "+00:00")


def read_policy(value: Any) -> Any:
    """A name, or {"power": 4}: a name and its number."""
    if isinstance(value, dict):
        return {name: _read_float(number) for name, number in value.items()}
    return _read_exactly(str, value)


def unchanged(value: Any) -> Any:
    """What the caller gets as it is in the JSON."""
    _check_nesting(value, NESTED_MAX)
    return value


def _check_nesting(value: Any, levels: int) -> None:
    if isinstance(value, (list, dict)):
        if levels == 0:
            raise ValueError("nested too deep")
        for inner in value.values() if isinstance(value, dict) else value:
            _check_nesting(inner, levels - 1)
    elif isinstance(value, (int, float)) and not abs(value) <= NUMBER_MAX:
        raise ValueError("a number beyond all limits")
