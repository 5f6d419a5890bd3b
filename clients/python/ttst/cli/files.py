"""Brain files of the original TTST program."""

import struct
import sys
from argparse import Namespace
from typing import Any, Dict

from .. import original
from .._http import parse
from .._unpickle import SIZE_MAX
from ..client import Client
from .output import Failure, show

RULE = "beads"  # the original's, with its default options


def run_import(client: Client, args: Namespace) -> None:
    rows = original.merge(_read(args.first), _read(args.second))
    file = {
        "format": "ttst-brain/1",
        "game": "tictactoe",
        "rule": RULE,
        "matches": 0,  # the files do not tell
        "results": {"player1": 0, "player2": 0, "draw": 0},
        "rows": rows,
    }
    brain = client.import_brain(args.name, file)
    show(args, brain, f"{brain.name}: rule {brain.rule}, {len(rows):,} boards")


def run_export(client: Client, args: Namespace) -> None:
    try:
        file: Any = parse(client.export_brain(args.name))
        if "weights" in file:
            raise Failure(f"{args.name} has no rows, as TTST has: its rule is {file['rule']}")
        if file["options"]["symmetry"]:
            problem = "has one row for boards that are the same; TTST has one each"
            raise Failure(f"{args.name} {problem}")
        maps = original.split(file["rows"], file["options"]["start_weight"])
        contents = [original.write(weights) for weights in maps]
    except (LookupError, TypeError, ValueError, struct.error) as error:
        raise Failure(f"{args.name}: not a brain's file of ttstd's: {error}") from None
    if "proofs" in file:
        print("ttst: what the brain has proven has no place in these files", file=sys.stderr)
    for path, content in zip((args.first, args.second), contents):
        _write(path, content)


def _read(path: str) -> Dict[str, original.Row]:
    with open(path, "rb") as file:
        content = file.read(SIZE_MAX + 1)  # it will not be read if it has more
    try:
        return original.read(content)
    except original.BrainFileError as error:
        raise Failure(f"{path}: {error}") from None


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
