"""Pages of other origins: what needs no right is theirs to see, and nothing else."""

import re

import pytest

from routes import ROUTES
from test_access import EVIL

free = [route for route in ROUTES if route.right == "none" and "{" not in route.pattern]


@pytest.mark.parametrize("route", free, ids=lambda route: f"{route.method} {route.pattern}")
def test_what_needs_no_right_is_served_to_any_origin(shared, route):
    answer = shared.get(route.path, headers={"Origin": EVIL})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers  # a browser keeps it from scripts


def test_the_pages_own_files_come_through_a_proxy_that_passes_another_host_on(shared):
    page = shared.get("/").text
    files = re.findall(r'(?:src|href)="(assets/[^"]+)"', page)
    assert len(files) == 3
    for file in files:
        answer = shared.get(f"/{file}", headers={"Origin": "https://ttstd.example.org:8443"})
        assert answer.status_code == 200


def test_a_name_that_came_to_stand_for_this_machine_sees_nothing(shared):
    """DNS rebinding: the page is of our own origin then, and its Host betrays it."""
    for route in free:
        headers = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert shared.get(route.path, headers=headers).status_code == 403


def test_metrics_that_are_free_here_are_not_for_pages(shared):
    assert shared.get("/metrics").status_code == 200
    assert shared.get("/metrics", headers={"Origin": EVIL}).status_code == 403


def test_what_is_not_there_is_refused_to_them_as_before(shared):
    assert shared.get("/nothing", headers={"Origin": EVIL}).status_code == 403
