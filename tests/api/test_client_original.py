"""The Python client: brain files of the original TTST program, and pickles that only pretend."""

import builtins
import io
import os
import pickle
import random
import struct

import numpy
import pytest

import tictactoe
from original_files import DIGESTS, content, digest
from ttst import game, original
from ttst._unpickle import Unreadable, unpickle
from ttst.original import BrainFileError

PLAYERS = ("first", "second")
FRESH = {key: tuple(6 * (cell == "0") for cell in key) for key in original.keys()}


@pytest.fixture(scope="module")
def maps():
    return {player: original.read(content(player)) for player in PLAYERS}


def fresh(**rows):
    """The weights of the start, but for rows like k000000000."""
    return {**FRESH, **{name[1:]: tuple(row) for name, row in rows.items()}}


def refusal(ask, *arguments):
    with pytest.raises(BrainFileError) as caught:
        ask(*arguments)
    return str(caught.value)


# What the original wrote.


@pytest.mark.parametrize("player", PLAYERS)
def test_the_originals_files_are_read_to_the_last_weight(maps, player):
    assert len(maps[player]) == 19_683
    assert digest(maps[player]) == DIGESTS[player]


def test_both_files_make_all_rows_of_a_brain(maps):
    rows = original.merge(maps["first"], maps["second"])
    assert list(rows) == tictactoe.decision_boards()
    assert rows["000000000"] == (4218, 618, 894, 1233, 2791, 225, 25, 311, 3839)
    assert rows["000010000"] == (1496, 1, 7305, 16, 0, 1, 194, 1, 305)


def test_the_rows_make_both_files_again(maps):
    rows = original.merge(maps["first"], maps["second"])
    assert original.split(rows) == (maps["first"], maps["second"])


def test_the_boards_of_this_game_are_those_of_the_tests():
    assert list(game.decision_boards()) == tictactoe.decision_boards()
    assert all(game.result_on(b) is None for b in game.decision_boards())
    assert [game.result_on(b) for b in ("111220000", "110222010", "121122211")] == [
        "player1", "player2", "draw"
    ]


def test_what_is_written_is_what_the_original_loads(maps):
    loaded = pickle.loads(original.write(maps["first"]))
    assert list(loaded) == list(maps["first"])
    assert {key: tuple(map(int, row)) for key, row in loaded.items()} == maps["first"]
    row = loaded["000000000"]
    assert (type(row), row.dtype, row.shape) == (numpy.ndarray, numpy.dtype("int64"), (9,))


def test_a_brain_that_the_original_loads_can_learn():
    loaded = pickle.loads(original.write(FRESH))
    loaded["000000000"][4] += 3
    assert (loaded["000000000"][4], loaded["100000000"][4]) == (9, 6)


def test_keys_that_the_game_never_reaches_are_written_with_the_start_weight():
    first, second = original.split({}, start_weight=7)
    assert first == second
    assert first["111000000"] == (0, 0, 0, 7, 7, 7, 7, 7, 7)


# The same in other words.


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", ["<i8", ">i4", "u2", "i1"])
def test_every_protocol_and_whole_number_is_read(protocol, kind):
    weights = {key: numpy.array(row, kind) for key, row in FRESH.items()}
    weights["000000000"] = numpy.array([1, 2, 3, 4, 5, 6, 7, 8, 127], kind)
    read = original.read(pickle.dumps(weights, protocol))
    assert read == fresh(k000000000=[1, 2, 3, 4, 5, 6, 7, 8, 127])


def test_arrays_of_newer_numpys_are_read():
    data = original.write(FRESH).replace(b"cnumpy.core.", b"cnumpy._core.")
    assert original.read(data) == FRESH


def test_numpy_is_not_needed(monkeypatch):
    real = builtins.__import__

    def without_numpy(name, *more):
        if name.startswith("numpy"):
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without_numpy)
    assert original.read(original.write(FRESH)) == FRESH


# Weights that no brain can have.


