"""Brains and their checkpoints."""

import sys
from argparse import Namespace

from ..answers import Brain, Checkpoint
from ..client import Client
from .output import Failure, records, show

FILE_MAX = 64 << 20  # bytes; no daemon takes more


def run_list(client: Client, args: Namespace) -> None:
    brains = client.brains()
    head = ["name", "rule", "matches", "player 1", "player 2", "draw", "training", "game"]
    rows = [
        [brain.name, brain.rule, brain.matches, *_results(brain), brain.training, brain.game]
        for brain in brains
    ]
    show(args, brains, records(head, rows))


def run_show(client: Client, args: Namespace) -> None:
    brain = client.brain(args.name)
    player1, player2, draw = _results(brain)
    rows = "" if brain.rows is None else f"{brain.rows:,} boards, "
    lines = [
        f"{brain.name}: {brain.game}, rule {brain.rule}",
        "options   " + ", ".join(f"{name} {value}" for name, value in brain.options.items()),
        f"size      {rows}{brain.bytes:,} bytes",
        f"matches   {brain.matches:,}: {player1:,} won by player 1, {player2:,} by player 2,"
        f" {draw:,} drawn",
        f"training  {'no' if brain.training is None else f'job {brain.training}'}",
        f"saved     {brain.saved_at:%Y-%m-%d %H:%M:%S} UTC",
        f"digest    {brain.digest}",
        *(f"warning   {warning}" for warning in brain.warnings),
    ]
    show(args, brain, "\n".join(lines))


def run_create(client: Client, args: Namespace) -> None:
    _show_brain(args, client.create_brain(args.name, args.rule, args.game, **dict(args.option)))


def run_copy(client: Client, args: Namespace) -> None:
    _show_brain(args, client.copy_brain(args.name, args.to))


def run_reset(client: Client, args: Namespace) -> None:
    _show_brain(args, client.reset_brain(args.name))


def run_delete(client: Client, args: Namespace) -> None:
    client.delete_brain(args.name)
    show(args, {"deleted": args.name}, f"{args.name} is gone")


def run_export(client: Client, args: Namespace) -> None:
    content = client.export_brain(args.name)
    if args.file == "-":
        sys.stdout.buffer.write(content)
    else:
        with open(args.file, "wb") as file:
            file.write(content)


def run_import(client: Client, args: Namespace) -> None:
    if args.file == "-":
        content = sys.stdin.buffer.read(FILE_MAX + 1)
    else:
        with open(args.file, "rb") as file:
            content = file.read(FILE_MAX + 1)
    if len(content) > FILE_MAX:
        raise Failure(f"{args.file}: no brain's file has more than {FILE_MAX:,} bytes")
    _show_brain(args, client.import_brain(args.name, content))


def run_checkpoints(client: Client, args: Namespace) -> None:
    kept = client.checkpoints(args.name)
    rows = [[one.name, one.matches, f"{one.created_at:%Y-%m-%d %H:%M:%S}"] for one in kept]
    show(args, kept, records(["checkpoint", "matches", "kept at, UTC"], rows))


def run_keep(client: Client, args: Namespace) -> None:
    _show_checkpoint(args, client.keep_checkpoint(args.name, args.checkpoint))


def run_restore(client: Client, args: Namespace) -> None:
    _show_brain(args, client.restore_checkpoint(args.name, args.checkpoint))


def run_delete_checkpoint(client: Client, args: Namespace) -> None:
    client.delete_checkpoint(args.name, args.checkpoint)
    name = f"{args.name}@{args.checkpoint}"
    show(args, {"deleted": name}, f"{name} is gone")


def _results(brain: Brain) -> tuple[int, int, int]:
    return brain.results.player1, brain.results.player2, brain.results.draw


def _show_brain(args: Namespace, brain: Brain) -> None:
    lines = [f"{brain.name}: rule {brain.rule}, {brain.matches:,} matches"]
    lines += [f"warning: {warning}" for warning in brain.warnings]
    show(args, brain, "\n".join(lines))


def _show_checkpoint(args: Namespace, kept: Checkpoint) -> None:
    show(args, kept, f"{args.name}@{kept.name}: {kept.matches:,} matches")
