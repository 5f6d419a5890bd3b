"""/train"""

import contextlib
import threading

import pytest

import tictactoe
from contract import assert_problem
from daemon import (
    DEADLINE_S,
    ENDLESS,
    FLAVOUR,
    OVER,
    Wire,
    age_brain,
    eventually,
    hammering,
)
from sealing import sealing
from tictactoe import EMPTY

ACTIVE_MAX = 256
FINISHED_KEPT = 1000

pytestmark = pytest.mark.usefixtures("nothing_left_training")


# The job.


def test_a_job_is_where_its_answer_says(shared):
    answer = shared.post("/train", {"matches": 3000, "seed": 42})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/train/{answer.json()['id']}"
    assert shared.get(answer.headers["Location"]).json()["id"] == answer.json()["id"]


def test_a_job_says_what_was_asked_for(shared):
    shared.create_brain("asker")
    asked = {"brain": "asker", "matches": 5000, "workers": 3, "seed": "18446744073709551615"}
    job = shared.train(**asked, learn=[2, 1], opponent="self", until=None)
    assert {key: job[key] for key in asked} == asked
    assert job["learn"] == [1, 2]
    assert (job["opponent"], job["until"]) == ("self", None)


def test_a_job_has_defaults(shared):
    job = shared.train(1)
    assert (job["brain"], job["workers"], job["learn"]) == ("default", 1, [1, 2])
    assert (job["opponent"], job["until"], job["error"]) == ("self", None, None)


def test_a_job_that_is_done_says_so(shared, speed):
    accepted = shared.train(30_000, seed=1)
    job = shared.finish(accepted["id"])
    assert (job["state"], job["ended_by"], job["error"]) == ("done", "matches", None)
    assert job["matches_done"] == job["matches"] == sum(job["results"].values()) == 30_000
    assert job["created_at"] == accepted["created_at"]
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]
    assert job["matches_per_second"] > speed / 100


