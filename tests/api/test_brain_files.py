"""/brains/{name}/export and /brains/{name}/import"""

import contextlib
import copy
import hashlib
import json
import select
import sqlite3

import pytest

import tictactoe
from contract import assert_problem
from daemon import DEADLINE_S, ENDLESS, Wire, encode
from test_brain_changes import checkpoints, made
from test_curve import curve
from test_rules import create
from tictactoe import EMPTY

pytestmark = pytest.mark.usefixtures("nothing_left_training")


def export(daemon, name):
    answer = daemon.get(f"/brains/{name}/export")
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(daemon, name, file):
    return daemon.put(f"/brains/{name}/import", file)


@pytest.fixture(scope="module")
def files(shared):
    """Files of brains of all kinds."""
    made(shared, "beads")
    made(shared, "menace", rule="menace", symmetry=True)
    made(shared, "guard", rule="guard")
    return {name: export(shared, name) for name in ("beads", "menace", "guard")}


@pytest.mark.parametrize("name", ["beads", "menace", "guard"])
def test_a_file_says_all_of_a_brain(shared, files, name):
    file, brain = files[name], shared.brain(name)
    assert file["format"] == "ttst-brain/1"
    for field in ("game", "rule", "options", "matches", "results", "digest"):
        assert file[field] == brain[field]
    assert len(file["rows"]) == brain["rows"]
    assert ("proofs" in file) == (name == "guard")
    if name != "menace":
        assert sorted(file["rows"]) == tictactoe.decision_boards()
        board = shared.get(f"/brains/{name}/boards/100020000").json()
        assert file["rows"]["100020000"] == board["weights"]


def test_the_digest_can_be_had_from_a_file(files):
    file = files["guard"]
    lines = (
        ",".join(map(str, [board, *file["rows"][board], *file["proofs"][board]])) + "\n"
        for board in sorted(file["rows"])
    )
    assert file["digest"] == "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.parametrize("name", ["beads", "menace", "guard"])
def test_an_imported_brain_is_the_one_that_was_exported(shared, files, name):
    answer = put(shared, f"{name}-too", files[name])
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/brains/{name}-too"
    assert export(shared, f"{name}-too") == files[name]
    for brain in (name, f"{name}-too"):
        shared.learn(500, brain=brain, seed=9)
    assert shared.digest(name) == shared.digest(f"{name}-too")


def test_an_import_takes_the_place_of_what_was_there(shared, files):
    made(shared, "place", 1000)
    shared.put("/brains/place/checkpoints/mine")
    answer = put(shared, "place", files["beads"])
    assert answer.status_code == 200
    assert shared.digest("place") == files["beads"]["digest"]
    assert curve(shared, "place") == []
    assert checkpoints(shared, "place") == ["mine"]


def test_an_import_survives_a_restart(daemon, files):
    assert put(daemon, "kept", files["guard"]).status_code == 201
    daemon.restart()
    assert export(daemon, "kept") == files["guard"]


def test_a_checkpoint_can_be_exported(shared, files):
    made(shared, "past", 2000)
    file = export(shared, "past@1000")
    assert file["matches"] == 1000
    create(shared, "present", "beads")
    shared.learn(1000, brain="present", seed=1)
    assert file["digest"] == shared.digest("present")


