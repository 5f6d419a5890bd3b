"""The Python extension chooser: draws by weight, and what it refuses."""

import array
import collections
import os
import subprocess
import sys

import numpy
import pytest

from daemon import BUILD, DEADLINE_S

sys.path.insert(0, str(BUILD / "python"))

import chooser  # where that path finds it

WEIGHTS = [4218, 618, 894, 0, 2791, 225, 25, 311, 3839]
SEED = 20261124


def draws(weights, n=1000, seed=SEED):
    chooser.seed(seed)
    return chooser.choose_many(weights, n)


# Draws.


@pytest.mark.parametrize(
    "weights",
    [
        WEIGHTS,
        [1] * 64,
        list(range(65)),
        [0] * 500 + [3, 0, 5] * 300 + [0] * 500,
        [2**40, 0, 3 * 2**40],
        [2**62, 2**61, 2**61 - 1],
    ],
    ids=["nine", "64", "65", "long", "heavy", "heaviest"],
)
def test_an_index_is_drawn_as_often_as_its_weight_says(weights):
    n = 200_000
    counts = collections.Counter(draws(weights, n))
    total = sum(weights)
    chi_square = sum(
        (counts[i] - n * w / total) ** 2 / (n * w / total) for i, w in enumerate(weights) if w
    )
    freedom = sum(w > 0 for w in weights) - 1
    assert chi_square < freedom + 6 * (2 * freedom) ** 0.5
    assert not any(counts[i] for i, w in enumerate(weights) if not w)


def test_one_weight_is_always_drawn():
    assert chooser.choose([7]) == 0
    assert set(draws([0, 0, 1, 0])) == {2}


@pytest.mark.parametrize("length", [1, 63, 64, 65, 100_000])
def test_any_length_is_drawn_from_to_its_ends(length):
    first, last = [0] * length, [0] * length
    first[0] = last[-1] = 1
    assert (chooser.choose(first), chooser.choose(last)) == (0, length - 1)


def test_an_index_is_an_int():
    assert type(chooser.choose(WEIGHTS)) is int


# Kinds of weights.


@pytest.mark.parametrize(
    "make",
    [
        tuple,
        numpy.array,
        lambda weights: list(numpy.array(weights)),
        lambda weights: numpy.array([weights, weights])[1],
        lambda weights: numpy.array([weights, weights]).T[:, 0],
        lambda weights: numpy.array(weights[::-1])[::-1],
        lambda weights: array.array("Q", weights),
        lambda weights: memoryview(array.array("i", weights)),
        lambda weights: numpy.array(weights, "u2"),
        lambda weights: type("Weights", (list,), {})(weights),
    ],
    ids=["tuple", "numpy", "list-of-numpys", "row", "column", "reversed", "array", "memoryview",
         "u2", "subclass"],
)
def test_the_same_weights_give_the_same_draws_whatever_they_are_in(make):
    assert draws(make(WEIGHTS)) == draws(WEIGHTS)


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_every_size_of_whole_numbers_is_read_to_its_largest(kind):
    most = int(numpy.iinfo(kind).max) if kind != "u8" else 2**63 - 1
    assert set(draws(numpy.array([0, most, 0], kind))) == {1}


def test_bytes_are_weights_too():
    assert set(draws(b"\0\0\1")) == set(draws(bytearray(b"\0\0\1"))) == {2}


def test_an_array_that_is_not_aligned_is_read():
    packed = numpy.zeros(9, [("pad", "u1"), ("weight", "<i8")])
    packed["weight"] = WEIGHTS
    assert draws(packed["weight"]) == draws(WEIGHTS)


# Seeds.


def test_the_same_seed_gives_the_same_draws():
    assert draws(WEIGHTS) == draws(WEIGHTS)
    assert draws(WEIGHTS) != draws(WEIGHTS, seed=SEED + 1)


def test_many_draws_are_those_of_as_many_calls():
    many = draws(WEIGHTS, 100)
    chooser.seed(SEED)
    assert [chooser.choose(WEIGHTS) for _ in range(100)] == many


@pytest.mark.parametrize("seed", [0, 2**64 - 1, numpy.int64(5)])
def test_any_seed_below_2_to_the_64_is_one(seed):
    assert chooser.seed(seed) is None


@pytest.mark.parametrize("seed, kind", [(-1, OverflowError), (2**64, OverflowError),
                                        (1.5, TypeError), (None, TypeError)])
def test_what_is_no_seed_is_refused(seed, kind):
    with pytest.raises(kind):
        chooser.seed(seed)


def test_two_processes_begin_with_other_draws():
    words = [sys.executable, "-c", "import chooser; print(chooser.choose_many([1] * 9, 50))"]
    environment = {**os.environ, "PYTHONPATH": str(BUILD / "python")}
    said = {
        subprocess.run(words, env=environment, capture_output=True, timeout=DEADLINE_S).stdout
        for _ in range(2)
    }
    assert len(said) == 2


