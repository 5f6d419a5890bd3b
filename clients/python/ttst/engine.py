"""Self-play in this very process, on libttst: no daemon, no files."""

import ctypes
import secrets
import threading
from types import TracebackType
from typing import Any, Dict, Iterable, Optional, Tuple, Type

from . import game
from ._evaluate import evaluate
from ._libttst import BAD_ARGUMENT, DIGEST_SIZE, NO_MEMORY, NO_MOVE, OK, library
from .answers import Policy, Results
from .evaluation import Evaluation

COUNT_MAX = 2**53
LANES = (1, 16)


class Engine:
    """A brain under the rule `beads` with its default options, as the original's.

        with ttst.Engine() as engine:
            engine.train(1_000_000, seed=42)
            print(engine.row("000000000"), engine.evaluate("greedy").never_loses)

    kernel   the code that plays: "scalar", "avx2", "avx512", or "auto", the fastest here. All learn
             the same from the same seed
    matches  that it has learned from
    results  of these, by what stood on the board

    OSError where there is no libttst: `make` builds it, and TTST_LIB may name it. A thread that
    uses an engine waits for the others that do; other threads go on.
    """

    def __init__(self, kernel: str = "auto") -> None:
        """ValueError where this processor cannot run that kernel."""
        self._library = library()
        self._lock = threading.Lock()
        self._brain: Optional[ctypes.c_void_p] = None
        self.matches = 0
        self.results = Results(0, 0, 0)
        brain = ctypes.c_void_p()
        _check(self._library.ttst_brain_create(game.NAME.encode(), ctypes.byref(brain)))
        self._brain = brain
        status = self._library.ttst_brain_set_kernel(brain, kernel.encode())
        _check(status, f"kernel must be one that this processor can run, not {kernel!r}")

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_brain", None) is not None:
            self.close()

    def close(self) -> None:
        """Frees the brain. It cannot be used any more."""
        with self._lock:
            if self._brain is not None:
                self._library.ttst_brain_destroy(self._brain)
            self._brain = None

    def train(
        self,
        matches: int,
        *,
        seed: Optional[int] = None,
        lanes: int = 16,
        learn: Iterable[int] = (1, 2),
    ) -> Results:
        """Plays so many matches of the brain against itself, and returns how they ended.

        matches  0 to 2**53, on top of those that it has played
        seed     0 to 2**64 - 1: the same calls on an equal brain make an equal brain. Drawn if None
        lanes    1: each match learns from all before it, as the original does. 16: as many at once,
                 which is faster
        learn    the players whose moves learn

        ValueError: out of range. Cannot be interrupted: a million take some tens of milliseconds.
        """
        players = set(learn)
        if not players or not players <= {1, 2}:
            raise ValueError(f"learn must name player 1, 2 or both, not {sorted(players)}")
        if lanes not in LANES:
            raise ValueError(f"lanes must be 1 or 16, not {lanes}")
        if not 0 <= matches <= COUNT_MAX:
            raise ValueError(f"matches must be 0 to 2**53, not {matches}")
        seed = secrets.randbits(64) if seed is None else seed
        if not 0 <= seed < 2**64:
            raise ValueError(f"seed must be 0 to 2**64 - 1, not {seed}")
        counts = (ctypes.c_uint64 * 3)()
        with self._lock:
            _check(
                self._library.ttst_brain_train(
                    self._open(), matches, seed, lanes, sum(players), counts
                )
            )
            self.matches += matches
            before = self.results
            self.results = Results(
                before.player1 + counts[0], before.player2 + counts[1], before.draw + counts[2]
            )
        return Results(*counts)

    def row(self, board: str) -> Tuple[int, ...]:
        """The weights of a board: nine, one a cell; 0 where it is taken.

        ValueError: no board at which somebody is to move.
        """
        weights = (ctypes.c_uint32 * game.CELLS)()
        with self._lock:
            self._copy_row(board, ctypes.addressof(weights))
        return tuple(weights)

    def weights(self) -> memoryview:
        """A copy of all weights: 4,520 rows of nine, whole numbers of 32 bits, in the order of
        ttst.decision_boards(). numpy.asarray(engine.weights()) makes an array of it as it is.
        """
        boards = game.decision_boards()
        weights = (ctypes.c_uint32 * (game.CELLS * len(boards)))()
        size, begin = game.CELLS * ctypes.sizeof(ctypes.c_uint32), ctypes.addressof(weights)
        with self._lock:
            for number, board in enumerate(boards):
                self._copy_row(board, begin + number * size)
        return memoryview(weights).cast("B").cast("I", (len(boards), game.CELLS))

    def evaluate(self, policy: Policy = "sample") -> Evaluation:
        """Exactly how good the brain plays by a policy. Takes a fraction of a second.

        ValueError: no such policy.
        """
        return evaluate(self._rows(), policy, "engine", self.matches)

    @property
    def digest(self) -> str:
        """ "sha256:..." over all weights, as Client.brain has it: equal digests, equal weights."""
        digest = ctypes.create_string_buffer(DIGEST_SIZE)
        with self._lock:
            self._library.ttst_brain_digest(self._open(), digest)
        return digest.value.decode()

    def export(self) -> Dict[str, Any]:
        """The brain as a file for Client.import_brain, by which a daemon gets it."""
        return {
            "format": "ttst-brain/1",
            "game": game.NAME,
            "rule": "beads",
            "matches": self.matches,
            "results": vars(self.results),
            "digest": self.digest,
            "rows": self._rows(),
        }

    def _rows(self) -> Dict[str, Any]:
        return dict(zip(game.decision_boards(), self.weights().tolist()))

    def _copy_row(self, board: str, to: int) -> None:
        status = self._library.ttst_brain_weights(self._open(), board.encode(), to)
        _check(status, f"there is no move on the board {board!r}")

    def _open(self) -> ctypes.c_void_p:
        if self._brain is None:
            raise ValueError("this engine is closed")
        return self._brain


def _check(status: int, problem: str = "impossible") -> None:
    if status == NO_MEMORY:
        raise MemoryError
    if status in (BAD_ARGUMENT, NO_MOVE):
        raise ValueError(problem)
    assert status == OK
