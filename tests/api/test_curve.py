"""/brains/{name}/curve"""

import csv
import io
import math

import pytest

from contract import assert_problem
from sealing import sealing
from test_evaluation import evaluation
from test_rules import create

pytestmark = pytest.mark.usefixtures("nothing_left_training")

COLUMNS = (
    "matches,policy,self_player1,self_player2,self_draw,random_as_player1_win,"
    "random_as_player1_draw,random_as_player1_loss,random_as_player2_win,random_as_player2_draw,"
    "random_as_player2_loss,perfect_as_player1_win,perfect_as_player1_draw,perfect_as_player1_loss,"
    "perfect_as_player2_win,perfect_as_player2_draw,perfect_as_player2_loss,"
    "worst_case_loss_as_player1,worst_case_loss_as_player2,best_response_against_player1,"
    "best_response_against_player2,nash_conv,exploitability,ttst_exploitability,"
    "never_loses_as_player1,never_loses_as_player2"
).split(",")


def points(most, least=1):
    """Twenty for each power of ten, from 10 on."""
    all_points = {math.ceil(round(10 ** (i / 20), 9)) for i in range(20, 200)}
    return sorted(point for point in all_points if least <= point <= most)


def curve(daemon, name):
    answer = daemon.get(f"/brains/{name}/curve")
    assert answer.status_code == 200, answer.text
    return answer.json()["points"]


def csv_of(daemon, name, accept="text/csv"):
    return daemon.get(f"/brains/{name}/curve", headers={"Accept": accept})


def flat(evaluation):
    """An evaluation's numbers as the columns of a line, in order."""
    for key in ("self", "random", "perfect", "worst_case_loss", "best_response"):
        for value in evaluation[key].values():
            yield from value.values() if isinstance(value, dict) else (value,)
    yield from (evaluation[key] for key in ("nash_conv", "exploitability", "ttst_exploitability"))


def test_a_new_brain_has_no_points(shared):
    create(shared, "new", "beads")
    assert curve(shared, "new") == []
    assert csv_of(shared, "new").text == ",".join(COLUMNS) + "\r\n"


def test_points_are_where_they_are_promised(shared):
    create(shared, "promised", "beads")
    shared.learn(20_000, brain="promised", seed=1)
    assert [point["matches"] for point in curve(shared, "promised")] == points(20_000)


def test_a_point_is_the_evaluation_of_the_brain_at_so_many_matches(shared):
    create(shared, "long", "menace")
    shared.learn(3163, brain="long", seed=2)  # a point
    long = curve(shared, "long")
    for policy in ("sample", "greedy"):
        assert long[-1][policy] == evaluation(shared, "long", f"?policy={policy}")
        assert long[-1][policy]["matches"] == long[-1]["matches"] == 3163
    create(shared, "short", "menace")
    shared.learn(1000, brain="short", seed=2)
    (at_1000,) = [point for point in long if point["matches"] == 1000]
    now = evaluation(shared, "short")
    assert {**at_1000["sample"], "brain": "short"} == now


def test_a_curve_goes_on_with_the_next_job(shared):
    create(shared, "twice", "guard")
    for matches in (500, 700):
        shared.learn(matches, brain="twice", seed=matches)
    assert [point["matches"] for point in curve(shared, "twice")] == points(1200)


def test_matches_played_elsewhere_are_on_the_curve_too(shared):
    create(shared, "told", "beads")
    for _ in range(11):
        assert shared.post("/match", {"brain": "told", "moves": [0, 3, 1, 4, 2]}).ok
    shared.learn(1, brain="told")  # after which the evaluator has done what came before
    assert [point["matches"] for point in curve(shared, "told")] == [10, 12]


def test_a_curve_can_be_had_as_csv(shared):
    create(shared, "table", "guard")
    shared.learn(2000, brain="table", seed=3)
    answer = csv_of(shared, "table")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    columns, *lines = csv.reader(io.StringIO(answer.text, newline=""))
    assert columns == COLUMNS
    expected = [
        (point["matches"], policy, point[policy])
        for point in curve(shared, "table")
        for policy in ("sample", "greedy")
    ]
    assert len(lines) == len(expected)
    for line, (matches, policy, seen) in zip(lines, expected):
        assert line[:2] == [str(matches), policy]
        assert list(map(float, line[2:24])) == list(flat(seen))
        never = seen["never_loses"]
        assert line[24:] == [str(never[f"as_player{n}"]).lower() for n in (1, 2)]


@pytest.mark.parametrize("accept", [
    "*/*", "application/json", "text/html", "application/json, text/csv",
])
def test_others_get_a_curve_as_json(shared, accept):
    answer = csv_of(shared, "default", accept)
    assert answer.headers["Content-Type"] == "application/json"


def test_a_curve_of_a_brain_that_is_not_there_is_not_found(shared):
    assert_problem(shared.get("/brains/nobody/curve"), 404)


def test_a_curve_survives_a_restart(daemon):
    daemon.learn(5000, seed=1)
    before = curve(daemon, "default")
    daemon.restart()
    assert curve(daemon, "default") == before


def test_a_curve_is_the_same_after_a_kill_in_the_middle(house, amount):
    matches = amount(1)
    curves = []
    for is_killed in (False, True):
        daemon = house("--save-interval", "50ms")
        job = daemon.train(matches, seed=7, workers=2)["id"]
        if is_killed:
            daemon.wait_for_matches(job, matches // 4)
            daemon.kill9()
            daemon.start()
        assert daemon.finish(job)["matches_done"] == matches
        curves.append(curve(daemon, "default"))
    assert curves[0] == curves[1]
    assert [point["matches"] for point in curves[0]] == points(matches)


def test_a_point_that_is_damaged_on_disk_is_no_answer(daemon):
    daemon.learn(20, seed=1)
    with sealing(daemon.database) as connection:
        connection.execute(
            "UPDATE curve_point SET evaluations = CAST("
            "zeroblob(6) || x'f07f' || zeroblob(352) AS BLOB)"
        )  # the first number is infinite
    assert_problem(daemon.get("/brains/default/curve"), 500)
    assert daemon.get("/healthz").status_code == 200
