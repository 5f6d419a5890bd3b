"""/brains/{name}/checkpoints, and what names one"""

import contextlib
import sqlite3

import pytest

from contract import assert_problem
from daemon import ENDLESS
from test_brain_changes import checkpoints, made
from test_curve import curve
from test_rules import create
from tictactoe import EMPTY

pytestmark = pytest.mark.usefixtures("nothing_left_training")


def test_a_brain_leaves_a_checkpoint_behind_at_each_power_of_ten(shared):
    made(shared, "tens", 123_456)
    assert checkpoints(shared, "tens") == ["10", "100", "1000", "10000", "100000"]
    for name in ("10", "1000", "100000"):
        create(shared, f"to-{name}", "beads")
        shared.learn(int(name), brain=f"to-{name}", seed=1)
        kept = shared.brain(f"tens@{name}")
        assert (kept["matches"], kept["digest"]) == (int(name), shared.digest(f"to-{name}"))


def test_matches_played_elsewhere_count_for_checkpoints(shared):
    create(shared, "told", "beads")
    for number in range(10):
        shared.post("/match", {"brain": "told", "moves": [0, 3, 1, 4, 2]})
    shared.learn(1, brain="told")
    assert checkpoints(shared, "told") == ["10"]


def test_a_checkpoint_can_be_kept_under_a_name(shared):
    made(shared, "named", 50)
    answer = shared.put("/brains/named/checkpoints/early")
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/brains/named/checkpoints/early"
    assert (answer.json()["name"], answer.json()["matches"]) == ("early", 50)
    digest = shared.digest("named")
    shared.learn(30, brain="named", seed=2)
    assert shared.digest("named@early") == digest != shared.digest("named")
    again = shared.put("/brains/named/checkpoints/early")
    assert (again.status_code, again.json()["matches"]) == (200, 80)
    assert shared.digest("named@early") == shared.digest("named")
    listed = shared.get("/brains/named/checkpoints").json()["checkpoints"]
    assert again.json() in listed and len(listed) == 2


def test_a_brain_that_learns_can_be_kept(shared):
    create(shared, "moving", "beads")
    job = shared.train(ENDLESS, brain="moving")["id"]
    shared.wait_for_matches(job, 1000)
    kept = shared.put("/brains/moving/checkpoints/now")
    assert kept.status_code == 201
    assert shared.brain("moving@now")["matches"] == kept.json()["matches"] >= 1000


def test_a_restored_brain_is_what_it_was(shared):
    made(shared, "back", 5000)
    digest = shared.digest("back@1000")
    answer = shared.post("/brains/back/checkpoints/1000/restore")
    assert answer.status_code == 200
    assert answer.json()["matches"] == 1000
    assert shared.digest("back") == digest
    assert curve(shared, "back")[-1]["matches"] == 1000
    assert checkpoints(shared, "back") == ["10", "100", "1000"]
    shared.learn(4000, brain="back", seed=3)
    assert shared.brain("back")["matches"] == 5000


def test_a_deleted_checkpoint_is_gone(shared):
    made(shared, "fewer", 100)
    shared.put("/brains/fewer/checkpoints/extra")
    for name in ("10", "extra"):
        assert shared.digest(f"fewer@{name}")
        assert shared.delete(f"/brains/fewer/checkpoints/{name}").status_code == 204
        assert_problem(shared.get(f"/brains/fewer@{name}"), 404)
        assert_problem(shared.delete(f"/brains/fewer/checkpoints/{name}"), 404)
    assert checkpoints(shared, "fewer") == ["100"]


def test_checkpoints_survive_a_restart(daemon):
    daemon.learn(2000, seed=1)
    daemon.put("/brains/default/checkpoints/mine")
    before = {name: daemon.digest(f"default@{name}") for name in checkpoints(daemon, "default")}
    assert list(before) == ["10", "100", "1000", "mine"]
    daemon.restart()
    assert {n: daemon.digest(f"default@{n}") for n in checkpoints(daemon, "default")} == before


# Wherever a brain is only read.


def test_a_checkpoint_plays(shared):
    made(shared, "player", 2000)
    made(shared, "young", 1000)
    then = shared.move(board=EMPTY, brain="player@1000", seed=1)
    assert then["brain"] == "player@1000"
    assert then["weights"] == shared.move(board=EMPTY, brain="young")["weights"]
    view = shared.get(f"/brains/player@1000/boards/{EMPTY}").json()
    assert view["weights"] == then["weights"]


