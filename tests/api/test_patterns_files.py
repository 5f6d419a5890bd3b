"""Brains that are networks as files, and what takes their place."""

import base64
import copy
import hashlib
import json
import struct

import pytest

from boardgames import Game
from contract import assert_problem
from daemon import Wire, encode
from test_games import create
from test_patterns import FOUR, SMALL, drawing, taught

pytestmark = pytest.mark.usefixtures("nothing_left_training")

WEIGHT_MAX = 2**23
READ_AT_ONCE = 2 << 20


def export(daemon, brain):
    answer = daemon.get(f"/brains/{brain}/export")
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(daemon, brain, file):
    return daemon.put(f"/brains/{brain}/import", file)


def numbers(text):
    raw = base64.b64decode(text, validate=True)
    return list(struct.unpack(f"<{len(raw) // 4}i", raw))


def text_of(numbers):
    return base64.b64encode(struct.pack(f"<{len(numbers)}i", *numbers)).decode()


@pytest.fixture(scope="module")
def file(shared):
    """Of a brain called `small`, that has learned and been taught."""
    create(shared, "small", SMALL, options={"trace_decay": 0.25})
    shared.learn(2500, brain="small", seed=1)
    taught(shared, "small", "1212121")
    return export(shared, "small")


def test_a_file_says_all_of_a_network(shared, file):
    brain = shared.brain("small")
    assert file["format"] == "ttst-patterns/1"
    for field in ("game", "rule", "options", "matches", "results", "digest"):
        assert file[field] == brain[field]
    weights, averages = numbers(file["weights"]), numbers(file["averages"])
    assert len(weights) == len(averages)
    assert weights != averages and any(averages)
    assert brain["bytes"] >= 8 * len(weights)


def test_the_digest_is_that_of_the_weights_and_their_averages(file):
    raw = base64.b64decode(file["weights"]) + base64.b64decode(file["averages"])
    assert file["digest"] == "sha256:" + hashlib.sha256(raw).hexdigest()


def test_a_new_network_is_all_zeros(shared):
    create(shared, "zeros", "3x3r3g")
    file = export(shared, "zeros")
    assert set(numbers(file["weights"])) == set(numbers(file["averages"])) == {0}


def test_an_imported_network_is_the_one_that_was_exported(shared, file):
    answer = put(shared, "small-too", file)
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/brains/small-too"
    assert export(shared, "small-too") == file
    boards = Game.of(SMALL).random_match(drawing())[1]
    for policy in ("greedy", "sample", {"power": 2}):
        one, other = (
            shared.move(brain=brain, boards=boards, detail=True, policy=policy, seed=3)
            for brain in ("small", "small-too")
        )
        assert one | {"brain": ""} == other | {"brain": ""}
    for brain in ("small", "small-too"):
        assert shared.post(f"/brains/{brain}/copy", {"to": f"{brain}-on"}).status_code == 201
        shared.learn(500, brain=f"{brain}-on", seed=9)
    assert shared.digest("small-on") == shared.digest("small-too-on") != file["digest"]


def test_the_average_is_served_and_the_weights_are_trained(shared, file):
    other = copy.deepcopy(file)
    other["averages"] = text_of([0] * len(numbers(file["averages"])))
    other.pop("digest")
    assert put(shared, "unserved", other).status_code == 201
    assert shared.move(brain="unserved", board=Game.of(SMALL).empty)["expected"] == [0] * 4
    assert export(shared, "unserved")["weights"] == file["weights"]


def test_an_import_survives_a_restart(house, file):
    daemon = house()
    assert put(daemon, "kept", file).status_code == 201
    daemon.restart()
    assert export(daemon, "kept") == file


def test_a_file_needs_neither_digest_nor_options_nor_rule(shared, file):
    bare = {k: v for k, v in file.items() if k not in ("digest", "options", "rule")}
    assert put(shared, "bare", bare).status_code == 201
    assert shared.digest("bare") == file["digest"]
    assert shared.brain("bare")["options"]["trace_decay"] == pytest.approx(0.7, abs=1e-5)


def changed(text, index, number):
    changed = numbers(text)
    changed[index] = number
    return text_of(changed)


