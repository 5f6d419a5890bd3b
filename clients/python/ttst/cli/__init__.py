"""The command `ttst`: a daemon from the terminal.

Exit status: 0 done; 1 refused or failed, with one line on standard error that says why; 2 wrongly
asked; 3 no daemon there, or none that answers; 130 interrupted.
"""

import io
import os
import sys
from argparse import Namespace
from typing import List, Optional

from ..client import Client
from ..errors import InvalidArgument, Timeout, TtstError, Unreachable
from .output import Failure
from .parser import parse

FAILED, USAGE, NOBODY_THERE, INTERRUPTED = 1, 2, 3, 130
TOKEN_FILE_MAX = 1 << 16  # characters that are read


def main(arguments: Optional[List[str]] = None) -> int:
    """Does what the words of a command line say, and returns the exit status."""
    if not _open_streams():
        return _complain("standard output is closed", FAILED)
    status = _run(arguments)
    try:
        sys.stdout.flush()
    except OSError as error:
        # Python would complain again when it ends, and about the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if status == 0 and not isinstance(error, BrokenPipeError):
            _complain(f"standard output: {error}", FAILED)
        return status or FAILED
    return status


def _run(arguments: Optional[List[str]]) -> int:
    try:
        args = parse(arguments)
        with _connect(args) as client:
            args.run(client, args)
    except SystemExit as end:  # argparse's
        return int(end.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return FAILED
    except InvalidArgument as error:
        return _complain(str(error), USAGE)
    except (Unreachable, Timeout) as error:
        return _complain(str(error), NOBODY_THERE)
    except (TtstError, Failure) as error:
        return _complain(str(error), FAILED)
    except OSError as error:
        return _complain(str(error), FAILED)
    return 0


def _open_streams() -> bool:
    """Whether standard output is open. A stream that is closed is opened on nothing: the next file
    or connection would get its number, and errors would go to standard output."""
    is_open = sys.stdout is not None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))
    if isinstance(sys.stdout, io.TextIOWrapper):  # it may not have all characters of an answer
        sys.stdout.reconfigure(errors="backslashreplace")
    return is_open


def _connect(args: Namespace) -> Client:
    """InvalidArgument: they name no daemon or token. OSError: a file is not there."""
    settings = vars(args)
    token_file = settings.get("token_file") or os.environ.get("TTST_TOKEN_FILE")
    url = settings.get("url") or os.environ.get("TTST_URL")
    more = {name: settings[name] for name in ("timeout", "ca_file") if name in settings}
    if url:
        more["url"] = url
    if token_file:
        more["token"] = _read_token(token_file)
    return Client(**more)


def _read_token(path: str) -> str:
    """The first in a file of tokens, as the daemon reads them too: a line each, # for comments."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = map(str.strip, file.read(TOKEN_FILE_MAX).splitlines())
        return next((line for line in lines if line and not line.startswith("#")), "")


def _complain(message: str, status: int) -> int:
    print(f"ttst: {message}", file=sys.stderr)
    return status
