#!/usr/bin/env python3
"""Does each sentence with which the daemon refuses a request stand in a golden case? Prints one line
for each that does not, and fails if there is any.

A sentence is a text with a blank in it, given to a call together with a fault or an error's name. It
stands in a case if a problem's detail is it or ends with it. What refuses no request, or can be
in no case, is named here with the reason."""

import ast
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "api"))

from golden import details  # where that path finds it

# Errors that are nobody's request's doing. tests/fault has them, and test_database_file.py.
OTHER_ERRORS = {"ERR_NO_MEMORY", "ERR_IO", "ERR_CORRUPT", "ERR_FOREIGN", "ERR_IN_USE", "ERR_LATER"}

# What is said before anything is served, or by another command: by files and by fields.
OTHER_FILES = ["server/config/*", "server/command/*", "server/main.c", "server/store/*"]
OTHER_FIELDS = {"listen", "tls", "database", "NOTIFY_SOCKET"}

NO_CASE = {
    # At the start, too: test_access.py, tests/fault/test_service_faults.c.
    "%s holds no token": "a file of tokens",
    "%s:%u: a token *": "a file of tokens",
    "cannot read tokens from %s: %s": "a file of tokens",
    "it is longer than %zu bytes": "files that options name",
    "cannot start *": "threads",
    "cannot create an eventfd*": "no file descriptor",
    "cannot enumerate the game: %s": "no memory",
    # Faults of memory and disk that come as a variable: tests/fault/test_*_memory.c, test_full_disk.py.
    "no memory *": "no memory",
    "the brain's last save has not succeeded yet: %s": "a disk that fails",
    # What could not be read, as the beginning of a sentence: test_service_curve_faults.c.
    "the list": "a disk that fails",
    "the curve": "a disk that fails",
    "what was answered before": "a disk that fails",
    # What is full, or too fast.
    "%d jobs are queued or running, as many as can be": "256 jobs: test_train.py",
    "there are %d brains already, as many as can be": "20,000 brains: test_limits_after_restart.py",
    "opponents of jobs that are not over *": "256 MB of them: test_patterns.py",
    "%d games have been played since the start, as many as can be": "256 games: test_games.py",
    "the brain has %d checkpoints *": "100 checkpoints: test_checkpoints.py",
    "there are %u listeners, as many as can be": "open streams: test_events.py",
    "there are as many connections as can be": "open connections: test_limits.py",
    "at most %u requests a second are answered": "a daemon that is told so: test_limits.py",
    "a request's head may have at most %d bytes and %d headers": "8 KiB: test_heads.py",
    "there are too many large answers that are not read yet": "64 MB: test_memory.py",
    "%d curves are being read, as many as can be": "128 curves: test_memory.py",
    "%d evaluations wait already, as many as can be": "1024 evaluations: test_memory.py",
    "the brain has lived 2^53 matches, as many as can be": "a long life: test_full_brain.py",
    "all ids of * have been given": "2^53 ids: no test, for it takes as many",
    # What is under way.
    "a point of its curve could not be written yet": "a disk that fails: test_service_curve_faults.c",
    "the daemon is going down": "test_stop.py",
    "a checkpoint of the brain is just being written": "test_service_matches.c",
    "a request with this key is being done": "test_idempotency.py",
    "a brain of that name is just being created": "test_brain_files.py",
    "the brain is just being written": "test_service_jobs.c",
    # What takes a whole file of a brain.
    "the move does not %s": "4520 rows: test_brain_files.py",
    "another large file is just being read": "two files above 2 MiB: test_patterns_files.py",
    # What readers of requests refuse first, in other words: test_service.c, test_service_jobs.c.
    "must be from 1 to 2^53": "never answered",
    "no match gets to this board": "no board of tic-tac-toe is one",
}

STRING = r'"(?:[^"\\\n]|\\.)*"'
NO_CODE = re.compile(rf"({STRING})|'(?:[^'\\\n]|\\.)+'|/\*.*?\*/|//[^\n]*", re.S)
CONSTANT = re.compile(rf"^#define (\w+) ({STRING})$", re.M)
CALL = re.compile(r"\b(?!(?:if|for|while|switch|return|sizeof)\b)\w+\s?\(")
TOKEN = re.compile(rf"{STRING}|[(){{}},]")
PIECE = re.compile(rf"{STRING}|\b\w+\b")
CONVERSION = re.compile(r"%[0-9.]*(?:z|l|ll)?[a-z]")


def arguments(code, start):
    """The arguments of the call whose parenthesis opens before `start`."""
    depth, found = 1, []
    for token in TOKEN.finditer(code, start):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token[0], 0)
        if depth == 0 or (depth == 1 and token[0] == ","):
            found.append(code[start : token.start()].strip())
            start = token.end()
        if depth == 0:
            break
    return found


def text_of(argument, constants):
    """The text that an argument is; None if it is something else."""
    if PIECE.sub("", argument).strip():
        return None
    text = ""
    for piece in PIECE.findall(argument):
        if piece.startswith('"'):
            text += ast.literal_eval(piece)
        elif piece.startswith("PRI"):
            text += "u"
        elif piece in constants:
            text += constants[piece]
        else:
            return None
    return text


def sentences():
    """Pairs of a place and what is said there."""
    codes = {
        path.relative_to(ROOT): NO_CODE.sub(lambda match: match[1] or " ", path.read_text())
        for path in sorted((ROOT / "server").rglob("*.[ch]"))
    }
    constants = {
        name: text_of(text, {}) for code in codes.values() for name, text in CONSTANT.findall(code)
    }
    for path, code in codes.items():
        for call in CALL.finditer(code):
            given = arguments(code, call.end())
            names = set(re.findall(r"\w+", " ".join(given)))
            texts = [text for text in (text_of(one, constants) for one in given) if text]
            is_refusal = "fault" in names or any(name.startswith("ERR_") for name in names)
            if not is_refusal or names & OTHER_ERRORS or OTHER_FIELDS & set(texts):
                continue
            for text in texts:
                if " " in text:
                    yield str(path), text


def stands_in(sentence, said):
    pattern = ".+".join(map(re.escape, CONVERSION.split(sentence)))
    return any(re.search(rf"(?:^| ){pattern}$", detail) for detail in said)


def main():
    said = details(ROOT / "tests" / "api" / "cases")
    unused, findings = set(NO_CASE), set()
    for path, sentence in sentences():
        if any(fnmatch.fnmatch(path, pattern) for pattern in OTHER_FILES):
            continue
        excepted = {one for one in NO_CASE if fnmatch.fnmatchcase(sentence, one)}
        unused -= excepted
        if bool(excepted) == stands_in(sentence, said):
            what = "stands in a case and is excepted" if excepted else "stands in no golden case"
            findings.add(f'{path}: "{sentence}" {what}')
    findings |= {f'tests/support/lint_refusals.py: nothing says "{one}"' for one in unused}
    print(*sorted(findings), sep="\n", end="\n" if findings else "")
    sys.exit(bool(findings))


main()