# What is done to a file, how it is refused, and the field at fault.
DAMAGED = {
    "no base64": (lambda f: f.update(weights="?" + f["weights"][1:]), 400, "weights"),
    "base64 with blanks": (lambda f: f.update(averages=f["averages"][:-4] + " AAA"), 400, "averages"),
    "base64 cut off": (lambda f: f.update(weights=f["weights"][:-1]), 400, "weights"),
    "a number too few": (lambda f: f.update(weights=text_of(numbers(f["weights"])[1:])), 400, "weights"),
    "a number too many": (lambda f: f.update(averages=text_of([*numbers(f["averages"]), 0])), 400, "averages"),
    "nothing": (lambda f: f.update(averages=""), 400, "averages"),
    "a weight too large": (
        lambda f: f.update(weights=changed(f["weights"], 7, WEIGHT_MAX + 1)), 422, "weights"),
    "a weight too small": (
        lambda f: f.update(weights=changed(f["weights"], -1, -WEIGHT_MAX - 1)), 422, "weights"),
    "the smallest number": (lambda f: f.update(averages=changed(f["averages"], 0, -(2**31))), 422, "averages"),
    "another weight": (lambda f: f.update(weights=changed(f["weights"], 3, 12345)), 422, "digest"),
    "another average": (lambda f: f.update(averages=changed(f["averages"], -1, 1)), 422, "digest"),
    "weights and averages in each other's place": (
        lambda f: f.update(weights=f["averages"], averages=f["weights"]), 422, "digest"),
    "another digest": (lambda f: f.update(digest="sha256:" + "0" * 64), 422, "digest"),
    "the format of tables": (lambda f: f.update(format="ttst-brain/1"), 422, "format"),
    "a rule of tables": (lambda f: f.update(rule="beads"), 422, None),
    "another game": (lambda f: f.update(game="connectfour-5x4"), 400, "weights"),
    "another game of the same size": (lambda f: f.update(game="2x8r4"), 400, "weights"),
    "an option of tables": (lambda f: f["options"].update(reward=3), 422, "options.reward"),
    "results that do not add up": (lambda f: f.update(matches=5), 422, "results"),
    "rows": (lambda f: f.update(rows={}), 400, "rows"),
    "no averages": (lambda f: f.pop("averages"), 400, "averages"),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_file_with_a_fault_is_refused_whole(shared, file, what):
    change, status, field = DAMAGED[what]
    damaged = copy.deepcopy(file)
    change(damaged)
    answer = put(shared, "refused", damaged)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert_problem(answer, status, field)
    assert_problem(shared.get("/brains/refused"), 404)
    assert_problem(put(shared, "small", damaged), answer.status_code, answer.json()["field"])
    assert shared.digest("small") == file["digest"]


def test_the_largest_weights_can_be_imported_and_played(shared, file):
    size = len(numbers(file["weights"]))
    for name, weight in (("high", WEIGHT_MAX), ("low", -WEIGHT_MAX)):
        extreme = {k: v for k, v in file.items() if k != "digest"}
        extreme |= {"weights": text_of([weight] * size), "averages": text_of([weight] * size)}
        assert put(shared, name, extreme).status_code == 201
        expected = shared.move(brain=name, board=Game.of(SMALL).empty)["expected"]
        assert [abs(one) for one in expected] == pytest.approx([1 - 16 / 65536] * 4, abs=1e-6)
        shared.learn(300, brain=name, seed=1)
        assert max(map(abs, numbers(export(shared, name)["weights"]))) <= WEIGHT_MAX


# Files that are read aside, because they are large.


@pytest.fixture(scope="module")
def large(shared):
    """Of a brain called `large`."""
    create(shared, "large", "connectfour")
    shared.learn(1500, brain="large", seed=1)
    text = shared.get("/brains/large/export").text
    assert len(text) > READ_AT_ONCE
    return text


def test_a_large_file_is_imported(shared, large):
    digest = json.loads(large)["digest"]
    assert put(shared, "large-too", large).status_code == 201
    assert shared.digest("large-too") == shared.digest("large") == digest
    body = {"boards": FOUR.random_match(drawing())[1], "detail": True, "seed": 1}
    one, other = (shared.move(brain=brain, **body) for brain in ("large", "large-too"))
    assert one["expected"] == other["expected"] and one["moves"] == other["moves"]
    assert put(shared, "large-too", large).status_code == 200


def test_a_large_file_with_a_fault_is_refused_whole(shared, large):
    file = json.loads(large)
    for change, status, field in (
        (lambda f: f.update(digest="sha256:" + "0" * 64), 422, "digest"),
        (lambda f: f.update(averages=changed(f["averages"], 99, WEIGHT_MAX + 1)), 422, "averages"),
        (lambda f: f.update(weights=f["weights"][:-4]), 400, "weights"),
    ):
        damaged = dict(file)
        change(damaged)
        assert_problem(put(shared, "refused", damaged), status, field)
        assert_problem(shared.get("/brains/refused"), 404)
    assert_problem(put(shared, "refused", large[:-3]), 400)


def test_one_large_file_is_read_at_a_time(shared, large):
    body = encode(large)
    with Wire(shared) as one, Wire(shared) as other:
        for name, wire in (("first", one), ("second", other)):
            head = f"PUT /brains/at-once-{name}/import HTTP/1.1\r\nHost: localhost\r\n"
            wire.send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1])
        assert shared.move(board="000000000")["move"] in range(9)
        one.send(body[-1:])
        other.send(body[-1:])
        answers = [one.answer(), other.answer()]
    assert sorted(answer.status for answer in answers) == [201, 503]
    refused = next(answer for answer in answers if answer.status == 503)
    assert refused.headers["Retry-After"] == "1"
    assert "another large file" in json.loads(refused.body)["detail"]
    assert put(shared, "at-once-again", large).status_code == 201


def test_moves_do_not_wait_for_a_large_file(shared, large):
    body = encode(large)
    with Wire(shared) as wire:
        head = f"PUT /brains/beside/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        wire.send(head.encode() + body)
        for _ in range(20):
            assert shared.move(board="000000000")["result"] is None
        assert wire.answer().status == 201


def test_lessons_are_forgotten_with_what_takes_their_place(shared, file):
    for name, change in (
        ("reset", lambda: shared.post("/brains/gone-reset/reset")),
        ("import", lambda: put(shared, "gone-import", file)),
    ):
        create(shared, f"gone-{name}", SMALL, options={"trace_decay": 0.25})
        taught(shared, f"gone-{name}", "1212121")
        assert shared.brain(f"gone-{name}")["lessons"] == 1
        assert change().status_code == 200
        assert shared.brain(f"gone-{name}")["lessons"] == 0
    assert shared.brain("gone-import")["digest"] == file["digest"]
