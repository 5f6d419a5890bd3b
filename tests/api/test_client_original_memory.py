"""The Python client: what files that call themselves TTST's may take to be read, however small."""

import pickle
import subprocess
import sys

import numpy
import pytest

from daemon import DEADLINE_S, ROOT
from original_files import content
from ttst import original

MEMORY_MAX = 256 << 20  # of a process's addresses, Python's own among them
READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
sys.path.insert(0, sys.argv[2])
from ttst import original
try:
    original.read(sys.stdin.buffer.read())
except original.BrainFileError as error:
    sys.exit(f"refused: {error}")
"""

KIND = b"cnumpy\ndtype\n\x94\x8c\x02i1\x94\x89\x88\x87\x94R\x94"
ARRAY = b"cnumpy.core.multiarray\n_reconstruct\n\x94cnumpy\nndarray\nK\x00\x85C\x01b\x87\x94"


def state(size):
    """An array's, of that many numbers of a byte each, which fills as many arrays as it is used for."""
    length = size.to_bytes(4, "little")
    return b"(K\x01J" + length + b"\x85h\x03\x89B" + length + b"x" * size + b"t\x94"


def filled(size, begin):
    """Instructions that give four megabytes' worth of arrays one remembered state, in eight bytes each."""
    return begin + state(size) + b"h\x04h\x05Rh\x06b" * 520_000


BOMBS = {
    "arrays-of-512-numbers": b"\x80\x04" + filled(512, KIND + ARRAY),
    "arrays-of-72-numbers": b"\x80\x04" + filled(72, KIND + ARRAY),
    "dtypes": b"\x80\x04" + KIND + b"h\x00h\x02R" * 800_000,
    "tuples-in-tuples": b"\x80\x04)" + b"\x85" * 4_100_000,
    "tuples-side-by-side": b"\x80\x04" + b"N\x85" * 2_000_000,
    "memories": b"\x80\x04N" + b"\x94" * 4_100_000,
    "memories-of-tuples": b"\x80\x04)" + b"\x85\x94" * 2_000_000,
    "numbers": b"\x80\x04" + b"J\xff\xff\xff\x7f" * 800_000,
    "texts": b"\x80\x04" + b"\x8c\x04\xf0\x90\x8d\x88" * 690_000,
    "a-wide-text": b"\x80\x04X\xfc\xff\x3e\x00" + b"\xf0\x90\x8d\x88" + b"x" * 0x3EFFF8,
    "bytes": b"\x80\x04" + b"C\x02ab" * 1_000_000,
    "nothing": b"\x80\x04(" + b"N0" * 2_000_000,
}


def read(data):
    return subprocess.run(
        [sys.executable, "-c", READ, str(MEMORY_MAX), str(ROOT / "clients" / "python")],
        input=data, capture_output=True, timeout=DEADLINE_S,
    )


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_is_refused_before_it_takes_much_memory(name):
    assert len(BOMBS[name]) <= 4 << 20
    done = read(BOMBS[name])
    assert done.stderr.startswith(b"refused: no brain file of TTST's: "), done.stderr[-300:]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", ["<i8", ">i4"])
def test_the_longest_way_to_say_a_brain_is_read_with_as_much(protocol, kind):
    weights = {key: numpy.array([9] * 9, kind) for key in original.keys()}
    done = read(pickle.dumps(weights, protocol))
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_originals_files_are_read_with_as_much():
    assert read(content("first")).returncode == 0
