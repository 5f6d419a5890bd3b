"""A database whose files are taken away from under a daemon: what is answered with success is on disk, at its
name, or else it is not answered so."""

import shutil

import pytest

from daemon import ENDLESS, run_to_end
from test_metrics import scrape


def match(daemon):
    return daemon.post("/match", {"moves": [0, 3, 1, 4, 2]})


def lost(daemon):
    return scrape(daemon)[("database_lost",)]


def beside(path, suffix):
    return path.with_name(path.name + suffix)


def make_other(house):
    """Another database, closed, with a brain that tells it from the first."""
    other = house()
    other.create_brain("other")
    other.learn(1000, brain="other", seed=5)
    assert other.terminate().status == 0
    other.process = None
    return other.database


def remove(path, house):
    path.unlink()


def remove_log(path, house):
    beside(path, "-wal").unlink()


def remove_shared_memory(path, house):
    beside(path, "-shm").unlink()


def remove_folder(path, house):
    shutil.rmtree(path.parent)


def move_folder(path, house):
    path.parent.rename(path.parent.with_name("elsewhere"))


def replace(path, house):
    shutil.copyfile(make_other(house), beside(path, ".new"))
    beside(path, ".new").rename(path)


def replace_by_link(path, house):
    path.rename(beside(path, ".moved"))
    path.symlink_to(beside(path, ".moved"))


def replace_log(path, house):
    shutil.copyfile(beside(path, "-wal"), beside(path, ".new"))
    beside(path, ".new").rename(beside(path, "-wal"))


LOSSES = {
    remove: "ttst.db was removed or moved away, and all that it held",
    remove_log: "ttst.db-wal was removed",
    remove_shared_memory: "ttst.db-shm was removed",
    remove_folder: "ttst.db was removed or moved away",
    move_folder: "ttst.db was removed or moved away",
    replace: "ttst.db was replaced by another file",
    replace_by_link: "ttst.db was replaced by another file",
    replace_log: "ttst.db-wal was replaced",
}


@pytest.fixture
def daemon(house, tmp_path):
    """One whose database has a folder of its own."""
    (tmp_path / "data").mkdir()
    daemon = house(database=tmp_path / "data" / "ttst.db")
    daemon.create_brain("idle")
    assert match(daemon).status_code == 200
    return daemon


@pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)
def test_changes_are_refused_and_it_is_told_everywhere(daemon, house, lose):
    words = LOSSES[lose]
    assert (daemon.get("/readyz").status_code, lost(daemon)) == (200, 0)
    lose(daemon.database, house)
    ready = daemon.get("/readyz")
    assert ready.status_code == 503 and words in ready.json()["detail"]
    for answer in (
        match(daemon),
        daemon.post("/train", {"matches": 1000}),
        daemon.put("/brains/more", {"game": "tictactoe", "rule": "beads"}),
        daemon.delete("/brains/idle"),
    ):
        assert answer.status_code == 503 and words in answer.json()["detail"]
    assert lost(daemon) == 1
    (event,) = daemon.events("database_lost")
    assert event.level == "error" and words in event.fields["error"]
    assert daemon.get("/healthz").status_code == 200
    assert daemon.brain()["matches"] == 1  # what was refused was not learned
    assert daemon.get("/brains/default/export").status_code == 200
    assert daemon.get("/brains/idle/curve").status_code == 200
    assert daemon.terminate().status == 1
    (event,) = daemon.events("not_saved")
    assert words in event.fields["error"] and "2 brains" in event.fields["error"]
    assert not daemon.events("stopped")


@pytest.mark.parametrize("lose", [remove, remove_log, replace], ids=lambda lose: lose.__name__)
def test_an_idle_daemon_tells_it_when_it_goes(daemon, house, lose):
    lose(daemon.database, house)
    assert daemon.terminate().status == 1
    assert LOSSES[lose] in daemon.events("not_saved")[0].fields["error"]