def test_ids_ascend(shared):
    ids = [shared.train(1)["id"] for _ in range(5)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("matches", [1, 2, 9, 10, 11, 63, 64, 65, 1000, 10_001, "1e4", "1e0"])
def test_any_number_of_matches_is_played_exactly(shared, matches):
    before = shared.brain()
    job = shared.post("/train", f'{{"matches":{matches},"workers":7}}').json()
    job = shared.finish(job["id"])
    after = shared.brain()
    assert job["matches_done"] == sum(job["results"].values()) == int(float(matches))
    assert after["matches"] - before["matches"] == int(float(matches))
    for result, count in job["results"].items():
        assert after["results"][result] - before["results"][result] == count


def test_the_longest_job_is_accepted(shared):
    job = shared.train(ENDLESS, workers=64)
    assert job["matches"] == ENDLESS
    shared.wait_for_matches(job["id"], 1)


# States.


def test_jobs_on_one_brain_run_one_after_the_other(daemon, amount):
    first, second, third = (daemon.train(amount(0.2), seed=s)["id"] for s in (1, 2, 3))
    seen = []
    while not seen or seen[-1][2] not in OVER:
        states = [job["state"] for job in reversed(daemon.jobs())]
        if not seen or states != seen[-1]:
            seen.append(states)
    assert all(states.count("running") <= 1 for states in seen), seen
    assert [daemon.job(n)["state"] for n in (first, second, third)] == ["done"] * 3
    for number, column in ((second, 1), (third, 2)):
        order = [states[column] for states in seen]
        assert order == sorted(order, key=("queued", "running", "done").index)
        assert daemon.job(number)["started_at"] >= daemon.job(number - 1)["finished_at"]
    assert seen[0][1:] == ["queued", "queued"]


def test_a_job_that_waits_has_not_started(shared):
    running = shared.train(ENDLESS)["id"]
    waiting = shared.train(5)
    assert waiting["state"] == "queued"
    assert (waiting["started_at"], waiting["finished_at"], waiting["ended_by"]) == (None,) * 3
    assert waiting["matches_done"] == waiting["matches_per_second"] == 0
    assert shared.job(running)["state"] == "running"
    assert shared.brain()["training"] == running


def test_a_brain_names_the_job_that_trains_it(shared):
    assert shared.brain()["training"] is None
    first, second = (shared.train(ENDLESS)["id"] for _ in range(2))
    assert shared.brain()["training"] == first
    shared.delete(f"/train/{first}")
    shared.finish(first)
    assert shared.brain()["training"] == second
    shared.delete(f"/train/{second}")
    shared.finish(second)
    assert shared.brain()["training"] is None


def test_jobs_on_two_brains_take_turns(daemon, amount):
    daemon.create_brain("other")
    long = daemon.train(ENDLESS)["id"]
    daemon.wait_for_matches(long, 1000)
    short = daemon.finish(daemon.train(amount(0.3), brain="other")["id"])
    job = daemon.job(long)
    assert (short["state"], job["state"]) == ("done", "running")
    assert job["matches_done"] > 1000
    daemon.wait_for_matches(long, job["matches_done"] + 1000)


@pytest.mark.parametrize(
    "lived, workers",
    [
        (0, 1),
        pytest.param(
            10**9,
            8,
            marks=pytest.mark.skipif(FLAVOUR != "plain", reason="its rounds last too long"),
        ),
    ],
)
def test_progress_can_be_watched(daemon, lived, workers):
    """How often it moves is the machine's to say; that it moves round by round is ours."""
    daemon.terminate()
    age_brain(daemon.database, lived)
    daemon.start()
    number = daemon.train(ENDLESS, seed=1, workers=workers)["id"]
    seen = []

    def eight_seen():
        job = daemon.job(number)
        assert sum(job["results"].values()) == job["matches_done"]
        if job["matches_done"] not in seen[-1:]:
            seen.append(job["matches_done"])
        return len(seen) >= 8

    eventually("progress", eight_seen)
    assert seen == sorted(seen)


def test_the_brain_grows_while_it_is_trained(daemon):
    number = daemon.train(ENDLESS)["id"]
    daemon.wait_for_matches(number, 1)
    before = daemon.brain()
    after = eventually(
        "more matches",
        lambda: (b := daemon.brain())["matches"] > before["matches"] and b,
    )
    assert sum(after["results"].values()) == after["matches"]
    assert after["digest"] != before["digest"]


def test_what_was_learned_is_saved_while_training(house):
    daemon = house("--save-interval", "10ms")
    created = daemon.brain()["saved_at"]
    daemon.train(ENDLESS)
    first = eventually("a save", lambda: (b := daemon.brain())["saved_at"] > created and b)
    eventually("another save", lambda: daemon.brain()["saved_at"] > first["saved_at"])
    assert first["last_save_error"] is None


def test_a_batch_of_moves_reads_one_table_while_training(daemon):
    daemon.train(ENDLESS, workers=2)
    for _ in range(10):
        batch = daemon.move(boards=[EMPTY] * 1000, detail=True)
        assert len(set(map(tuple, batch["weights"]))) == 1


# Stopping.


def test_a_running_job_is_stopped(shared):
    number = shared.train(ENDLESS)["id"]
    shared.wait_for_matches(number, 1)
    answer = shared.delete(f"/train/{number}")
    assert answer.status_code == 202
    assert answer.json()["state"] in ("stopping", "stopped")
    job = shared.finish(number)
    assert (job["state"], job["ended_by"], job["error"]) == ("stopped", "stop", None)
    assert 0 < sum(job["results"].values()) == job["matches_done"] < ENDLESS
    assert job["finished_at"] >= job["started_at"]
    assert shared.brain()["unsaved_matches"] == 0


def test_a_queued_job_is_stopped_at_once(shared):
    running, queued = (shared.train(ENDLESS)["id"] for _ in range(2))
    answer = shared.delete(f"/train/{queued}")
    assert answer.status_code == 202
    job = answer.json()
    assert (job["state"], job["ended_by"], job["started_at"]) == ("stopped", "stop", None)
    assert job["matches_done"] == 0 and job["finished_at"] >= job["created_at"]
    assert shared.job(running)["state"] == "running"


def test_stopping_twice_is_stopping_once(shared):
    number = shared.train(ENDLESS)["id"]
    answers = [shared.delete(f"/train/{number}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    over = shared.finish(number)
    assert shared.delete(f"/train/{number}").json() == over == shared.job(number)


def test_a_job_that_is_done_stays_done(shared):
    job = shared.learn(100)
    answer = shared.delete(f"/train/{job['id']}")
    assert answer.status_code == 202
    assert answer.json() == job


def test_the_next_job_runs_after_a_stop(shared):
    first = shared.train(ENDLESS)["id"]
    second = shared.train(2000)["id"]
    shared.delete(f"/train/{first}")
    assert shared.finish(second)["state"] == "done"


def test_all_jobs_are_stopped_at_once(daemon):
    daemon.create_brain("other")
    done = daemon.learn(10)
    active = [daemon.train(ENDLESS, brain=b)["id"] for b in ("default", "other", "other")]
    answer = daemon.delete("/train")
    assert answer.status_code == 202
    assert sorted(job["id"] for job in answer.json()["jobs"]) == active
    assert {job["state"] for job in answer.json()["jobs"]} <= {"stopping", "stopped"}
    assert {daemon.finish(number)["state"] for number in active} == {"stopped"}
    assert daemon.job(done["id"]) == done
    again = daemon.delete("/train")
    assert (again.status_code, again.json()) == (202, {"jobs": []})


def test_a_stop_takes_effect_within_a_round(daemon):
    number = daemon.train(ENDLESS, workers=64)["id"]
    daemon.wait_for_matches(number, 10_000)
    daemon.delete(f"/train/{number}")
    assert daemon.finish(number)["state"] == "stopped"


# Waiting.


def test_waiting_ends_with_the_job(daemon, amount):
    number = daemon.train(amount(0.4))["id"]
    answer = daemon.get(f"/train/{number}?wait=60")
    assert answer.status_code == 200
    assert answer.json()["state"] == "done"
    assert answer.elapsed.total_seconds() < 30


def test_waiting_has_an_end_of_its_own(shared):
    number = shared.train(ENDLESS)["id"]
    answer = shared.get(f"/train/{number}?wait=1")
    assert answer.json()["state"] == "running"
    assert 0.95 <= answer.elapsed.total_seconds() < 1 + DEADLINE_S / 2


def test_there_is_nothing_to_wait_for_when_a_job_is_over(shared):
    job = shared.learn(10)
    answer = shared.get(f"/train/{job['id']}?wait=60")
    assert answer.json() == job
    assert answer.elapsed.total_seconds() < 30


def test_waiting_for_nothing_is_not_waiting(shared):
    number = shared.train(ENDLESS)["id"]
    assert shared.get(f"/train/{number}?wait=0").json()["state"] == "running"


def test_all_who_wait_are_answered_when_a_job_is_stopped(shared):
    number = shared.train(ENDLESS)["id"]
    queued = shared.train(ENDLESS)["id"]
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(shared)) for _ in range(40)]
        for i, wire in enumerate(wires):
            wire.ask("GET", f"/train/{(number, queued)[i % 2]}?wait=60")
        assert shared.get("/healthz").status_code == 200  # they keep nobody else waiting
        shared.delete("/train")
        for wire in wires:
            answer = wire.answer()
            assert answer.status == 200
            assert b'"state":"stopped"' in answer.body


def test_who_waits_may_go_away(shared):
    number = shared.train(ENDLESS)["id"]
    for _ in range(20):
        with Wire(shared) as wire:
            wire.ask("GET", f"/train/{number}?wait=1")
    assert shared.get(f"/train/{number}?wait=1").json()["state"] == "running"
    assert shared.get("/healthz").status_code == 200


# The list.


def test_the_list_can_be_narrowed(daemon):
    for name in ("a", "b"):
        daemon.create_brain(name)
    done_a = daemon.learn(10, brain="a")["id"]
    done_b = daemon.learn(10, brain="b")["id"]
    running_a = daemon.train(ENDLESS, brain="a")["id"]
    queued_a = daemon.train(ENDLESS, brain="a")["id"]

    def listed(query):
        return [job["id"] for job in daemon.jobs(query)]

    assert listed("") == [queued_a, running_a, done_b, done_a]  # the newest first
    assert listed("?state=done") == [done_b, done_a]
    assert listed("?state=running") == [running_a]
    assert listed("?state=queued") == [queued_a]
    assert listed("?state=failed") == []
    assert listed("?brain=a") == [queued_a, running_a, done_a]
    assert listed("?brain=b&state=done") == [done_b]
    assert listed("?brain=nobody") == []
    assert listed("?limit=1") == [queued_a]
    assert listed("?limit=2&brain=a&state=done") == [done_a]


def test_as_many_jobs_as_can_be_wait_and_no_more(daemon):
    numbers = [daemon.train(ENDLESS)["id"] for _ in range(ACTIVE_MAX)]
    assert_problem(daemon.post("/train", {"matches": 1}), 503)
    assert len(daemon.jobs()) == 100
    assert len(daemon.jobs("?limit=1000")) == ACTIVE_MAX
    assert daemon.delete(f"/train/{numbers[-1]}").status_code == 202
    daemon.train(1)
    stopped = daemon.delete("/train").json()["jobs"]
    assert len(stopped) == ACTIVE_MAX
    assert {daemon.finish(job["id"])["state"] for job in stopped} == {"stopped"}


def test_the_newest_thousand_finished_jobs_are_kept(house):
    daemon = house()
    first = daemon.learn(1)
    daemon.terminate()
    with sealing(daemon.database) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(job)")]
        columns = [column for column in columns if column != "id"]
        database.execute(
            f"INSERT INTO job (id, {', '.join(columns)})"
            f" SELECT value, {', '.join('job.' + column for column in columns)}"
            " FROM job, (WITH RECURSIVE n(value) AS (SELECT 2 UNION ALL SELECT value + 1 FROM n"
            f" WHERE value < {FINISHED_KEPT + 5}) SELECT value FROM n)"
        )
    daemon.start()
    newest = daemon.learn(1)["id"]
    assert newest == FINISHED_KEPT + 6
    running = daemon.train(ENDLESS)["id"]
    expected = [running, *range(newest, newest - FINISHED_KEPT, -1)]
    assert [job["id"] for job in daemon.jobs("?limit=1256")] == expected
    assert_problem(daemon.get(f"/train/{first['id']}"), 404)
    daemon.restart()
    assert [job["id"] for job in daemon.jobs("?limit=1256")] == expected


# What was learned.


def weights_of(daemon):
    boards = tictactoe.decision_boards()
    rows = []
    for first in range(0, len(boards), 4096):
        rows += daemon.move(boards=boards[first : first + 4096], detail=True)["weights"]
    return dict(zip(boards, rows, strict=True))


@pytest.mark.parametrize("learner", [1, 2])
def test_who_does_not_learn_stays_as_they_are(daemon, learner):
    before = weights_of(daemon)
    daemon.learn(30_000, learn=[learner], seed=4, workers=2)
    after = weights_of(daemon)
    changed = {tictactoe.player(board) for board in before if before[board] != after[board]}
    assert changed == {learner}


def test_training_rewards_and_punishes(daemon):
    """Player 1, who learns alone, wins more and more."""
    first = daemon.learn(2000, learn=[1], seed=1)
    daemon.learn(40_000, learn=[1], seed=2)
    last = daemon.learn(2000, learn=[1], seed=3)
    assert last["results"]["player1"] > 1.2 * first["results"]["player1"]


def learned(daemon, matches, **job):
    daemon.learn(matches, **job)
    return daemon.digest()


@pytest.mark.parametrize("lived, workers", [(0, 1), (0, 5), (10**9, 3)])
def test_threads_have_no_say_in_what_is_learned(house, amount, lived, workers):
    digests = set()
    for threads in (1, 2, 4):
        daemon = house("--training-threads", threads)
        daemon.terminate()
        age_brain(daemon.database, lived)
        daemon.start()
        digests.add(learned(daemon, amount(0.3), seed=7, workers=workers))
    assert len(digests) == 1


def test_readers_and_saves_have_no_say_in_what_is_learned(house, amount):
    matches = amount(0.3)
    quiet = learned(house("--save-interval", "60m"), matches, seed=7, workers=2)
    busy = house("--save-interval", "10ms")
    with hammering(busy) as statuses:
        assert learned(busy, matches, seed=7, workers=2) == quiet
    assert statuses[200] > 10


def test_other_brains_have_no_say_in_what_is_learned(house, amount):
    matches = amount(0.2)
    alone = learned(house(), matches, seed=7)
    daemon = house()
    daemon.create_brain("other")
    daemon.train(ENDLESS, brain="other", workers=3)
    assert learned(daemon, matches, seed=7) == alone


def test_another_seed_teaches_something_else(house):
    assert learned(house(), 20_000, seed=1) != learned(house(), 20_000, seed=2)


def test_another_number_of_workers_teaches_something_else(house):
    assert learned(house(), 40_000, seed=1) != learned(house(), 40_000, seed=1, workers=2)


def test_a_seed_may_be_text_or_number(house):
    assert learned(house(), 5000, seed=9) == learned(house(), 5000, seed="9")


def test_a_drawn_seed_teaches_the_same_when_sent_back(house):
    daemon = house()
    drawn = daemon.learn(5000)["seed"]
    assert learned(house(), 5000, seed=drawn) == daemon.digest()
    assert daemon.train(1)["seed"] != drawn


def test_a_restart_between_two_jobs_makes_no_difference(house):
    one, other = house(), house()
    one.learn(15_000, seed=1, workers=2)
    other.learn(15_000, seed=1, workers=2)
    other.restart()
    assert learned(one, 15_000, seed=2, workers=3) == learned(other, 15_000, seed=2, workers=3)


def test_many_may_ask_for_jobs_at_the_same_time(daemon):
    """Each gets a job of its own, and all are played."""
    numbers = []

    def ask():
        with Wire(daemon) as wire:
            for _ in range(10):
                wire.ask("POST", "/train", b'{"matches":10}')
                answer = wire.answer()
                assert answer.status == 202
                numbers.append(int(answer.headers["Location"].rpartition("/")[2]))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 81))
    assert {daemon.finish(number)["state"] for number in numbers} == {"done"}
    assert daemon.brain()["matches"] == 800
