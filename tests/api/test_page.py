"""How the page and its files are served. What they do is tests/browser's to judge."""

import gzip
import re

import pytest

from contract import assert_problem
from daemon import Wire

BUDGET = 150_000  # bytes, compressed, for all that the page is made of
TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


@pytest.fixture(scope="module")
def assets(shared):
    """The paths of the files that the page names."""
    return ["/" + path for path in re.findall(r'"(assets/[^"]+)"', shared.get("/").text)]


def compressed(shared, path):
    with Wire(shared) as wire:
        answer = wire.ask("GET", path, b"", "Accept-Encoding: gzip, deflate, br, zstd").answer()
    assert answer.headers["Content-Encoding"] == "gzip"
    return answer


def test_the_page_is_html_and_has_no_code_or_style_of_its_own(shared):
    answer = shared.get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|javascript:", answer.text)


def test_the_page_is_code_style_and_picture_each_of_its_type(shared, assets):
    endings = [path.rpartition(".")[2] for path in assets]
    assert sorted(endings) == sorted(TYPES)
    for path, ending in zip(assets, endings):
        assert shared.get(path).headers["Content-Type"] == TYPES[ending]


def test_the_page_fits_its_budget(shared, assets):
    sizes = {path: len(compressed(shared, path).body) for path in ["/", *assets]}
    assert sum(sizes.values()) <= BUDGET, sizes


def test_nothing_but_this_server_is_allowed_to_the_page(shared):
    policy = shared.get("/").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules.pop("default-src") == "'none'"
    assert set(rules.values()) <= {"'self'", "'none'"}
    for closed in ("base-uri", "form-action", "frame-ancestors"):
        assert rules[closed] == "'none'"


def test_names_that_change_with_their_content_are_kept_for_ever(shared, assets):
    for path in assets:
        assert re.search(r"-[A-Z0-9]{8}\.\w+$", path)
        assert shared.get(path).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_page_itself_is_asked_for_again(shared):
    assert shared.get("/").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("accepted", [None, "identity", "br", "gzip;q=0", "gzip; q=0"])
def test_who_does_not_take_gzip_gets_the_page_as_it_is(shared, accepted):
    with Wire(shared) as wire:
        lines = [] if accepted is None else [f"Accept-Encoding: {accepted}"]
        answer = wire.ask("GET", "/", b"", *lines).answer()
    assert "Content-Encoding" not in answer.headers
    assert answer.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", ["/", "asset"])
def test_both_forms_of_a_file_are_the_same_and_have_one_tag(shared, assets, path):
    path = assets[0] if path == "asset" else path
    with Wire(shared) as wire:
        plain = wire.ask("GET", path).answer()
    small = compressed(shared, path)
    assert gzip.decompress(small.body) == plain.body
    assert small.headers["ETag"] == plain.headers["ETag"]
    assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/", "asset"])
def test_who_knows_the_tag_is_not_sent_the_file_again(shared, assets, path):
    path = assets[0] if path == "asset" else path
    tag = shared.get(path).headers["ETag"]
    known = shared.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (known.status_code, known.content) == (304, b"")
    assert shared.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_an_asset_of_another_name_is_not_there(shared, assets):
    assert_problem(shared.get(assets[0] + "x"), 404)
    assert_problem(shared.get("/assets/index.html"), 404)
    assert_problem(shared.get("/assets/main.js"), 404)


@pytest.mark.parametrize("path", ["/", "/assets/main.js"])
def test_the_page_takes_no_query_and_no_body(shared, path):
    assert_problem(shared.get(path + "?v=1"), 400, "v")
    assert_problem(shared.request("GET", path, {"v": 1}), 400)
