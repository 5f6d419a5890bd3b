"""libttst as others see it: its symbols, and its use without the daemon."""

import ctypes
import re
import subprocess

import pytest

import tictactoe
from daemon import BUILD, LIBRARY, ROOT
from tictactoe import EMPTY

OK, BAD_ARGUMENT, NO_MOVE = 0, 2, 3
PLAYER1, BOTH = 1, 3
DIGEST_SIZE = 72


def declared():
    """What the public header says there is."""
    header = (ROOT / "server" / "engine" / "ttst.h").read_text()
    return set(re.findall(r"TTST_API[^;]*?\b(ttst_\w+)\(", header))


def symbols(*arguments):
    listed = subprocess.run(
        ["nm", "--defined-only", *arguments], capture_output=True, text=True, check=True
    ).stdout
    return {line.split()[-1] for line in listed.splitlines() if len(line.split()) == 3}


def test_the_shared_library_exports_what_its_header_declares_and_nothing_else():
    assert len(declared()) >= 7
    assert symbols("-D", LIBRARY) == declared()


def test_the_static_library_defines_what_its_header_declares_and_nothing_else():
    assert symbols("-g", BUILD / "libttst.a") == declared()


class Brain:
    def __init__(self, library, game=b"tictactoe"):
        self.library = library
        self.handle = ctypes.c_void_p()
        assert library.ttst_brain_create(game, ctypes.byref(self.handle)) == OK

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.ttst_brain_destroy(self.handle)

    def train(self, matches, seed, lanes=16, learners=BOTH):
        results = (ctypes.c_uint64 * 3)()
        status = self.library.ttst_brain_train(
            self.handle, ctypes.c_uint64(matches), ctypes.c_uint64(seed), lanes, learners, results
        )
        assert status == OK
        return list(results)

    def weights(self, board):
        weights = (ctypes.c_uint32 * 9)()
        status = self.library.ttst_brain_weights(self.handle, board.encode(), weights)
        assert status == OK
        return list(weights)

    def move(self, board, random):
        move = ctypes.c_uint()
        status = self.library.ttst_brain_move(
            self.handle, board.encode(), ctypes.c_uint32(random), ctypes.byref(move)
        )
        assert status == OK
        return move.value

    def digest(self):
        digest = ctypes.create_string_buffer(DIGEST_SIZE)
        self.library.ttst_brain_digest(self.handle, digest)
        return digest.value.decode()


@pytest.fixture(scope="module")
def library():
    library = ctypes.CDLL(LIBRARY)
    library.ttst_brain_destroy.restype = None
    library.ttst_brain_digest.restype = None
    library.ttst_brain_cells.restype = ctypes.c_uint
    library.ttst_brain_moves.restype = ctypes.c_uint
    library.ttst_brain_export.restype = ctypes.c_size_t
    library.ttst_brain_export.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    library.ttst_brain_import.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    return library


def test_a_brain_can_be_made_and_looked_at(library):
    with Brain(library) as brain:
        assert library.ttst_brain_cells(brain.handle) == 9
        assert brain.weights(EMPTY) == [6] * 9
        assert brain.weights("120000000") == [0, 0] + [6] * 7


def test_equal_seeds_make_equal_brains(library):
    with Brain(library) as one, Brain(library) as other, Brain(library) as third:
        fresh = one.digest()
        assert one.train(20_000, 5) == other.train(20_000, 5)
        third.train(20_000, 6)
        assert one.digest() == other.digest() != third.digest()
        assert one.digest() != fresh


@pytest.mark.parametrize("lanes", [1, 16])
def test_results_count_every_match(library, lanes):
    with Brain(library) as brain:
        assert sum(brain.train(12_345, 2**64 - 1, lanes)) == 12_345


def test_the_digest_is_that_of_all_weights(library):
    with Brain(library) as brain:
        brain.train(10_000, 3)
        weights = {board: brain.weights(board) for board in tictactoe.decision_boards()}
        assert brain.digest() == tictactoe.digest(weights)


def test_who_does_not_learn_stays_as_they_are(library):
    with Brain(library) as brain:
        brain.train(10_000, 3, learners=PLAYER1)
        for board in tictactoe.decision_boards():
            if tictactoe.player(board) == 2:
                assert brain.weights(board) == [6 * (cell == "0") for cell in board]
        assert brain.weights(EMPTY) != [6] * 9


