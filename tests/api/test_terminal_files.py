"""The command `ttst` and the brain files of the original program."""

import pickle

import pytest

import tictactoe
from original_files import DIGESTS, content, digest
from terminal import Terminal
from ttst import original

PLAYERS = ("first", "second")


@pytest.fixture
def terminal(shared):
    return Terminal(shared.url)


def files(folder, first, second):
    """The words that name two files, which have these contents."""
    words = []
    for player, data in zip(PLAYERS, (first, second)):
        (folder / player).write_bytes(data)
        words += [f"--{player}", folder / player]
    return words


def names(folder):
    return [word for player in PLAYERS for word in (f"--{player}", folder / f"{player}.out")]


def test_what_goes_in_comes_out(terminal, shared, tmp_path):
    words = files(tmp_path, content("first"), content("second"))
    assert terminal.says("import-ttst", *words, "veteran") == "veteran: rule beads, 4,520 boards\n"
    assert shared.move(board="000000000", brain="veteran")["weights"][0] == 4218
    assert terminal.says("export-ttst", *names(tmp_path), "veteran") == ""
    for player in PLAYERS:
        written = pickle.loads((tmp_path / f"{player}.out").read_bytes())
        assert len(written) == 19_683
        assert digest({k: list(map(int, row)) for k, row in written.items()}) == DIGESTS[player]


def test_an_imported_brain_goes_on_learning(terminal, shared, tmp_path):
    words = files(tmp_path, content("first"), content("second"))
    terminal.says("import-ttst", *words, "student")
    before = shared.digest("student")
    shared.learn(1000, brain="student", seed=1)
    assert shared.digest("student") != before
    terminal.says("export-ttst", *names(tmp_path), "student")
    maps = [original.read((tmp_path / f"{player}.out").read_bytes()) for player in PLAYERS]
    assert tictactoe.digest(original.merge(*maps)) == shared.digest("student")


def test_an_import_takes_the_place_of_what_was_there(terminal, shared, tmp_path):
    shared.create_brain("replaced")
    shared.learn(100, brain="replaced")
    fresh = original.write(original.split({})[0])
    assert terminal.json("import-ttst", *files(tmp_path, fresh, fresh), "replaced")["matches"] == 0
    assert shared.digest("replaced") == shared.digest("default")


def test_a_brain_of_another_rule_is_not_replaced(terminal, shared, tmp_path):
    shared.put("/brains/guarded", {"game": "tictactoe", "rule": "guard"})
    fresh = original.write(original.split({})[0])
    words = files(tmp_path, fresh, fresh)
    assert "409 Conflict" in terminal.complains(1, "import-ttst", *words, "guarded")


def test_files_in_the_wrong_order_are_refused(terminal, shared, tmp_path):
    words = files(tmp_path, content("second"), content("first"))
    said = terminal.complains(1, "import-ttst", *words, "swapped")
    assert said.startswith("ttst: first: 0000000") and "never moves there" in said
    assert shared.get("/brains/swapped").status_code == 404


def test_a_harmful_file_is_refused_by_its_name(terminal, shared, tmp_path):
    harmful = b"cos\nsystem\n(S'touch " + str(tmp_path / "done").encode() + b"'\ntR."
    said = terminal.complains(1, "import-ttst", *files(tmp_path, content("first"), harmful), "hurt")
    assert f"{tmp_path}/second: no brain file of TTST's: byte 0: wants os.system" in said
    assert not (tmp_path / "done").exists()


def test_an_endless_file_is_refused(terminal, tmp_path):
    said = terminal.complains(1, "import-ttst", "--first", "/dev/zero", "--second", "/dev/zero", "x")
    assert "more than 4,194,304 bytes" in said


def test_a_brain_with_another_start_weight_lies_about_nothing(terminal, shared, tmp_path):
    shared.create_brain("heavy", start_weight=50)
    terminal.says("export-ttst", *names(tmp_path), "heavy")
    written = pickle.loads((tmp_path / "first.out").read_bytes())
    assert set(map(tuple, written.values())) == {
        tuple(50 * (cell == "0") for cell in key) for key in original.keys()
    }


def test_a_brain_with_symmetry_has_no_such_files(terminal, shared, tmp_path):
    shared.create_brain("mirrored", symmetry=True)
    said = terminal.complains(1, "export-ttst", *names(tmp_path), "mirrored")
    assert "mirrored has one row for boards that are the same" in said
    assert not (tmp_path / "first.out").exists()


def test_what_the_files_cannot_hold_is_said(terminal, shared, tmp_path):
    shared.put("/brains/proven", {"game": "tictactoe", "rule": "guard"})
    done = terminal.run("export-ttst", *names(tmp_path), "proven")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "ttst: what the brain has proven has no place in these files\n"


def test_both_files_have_to_be_named(terminal, tmp_path):
    done = terminal.run("import-ttst", "--first", tmp_path / "first", "x")
    assert done.returncode == 2 and "--second" in done.stderr
