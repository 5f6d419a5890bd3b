"""More than is admitted may be in the file: limits bound what is asked for, not what is there."""

from daemon import ENDLESS
from sealing import multiply

JOBS_MAX = 256
BRAINS_MAX = 20_000


def fill_with_jobs(daemon, count):
    """All on one brain, so that all but the first one wait."""
    daemon.train(ENDLESS)
    daemon.train(1)
    daemon.terminate()
    multiply(daemon.database, "job", count - 2)
    daemon.start()
    assert len(daemon.jobs("?limit=1256")) == count


def test_more_jobs_than_are_admitted_can_all_be_stopped(daemon):
    fill_with_jobs(daemon, 3 * JOBS_MAX)
    answer = daemon.delete("/train")
    assert answer.status_code == 202
    jobs = answer.json()["jobs"]
    assert [job["id"] for job in jobs] == list(range(3 * JOBS_MAX, 0, -1))
    assert {job["state"] for job in jobs[:-1]} == {"stopped"}
    assert daemon.finish(1)["state"] == "stopped"
    assert daemon.learn(10)["state"] == "done"


def test_more_jobs_than_are_admitted_are_all_done_and_no_other_is_let_in(daemon):
    fill_with_jobs(daemon, JOBS_MAX + 20)
    assert daemon.post("/train", {"matches": 1}).status_code == 503
    daemon.delete("/train/1")
    assert daemon.finish(JOBS_MAX + 20)["state"] == "done"
    assert {job["state"] for job in daemon.jobs("?limit=1256")} == {"done", "stopped"}
    assert daemon.learn(1)["state"] == "done"


def test_more_brains_than_are_admitted_are_all_served(daemon):
    daemon.create_brain("b")
    daemon.terminate()
    multiply(daemon.database, "brain", BRAINS_MAX, name="'b' || i")
    daemon.start()
    assert [brain["name"] for brain in daemon.get("/brains?limit=2&after=b9998").json()["brains"]] == ["b9999", "default"]
    assert daemon.learn(10, brain="b20000")["state"] == "done"
    body = {"game": "tictactoe", "rule": "beads"}
    assert daemon.put("/brains/another", body).status_code == 503
    assert daemon.delete("/brains/b7").status_code == 204
