"""Training jobs."""

import sys
from argparse import Namespace
from typing import Any, Dict, Optional

from ..client import Client
from ..job import Job
from .output import Failure, records, show, wants_json
from .progress import progress_bar

OPPONENTS = ("self", "random", "perfect")


def run_train(client: Client, args: Namespace) -> None:
    opponent = args.opponent if args.opponent in OPPONENTS else {"brain": args.opponent}
    wanted: Dict[str, Any] = {} if args.learn is None else {"learn": args.learn}
    job = client.train(
        args.matches,
        brain=args.name,
        workers=args.workers,
        seed=args.seed,
        opponent=opponent,
        until=_goal(args),
        **wanted,
    )
    if args.detach:
        show(args, job, f"job {job.id} is {job.state}")
    else:
        _follow(job, args)


def run_watch(client: Client, args: Namespace) -> None:
    _follow(client.job(args.id), args)


def run_list(client: Client, args: Namespace) -> None:
    jobs = client.jobs(state=args.state, brain=args.brain, limit=args.limit)
    rows = [
        [job.id, job.brain, job.state, job.matches_done, job.matches, job.matches_per_second]
        for job in jobs
    ]
    show(args, jobs, records(["id", "brain", "state", "played", "matches", "a second"], rows))


def run_stop(client: Client, args: Namespace) -> None:
    jobs = client.stop_all() if args.id is None else [client.job(args.id).stop()]
    stopped = [job.wait() for job in jobs]
    show(args, stopped, "\n".join(map(summary, stopped)) or "nothing is training")


def _goal(args: Namespace) -> Optional[Dict[str, Any]]:
    if args.until_never_loses:
        return {"never_loses": True}
    if args.until_exploitability_below is not None:
        return {"exploitability_below": args.until_exploitability_below}
    return None


def _follow(job: Job, args: Namespace) -> None:
    """Shows how it goes until it is over."""
    try:
        with progress_bar(job, sys.stderr, is_wanted=not wants_json(args)) as update:
            for _ in job.events():
                update()
    except KeyboardInterrupt:
        print(f"\njob {job.id} goes on; to stop it: ttst stop {job.id}", file=sys.stderr)
        raise
    show(args, job, summary(job))
    if job.state == "failed":
        raise Failure(f"job {job.id} failed: {job.error}")


def summary(job: Job) -> str:
    """How it ended, in a line."""
    results = job.results
    return (
        f"job {job.id} on {job.brain}: {job.state} after {job.matches_done:,} matches"
        f" ({job.matches_per_second:,} a second, seed {job.seed}):"
        f" {results.player1:,} won by player 1, {results.player2:,} by player 2,"
        f" {results.draw:,} drawn"
    )
