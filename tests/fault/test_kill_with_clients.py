"""kill -9 while jobs train one brain, a client teaches another and a third keeps changing brains."""

import os
import random
import subprocess

import pytest

from daemon import FLAVOUR, run_to_end
from life import Client, Keeper, Reporter

BRAINS = 50
KILLS = 200 if os.environ.get("TTST_SOAK") else 20
LIFE_S = {"plain": 0.15, "asan": 0.5, "tsan": 1}[FLAVOUR]


def orders(amount):
    """Jobs of several kinds, together longer than the daemon lives until the last kill."""
    seconds = KILLS * LIFE_S * 2
    more = ({"workers": 2}, {"learn": [2], "opponent": "random"}, {"workers": 7, "learn": [1]})
    count = max(3, KILLS // 4)
    return [{"matches": amount(seconds / count), "seed": seed, **more[seed % len(more)]}
            for seed in range(count)]


def undisturbed(daemon, jobs, matches):
    """The digests of the trained and the taught brain where nothing happens."""
    for job in [daemon.train(**order) for order in jobs]:
        daemon.finish(job["id"])
    daemon.create_brain("taught")
    for moves in matches:
        assert daemon.post("/match", {"brain": "taught", "moves": moves}).status_code == 200
    return daemon.digest(), daemon.digest("taught")


def live_and_die(daemon, draw, reporter, keeper):
    clients = [Client(lambda client=client: client.step(daemon.port))
               for client in (reporter, keeper)]
    for client in clients:
        client.start()
    with pytest.raises(subprocess.TimeoutExpired):
        daemon.process.wait(timeout=draw.uniform(0, LIFE_S))
    daemon.kill9()
    for client in clients:
        client.end()


def test_what_was_answered_is_there_after_every_kill_and_jobs_end_as_if_nothing_had_happened(
    house, amount
):
    seed = random.randrange(2**32)
    print("moments and steps are drawn with seed", seed)
    draw = random.Random(seed)
    jobs = orders(amount)
    daemon = house("--save-interval", "20ms")
    for name in ("taught", "seed"):
        daemon.create_brain(name)
    daemon.learn(2000, brain="seed", seed=1)
    reporter = Reporter("taught", draw)
    keeper = Keeper(random.Random(seed), daemon.digest("taught"), daemon.digest("seed"))
    numbers = [daemon.train(**order)["id"] for order in jobs]
    killed_running = 0
    for _ in range(KILLS):
        killed_running += daemon.job(numbers[-1])["state"] in ("queued", "running")
        live_and_die(daemon, draw, reporter, keeper)
        checked = run_to_end("check", daemon.database)
        assert checked.returncode == 0, checked.stderr
        daemon.start()
        reporter.check(daemon)
        keeper.check(daemon)
    assert killed_running >= KILLS / 4  # on a busy machine more is done between two kills
    assert [daemon.finish(number)["state"] for number in numbers] == ["done"] * len(numbers)
    assert reporter.step(daemon.port)  # what was under way at the last kill
    brain = daemon.brain("taught")
    assert brain["matches"] == len(reporter.answered)
    assert (daemon.digest(), brain["digest"]) == undisturbed(house(), jobs, reporter.answered)
    print(f"{KILLS} kills, {killed_running} while jobs ran, {brain['matches']} matches taught")


def test_no_match_is_lost_or_doubled_by_kills_while_fifty_brains_are_taught(house):
    seed = random.randrange(2**32)
    print("moments and matches are drawn with seed", seed)
    draw = random.Random(seed)
    daemon = house()
    reporters = [Reporter(f"b{number}", random.Random(seed + number)) for number in range(BRAINS)]
    for reporter in reporters:
        daemon.create_brain(reporter.brain)
    for _ in range(KILLS):
        clients = [Client(lambda reporter=reporter: reporter.step(daemon.port)) for reporter in reporters]
        for client in clients:
            client.start()
        with pytest.raises(subprocess.TimeoutExpired):
            daemon.process.wait(timeout=draw.uniform(0, 3 * LIFE_S))
        daemon.kill9()
        for client in clients:
            client.end()
        daemon.start()
        for reporter in reporters:
            reporter.check(daemon)
    plain = house()
    for reporter in reporters:
        assert reporter.step(daemon.port)  # what was under way at the last kill
        plain.create_brain(reporter.brain)
        for moves in reporter.answered:
            assert plain.post("/match", {"brain": reporter.brain, "moves": moves}).status_code == 200
        assert daemon.digest(reporter.brain) == plain.digest(reporter.brain)
    answered = [len(reporter.answered) for reporter in reporters]
    print(f"{KILLS} kills, {sum(answered)} matches taught, {max(answered)} at most to one brain")
