"""Copying, resetting and deleting brains, and having more of them than fit in memory."""

import pytest

import tictactoe
from contract import assert_problem
from daemon import ENDLESS
from test_curve import curve
from test_rules import create
from tictactoe import EMPTY

pytestmark = pytest.mark.usefixtures("nothing_left_training")

LEARNED = ("rule", "options", "matches", "results", "rows")


def made(daemon, name, matches=3000, rule="beads", **options):
    create(daemon, name, rule, **options)
    daemon.learn(matches, brain=name, seed=1)
    return daemon.brain(name)


def checkpoints(daemon, name):
    answer = daemon.get(f"/brains/{name}/checkpoints")
    assert answer.status_code == 200, answer.text
    return [checkpoint["name"] for checkpoint in answer.json()["checkpoints"]]


# Copies.


@pytest.mark.parametrize("rule", ["beads", "guard"])
def test_a_copy_is_as_the_brain_is_now(shared, rule):
    brain = made(shared, f"original-{rule}", rule=rule)
    answer = shared.post(f"/brains/original-{rule}/copy", {"to": f"twin-{rule}"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/brains/twin-{rule}"
    assert answer.json()["name"] == f"twin-{rule}"
    twin = shared.brain(f"twin-{rule}")
    assert twin["digest"] == brain["digest"]
    assert [twin[field] for field in LEARNED] == [brain[field] for field in LEARNED]
    points, twins = curve(shared, f"original-{rule}"), curve(shared, f"twin-{rule}")
    assert [point["matches"] for point in twins] == [point["matches"] for point in points]
    assert checkpoints(shared, f"twin-{rule}") == []


def test_a_copy_and_its_original_go_their_own_ways(shared):
    made(shared, "parent")
    assert shared.post("/brains/parent/copy", {"to": "child"}).status_code == 201
    before = shared.digest("parent")
    shared.learn(100, brain="child", seed=2)
    assert shared.digest("parent") == before != shared.digest("child")
    shared.learn(100, brain="parent", seed=2)
    assert shared.digest("parent") == shared.digest("child")


def test_a_brain_can_be_copied_while_it_learns(shared):
    create(shared, "busy", "beads")
    job = shared.train(ENDLESS, brain="busy")["id"]
    shared.wait_for_matches(job, 1)
    assert shared.post("/brains/busy/copy", {"to": "still"}).status_code == 201
    still = shared.brain("still")
    assert still["training"] is None and still["matches"] > 0
    assert shared.digest("still") == still["digest"]


def test_a_copy_needs_a_name_that_is_free(shared):
    made(shared, "first", 10)
    assert_problem(shared.post("/brains/first/copy", {"to": "default"}), 409, "to")
    assert_problem(shared.post("/brains/first/copy", {"to": "No"}), 422, "to")
    assert_problem(shared.post("/brains/first/copy", {"to": "a" * 200}), 422, "to")
    assert_problem(shared.post("/brains/first/copy", {"to": 1}), 400, "to")
    assert_problem(shared.post("/brains/first/copy", {}), 400, "to")
    assert_problem(shared.post("/brains/first/copy", {"to": "b", "x": 1}), 400, "x")
    assert_problem(shared.post("/brains/nobody/copy", {"to": "b"}), 404)


# Resets.


def test_a_reset_brain_is_as_new(shared):
    made(shared, "forgetful", rule="guard")
    create(shared, "never", "guard")
    shared.put("/brains/forgetful/checkpoints/kept")
    answer = shared.post("/brains/forgetful/reset")
    assert answer.status_code == 200
    assert answer.json()["matches"] == 0
    assert shared.digest("forgetful") == shared.digest("never")
    assert curve(shared, "forgetful") == []
    assert checkpoints(shared, "forgetful") == ["kept"]
    assert shared.digest("forgetful@kept") != shared.digest("never")


def test_a_reset_brain_learns_as_a_new_one_does(shared):
    digest = made(shared, "again", 500)["digest"]
    shared.post("/brains/again/reset")
    shared.learn(500, brain="again", seed=1)
    assert shared.digest("again") == digest


# Deletions.


def test_a_deleted_brain_is_gone_with_all_that_was_its(shared):
    made(shared, "mortal", 1000)
    job = shared.jobs("?brain=mortal")[0]["id"]
    answer = shared.delete("/brains/mortal")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in ("", "/curve", "/checkpoints", "/evaluation", f"/boards/{EMPTY}", "/export"):
        assert_problem(shared.get("/brains/mortal" + path), 404)
    assert_problem(shared.get(f"/train/{job}"), 404)
    assert shared.jobs("?brain=mortal") == []
    assert_problem(shared.delete("/brains/mortal"), 404)


def test_a_name_is_free_after_its_brain_was_deleted(shared):
    for _ in range(3):
        brain = made(shared, "phoenix", 50)
        assert brain["matches"] == 50
        assert shared.delete("/brains/phoenix").status_code == 204


def test_deletions_survive_a_restart_and_a_default_brain_comes_only_to_an_empty_house(daemon):
    made(daemon, "one", 10)
    for name in ("default", "one"):
        assert daemon.delete(f"/brains/{name}").status_code == 204
        assert_problem(daemon.post("/move", {"board": EMPTY, "brain": name}), 404, "brain")
        daemon.restart()
        names = [brain["name"] for brain in daemon.get("/brains").json()["brains"]]
        assert names == {"default": ["one"], "one": ["default"]}[name]


@pytest.mark.parametrize("method, path", [
    ("DELETE", ""), ("POST", "/reset"), ("POST", "/checkpoints/10/restore"),
])
def test_a_brain_that_learns_is_left_alone(shared, method, path):
    name = "learner" + method.lower() + str(len(path))
    create(shared, name, "beads")
    job = shared.train(ENDLESS, brain=name)["id"]
    shared.wait_for_matches(job, 10)
    problem = assert_problem(shared.request(method, f"/brains/{name}{path}"), 409, "name")
    assert str(job) in problem["detail"]
    assert shared.job(job)["state"] == "running"
    assert_problem(shared.request(method, f"/brains/nobody{path}"), 404)


# More brains than fit in memory.


def metric(daemon, name):
    lines = daemon.get("/metrics").text.splitlines()
    (value,) = [line.split()[-1] for line in lines if line.startswith(f"ttstd_{name} ")]
    return float(value)


def test_brains_that_do_not_fit_in_memory_are_read_when_they_are_used(house):
    daemon = house("--brain-memory", "1m")
    digests = {}
    for number in range(12):
        name = f"b{number}"
        made(daemon, name, 100 + number)
        digests[name] = daemon.digest(name)
    assert metric(daemon, "brains_in_memory") <= 4 < metric(daemon, "brains")
    daemon.restart()
    for name, digest in digests.items():
        assert daemon.move(board=EMPTY, brain=name)["brain"] == name
        assert daemon.digest(name) == digest
        assert daemon.brain(name)["matches"] == 100 + int(name[1:])
    for name in digests:
        daemon.learn(50, brain=name, seed=3)
        assert daemon.post("/match", {"brain": name, "moves": [0, 3, 1, 4, 2]}).status_code == 200
    assert [daemon.brain(name)["matches"] for name in digests] == [151 + n for n in range(12)]
    assert metric(daemon, "brains_in_memory") <= 4
    order = {"learn": [2], "opponent": {"brain": "b0"}}
    assert daemon.learn(100, brain="b5", **order)["matches_done"] == 100
    assert daemon.get("/brains/b1/evaluation?against=b2").status_code == 200
    assert daemon.post("/brains/b3/copy", {"to": "c3"}).status_code == 201
    assert daemon.digest("c3") == daemon.digest("b3")
