"""The manual pages: whole, and without a complaint from mandoc."""

import re
import subprocess

import pytest

from daemon import ROOT, run_to_end

PAGES = ["ttstd.8", "ttstd.conf.5", "libttst.3"]


def shown(page):
    done = subprocess.run(["mandoc", "-T", "utf8", page], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return re.sub(".\b", "", done.stdout)


@pytest.mark.parametrize("page", PAGES)
def test_mandoc_finds_nothing_wrong(man, page):
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", man / page], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_every_page_is_looked_at():
    assert {f"{page}.in" for page in PAGES} == {p.name for p in (ROOT / "deploy/man").glob("*.in")}


def test_the_page_has_all_that_help_says_of_each_option(man):
    page = " ".join(shown(man / "ttstd.8").split())
    options = re.split(r"\n(?=  --)", run_to_end("--help").stdout.split("\n\n")[1])
    assert len(options) > 25
    for option in options:
        assert " ".join(option.split()) in page


def test_the_page_has_every_command(man):
    page = shown(man / "ttstd.8")
    usage = run_to_end("--help").stdout.split("\n\n")[0]
    commands = re.findall(r"ttstd \[?([a-z]+)", usage)
    assert commands == ["serve", "health", "check", "backup"]
    for command in commands:
        assert re.search(rf"^     {command} ", page, re.MULTILINE)


def test_the_file_in_the_page_can_be_used(man, tmp_path):
    example = shown(man / "ttstd.conf.5").split("EXAMPLES")[1].split("SEE ALSO")[0]
    config = tmp_path / "ttstd.conf"
    tokens = tmp_path / "tokens"
    tokens.write_text("0123456789abcdef\n")
    config.write_text("\n".join(line.strip() for line in example.splitlines())
                      .replace("/etc/ttstd/tokens", str(tokens)))
    done = run_to_end("--config", config, "--print-config")
    assert done.returncode == 0, done.stderr


def test_the_page_of_the_library_has_every_function(man):
    header = (ROOT / "server/engine/ttst.h").read_text()
    functions = set(re.findall(r"TTST_API \w+ (\w+)\(", header))
    page = (man / "libttst.3").read_text()
    assert set(re.findall(r"^\.Fn (ttst_\w+) ", page, re.MULTILINE)) == functions