def test_a_checkpoint_is_evaluated(shared):
    made(shared, "judged", 2000)
    made(shared, "same", 1000)
    then = shared.get("/brains/judged@1000/evaluation").json()
    assert {**then, "brain": "same"} == shared.get("/brains/same/evaluation").json()
    between = shared.get("/brains/judged/evaluation?against=judged@1000").json()["against"]
    assert between == shared.get("/brains/judged/evaluation?against=same").json()["against"]


def test_a_checkpoint_is_copied_and_trained_against(shared):
    made(shared, "elder", 2000)
    made(shared, "peer", 1000)
    assert shared.post("/brains/elder@1000/copy", {"to": "younger"}).status_code == 201
    assert shared.digest("younger") == shared.digest("peer")
    assert curve(shared, "younger")[-1]["matches"] == 1000
    for pupil, teacher in (("pupil-a", "elder@1000"), ("pupil-b", "peer")):
        create(shared, pupil, "beads")
        order = {"learn": [2], "opponent": {"brain": teacher}}
        job = shared.learn(3000, brain=pupil, seed=4, **order)
        assert job["opponent"] == {"brain": teacher}
    assert shared.digest("pupil-a") == shared.digest("pupil-b")


@pytest.mark.parametrize("name", ["default@", "default@7", "default@x", "default@X", "nobody@10",
                                  "@10", "default@10@10"])
def test_a_checkpoint_that_is_not_there_is_not_found(shared, name):
    assert_problem(shared.post("/move", {"board": EMPTY, "brain": name}), 404, "brain")
    assert_problem(shared.get(f"/brains/{name}"), 404)
    assert_problem(shared.get(f"/brains/{name}/evaluation"), 404)
    assert_problem(shared.get(f"/brains/default/evaluation?against={name}"), 404, "against")
    body = {"matches": 1, "learn": [1], "opponent": {"brain": name}}
    assert_problem(shared.post("/train", body), 404, "opponent.brain")


def test_a_checkpoint_cannot_be_changed(shared):
    made(shared, "fixed", 10)
    assert_problem(shared.post("/train", {"matches": 1, "brain": "fixed@10"}), 404, "brain")
    body = {"moves": [0, 3, 1, 4, 2], "brain": "fixed@10"}
    assert_problem(shared.post("/match", body), 404, "brain")
    for method, path in [("DELETE", ""), ("POST", "/reset"), ("PUT", "/checkpoints/a"),
                         ("GET", "/curve"), ("GET", "/checkpoints")]:
        assert_problem(shared.request(method, f"/brains/fixed@10{path}"), 404)


@pytest.mark.parametrize("name", ["10", "Early", "a.b", "-", "a" * 65])
def test_names_that_users_cannot_give_are_refused(shared, name):
    assert_problem(shared.put(f"/brains/default/checkpoints/{name}"), 422, "checkpoint")


def test_there_is_an_end_to_how_many_a_user_can_keep(daemon):
    for number in range(100):
        assert daemon.put(f"/brains/default/checkpoints/c{number}").status_code == 201
    assert_problem(daemon.put("/brains/default/checkpoints/more"), 503)
    assert daemon.put("/brains/default/checkpoints/c7").status_code == 200
    assert daemon.delete("/brains/default/checkpoints/c7").status_code == 204
    assert daemon.put("/brains/default/checkpoints/more").status_code == 201


def test_brains_that_are_not_there_have_no_checkpoints(shared):
    for method, path in [("GET", ""), ("PUT", "/a"), ("DELETE", "/a"), ("POST", "/a/restore")]:
        assert_problem(shared.request(method, f"/brains/nobody/checkpoints{path}"), 404)
    assert_problem(shared.post("/brains/default/checkpoints/nothing/restore"), 404)


def test_a_name_that_is_damaged_on_disk_is_no_answer(daemon):
    daemon.learn(20, seed=1)
    with contextlib.closing(sqlite3.connect(daemon.database)) as connection, connection:
        connection.execute("UPDATE checkpoint SET name = CAST(x'F7' AS TEXT)")
    assert_problem(daemon.get("/brains/default/checkpoints"), 500)
    assert daemon.get("/healthz").status_code == 200