def test_moves_are_drawn_by_weight(library):
    with Brain(library) as brain:
        brain.train(10_000, 3)
        weights = brain.weights(EMPTY)
        steps = 9000
        moves = [brain.move(EMPTY, i * (2**32 // steps)) for i in range(steps)]
        assert moves == sorted(moves)  # a larger number never gives a lower cell
        for cell in range(9):
            assert abs(moves.count(cell) / steps - weights[cell] / sum(weights)) < 2 / steps


def test_the_library_and_the_daemon_have_the_same_fresh_brain(library, daemon):
    with Brain(library) as brain:
        assert brain.digest() == daemon.digest()


# Other games.


def made(library, game, rule):
    """The status of making a brain under a rule, and the brain."""
    brain = Brain.__new__(Brain)
    brain.library, brain.handle = library, ctypes.c_void_p()
    return library.ttst_brain_create_rule(game, rule, ctypes.byref(brain.handle)), brain


def exported(library, brain):
    """Whole bytes, and those of too little room, which stay as they are."""
    size = library.ttst_brain_export(brain.handle, None, 0)
    room = ctypes.create_string_buffer(size)
    assert library.ttst_brain_export(brain.handle, room, size - 1) == size
    assert not any(room.raw)
    assert library.ttst_brain_export(brain.handle, room, size) == size
    return room.raw


@pytest.mark.parametrize(
    "game, cells, moves", [(b"tictactoe", 9, 9), (b"connectfour", 42, 7), (b"6x4r4g", 24, 6), (b"8x5r4", 40, 40)]
)
def test_a_game_has_its_cells_and_moves(library, game, cells, moves):
    with Brain(library, game) as brain:
        assert library.ttst_brain_cells(brain.handle) == cells
        assert library.ttst_brain_moves(brain.handle) == moves


def test_a_network_expects_something_of_each_move_and_draws_among_them(library):
    weights, expected, move = (ctypes.c_uint32 * 4)(), (ctypes.c_double * 4)(), ctypes.c_uint()
    full = b"1210" b"2000" b"1000" b"2000"  # player 1 cannot have the first column
    with Brain(library, b"connectfour-4x4") as brain:
        brain.train(2000, 1)
        assert library.ttst_brain_weights(brain.handle, full, weights) == OK
        assert library.ttst_brain_expected(brain.handle, full, expected) == OK
        assert weights[0] == expected[0] == 0
        assert all(weight >= 1 and -1 <= value <= 1 for weight, value in zip(weights[1:], expected[1:]))
        for random in (0, 2**32 - 1):
            assert library.ttst_brain_move(brain.handle, full, random, ctypes.byref(move)) == OK
            assert move.value == (1 if random == 0 else 3)
        hanging = b"0000" b"1000" b"0000" b"0000"
        assert library.ttst_brain_expected(brain.handle, hanging, expected) == NO_MOVE


def test_a_table_expects_nothing(library):
    with Brain(library) as brain:
        assert library.ttst_brain_expected(brain.handle, EMPTY.encode(), (ctypes.c_double * 9)()) == BAD_ARGUMENT


@pytest.mark.parametrize(
    "game, rule", [(b"tictactoe", b"beads"), (b"tictactoe", b"menace"), (b"tictactoe", b"guard"),
                   (b"tictactoe", b"patterns"), (b"connectfour-4x4", b"patterns")],
)
def test_what_is_exported_makes_the_same_brain(library, game, rule):
    (status, one), (_, other) = made(library, game, rule), made(library, game, rule)
    assert status == OK
    with one, other:
        one.train(2000, 1)
        content = exported(library, one)
        altered = content[:60] + bytes([content[60] ^ 1]) + content[61:]
        fresh = other.digest()
        for wrong in (altered, content[:-1], content + b"x", b""):
            assert library.ttst_brain_import(other.handle, wrong, len(wrong)) == BAD_ARGUMENT
            assert other.digest() == fresh
        assert library.ttst_brain_import(other.handle, content, len(content)) == OK
        assert other.digest() == one.digest() != fresh
        assert one.train(1000, 2) == other.train(1000, 2) and other.digest() == one.digest()


def test_a_brain_of_another_kind_takes_no_bytes(library):
    with Brain(library) as table, Brain(library, b"connectfour-4x4") as network:
        for one, other in ((table, network), (network, table)):
            content = exported(library, one)
            assert library.ttst_brain_import(other.handle, content, len(content)) == BAD_ARGUMENT


@pytest.mark.parametrize(
    "game, rule", [(b"connectfour", b"beads"), (b"tictactoe", b"luck"), (b"chess", b"patterns"),
                   (b"8x8r3", b"patterns"), (b"06x4r4", b"patterns"), (b"9x8r4", b"patterns"), (b"4x4r5", b"patterns")],
)
def test_what_no_brain_can_be_is_not_made(library, game, rule):
    status, brain = made(library, game, rule)
    assert (status, brain.handle.value) == (BAD_ARGUMENT, None)


def test_what_cannot_be_is_refused(library):
    handle = ctypes.c_void_p()
    assert library.ttst_brain_create(b"chess", ctypes.byref(handle)) == BAD_ARGUMENT
    with Brain(library) as brain:
        weights = (ctypes.c_uint32 * 9)()
        for board, status in ((b"", BAD_ARGUMENT), (b"00000000x", BAD_ARGUMENT),
                              (b"0" * 10, BAD_ARGUMENT), (b"111220000", NO_MOVE),
                              (b"110000000", NO_MOVE)):
            assert library.ttst_brain_weights(brain.handle, board, weights) == status
        for lanes, learners in ((0, BOTH), (2, BOTH), (16, 0), (16, 4)):
            status = library.ttst_brain_train(
                brain.handle, ctypes.c_uint64(1), ctypes.c_uint64(1), lanes, learners, None
            )
            assert status == BAD_ARGUMENT
