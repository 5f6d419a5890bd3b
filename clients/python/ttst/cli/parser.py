"""The words of a command line."""

import argparse
import itertools
import json
import sys
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .._version import VERSION
from ..answers import Policy
from . import brains, curve, files, games, jobs, play, worth
from .count import read_count
from .output import wants_json

Run = Callable[..., None]

ABOUT = """A daemon that learns board games, from the terminal: play against it, train its brains,
see how good they are. TTST_URL names the daemon where --url does not, TTST_TOKEN_FILE the file with
its token."""
STATUS = """exit status: 0 done, 1 refused or failed, 2 wrongly asked, 3 no daemon there, 130
interrupted"""
NAME_HELP = "the brain; wherever it is only read, NAME@CHECKPOINT too"


def number(text: str) -> int:
    """As an argument's type."""
    try:
        return read_count(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def policy(text: str) -> Policy:
    """As in a query: sample, greedy, power:4."""
    name, colon, value = text.partition(":")
    if not colon:
        return text
    try:
        return {name: float(value)}
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like power:4") from None


def option(text: str) -> Tuple[str, Any]:
    """explore=0.2: a number, true or false where JSON reads it so, 1k, else a text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not like explore=0.2")
    readers: Tuple[Callable[[str], Any], ...] = (json.loads, read_count)
    for read in readers:
        try:
            return name, read(value)
        except (ValueError, RecursionError):
            pass
    return name, value


def parse(words: Optional[List[str]] = None) -> argparse.Namespace:
    """What a command line asks for: `run` does it. SystemExit: it asks for help, or wrongly."""
    options = _common_options()
    parser = _Parser(
        "ttst", description=ABOUT, epilog=STATUS, parents=[options], allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"ttst {VERSION}")
    commands = _Commands(parser, options)
    _add_play(commands)
    _add_training(commands)
    _add_worth(commands)
    _add_brains(commands)
    _add_files(commands)
    args = parser.parse_args(words)
    if wants_json(args) and not args.has_json:
        parser.error("--json: this command has no answer in JSON")
    return args


class _Parser(argparse.ArgumentParser):
    """Takes names and options in any order. argparse by itself takes all names where the first is,
    so that one that may be left out cannot stand behind an option."""

    def parse_known_args(
        self, args: Optional[Sequence[str]] = None, namespace: Optional[argparse.Namespace] = None
    ) -> Tuple[argparse.Namespace, List[str]]:
        words = sys.argv[1:] if args is None else list(args)
        if self._subparsers is None:
            words = self._sorted(words)
        return super().parse_known_args(words, namespace)

    def _sorted(self, words: Sequence[str]) -> List[str]:
        """Options first, each with its values, and all names behind them."""
        options: List[str] = []
        names: List[str] = []
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word == "--":
                names += rest
                break
            if word == "-" or not word.startswith("-"):
                names.append(word)
                continue
            options.append(word)
            for _ in range(self._count_values(word, rest)):
                options.append(rest.pop(0))
        return [*options, "--", *names] if names else options

    def _count_values(self, word: str, rest: Sequence[str]) -> int:
        """How many of the words behind an option are its values."""
        action = self._option_string_actions.get(word)
        if action is None or action.nargs == 0:
            return 0
        if action.nargs is None:
            return min(1, len(rest))
        choices = list(map(str, action.choices or ()))
        return len(list(itertools.takewhile(choices.__contains__, rest)))


class _Commands:
    """The commands below a parser. All of them take the common options."""

    def __init__(self, parser: argparse.ArgumentParser, options: argparse.ArgumentParser):
        self.options = options
        self.below = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(self, name: str, help: str, run: Run, json: bool = True) -> argparse.ArgumentParser:
        command = self._add(name, help)
        command.set_defaults(run=run, has_json=json)
        return command

    def group(self, name: str, help: str) -> "_Commands":
        return _Commands(self._add(name, help), self.options)

    def _add(self, name: str, help: str) -> argparse.ArgumentParser:
        return self.below.add_parser(
            name, help=help, description=help, parents=[self.options], allow_abbrev=False
        )


def _common_options() -> argparse.ArgumentParser:
    """May stand before the command and behind it."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("--url", help="of the daemon (default: TTST_URL, http://127.0.0.1:8080)")
    options.add_argument("--token-file", metavar="FILE", help="whose first token is shown")
    options.add_argument("--ca-file", metavar="FILE", help="PEM: who vouches for an https daemon")
    options.add_argument("--timeout", type=float, metavar="S", help="seconds for an answer (10)")
    options.add_argument(
        "--json", action="store_true", help="answer in JSON; play and export have none"
    )
    return options


def _name(command: argparse.ArgumentParser, **more: Any) -> None:
    settings: Dict[str, Any] = {"metavar": "NAME", "help": NAME_HELP, **more}
    command.add_argument("name", **settings)


def _default_name(command: argparse.ArgumentParser) -> None:
    _name(command, nargs="?", default="default", help=NAME_HELP + " (default: default)")


def _policy(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument(
        "--policy",
        type=policy,
        default=default,
        help=f"sample, greedy or power:T, 0 < T <= 16 (default: {default})",
    )


def _add_play(commands: _Commands) -> None:
    command = commands.add("play", "play against a brain", play.run, json=False)
    _default_name(command)
    command.add_argument("--brain", metavar="NAME", help="in place of NAME")
    command.add_argument(
        "--as", dest="player", type=int, choices=(1, 2), default=1, help="who begins is 1"
    )
    _policy(command, "sample")
    command.add_argument("--learn", action="store_true", help="let it learn from the matches")
    command.add_argument("--seed", type=number, help="of the brain's moves")

    command = commands.add("board", "look at a board as a brain sees it", play.run_board)
    command.add_argument("board", help="a digit a cell: 0 empty, 1 and 2 the players' stones")
    _default_name(command)
    _policy(command, "sample")

    command = commands.add("match", "report a match that was played elsewhere", play.run_match)
    _name(command)
    command.add_argument(
        "moves", type=int, nargs="+", metavar="MOVE", help="in order: cells, 0 to 8 in tic-tac-toe, or "
        "columns from 0 where stones fall; or a single word of columns from 1: 1212121"
    )
    _learn(command)

    commands.add("games", "list the games that have a name", games.run_list)


def _learn(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--learn", type=int, choices=(1, 2), nargs="+", help="players that learn (default: both)"
    )


def _add_training(commands: _Commands) -> None:
    command = commands.add("train", "train a brain, and show how it goes", jobs.run_train)
    command.add_argument("matches", type=number, help="to play at most: 100000, 100k, 1e6")
    _default_name(command)
    command.add_argument("--workers", type=number, default=1, help="shares played side by side")
    command.add_argument("--seed", type=number, help="the same seed makes the same brain")
    _learn(command)
    command.add_argument(
        "--opponent", default="self", help="self, random, perfect, or the name of a brain"
    )
    goal = command.add_mutually_exclusive_group()
    goal.add_argument(
        "--until-never-loses", action="store_true", help="until it never loses, played greedily"
    )
    goal.add_argument("--until-exploitability-below", type=float, metavar="SHARE")
    command.add_argument("--detach", action="store_true", help="do not wait for its end")

    command = commands.add("jobs", "list training jobs, the newest first", jobs.run_list)
    command.add_argument("--brain", help="of this brain only")
    command.add_argument("--state", help="queued, running, stopping, done, stopped or failed")
    command.add_argument("--limit", type=number)

    command = commands.add("watch", "show how a job goes", jobs.run_watch)
    command.add_argument("id", type=number)

    command = commands.add("stop", "stop a job, or all", jobs.run_stop)
    command.add_argument("id", type=number, nargs="?", help="of the job; without it all stop")


def _add_worth(commands: _Commands) -> None:
    command = commands.add("evaluate", "tell exactly how good a brain plays", worth.run_evaluate)
    _default_name(command)
    _policy(command, "sample")

    command = commands.add("against", "tell exactly how two brains fare", worth.run_against)
    _name(command)
    command.add_argument("other", metavar="OTHER", help="another brain")
    _policy(command, "sample")

    command = commands.add("curve", "show how a brain's worth came about", curve.run)
    _default_name(command)
    command.add_argument(
        "--figure", action="append", metavar="F", help="of an evaluation, as often as wanted: "
        "exploitability, random.as_player1.win (default: both worst_case_loss)"
    )
    command.add_argument("--policy", choices=("sample", "greedy"), default="sample")
    command.add_argument(
        "--as", dest="form", choices=("plot", "table"), help="(default: a plot on a terminal)"
    )
    command.add_argument("--out", metavar="FILE", help="draw .png, .svg or .pdf with matplotlib")


def _add_brains(commands: _Commands) -> None:
    group = commands.group("brains", "list, create, copy, delete, export, import brains")
    group.add("list", "list all brains", brains.run_list)
    _default_name(group.add("show", "tell what a brain is like", brains.run_show))
    command = group.add("create", "create a brain", brains.run_create)
    _name(command, help="of letters, digits, - and _; a letter first")
    command.add_argument(
        "--game", default="tictactoe", help="one of `ttst games`, or described: 6x4r4g is 6 columns, 4 "
        "rows, 4 in a row, g for gravity (default: tictactoe)"
    )
    command.add_argument(
        "--rule", help="beads, menace, guard or patterns (default: beads for tictactoe, else patterns)"
    )
    command.add_argument(
        "--option", type=option, action="append", default=[], metavar="O=V", help="explore=0.2, ..."
    )
    command = group.add("copy", "make a new brain that is as one is now", brains.run_copy)
    _name(command)
    command.add_argument("to", metavar="NEW", help="the new brain's name")
    _name(group.add("reset", "make a brain forget all", brains.run_reset))
    _name(group.add("delete", "delete a brain", brains.run_delete))
    command = group.add("export", "write a brain to a file", brains.run_export, json=False)
    _name(command)
    command.add_argument("file", nargs="?", default="-", help="(default: -, standard output)")
    command = group.add("import", "make a brain what a file says", brains.run_import)
    _name(command)
    command.add_argument("file", nargs="?", default="-", help="(default: -, standard input)")

    group = commands.group("checkpoints", "list, keep, restore, delete versions of a brain")
    _default_name(group.add("list", "list a brain's checkpoints", brains.run_checkpoints))
    for word, help, run in (
        ("keep", "keep a brain as it is now", brains.run_keep),
        ("restore", "make a brain what it was then", brains.run_restore),
        ("delete", "delete a checkpoint", brains.run_delete_checkpoint),
    ):
        command = group.add(word, help, run)
        _name(command)
        command.add_argument("checkpoint")


def _add_files(commands: _Commands) -> None:
    for name, help, run in (
        ("import-ttst", "make a brain of the original TTST's two files", files.run_import),
        ("export-ttst", "write a brain as the original TTST's two files", files.run_export),
    ):
        command = commands.add(name, help, run, json=name == "import-ttst")
        for option_name in ("first", "second"):
            command.add_argument(f"--{option_name}", metavar="FILE", required=True)
        _name(command)
