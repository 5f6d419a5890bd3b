"""Self-play in this very process, on libttst: no daemon, no files."""

import base64
import ctypes
import hashlib
import secrets
import struct
import threading
from types import TracebackType
from typing import Any, Dict, Iterable, Optional, Tuple, Type

from ._evaluate import evaluate
from ._libttst import BAD_ARGUMENT, DIGEST_SIZE, NO_MEMORY, NO_MOVE, OK, library
from .answers import Policy, Results
from .evaluation import Evaluation
from .game import TICTACTOE, decision_boards, find

COUNT_MAX = 2**53
LANES = (1, 16)
PATTERNS = "patterns"
BLOB_HEAD, BLOB_HASH = 48, 32  # bytes around the weights, as ttst.h has it


class Engine:
    """A brain of any game under the default options of its rule: unless told otherwise tic-tac-toe
    and `beads`, as the original's.

        with ttst.Engine() as engine:
            engine.train(1_000_000, seed=42)
            print(engine.row("000000000"), engine.evaluate("greedy").never_loses)

        with ttst.Engine(game="connectfour") as engine:
            engine.train(20_000, seed=42)
            print(engine.game.move_name(engine.move(engine.game.board_after("4453"))))

    kernel   the code that plays: "scalar", "avx2", "avx512", or "auto", the fastest here. All learn
             the same from the same seed; it has no say under the rule patterns
    game     its name, or a description like "6x4r4g"; afterwards the ttst.Game
    rule     "beads", "menace" or "guard" for tictactoe, or "patterns" for any game; None: "beads" for
             tictactoe, else "patterns"
    matches  that it has learned from
    results  of these, by what stood on the board

    OSError where there is no libttst: `make` builds it, and TTST_LIB may name it. A thread that
    uses an engine waits for the others that do; other threads go on.
    """

    def __init__(
        self, kernel: str = "auto", *, game: str = "tictactoe", rule: Optional[str] = None
    ) -> None:
        """ValueError where there is no such game or rule, or this processor cannot run that kernel."""
        self._library = library()
        self._lock = threading.Lock()
        self._brain: Optional[ctypes.c_void_p] = None
        self.game = find(game)
        self.rule = rule or ("beads" if self.game == TICTACTOE else PATTERNS)
        self.matches = 0
        self.results = Results(0, 0, 0)
        brain = ctypes.c_void_p()
        names = self.game.name.encode(), self.rule.encode()
        status = self._library.ttst_brain_create_rule(*names, ctypes.byref(brain))
        _check(status, f"there are no brains of {self.game.name} under a rule {self.rule!r}")
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
                 which is faster; it has no say under the rule patterns
        learn    the players whose moves learn

        ValueError: out of range. Cannot be interrupted: a million take some tens of milliseconds, of
        Connect Four some 15 seconds.
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
        """The weights of a board: one a move, nine in tic-tac-toe; 0 where it is not legal. (Under
        the rule guard, moves are drawn among those of the best proof.)

        ValueError: no board at which somebody is to move.
        """
        weights = (ctypes.c_uint32 * self.game.moves)()
        with self._lock:
            self._copy_row(board, ctypes.addressof(weights))
        return tuple(weights)

    def expected(self, board: str) -> Optional[Tuple[Optional[float], ...]]:
        """What is expected to come of each move for who is to move, -1 lost to 1 won; None where it
        is not legal. None for rules other than patterns.

        ValueError: no board at which somebody is to move.
        """
        weights = self.row(board)
        if self.rule != PATTERNS:
            return None
        values = (ctypes.c_double * self.game.moves)()
        with self._lock:
            _check(self._library.ttst_brain_expected(self._open(), board.encode(), values))
        return tuple(value if weight else None for value, weight in zip(values, weights))

    def move(self, board: str, *, random: Optional[int] = None) -> int:
        """A move, drawn by weight, as the policy "sample" does.

        random  0 to 2**32 - 1, as likely as each other: what it is drawn by. Drawn itself if None

        ValueError: out of range, or no board at which somebody is to move.
        """
        random = secrets.randbits(32) if random is None else random
        if not 0 <= random < 2**32:
            raise ValueError(f"random must be 0 to 2**32 - 1, not {random}")
        move = ctypes.c_uint()
        with self._lock:
            status = self._library.ttst_brain_move(
                self._open(), board.encode(), random, ctypes.byref(move)
            )
        _check(status, _no_move(board))
        return move.value

    def weights(self) -> memoryview:
        """A copy of all weights: 4,520 rows of nine, whole numbers of 32 bits, in the order of
        ttst.decision_boards(). Under the rule patterns two rows of as many as there are, with signs:
        the weights that learn, and their averages, which play. numpy.asarray(engine.weights()) makes
        an array of it as it is.
        """
        if self.rule != PATTERNS:
            return self._table()
        networks = bytearray(self._blob()[BLOB_HEAD:-BLOB_HASH])
        return memoryview(networks).cast("i", (2, len(networks) // 8))

    def evaluate(self, policy: Policy = "sample") -> Evaluation:
        """Exactly how good the brain plays by a policy. Takes a fraction of a second.

        ValueError: no such policy, or the game is not tic-tac-toe.
        """
        if self.game != TICTACTOE:
            raise ValueError(f"brains of {self.game.name} are not evaluated: it has too many boards")
        return evaluate(self._played_rows(), policy, "engine", self.matches)

    @property
    def digest(self) -> str:
        """ "sha256:..." over all weights, as Client.brain has it: equal digests, equal weights."""
        digest = ctypes.create_string_buffer(DIGEST_SIZE)
        with self._lock:
            self._library.ttst_brain_digest(self._open(), digest)
        return digest.value.decode()

    def export(self) -> Dict[str, Any]:
        """The brain as a file for Client.import_brain, by which a daemon gets it."""
        if self.rule == PATTERNS:
            return self._export_patterns()
        file = {
            "format": "ttst-brain/1",
            "game": self.game.name,
            "rule": self.rule,
            "matches": self.matches,
            "results": vars(self.results),
            "digest": self.digest,
            "rows": self._rows(),
        }
        return {**file, "proofs": self._proofs()} if self.rule == "guard" else file

    def _export_patterns(self) -> Dict[str, Any]:
        blob = self._blob()
        matches, player1, player2, draw = struct.unpack_from("<4Q", blob, BLOB_HEAD - 32)
        networks = blob[BLOB_HEAD:-BLOB_HASH]
        half = len(networks) // 2
        return {
            "format": "ttst-patterns/1",
            "game": self.game.name,
            "rule": self.rule,
            "matches": matches,
            "results": {"player1": player1, "player2": player2, "draw": draw},
            "digest": "sha256:" + hashlib.sha256(networks).hexdigest(),
            "weights": base64.b64encode(networks[:half]).decode(),
            "averages": base64.b64encode(networks[half:]).decode(),
        }

    def _rows(self) -> Dict[str, Any]:
        return dict(zip(decision_boards(), self._table().tolist()))

    def _played_rows(self) -> Dict[str, Any]:
        """The weights that moves are drawn by: of what is proven only the best."""
        rows = self._rows()
        if self.rule == "guard":
            for board, proofs in self._proofs().items():
                best = max(proof for proof, cell in zip(proofs, board) if cell == "0")
                rows[board] = [w if p == best else 0 for w, p in zip(rows[board], proofs)]
        return rows

    def _table(self) -> memoryview:
        """The weights of all boards of tic-tac-toe."""
        boards, cells = decision_boards(), TICTACTOE.cells
        weights = (ctypes.c_uint32 * (cells * len(boards)))()
        size, begin = cells * ctypes.sizeof(ctypes.c_uint32), ctypes.addressof(weights)
        with self._lock:
            for number, board in enumerate(boards):
                self._copy_row(board, begin + number * size)
        return memoryview(weights).cast("B").cast("I", (len(boards), cells))

    def _proofs(self) -> Dict[str, Any]:
        """Of all boards: behind the weights, 4 bytes a legal move, there is a byte for each."""
        body = self._blob()[BLOB_HEAD:-BLOB_HASH]
        proofs = iter(memoryview(body).cast("b")[len(body) // 5 * 4 :])
        return {
            board: [next(proofs) if cell == "0" else 0 for cell in board]
            for board in decision_boards()
        }

    def _blob(self) -> bytes:
        """The brain in the library's bytes."""
        with self._lock:
            brain = self._open()
            buffer = ctypes.create_string_buffer(
                self._library.ttst_brain_export(brain, None, 0) or 1
            )
            if self._library.ttst_brain_export(brain, buffer, len(buffer)) != len(buffer):
                raise MemoryError
        return buffer.raw

    def _copy_row(self, board: str, to: int) -> None:
        status = self._library.ttst_brain_weights(self._open(), board.encode(), to)
        _check(status, _no_move(board))

    def _open(self) -> ctypes.c_void_p:
        if self._brain is None:
            raise ValueError("this engine is closed")
        return self._brain


def _no_move(board: str) -> str:
    return f"there is no move on the board {board!r}"


def _check(status: int, problem: str = "impossible") -> None:
    if status == NO_MEMORY:
        raise MemoryError
    if status in (BAD_ARGUMENT, NO_MOVE):
        raise ValueError(problem)
    assert status == OK