@pytest.mark.parametrize(
    "key, row, why",
    [
        ("000000000", [0, 6, 6, 6, 6, 6, 6, 6, 6], r"first: 000000000[0]: the weight 0 is below 1"),
        ("000000000", [6, 6, 6, -3, 6, 6, 6, 6, 6], "first: 000000000[3]: the weight -3 is below 1"),
        ("120000000", [1, 0, 6, 6, 6, 6, 6, 6, 6], "first: 120000000[0]: the weight 1 is not 0"),
        ("000000000", [2**30] + [1] * 8, "first: 000000000: the weights add up to more than 2^30"),
        ("100000000", [0] + [7] * 8, "first: 100000000: [0, 7, 7, 7, 7, 7, 7, 7, 7] is not the"),
        ("111000000", [0, 0, 0] + [9] * 6, "first: 111000000: [0, 0, 0, 9, 9, 9, 9, 9, 9] is not"),
        ("222222222", [1] + [0] * 8, "first: 222222222: [1, 0, 0, 0, 0, 0, 0, 0, 0] is not the"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name(key, row, why):
    assert refusal(original.merge, fresh(**{"k" + key: row}), FRESH).startswith(why)


def test_a_row_of_the_second_file_is_named_so():
    odd = fresh(k000000000=[5] * 9)
    assert refusal(original.merge, FRESH, odd).startswith("second: 000000000: [5, 5")


def test_the_largest_row_there_can_be_is_taken():
    row = (2**30 - 8, *[1] * 8)
    assert original.merge(fresh(k000000000=row), FRESH)["000000000"] == row


# Dictionaries that are no brain.


def dump(**changes):
    """A brain file with some entries exchanged; None leaves one out."""
    weights = {key: numpy.array(row) for key, row in FRESH.items()}
    for name, value in changes.items():
        weights[name[1:]] = value
        if value is None:
            del weights[name[1:]]
    return pickle.dumps(weights)


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "it was cut short"),
        (b"\x80", "it was cut short"),
        (b"a brain", "byte 0: the instruction b'a'"),
        (pickle.dumps({}), "the key 000000000 is missing"),
        (pickle.dumps([]), "the instruction b']'"),
        (pickle.dumps("x"), "no dictionary"),
        (dump(k210000000=None), "the key 210000000 is missing"),
        (dump(kelse=numpy.zeros(9, int)), "the key 'else' is no board"),
        (dump(k000000000=numpy.zeros(8, int)), "000000000: 8 weights, not 9"),
        (dump(k000000000=numpy.zeros((3, 3), int)), "the shape 3x3, which is no row"),
        (dump(k000000000=numpy.zeros(9)), "'f8', which are no whole numbers"),
        (dump(k000000000=numpy.zeros(9, bool)), "'b1', which are no whole numbers"),
        (dump(k000000000=numpy.array([None] * 9)), "'O8', which are no whole numbers"),
        (dump(k000000000=numpy.zeros(9, [("a", "i8")])), "'V8', which are no whole numbers"),
        (dump(k000000000=list(range(9))), "the instruction b']'"),
        (dump(k000000000="six"), "an entry that is no array by a text"),
        (dump(k000000000=numpy.int64(6)), "numpy.core.multiarray.scalar, which no brain map"),
        (pickle.dumps({1: numpy.zeros(9, int)}), "an entry that is no array by a text"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_no_brain_file_is_refused_with_a_reason(data, why):
    assert why in refusal(original.read, data)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.999999])
def test_a_file_that_was_cut_is_refused(kept):
    data = content("first")
    refusal(original.read, data[: int(len(data) * kept)])


def test_a_key_that_is_there_twice_is_refused():
    data = original.write(FRESH).replace(b"000000001", b"000000000", 1)
    assert "the key '000000000' twice" in refusal(original.read, data)


# Pickles that do harm to who loads them.


class Calls:
    """Is pickled as the call of a function."""

    def __init__(self, called, *arguments):
        self.call = called, arguments

    def __reduce__(self):
        return self.call


HARMFUL = {
    "os.system": lambda path: Calls(os.system, f"touch {path}"),
    "eval": lambda path: Calls(eval, f"open({str(path)!r}, 'w')"),
    "exec": lambda path: Calls(exec, f"open({str(path)!r}, 'w')"),
    "open": lambda path: Calls(open, str(path), "w"),
    "getattr": lambda path: Calls(getattr, Calls(__import__, "os"), "system"),
    "numpy.load": lambda path: Calls(numpy.load, str(path)),
    "io": lambda path: Calls(io.FileIO, str(path), "w"),
    "dtype": lambda path: Calls(numpy.dtype, Calls(eval, "'i8'")),
}


@pytest.mark.parametrize("name", HARMFUL)
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_what_a_file_wants_done_is_not_done(tmp_path, name, protocol):
    target = tmp_path / "done"
    harmful = HARMFUL[name](target)
    for data in (pickle.dumps(harmful, protocol), pickle.dumps({"000000000": harmful}, protocol)):
        refusal(original.read, data)
    assert not target.exists()


def array(data, memo=b""):
    """The instructions for an array of one byte numbers: the state alone, after _reconstruct."""
    made = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
    kind = b"cnumpy\ndtype\n\x8c\x02i1\x89\x88\x87R"
    size = struct.pack("<I", len(data))
    shape = b"J" + size + b"\x85"
    return made + b"(K\x01" + shape + kind + memo + b"\x89B" + size + data + b"tb"


HUGE = b"\xff\xff\xff\x7f"
BOMBS = {
    "a-text-of-2-gigabytes": b"X" + HUGE + b".",
    "bytes-of-8-exabytes": b"\x96" + HUGE + HUGE + b".",
    "a-memo-of-16-gigabytes": b"}r" + HUGE + b".",
    "a-number-of-2-gigabytes": b"\x8b" + HUGE + b".",
    "a-frame-of-8-exabytes": b"\x80\x04\x95" + HUGE + HUGE + b".",
    "a-million-tuples-deep": b"}(" + b")" + b"\x85" * 1_000_000 + b"Nu.",
    "a-million-marks-deep": b"(" * 1_000_000 + b".",
    "a-million-dictionaries": b"}" * 1_000_000 + b".",
    "a-million-memories": b"}" + b"\x94" * 1_000_000 + b".",
    "a-hash-of-2-to-the-60": b"}(" + b")" + b"\x94h\x00\x86" * 60 + b"Nu.",
    "a-large-array": b"}(X\x01\x00\x00\x00k" + array(b"x" * 2_000_000) + b"u.",
    "a-large-file": content("first") + b"." * 2_000_000,
    "a-call-of-a-class": b"cnumpy\nndarray\nK\x09\x85R.",
    "a-state-without-a-thing": b"(tb.",
    "a-state-for-a-dictionary": b"}(tb.",
    "pops-of-nothing": b"0.",
    "tuples-of-nothing": b"\x87.",
    "items-of-nothing": b"}(Nu.",
    "marks-of-nothing": b"u.",
    "a-memory-of-nothing": b"h\x05.",
    "a-name-of-numbers": b"K\x01K\x02\x93.",
    "an-extension": b"\x82\x01.",
    "a-persistent-id": b"Pid\n.",
    "a-class-built": b"cbuiltins\nobject\n)\x81.",
    "an-instance": b"(ios\nsystem\n.",
    "a-name-without-an-end": b"c" + b"o" * 1_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_would_take_all_there_is_is_refused_at_once(name):
    refusal(original.read, BOMBS[name])


def test_noise_is_read_or_refused_and_nothing_else():
    seed = random.randrange(2**32)
    print("seed", seed)
    noise = random.Random(seed)
    good = pickle.dumps({str(number): numpy.arange(9) for number in range(3)})
    refused = 0
    for _ in range(20_000):
        spoilt = bytearray(good)
        for _ in range(noise.randint(1, 3)):
            spoilt[noise.randrange(len(good))] = noise.randrange(256)
        try:
            unpickle(bytes(spoilt))
        except Unreadable:
            refused += 1
    assert refused > 5000


# Through the daemon.


def test_a_brain_has_the_files_weights_and_gives_them_back(client, maps):
    rows = original.merge(maps["first"], maps["second"])
    file = {
        "format": "ttst-brain/1",
        "game": "tictactoe",
        "rule": "beads",
        "matches": 0,
        "results": {"player1": 0, "player2": 0, "draw": 0},
        "rows": rows,
    }
    brain = client.import_brain("from-ttst", file)
    assert client.brain(brain.name).digest == tictactoe.digest(rows)
    assert client.move("000000000", brain=brain.name).weights == rows["000000000"]
