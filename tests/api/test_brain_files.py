"""/brains/{name}/export and /brains/{name}/import"""

import copy
import hashlib
import json

import pytest

import tictactoe
from contract import assert_problem
from daemon import ENDLESS
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


def test_a_file_needs_neither_digest_nor_options(shared, files):
    file = {k: v for k, v in files["beads"].items() if k not in ("digest", "options")}
    assert put(shared, "bare", file).status_code == 201
    assert shared.digest("bare") == files["beads"]["digest"]


LOST = tictactoe.decision_boards()[7]

WRONG = {
    "no format": (lambda f: f.pop("format"), 400, "format"),
    "another format": (lambda f: f.update(format="ttst-brain/2"), 422, "format"),
    "an unknown field": (lambda f: f.update(color="red"), 400, "color"),
    "no rows": (lambda f: f.pop("rows"), 400, "rows"),
    "rows in a list": (lambda f: f.update(rows=[]), 400, "rows"),
    "a missing board": (lambda f: f["rows"].pop(LOST), 400, f"rows.{LOST}"),
    "an unknown board": (lambda f: f["rows"].update(x=[0] * 9), 422, "rows.x"),
    "a finished board": (
        lambda f: f["rows"].update({"111220000": [0] * 9}), 422, "rows.111220000"),
    "a row too short": (lambda f: f["rows"].update({EMPTY: [1] * 8}), 400, f"rows.{EMPTY}"),
    "a weight as a text": (
        lambda f: f["rows"][EMPTY].__setitem__(3, "6"), 400, f"rows.{EMPTY}[3]"),
    "a weight of 0": (lambda f: f["rows"][EMPTY].__setitem__(3, 0), 422, f"rows.{EMPTY}[3]"),
    "a negative weight": (lambda f: f["rows"][EMPTY].__setitem__(3, -1), 422, f"rows.{EMPTY}[3]"),
    "a weight on a taken cell": (
        lambda f: f["rows"]["100020000"].__setitem__(0, 6), 422, "rows.100020000[0]"),
    "a row too heavy": (
        lambda f: f["rows"].update({EMPTY: [2**30] + [1] * 8}), 422, f"rows.{EMPTY}"),
    "another digest": (lambda f: f.update(digest="sha256:" + "0" * 64), 422, "digest"),
    "a digest that is no text": (lambda f: f.update(digest=5), 400, "digest"),
    "changed weights under the old digest": (
        lambda f: f["rows"][EMPTY].__setitem__(3, 77), 422, "digest"),
    "results that do not add up": (lambda f: f.update(matches=5), 422, "results"),
    "no result for draws": (lambda f: f["results"].pop("draw"), 400, "results.draw"),
    "another game": (lambda f: f.update(game="chess"), 422, "game"),
    "another rule": (lambda f: f.update(rule="menace"), 422, None),
    "an unknown option": (lambda f: f["options"].update(x=1), 400, "options.x"),
    "proofs for a rule without": (lambda f: f.update(proofs={}), 400, "proofs"),
}


@pytest.mark.parametrize("what", [what for what in WRONG if what != "another rule"])
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


@pytest.mark.parametrize("body, status", [(b"", 400), (b"[]", 400), (b"{", 400), (b"{}", 400)])
def test_what_is_no_file_is_refused(shared, body, status):
    assert shared.put("/brains/refused/import", body).status_code == status


def test_a_name_has_to_be_one(shared, files):
    assert_problem(put(shared, "No", files["beads"]), 422, "name")
    assert_problem(put(shared, "a@b", files["beads"]), 422, "name")
