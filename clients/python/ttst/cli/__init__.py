"""The command `ttst`: a daemon from the terminal.

Exit status: 0 done; 1 refused or failed, with one line on standard error that says why; 2 wrongly
asked; 3 no daemon there, or none that answers; 130 interrupted.
"""

import os
import sys
from argparse import Namespace
from typing import List, Optional

from ..client import Client
from ..errors import Timeout, TtstError, Unreachable
from .output import Failure
from .parser import make_parser

FAILED, USAGE, NOBODY_THERE, INTERRUPTED = 1, 2, 3, 130


def main(arguments: Optional[List[str]] = None) -> int:
    """Does what the words of a command line say, and returns the exit status."""
    args = make_parser().parse_args(arguments)
    try:
        client = _connect(args)
    except ValueError as error:
        return _complain(str(error), USAGE)
    except OSError as error:
        return _complain(str(error), FAILED)
    try:
        with client:
            args.run(client, args)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except (Unreachable, Timeout) as error:
        return _complain(str(error), NOBODY_THERE)
    except (TtstError, Failure, OSError) as error:
        return _complain(str(error), FAILED)
    return 0


def _connect(args: Namespace) -> Client:
    """ValueError where the words name no daemon or token, OSError where a file is not there."""
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
    with open(path, encoding="utf-8") as file:
        lines = map(str.strip, file)
        return next((line for line in lines if line and not line.startswith("#")), "")


def _complain(message: str, status: int) -> int:
    print(f"ttst: {message}", file=sys.stderr)
    return status