def test_a_file_that_is_known_is_not_sent_again(shared, files):
    etag = shared.get("/brains/guard/export").headers["ETag"]
    assert etag == f'"{shared.digest("guard")}"'
    for known in (etag, f'"x", {etag}', "*"):
        answer = shared.get("/brains/guard/export", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == etag
    answer = shared.get("/brains/guard/export", headers={"If-None-Match": '"x"'})
    assert answer.status_code == 200


def test_files_of_the_same_brain_are_equal_line_by_line(shared, files):
    text = shared.get("/brains/beads/export").text
    assert text == shared.get("/brains/beads/export").text
    assert len(text.splitlines()) > 4520


def test_a_brain_that_learns_is_left_alone(shared, files):
    create(shared, "busy", "beads")
    job = shared.train(ENDLESS, brain="busy")["id"]
    shared.wait_for_matches(job, 1)
    assert_problem(put(shared, "busy", files["beads"]), 409, "name")


def test_a_brain_with_other_options_is_left_alone(shared, files):
    create(shared, "other", "beads", reward=4)
    assert_problem(put(shared, "other", files["beads"]), 409, "name")


def test_a_brain_that_is_just_being_created_is_not_imported(daemon, files):
    with Wire(daemon) as one, Wire(daemon) as other:
        with contextlib.closing(sqlite3.connect(daemon.database)) as connection:
            connection.execute("BEGIN IMMEDIATE")  # so that the daemon's own change has to wait
            for wire in (one, other):
                wire.ask("PUT", "/brains/new/import", encode(files["beads"]))
            answered, _, _ = select.select([one.socket, other.socket], [], [], DEADLINE_S)
            refused, done = (one, other) if one.socket in answered else (other, one)
            answer = refused.answer()
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert "just being created" in json.loads(answer.body)["detail"]
            connection.rollback()
        assert done.answer().status == 201


def test_a_file_needs_neither_digest_nor_options(shared, files):
    file = {k: v for k, v in files["beads"].items() if k not in ("digest", "options")}
    assert put(shared, "bare", file).status_code == 201
    assert shared.digest("bare") == files["beads"]["digest"]


LOST = tictactoe.decision_boards()[7]

# What takes a whole file to see; cases/brain_file.txt has the rest.
WRONG = {
    "a missing board": (lambda f: f["rows"].pop(LOST), 400, f"rows.{LOST}"),
    "a finished board": (
        lambda f: f["rows"].update({"111220000": [0] * 9}), 422, "rows.111220000"),
    "a weight of 0": (lambda f: f["rows"][EMPTY].__setitem__(3, 0), 422, f"rows.{EMPTY}[3]"),
    "another digest": (lambda f: f.update(digest="sha256:" + "0" * 64), 422, "digest"),
    "changed weights under the old digest": (
        lambda f: f["rows"][EMPTY].__setitem__(3, 77), 422, "digest"),
    "results that do not add up": (lambda f: f.update(matches=5), 422, "results"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_with_a_fault_is_refused_whole(shared, files, what):
    change, status, field = WRONG[what]
    file = copy.deepcopy(files["beads"])
    change(file)
    assert_problem(put(shared, "refused", file), status, field)
    assert_problem(shared.get("/brains/refused"), 404)
    assert_problem(put(shared, "beads-kept", file), status, field)


PROOFS = {
    "no proofs": (lambda f: f.pop("proofs"), 400, "proofs"),
    "a board without proofs": (lambda f: f["proofs"].pop(LOST), 400, f"proofs.{LOST}"),
    "a proof of 2": (lambda f: f["proofs"][EMPTY].__setitem__(3, 2), 422, f"proofs.{EMPTY}[3]"),
    "a proof as a text": (
        lambda f: f["proofs"][EMPTY].__setitem__(3, "1"), 400, f"proofs.{EMPTY}[3]"),
    "a proof on a taken cell": (
        lambda f: f["proofs"]["100020000"].__setitem__(0, 1), 422, "proofs.100020000[0]"),
    "a proof that is not true": (
        lambda f: (f["proofs"][EMPTY].__setitem__(3, 1), f.pop("digest")), 422,
        f"proofs.{EMPTY}[3]"),
}


@pytest.mark.parametrize("what", PROOFS)
def test_a_file_with_a_faulty_proof_is_refused_whole(shared, files, what):
    change, status, field = PROOFS[what]
    file = copy.deepcopy(files["guard"])
    change(file)
    assert_problem(put(shared, "refused", file), status, field)
    assert_problem(shared.get("/brains/refused"), 404)


def test_the_heaviest_brain_fits_in_a_request(shared, files):
    file = copy.deepcopy(files["guard"])
    file.pop("digest")
    for board, row in file["rows"].items():
        legal = tictactoe.legal(board)
        file["rows"][board] = [2**30 // len(legal) if c in legal else 0 for c in range(9)]
    assert put(shared, "heavy", json.dumps(file, indent=1)).status_code == 201
    assert shared.get("/brains/heavy/export").json()["rows"] == file["rows"]


def test_a_name_has_to_be_one(shared, files):
    assert_problem(put(shared, "No", files["beads"]), 422, "name")
    assert_problem(put(shared, "a@b", files["beads"]), 422, "name")
