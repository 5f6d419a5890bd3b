"""Training jobs."""

import math
import time
from dataclasses import dataclass
from typing import Callable, Iterator, Optional, Type, TypeVar

from ._decode import Mismatch, decode
from ._events import Message, messages
from ._given import checked_wait
from ._http import Http, Request, parse
from .answers import JobFields
from .errors import NotFound, Unavailable, UnexpectedAnswer, WaitTimeout
from .evaluation import CurvePoint

T = TypeVar("T")

POLL_S = 30  # how long the daemon is asked to wait at most; proxies often lose patience after 60
SHORT_POLL_S = 0.05  # between two looks, where less than the second is left that it could wait


@dataclass(frozen=True)
class Event:
    """Something that happened to a job.

    kind   "progress", "evaluation" or "end"; later daemons may have others
    id     the event's, or None
    point  of an evaluation, the new point of the brain's curve; else None
    """

    kind: str
    id: Optional[str] = None
    point: Optional[CurvePoint] = None


class Job(JobFields):
    """A training job: its fields (those of ttst.answers.JobFields) as of the last look, and what
    can be done with it.

    wait, watch, events, refresh and stop renew the fields. All of them raise TtstError: NotFound
    where the daemon has forgotten the job (it keeps the last 1,000 that are over), or what any
    request may raise. A daemon that is restarted goes on with its jobs by itself, so after
    Unavailable or Unreachable one can simply wait again.
    """

    def __init__(self, http: Http, fields: JobFields) -> None:
        self._http = http
        self._take(fields)

    @property
    def is_over(self) -> bool:
        """Whether it is done, stopped or failed."""
        return self.state in ("done", "stopped", "failed")

    @property
    def progress(self) -> float:
        """The fraction of its matches that are played, 0 to 1."""
        return self.matches_done / max(self.matches, 1)

    def refresh(self, *, timeout: Optional[float] = None) -> "Job":
        """Renews the fields. Returns this job."""
        self._look(0, timeout)
        return self

    def stop(self, *, timeout: Optional[float] = None) -> "Job":
        """Asks the job to stop and keep what was learned; does nothing to one that is over.

        Returns this job: "stopped", or "stopping" while its last round is under way.
        """
        request = Request("DELETE", f"/train/{self.id}", repeatable=True)
        self._take(self._http.ask(JobFields, request, timeout))
        return self

    def wait(
        self,
        timeout: Optional[float] = None,
        on_progress: Optional[Callable[["Job"], object]] = None,
        interval: float = 1.0,
    ) -> "Job":
        """Waits until the job is over, and returns it; see `state` for how it ended.

        `on_progress` is called with this job at once, every `interval` seconds and at the end.
        WaitTimeout if the job is not over after `timeout` seconds (None: there is no limit).
        """
        for job in self.watch(interval if on_progress else math.inf, timeout):
            if on_progress:
                on_progress(job)
        return self

    def watch(self, interval: float = 1.0, timeout: Optional[float] = None) -> Iterator["Job"]:
        """Yields this job at once as it is, then renewed every `interval` seconds and at its end.

        WaitTimeout if the job is not over after `timeout` seconds (None: there is no limit).
        """
        checked_wait("interval", interval)
        end = math.inf if timeout is None else time.monotonic() + checked_wait("timeout", timeout)
        yield self
        while not self.is_over:
            self._look_until(min(time.monotonic() + interval, end))
            yield self
            if not self.is_over and time.monotonic() >= end:
                raise WaitTimeout(f"job {self.id} is {self.state}, not over, after {timeout:g} s")

    def events(self, interval: float = 0.5) -> Iterator[Event]:
        """Yields what happens to this job until its end, each event as soon as the daemon tells it;
        "progress" (at most ten a second) and "end" have renewed the fields before.

        Lost connections are made again, and nothing is missed meanwhile. Where a daemon has no
        events, or no room for one more who listens, the job is looked at every `interval` seconds.
        """
        try:
            for message in messages(self._http, f"/train/{self.id}/events"):
                yield self._event(message)
                if message.kind == "end":
                    return
        except (NotFound, Unavailable):
            for job in self.watch(interval):
                yield Event("end" if job.is_over else "progress")

    def _event(self, message: Message) -> Event:
        point = None
        if message.kind in ("progress", "end"):
            self._take(self._read(JobFields, message))
        elif message.kind == "evaluation":
            point = self._read(CurvePoint, message)
        return Event(message.kind, message.id, point)

    def _read(self, kind: Type[T], message: Message) -> T:
        try:
            return decode(kind, parse(message.data))
        except Mismatch as error:
            raise UnexpectedAnswer(
                f"GET /train/{self.id}/events: not an event of ttstd's: {message.kind}: {error}"
            ) from None

    def _look_until(self, deadline: float) -> None:
        """Looks at least once, until the job is over or the deadline (time.monotonic) has come."""
        while True:
            left_s = max(0.0, deadline - time.monotonic())
            whole_s = int(min(left_s, POLL_S))
            if whole_s == 0:
                time.sleep(min(left_s, SHORT_POLL_S))
            self._look(whole_s)
            if self.is_over or time.monotonic() >= deadline:
                return

    def _look(self, wait_s: int, timeout: Optional[float] = None) -> None:
        """Renews the fields when the job is over, or after that many seconds."""
        query = {"wait": wait_s}
        request = Request("GET", f"/train/{self.id}", query=query, wait_s=wait_s)
        self._take(self._http.ask(JobFields, request, timeout))

    def _take(self, fields: JobFields) -> None:
        vars(self).update(vars(fields))
