"""The routes as schema/README.md lists them."""

import collections
import re

from daemon import ROOT

README = ROOT / "schema" / "README.md"

Route = collections.namedtuple("Route", "method pattern right limit path")

_EXAMPLES = {
    "id": "999999", "name": "nobody", "board": "000000000", "checkpoint": "early", "file": "nothing.js",
}


def _path(pattern):
    return re.sub(r"\{(\w+)\}", lambda match: _EXAMPLES[match[1]], pattern)


def _rows(title):
    section = README.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


ROUTES = [Route(*row, _path(row[1])) for row in _rows("Routes")]
LIMITS = {row[0]: row[1] for row in _rows("Limits") if row[0].startswith("--")}
