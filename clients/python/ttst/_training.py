"""Training jobs."""

from typing import Any, Iterable, List, Mapping, Optional, Union

from ._calls import Calls, path_of, seed_text
from ._http import Request, new_key
from .answers import JobFields, JobList
from .job import Job


class Training(Calls):
    def train(
        self,
        matches: int,
        *,
        brain: str = "default",
        workers: int = 1,
        seed: Optional[int] = None,
        learn: Iterable[int] = (1, 2),
        opponent: Union[str, Mapping[str, str]] = "self",
        until: Optional[Mapping[str, Any]] = None,
        key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Job:
        """Starts a training job; it goes on whether anybody waits for it or not.

        matches   1 to 2**53, on top of those that the brain has played
        workers   1 to 64 shares played side by side; other workers, other result
        seed      0 to 2**64 - 1: the same job on an equal brain ends in an equal brain. Drawn if
                  None
        learn     the players whose moves learn
        opponent  "self", "random", "perfect" (in tic-tac-toe), or {"brain": name}: another brain of
                  the game as it is now; with any but "self" `learn` names one player
        until     what may end the job earlier, in tic-tac-toe: {"never_loses": True}, or
                  {"exploitability_below": 0.01, "policy": "sample"}
        key       as for `match`: asking again with the same key starts no second job

        NotFound: no such brain. Impossible: out of range. Unavailable: too many jobs wait already.
        """
        body = {
            "matches": matches,
            "brain": brain,
            "workers": workers,
            "seed": seed_text(seed),
            "learn": list(learn),
            "opponent": opponent,
            "until": until,
        }
        request = Request("POST", "/train", body=body, key=key or new_key())
        return self._job(self._http.ask(JobFields, request, timeout))

    def job(self, id: int, *, timeout: Optional[float] = None) -> Job:
        """The job of that id. NotFound if there is none."""
        return self._job(self._http.ask(JobFields, Request("GET", path_of("train", id)), timeout))

    def jobs(
        self,
        *,
        state: Optional[str] = None,
        brain: Optional[str] = None,
        limit: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> List[Job]:
        """Jobs, the newest first: those in a state, on a brain, at most `limit` (1 to 1,256).

        None does not narrow the list, but for `limit`, where it means 100.
        """
        query = {"state": state, "brain": brain, "limit": limit}
        answer = self._http.ask(JobList, Request("GET", "/train", query=query), timeout)
        return [self._job(job) for job in answer.jobs]

    def stop_all(self, *, timeout: Optional[float] = None) -> List[Job]:
        """Asks all jobs to stop. Returns those that were not over, the newest first."""
        answer = self._http.ask(JobList, Request("DELETE", "/train", repeatable=True), timeout)
        return [self._job(job) for job in answer.jobs]

    def _job(self, fields: JobFields) -> Job:
        return Job(self._http, fields)
