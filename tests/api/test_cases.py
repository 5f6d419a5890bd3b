"""The golden cases in cases/, one file a resource; cases/README.md explains them."""

import os
import pathlib

import pytest

from daemon import Wire
from golden import Answer, File

FOLDER = pathlib.Path(__file__).with_name("cases")
REWRITE = bool(os.environ.get("TTST_REWRITE_CASES"))
FILES = [File(path) for path in sorted(FOLDER.glob("*.txt"))]


def parameters():
    for file in FILES:
        for case in file.cases:
            name = f"{file.path.stem}-{case.name}".replace(" ", "-")
            yield pytest.param(file, case, id=name)


def hold(daemon, file, exchange):
    """That the answer is as it is written; or writes it."""
    with Wire(daemon) as wire:
        got = Answer.of(exchange.ask(wire), exchange.answer)
    if REWRITE:
        exchange.answer = got
        file.save()
        return
    assert exchange.answer, "it has no answer: cases/README.md says how to write it"
    assert str(got) == str(exchange.answer)


@pytest.fixture(scope="module")
def shared(request, module_house):
    """The daemon of a file, that has answered what the file asks first."""
    file = request.param
    daemon = module_house(*(option.format(cases=FOLDER) for option in file.options))
    for exchange in file.first:
        hold(daemon, file, exchange)
    yield daemon
    assert daemon.terminate().status == 0


def state(daemon):
    """The brains but those that are training, and which jobs there are."""
    brains = daemon.get("/brains").json().get("brains", [])
    jobs = daemon.get("/train").json().get("jobs", [])
    return [brain for brain in brains if not brain["training"]], [job["id"] for job in jobs]


@pytest.fixture
def unchanged(shared):
    before = state(shared)
    yield shared
    assert state(shared) == before


@pytest.mark.parametrize("shared, case", parameters(), indirect=["shared"], scope="module")
def test_the_answer_is_as_it_is_written(unchanged, request, case):
    hold(unchanged, request.node.callspec.params["shared"], case)


def test_each_case_has_a_name_of_its_own():
    names = [parameter.id for parameter in parameters()]
    assert len(names) == len(set(names))