def test_running_jobs_go_on_in_memory_and_it_is_told_what_is_lost(daemon):
    job = daemon.train(ENDLESS, seed=1)["id"]
    daemon.wait_for_matches(job, 1000)
    daemon.database.unlink()
    daemon.wait_for_event("save_failed", brain="default")
    brain = daemon.brain()
    assert "was removed" in brain["last_save_error"] and brain["unsaved_matches"] > 0
    assert scrape(daemon)[("saves_failing",)] == 1
    assert daemon.job(job)["state"] == "running"
    assert daemon.terminate().status == 1
    error = daemon.events("not_saved")[0].fields["error"]
    assert "matches were never saved" in error and " 0 of their matches" not in error


@pytest.mark.parametrize("by_request", [True, False], ids=["noticed", "unnoticed"])
def test_another_database_at_the_name_is_not_harmed_by_the_old_log(daemon, house, by_request):
    other = make_other(house)
    content = other.read_bytes()
    other.rename(daemon.database)
    if by_request:
        assert match(daemon).status_code == 503
        assert not beside(daemon.database, "-wal").exists()
        # Now it may be looked at, and even written to, while the first daemon lives.
        assert "brain other" in run_to_end("check", daemon.database).stdout
    assert daemon.terminate().status == 1
    assert daemon.database.read_bytes() == content
    assert "brain other" in run_to_end("check", daemon.database).stdout
    daemon.start()
    assert daemon.brain("other")["matches"] == 1000


@pytest.mark.parametrize("killed", [True, False])
def test_a_moved_database_has_all_that_was_answered(daemon, house, killed):
    moved = beside(daemon.database, ".moved")
    for _ in range(3):
        assert match(daemon).status_code == 200
    digest = daemon.digest()
    daemon.database.rename(moved)
    assert match(daemon).status_code == 503
    daemon.kill9() if killed else daemon.terminate()
    assert house(database=moved).digest() == digest


def test_a_database_that_is_put_back_is_used_again(daemon):
    moved = beside(daemon.database, ".moved")
    job = daemon.train(ENDLESS, seed=1)["id"]
    daemon.database.rename(moved)
    daemon.wait_for_event("save_failed", brain="default")
    assert daemon.put("/brains/more", {"game": "tictactoe", "rule": "beads"}).status_code == 503
    moved.rename(daemon.database)
    daemon.create_brain("more")
    daemon.wait_for_event("save_recovered", brain="default")
    assert daemon.events("database_found")
    assert (daemon.get("/readyz").status_code, lost(daemon)) == (200, 0)
    daemon.delete(f"/train/{job}")
    matches = daemon.finish(job)["matches_done"]
    daemon.restart()
    assert daemon.brain()["matches"] == matches + 1


@pytest.mark.parametrize("lose", [remove_log, remove_shared_memory], ids=lambda lose: lose.__name__)
@pytest.mark.parametrize("killed", [True, False])
def test_without_its_log_the_database_has_all_that_was_answered(daemon, lose, killed, house):
    for _ in range(3):
        assert match(daemon).status_code == 200
    digest = daemon.digest()
    lose(daemon.database, house)
    assert match(daemon).status_code == 503
    daemon.kill9() if killed else daemon.terminate()
    daemon.start()
    assert daemon.digest() == digest


def test_a_new_database_begins_where_the_old_one_was_removed(daemon, tmp_path):
    daemon.database.unlink()
    daemon.kill9()
    assert beside(daemon.database, "-wal").exists()
    daemon.start()
    assert daemon.brain()["matches"] == 0


def test_files_that_cannot_be_looked_at_for_a_while_are_no_loss(daemon):
    folder, elsewhere = daemon.database.parent, daemon.database.parent.with_name("elsewhere")
    folder.rename(elsewhere)
    folder.symlink_to(folder)  # a loop
    answer = match(daemon)
    folder.unlink()
    elsewhere.rename(folder)
    assert answer.status_code == 503 and "cannot be looked at" in answer.json()["detail"]
    assert match(daemon).status_code == 200
