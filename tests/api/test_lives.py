"""A brain's lives: a curve is of one, and so is what leads to each of its points."""

import pytest

from test_brain_changes import made
from test_curve import curve, points
from test_rules import create

pytestmark = pytest.mark.usefixtures("nothing_left_training")


def keep(daemon, brain, name):
    assert daemon.put(f"/brains/{brain}/checkpoints/{name}").status_code in (200, 201)


def restore(daemon, brain, name):
    answer = daemon.post(f"/brains/{brain}/checkpoints/{name}/restore")
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(curve):
    return [point["matches"] for point in curve]


def beyond(matches, up_to):
    return [point for point in points(up_to) if point > matches]


def test_a_checkpoint_from_before_a_reset_does_not_lead_back_through_the_curve_since(shared):
    made(shared, "reset", 50)
    keep(shared, "reset", "then")
    assert shared.post("/brains/reset/reset").status_code == 200
    shared.learn(100, brain="reset", seed=2)
    assert restore(shared, "reset", "then")["matches"] == 50
    assert curve(shared, "reset") == []
    shared.learn(50, brain="reset", seed=3)
    assert counts(curve(shared, "reset")) == beyond(50, 100)


def test_a_checkpoint_of_another_branch_does_not_either(shared):
    made(shared, "branch", 20)
    keep(shared, "branch", "root")
    shared.learn(80, brain="branch", seed=2)
    keep(shared, "branch", "left")
    restore(shared, "branch", "root")
    root = curve(shared, "branch")
    assert counts(root) == beyond(0, 20)
    shared.learn(80, brain="branch", seed=3)
    keep(shared, "branch", "right")
    right = curve(shared, "branch")
    restore(shared, "branch", "left")
    assert curve(shared, "branch") == []
    assert right[: len(root)] == root


def test_what_led_to_a_checkpoint_stays_however_often_it_is_restored(shared):
    made(shared, "often", 20)
    keep(shared, "often", "early")
    shared.learn(30, brain="often", seed=1)
    keep(shared, "often", "late")
    whole = curve(shared, "often")
    for _ in range(3):
        restore(shared, "often", "late")
        assert curve(shared, "often") == whole
        shared.learn(50, brain="often", seed=2)
    for _ in range(3):
        restore(shared, "often", "early")
        assert curve(shared, "often") == whole[: len(beyond(0, 20))]
        shared.learn(7, brain="often", seed=2)


def test_a_copy_of_a_checkpoint_has_the_curve_that_led_to_it_or_none(shared):
    made(shared, "source", 50)
    keep(shared, "source", "now")
    whole = curve(shared, "source")
    assert shared.post("/brains/source@now/copy", {"to": "of-now"}).status_code == 201
    assert counts(curve(shared, "of-now")) == counts(whole)
    shared.post("/brains/source/reset")
    shared.learn(100, brain="source", seed=2)
    assert shared.post("/brains/source@now/copy", {"to": "of-then"}).status_code == 201
    assert curve(shared, "of-then") == []
    assert shared.post("/brains/source/copy", {"to": "of-since"}).status_code == 201
    assert counts(curve(shared, "of-since")) == counts(curve(shared, "source")) == points(100)


def test_an_imported_brain_is_in_another_life_too(shared):
    made(shared, "mine", 50)
    keep(shared, "mine", "then")
    made(shared, "other", 30)
    file = shared.get("/brains/other/export").text
    assert shared.put("/brains/mine/import", file).status_code == 200
    shared.learn(70, brain="mine", seed=3)
    assert counts(curve(shared, "mine")) == beyond(30, 100)
    restore(shared, "mine", "then")
    assert curve(shared, "mine") == []


def test_lives_survive_a_restart(daemon):
    create(daemon, "often", "beads")
    daemon.learn(50, brain="often", seed=1)
    keep(daemon, "often", "then")
    whole = curve(daemon, "often")
    daemon.learn(50, brain="often", seed=1)
    daemon.restart()
    restore(daemon, "often", "then")
    assert curve(daemon, "often") == whole
    daemon.post("/brains/often/reset")
    daemon.learn(100, brain="often", seed=2)
    daemon.restart()
    restore(daemon, "often", "then")
    assert curve(daemon, "often") == []