def test_a_forked_process_draws_on_its_own():
    script = (
        "import os, chooser\n"
        "chooser.seed(1)\n"
        "read, write = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.write(write, bytes(chooser.choose_many([1] * 9, 50)))\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "print(os.read(read, 50) != bytes(chooser.choose_many([1] * 9, 50)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(BUILD / "python")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, timeout=DEADLINE_S
    )
    assert (done.stdout, done.stderr) == (b"True\n", b"")


# Refusals.


class Odd:
    """A whole number whose asking changes the list that it is in."""

    def __init__(self, target):
        self.target = target

    def __index__(self):
        self.target.clear()
        return 1

    def __repr__(self):
        return "odd"


def self_emptying():
    weights = [1] * 9
    weights[4] = Odd(weights)
    return weights


@pytest.mark.parametrize(
    "weights, kind, message",
    [
        ([], ValueError, "weights must not be empty"),
        ((), ValueError, "weights must not be empty"),
        (numpy.zeros(0, int), ValueError, "weights must not be empty"),
        ([3, -1, 2], ValueError, r"weights\[1\] must not be negative, and is -1"),
        ([3, -(2**80)], ValueError, r"weights\[1\] must not be negative"),
        (numpy.array([3, 1, -2]), ValueError, r"weights\[2\] must not be negative, and is -2"),
        (numpy.array([-128], "i1"), ValueError, r"weights\[0\] must not be negative, and is -128"),
        ([0] * 9, ValueError, "weights must not all be 0"),
        ([0] * 900, ValueError, "weights must not all be 0"),
        (numpy.zeros(9, int), ValueError, "weights must not all be 0"),
        ([1, 2.5], TypeError, r"weights\[1\] must be a whole number, not float"),
        ([1, "2"], TypeError, r"weights\[1\] must be a whole number, not str"),
        ([None], TypeError, r"weights\[0\] must be a whole number, not NoneType"),
        (numpy.ones(9), TypeError, "must be whole numbers as this machine has them, .* 'd'"),
        (numpy.ones(9, bool), TypeError, r"of the format '\?'"),
        (numpy.ones(9, ">i8"), TypeError, "of the format '>q'"),
        (numpy.ones(9, complex), TypeError, "of the format 'Zd'"),
        (numpy.ones(3, [("a", "i8")]), TypeError, "of the format"),
        (numpy.ones((3, 3), int), ValueError, "weights must have 1 dimension, not 2"),
        (numpy.array(5), ValueError, "weights must have 1 dimension, not 0"),
        ([2**63], OverflowError, r"weights\[0\] must be below 2\*\*63"),
        (numpy.array([1, 2**63], "u8"), OverflowError, r"weights\[1\] must be below 2\*\*63"),
        ([2**62, 2**62], OverflowError, r"weights must add up to less than 2\*\*63"),
        ([2**62] * 1000, OverflowError, r"weights must add up to less than 2\*\*63"),
        ("111", TypeError, "weights must be a list, a tuple or a buffer of whole numbers, not str"),
        ({0: 1}, TypeError, "not dict"),
        (7, TypeError, "not int"),
        (None, TypeError, "not NoneType"),
        (self_emptying(), RuntimeError, "weights changed while they were read"),
    ],
    ids=str,
)
def test_what_are_no_weights_is_refused(weights, kind, message):
    with pytest.raises(kind, match=message):
        chooser.choose(weights)
    if not isinstance(weights, list) or weights:  # the self-emptying one is spent
        with pytest.raises(kind, match=message):
            chooser.choose_many(weights, 5)


@pytest.mark.parametrize(
    "arguments, kind",
    [((), TypeError), ((WEIGHTS,), TypeError), ((WEIGHTS, 1, 2), TypeError),
     ((WEIGHTS, -1), ValueError), ((WEIGHTS, 1.5), TypeError), ((WEIGHTS, 2**80), OverflowError),
     ((WEIGHTS, 2**62), MemoryError)],
    ids=str,
)
def test_what_is_no_number_of_draws_is_refused(arguments, kind):
    with pytest.raises(kind):
        chooser.choose_many(*arguments)


def test_no_draws_are_an_empty_list():
    assert chooser.choose_many(WEIGHTS, 0) == []


def test_nothing_is_kept_of_what_was_drawn_from():
    long, refused = [1] * 100_000, [1] * 99_999 + [-1]
    before = sys.getrefcount(long), sys.getrefcount(1)
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    for _ in range(300):
        chooser.choose(long)
        with pytest.raises(ValueError):
            chooser.choose(refused)
    assert (sys.getrefcount(long), abs(sys.getrefcount(1) - before[1]) < 100) == (before[0], True)
    with open("/proc/self/statm") as file:
        assert int(file.read().split()[1]) - pages < 10_000  # of 4 KB; a leak would be 120,000
