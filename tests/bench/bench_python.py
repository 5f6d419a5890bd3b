"""A draw of nine weights from Python: the extension chooser beside numpy's choice."""

import os
import sys
import time
import timeit
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(os.environ["TTST_BUILD"]) / "python"))

import chooser  # where that path finds it

WEIGHTS = [4218, 618, 894, 1233, 2791, 225, 25, 311, 3839]  # of TTST's first board when trained
ROW = np.array(WEIGHTS)
CELLS = np.arange(9)


def numpy_choice():
    return np.random.choice(CELLS, p=ROW / ROW.sum())


def nanoseconds(call, calls, **names):
    """Of processor time for one call, loop included."""
    return timeit.timeit(call, timer=time.process_time, globals=names, number=calls) / calls * 1e9


def measurements():
    """What draws from what: functions that return a tuple of nanoseconds a draw."""
    tuple_ = tuple(WEIGHTS)
    return {
        "`numpy.random.choice`, a numpy row":
            lambda: (nanoseconds("f()", 10_000, f=numpy_choice),),
        "`chooser.choose`, a numpy row":
            lambda: (nanoseconds("f(x)", 500_000, f=chooser.choose, x=ROW),),
        "`chooser.choose`, a list":
            lambda: (nanoseconds("f(x)", 500_000, f=chooser.choose, x=WEIGHTS),),
        "`chooser.choose`, a tuple":
            lambda: (nanoseconds("f(x)", 500_000, f=chooser.choose, x=tuple_),),
        "`chooser.choose_many`, a list":
            lambda: (nanoseconds("f(x, n)", 50, f=chooser.choose_many, x=WEIGHTS, n=10_000)
                     / 10_000,),
    }


def table(found):
    """The head and rows of the table of their medians."""
    base = next(iter(found.values()))[0]
    return (
        ["a draw of nine weights from Python", "time", ""],
        [[name, f"{ns:,.0f} ns", f"{base / ns:,.0f}x"] for name, (ns,) in found.items()],
    )
