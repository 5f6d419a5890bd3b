"""libttst, loaded."""

import ctypes
import ctypes.util
import functools
import os
from pathlib import Path
from typing import Iterator

OK, NO_MEMORY, BAD_ARGUMENT, NO_MOVE = range(4)
DIGEST_SIZE = 72
SONAME = "libttst.so.0"


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """OSError where there is none."""
    tried = []
    for name in _names():
        try:
            loaded = ctypes.CDLL(name)
            _declare(loaded)
        except (OSError, AttributeError) as error:  # not there, or older than this client
            tried.append(str(error))
            continue
        return loaded
    raise OSError(
        "there is no libttst: `make` builds it, `make install` installs it, TTST_LIB names it;"
        f" tried: {'; '.join(tried)}"
    )


def _names() -> Iterator[str]:
    """Where it may be: named, in the clone that this file is in, or installed."""
    named = os.environ.get("TTST_LIB")
    if named:
        yield named
        return
    above = Path(__file__).resolve().parents
    if len(above) > 3 and (above[3] / "server" / "engine" / "ttst.h").exists():
        yield str(above[3] / "build" / "libttst.so")
    yield SONAME
    yield "/usr/local/lib/" + SONAME  # where the loader does not look everywhere


def _declare(loaded: ctypes.CDLL) -> None:
    brain, text = ctypes.c_void_p, ctypes.c_char_p
    loaded.ttst_brain_create_rule.argtypes = [text, text, ctypes.POINTER(ctypes.c_void_p)]
    loaded.ttst_brain_destroy.argtypes = [brain]
    loaded.ttst_brain_destroy.restype = None
    loaded.ttst_brain_set_kernel.argtypes = [brain, text]
    loaded.ttst_brain_train.argtypes = [
        brain,
        ctypes.c_uint64,
        ctypes.c_uint64,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.POINTER(ctypes.c_uint64),
    ]
    loaded.ttst_brain_weights.argtypes = [brain, text, ctypes.c_void_p]
    loaded.ttst_brain_expected.argtypes = [brain, text, ctypes.c_void_p]
    loaded.ttst_brain_move.argtypes = [brain, text, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint)]
    loaded.ttst_brain_export.argtypes = [brain, ctypes.c_void_p, ctypes.c_size_t]
    loaded.ttst_brain_export.restype = ctypes.c_size_t
    loaded.ttst_brain_digest.argtypes = [brain, text]
    loaded.ttst_brain_digest.restype = None
