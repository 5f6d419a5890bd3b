"""A bar for a job, on a terminal: rich's or tqdm's where one is there, else a plain line."""

import contextlib
from typing import Any, Callable, ContextManager, Iterator, TextIO

from ..job import Job

Update = Callable[[], None]


def progress_bar(job: Job, out: TextIO, is_wanted: bool = True) -> ContextManager[Update]:
    """Within the block, calling what it yields shows the job as it is then."""
    if not is_wanted or not out.isatty():
        return _nothing()
    for make in (_rich, _tqdm):
        try:
            return make(job, out)
        except ImportError:
            pass
    return _plain(job, out)


@contextlib.contextmanager
def _nothing() -> Iterator[Update]:
    yield lambda: None


def _rich(job: Job, out: TextIO) -> ContextManager[Update]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())

    @contextlib.contextmanager
    def bar() -> Iterator[Update]:
        with Progress(*columns, console=Console(file=out)) as progress:
            task = progress.add_task(f"job {job.id}", total=job.matches)

            def update() -> None:
                progress.update(task, completed=job.matches_done)

            yield update

    return bar()


def _tqdm(job: Job, out: TextIO) -> ContextManager[Update]:
    from tqdm import tqdm

    @contextlib.contextmanager
    def bar() -> Iterator[Update]:
        progress: Any = tqdm(
            total=job.matches, desc=f"job {job.id}", unit=" matches", unit_scale=True, file=out
        )
        with progress:

            def update() -> None:
                progress.update(job.matches_done - progress.n)

            yield update

    return bar()


@contextlib.contextmanager
def _plain(job: Job, out: TextIO) -> Iterator[Update]:
    def update() -> None:
        out.write(f"\rjob {job.id}: {job.progress:4.0%} of {job.matches:,} matches ")
        out.flush()

    yield update
    out.write("\n")
