"""The games that there are."""

from argparse import Namespace
from dataclasses import asdict

from ..client import Client
from .output import records, show


def run_list(client: Client, args: Namespace) -> None:
    games = client.games()
    head = ["name", "width", "height", "run", "gravity", "value", "rules"]
    rows = [
        [
            game.name,
            game.width,
            game.height,
            game.run,
            "yes" if game.gravity else "no",
            game.value,
            " ".join(game.rules),
        ]
        for game in games
    ]
    counted = [{**asdict(game), "cells": game.cells, "moves": game.moves} for game in games]
    show(args, counted, records(head, rows))
