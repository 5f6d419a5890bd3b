"""Ten thousand brains."""

import pytest

import tictactoe
from contract import assert_problem
from sealing import multiply, sealing
from test_brain_changes import metric

BRAINS = 10_000


@pytest.fixture(scope="module", name="many")
def fixture_many(module_house):
    """A daemon with copies of one brain that has learned something."""
    daemon = module_house("--brain-memory", "8m")
    daemon.create_brain("n0")
    daemon.learn(100, brain="n0")
    daemon.terminate()
    multiply(daemon.database, "brain", BRAINS - 2, name="'n' || i")
    multiply(daemon.database, "brain_table", BRAINS - 2)
    daemon.start()
    return daemon


def names_in(answer):
    return [brain["name"] for brain in answer["brains"]]


def test_all_are_served_within_the_memory_for_brains(many):
    assert metric(many, "brains") == BRAINS
    digest = many.digest("n0")
    for number in range(0, BRAINS - 1, 997):
        assert many.move(brain=f"n{number}", boards=tictactoe.decision_boards()[:10])
        assert many.digest(f"n{number}") == digest
    # One more while it is being looked at.
    assert metric(many, "brains_in_memory") <= 8 * 2**20 / 290_000 + 1


def test_pages_are_the_list(many):
    listed = many.get("/brains").json()
    assert "next" not in listed
    assert names_in(listed) == sorted(names_in(listed))
    assert len(listed["brains"]) == BRAINS
    found, after = [], None
    while after is not None or not found:
        page = many.get("/brains?limit=997" + (f"&after={after}" if after else "")).json()
        assert 0 < len(page["brains"]) <= 997
        found += page["brains"]
        after = page["next"]
    assert found == listed["brains"]


@pytest.mark.parametrize(
    "query, names, next_name",
    [("limit=2", ["default", "n0"], "n0"), ("limit=1&after=n9998", [], None),
     ("limit=2&after=a", ["default", "n0"], "n0"), ("limit=2&after=n9996", ["n9997", "n9998"], None),
     ("after=n9997", ["n9998"], "none"), ("limit=1&after=n9997x", ["n9998"], None), ("limit=5&after=zzz", [], None)],
)
def test_a_page_begins_behind_any_name(many, query, names, next_name):
    page = many.get(f"/brains?{query}").json()
    assert names_in(page) == names
    assert page.get("next", "none") == next_name


def test_the_client_pages_by_itself(many):
    from ttst import Client  # pylint: disable=import-outside-toplevel

    assert len(Client(many.url).brains()) == BRAINS


def test_a_damaged_table_is_noticed_when_it_is_used_and_harms_no_other_brain(many):
    many.terminate()
    with sealing(many.database) as database:
        database.execute(
            "UPDATE brain_table SET table_blob = zeroblob(64748)"
            " WHERE brain_id = (SELECT id FROM brain WHERE name = 'n9998')")
    many.start()
    assert_problem(many.post("/move", {"brain": "n9998", "board": "000000000"}), 500)
    assert many.learn(10, brain="n9997")["state"] == "done"
    job = many.post("/train", {"brain": "n9998", "matches": 10}).json()["id"]
    assert many.finish(job)["state"] == "failed"
    assert many.delete("/brains/n9998").status_code == 204
