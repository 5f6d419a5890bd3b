"""Who only reads waits for nobody's change: not for another program's, not for the daemon's own."""

import contextlib
import sqlite3
import threading

from daemon import DEADLINE_S

MATCH = {"moves": [0, 3, 1, 4, 2]}
KEY = {"Idempotency-Key": "k"}


@contextlib.contextmanager
def writing(path):
    """Another program in the middle of a change."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def filled(house):
    daemon = house("--brain-memory", "1m")
    daemon.learn(2000, seed=1)
    daemon.put("/brains/default/checkpoints/mine")
    for number in range(6):  # more than fit into memory
        daemon.post("/brains/default/copy", {"to": f"copy{number}"})
    answer = daemon.post("/match", MATCH, headers=KEY)
    assert answer.status_code == 200
    return daemon, answer


def assert_all_can_be_read(daemon, before):
    assert len(daemon.get("/brains/default/curve").json()["points"]) > 20
    assert len(daemon.get("/brains/default/checkpoints").json()["checkpoints"]) == 4
    for name in ("default@mine", "default@1000", *(f"copy{number}" for number in range(6))):
        assert daemon.brain(name)["matches"] > 0
        assert daemon.get(f"/brains/{name}/evaluation").status_code == 200
    again = daemon.post("/match", MATCH, headers=KEY)
    assert (again.status_code, again.content) == (before.status_code, before.content)


def test_all_is_readable_while_another_program_writes(house):
    daemon, answer = filled(house)
    with writing(daemon.database):
        assert_all_can_be_read(daemon, answer)


def test_all_is_readable_while_changes_wait_for_another_program(house):
    daemon, answer = filled(house)
    done = threading.Event()

    def change():
        """One change after the other, so that there is always one that waits."""
        while not done.is_set():
            daemon.session.put(
                f"{daemon.url}/brains/default/checkpoints/late", timeout=DEADLINE_S)

    thread = threading.Thread(target=change)
    with writing(daemon.database):
        thread.start()
        slowest = max(seconds(daemon.get("/brains/default/curve")) for _ in range(20))
        assert_all_can_be_read(daemon, answer)
        done.set()
    thread.join()
    assert slowest < 2  # a change waits for five


def seconds(answer):
    assert answer.status_code == 200, answer.text
    return answer.elapsed.total_seconds()


def test_changes_wait_for_five_seconds_each(house):
    """One that comes later than another is tried for as long."""
    daemon, _ = filled(house)
    answers = []

    def change(name):
        answers.append(daemon.session.put(
            f"{daemon.url}/brains/default/checkpoints/{name}", timeout=DEADLINE_S))

    threads = [threading.Thread(target=change, args=(name,)) for name in ("a", "b")]
    with writing(daemon.database):
        threads[0].start()
        threads[0].join(2)
        threads[1].start()
        threads[0].join()
        assert threads[1].is_alive()
    threads[1].join()
    assert [answer.status_code for answer in answers] == [503, 201]
