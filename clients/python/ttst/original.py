"""Brain files of the original TTST program: two pickles, one a player.

Each is a dictionary of all 19,683 texts of nine digits 0 to 2, and a numpy array of nine weights to
each. Of these a player uses those of the boards at which it is his turn; all others lie there with
the weights of the start. A brain of ttstd has the used ones of both.

    rows = merge(read(first), read(second))
    first, second = map(write, split(rows))
"""

import itertools
import struct
from typing import Dict, Iterator, Mapping, Sequence, Tuple

from ._unpickle import Unreadable, unpickle
from .errors import TtstError
from .game import CELLS, decision_boards, player_to_move

START_WEIGHT = 6
TOTAL_MAX = 1 << 30  # of a row, in ttstd
ITEMS_AT_ONCE = 1000  # as Python's pickle has it

Row = Tuple[int, ...]
PLAYERS = {1: "first", 2: "second"}


class BrainFileError(TtstError, ValueError):
    """It is no brain file, or not one that the other side can have; the message names the key."""


def keys() -> Iterator[str]:
    """All keys, in ascending order."""
    return map("".join, itertools.product("012", repeat=CELLS))


def read(data: bytes) -> Dict[str, Row]:
    """The weights in a brain file, by key, as they are. Never runs what the file says.

    BrainFileError: it is no pickle of such a dictionary, or one that does more than that.
    """
    try:
        found = unpickle(data)
    except Unreadable as error:
        raise BrainFileError(f"no brain file of TTST's: {error}") from None
    for key in keys():
        if key not in found:
            raise BrainFileError(f"no brain file of TTST's: the key {key} is missing")
        if len(found[key]) != CELLS:
            raise BrainFileError(f"{key}: {len(found[key])} weights, not {CELLS}")
    if len(found) > 3**CELLS:
        odd = next(key for key in found if len(key) != CELLS or set(key) - set("012"))
        raise BrainFileError(f"no brain file of TTST's: the key {odd[:20]!r} is no board")
    return found


def merge(first: Mapping[str, Row], second: Mapping[str, Row]) -> Dict[str, Row]:
    """The rows of a brain of ttstd: from `first` those of player 1's turns, from `second` those of
    player 2's.

    BrainFileError: a weight of a row that a match gets to is beyond the limits, or one that no
    match gets to is not that of the start.
    """
    rows: Dict[str, Row] = {}
    reached = set(decision_boards())
    for player, weights in ((1, first), (2, second)):
        for key in keys():
            row = weights[key]
            if key in reached and player_to_move(key) == player:
                _check_row(player, key, row)
                rows[key] = row
            elif row != _start_row(key, START_WEIGHT):
                raise BrainFileError(
                    f"{PLAYERS[player]}: {key}: {list(row)} is not the start, and player {player}"
                    " never moves there"
                )
    return dict(sorted(rows.items()))


def split(
    rows: Mapping[str, Sequence[int]], start_weight: int = START_WEIGHT
) -> Tuple[Dict[str, Row], Dict[str, Row]]:
    """The weights of both files, from the rows of a brain of ttstd."""
    maps: Dict[int, Dict[str, Row]] = {1: {}, 2: {}}
    for key in keys():
        for player in maps:
            maps[player][key] = _start_row(key, start_weight)
        if key in rows:
            maps[player_to_move(key)][key] = tuple(rows[key])
    return maps[1], maps[2]


def write(weights: Mapping[str, Row]) -> bytes:
    """A brain file with these weights, as the original reads it."""
    parts = [_HEAD]
    items = iter(weights.items())
    while True:
        some = list(itertools.islice(items, ITEMS_AT_ONCE))
        if not some:
            return b"".join((*parts, b"."))
        parts += [b"(", *itertools.starmap(_item, some), b"u"]


def _check_row(player: int, key: str, row: Row) -> None:
    for cell, weight in enumerate(row):
        if key[cell] == "0" and weight < 1:
            problem = f"the weight {weight} is below 1, and the cell is free"
        elif key[cell] != "0" and weight != 0:
            problem = f"the weight {weight} is not 0, and the cell is taken"
        else:
            continue
        raise BrainFileError(f"{PLAYERS[player]}: {key}[{cell}]: {problem}")
    if sum(row) > TOTAL_MAX:
        raise BrainFileError(f"{PLAYERS[player]}: {key}: the weights add up to more than 2^30")


def _start_row(key: str, weight: int) -> Row:
    return tuple(weight if cell == "0" else 0 for cell in key)


# As instructions of protocol 4. What each array needs is remembered once: 0 the function that makes
# an array, 1 what it is called with, 2 the shape, 3 the dtype: "i8", and its state: little-endian.
_HEAD = b"".join(
    (
        b"\x80\x04",
        b"cnumpy.core.multiarray\n_reconstruct\n\x940",
        b"cnumpy\nndarray\nK\x00\x85C\x01b\x87\x940",
        b"K\x09\x85\x940",
        b"cnumpy\ndtype\n\x8c\x02i8\x89\x88\x87R",
        b"(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x940",
        b"}",
    )
)


def _item(key: str, row: Row) -> bytes:
    data = struct.pack("<9q", *row)
    name = b"\x8c\x09" + key.encode()
    return name + b"h\x00h\x01R(K\x01h\x02h\x03\x89C\x48" + data + b"tb"
