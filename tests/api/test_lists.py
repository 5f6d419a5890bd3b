"""Headers that are lists, with weights, in any case, over several lines (RFC 9110)."""

import pytest

from daemon import Wire


def ask(daemon, path, name, *values):
    with Wire(daemon) as wire:
        return wire.ask("GET", path, b"", *(f"{name}: {value}" for value in values)).answer()


def kind(daemon, *accepts):
    answer = ask(daemon, "/brains/default/curve", "Accept", *accepts)
    assert answer.status == 200
    return answer.headers["Content-Type"].split(";")[0].removeprefix("text/")


@pytest.mark.parametrize(
    "accepts",
    [("text/csv",), ("TEXT/CSV",), ("text/*",), ("text/csv;header=present",), ("a/b", "text/csv"),
     ("text/csv, application/json;q=0.5",), ("application/json;q=0.1 , text/csv ; Q=0.2",),
     ("text/csv, */*;q=0.1",), ("*/*, application/json;q=0",), ('a/b;c=", d", text/csv',)],
)
def test_a_curve_is_csv_for_who_likes_that_better(shared, accepts):
    assert kind(shared, *accepts) == "csv"


@pytest.mark.parametrize(
    "accepts",
    [(), ("text/csv;q=0",), ("text/csv;q=0.0",), ("*/*",), ("text/html,*/*;q=0.8",), ("",), (",,",),
     ("text/csv, application/json",), ("text/csv;q=0.5, */*",), ("text/csvx",), ("xtext/csv",),
     ("text/csv;q=2",), ("text/csv;q=x",), ('a/b;c="text/csv, text/csv"',), ("text/*, text/csv;q=0",)],
)
def test_a_curve_is_json_for_all_others(shared, accepts):
    assert kind(shared, *accepts) == "application/json"


@pytest.mark.parametrize(
    "accepts",
    [("gzip",), ("GZIP",), ("x-gzip",), ("gzip;q=1.0",), ("gzip ; q=0.001",), ("br;q=1.0, gzip;q=0.8, *;q=0.1",),
     ("*",), ("br", "gzip"), ("identity;q=0.5, gzip",), ("identity, gzip",)],
)
def test_the_page_is_compressed_for_who_takes_that(shared, accepts):
    assert ask(shared, "/", "Accept-Encoding", *accepts).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "accepts",
    [(), ("gzip;q=0",), ("gzip;q=0.000",), ("*;q=0",), ("*, gzip;q=0",), ("xgzip",), ("gzipped",), ("br",),
     ("gzip;q=0.5, identity",), ("gzip;q=",)],
)
def test_the_page_is_plain_for_all_others(shared, accepts):
    assert "Content-Encoding" not in ask(shared, "/", "Accept-Encoding", *accepts).headers


@pytest.mark.parametrize("path", ["/", "/brains/default/export"])
def test_a_tag_is_known_wherever_it_stands(shared, path):
    with Wire(shared) as wire:
        own = wire.ask("HEAD", path).answer(has_body=False).headers["ETag"]
    tag = own.removeprefix("W/")
    for tags in ([own], [tag], ["W/" + tag], ['"a"', tag], [f'"a" , W/"b",{tag},"c"'], ['"a,b"', tag], ["*"]):
        assert ask(shared, path, "If-None-Match", *tags).status == 304, tags


@pytest.mark.parametrize("path", ["/brains/default/boards/000000000", "/"])
def test_other_tags_are_not(shared, path):
    with Wire(shared) as wire:
        tag = wire.ask("GET", "/").answer().headers["ETag"].removeprefix("W/")
    bare = tag.strip('"')
    for tags in ([], [""], [bare], [f'"x{bare}"'], [f'"{bare}x"'], [f'"a,{bare}"'], ['"*"'], ["*x"], [f"w/{tag}"]):
        assert ask(shared, path, "If-None-Match", *tags).status == 200, tags


def test_connection_is_a_list(shared):
    for value in ("close", "Close", "x, close", "close , x"):
        with Wire(shared) as wire:
            assert wire.ask("GET", "/healthz", b"", f"Connection: {value}").answer().status == 200
            assert wire.is_closed_by_daemon()
