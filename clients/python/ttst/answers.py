"""What the daemon answers. Answers may carry more fields in later versions; those are ignored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Dict, Mapping, Optional, Tuple, Union

from ._decode import read_number_text, read_policy, read_time, unchanged
from .game import Game

Policy = Union[str, Mapping[str, float]]
"""How weights become a move: "sample" (probability proportional to weight), "greedy" (the largest
weight), or {"power": t} with 0 < t <= 16 (probability proportional to weight ** t)."""

_Seed = Annotated[int, read_number_text]
_Time = Annotated[datetime, read_time]
_Policy = Annotated[Policy, read_policy]
_Expected = Optional[Tuple[Optional[float], ...]]


@dataclass(frozen=True)
class GameInfo(Game):
    """A game that the daemon has by name, and can be asked about as any Game.

    value  what comes of perfect play: a result; None where nobody has told
    rules  under which its brains can learn
    exact  whether brains are evaluated exactly, and boards told what they are worth
    """

    value: Optional[str]
    rules: Tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class GameList:
    games: Tuple[GameInfo, ...]


@dataclass(frozen=True)
class Move:
    """The move on one board.

    player         whose turn it was, 1 or 2
    move           the cell or, under gravity, the column chosen, from 0
    cell           that the move fills
    next           the board after the move
    result         of `next`; None while the match goes on
    seed           the one given or drawn, 0 to 2**64 - 1
    weights        one a move (nine in tic-tac-toe); 0 where it is not legal
    probabilities  one a move, 0 to 1: how likely the policy was to choose it
    expected       one a move, -1 lost to 1 won for who is to move; None where it is not legal. None
                   for rules other than patterns
    """

    brain: str
    board: str
    player: int
    move: int
    cell: int
    next: str
    result: Optional[str]
    policy: _Policy
    seed: _Seed
    weights: Tuple[int, ...]
    probabilities: Tuple[float, ...]
    expected: _Expected


@dataclass(frozen=True)
class Batch:
    """The moves on many boards: an entry a board, in the order asked. Fields as in Move.

    weights, probabilities, expected  None unless detail was asked for
    """

    brain: str
    policy: _Policy
    seed: _Seed
    moves: Tuple[int, ...]
    cells: Tuple[int, ...]
    next: Tuple[str, ...]
    results: Tuple[Optional[str], ...]
    weights: Optional[Tuple[Tuple[int, ...], ...]] = None
    probabilities: Optional[Tuple[Tuple[float, ...], ...]] = None
    expected: Optional[Tuple[_Expected, ...]] = None


@dataclass(frozen=True)
class Expectation:
    """What was expected of a move for who made it, -1 lost to 1 won, before and after learning."""

    before: float
    after: float


@dataclass(frozen=True)
class Change:
    """What a brain learned of one move: its weight on the board before the move was made.

    cell      that the move filled
    expected  None for rules other than patterns
    """

    board: str
    move: int
    cell: int
    before: int
    after: int
    expected: Optional[Expectation]


@dataclass(frozen=True)
class Match:
    """What a brain learned from a match.

    result   what stood on the board at the end
    changes  of the moves of those players that learn, in the order of play
    """

    brain: str
    result: str
    changes: Tuple[Change, ...]


@dataclass(frozen=True)
class BoardView:
    """A board as a brain sees it, beside the exact truth where that is known: in tic-tac-toe.

    player         whose turn it is, 1 or 2
    weights        one a move (nine in tic-tac-toe); 0 where it is not legal
    probabilities  one a move, 0 to 1: how likely the policy is to choose it
    expected       as in Move
    proofs         what the brain has proven of each move, 1 it wins, -1 it loses, 0 nothing; None
                   for rules that prove nothing
    value          for who is to move, if both play perfectly: 1 won, 0 drawn, -1 lost; None where
                   that is not known
    values         the same of each move; None where it is not legal
    """

    board: str
    player: int
    weights: Tuple[int, ...]
    probabilities: Tuple[float, ...]
    expected: _Expected
    proofs: Optional[Tuple[Optional[int], ...]]
    value: Optional[int]
    values: Optional[Tuple[Optional[int], ...]]


@dataclass(frozen=True)
class Results:
    """How many matches ended so, by what stood on the board."""

    player1: int
    player2: int
    draw: int


@dataclass(eq=False)
class JobFields:
    """What the daemon tells of a training job.

    state               "queued", "running", "stopping", "done", "stopped" or "failed"
    matches             to play
    matches_done        played so far
    workers             shares played side by side
    learn               the players whose moves learn: (1, 2), (1,) or (2,)
    opponent, until     as asked for
    ended_by            why it is over ("matches", "stop", "error", ...); None while it is not
    matches_per_second  over its running time
    started_at, finished_at  None while that has not happened
    error               why it failed, or None
    """

    id: int
    brain: str
    state: str
    matches: int
    matches_done: int
    workers: int
    seed: _Seed
    learn: Tuple[int, ...]
    opponent: Annotated[Union[str, Dict[str, str]], unchanged]
    until: Optional[Dict[str, Any]]
    ended_by: Optional[str]
    results: Results
    matches_per_second: int
    created_at: _Time
    started_at: Optional[_Time]
    finished_at: Optional[_Time]
    error: Optional[str]


@dataclass(frozen=True)
class JobList:
    jobs: Tuple[JobFields, ...]


@dataclass(frozen=True)
class Brain:
    """A brain as it was when asked.

    options          all that are in force
    matches          played in training
    rows             boards at which somebody is to move; None under the rule patterns
    bytes            that it takes in the daemon's memory while it is used
    lessons          reported matches that are on disk one by one, behind its table
    training         the id of the job that trains it or will next, or None
    unsaved_matches  how many of `matches` were not on disk
    last_save_error  why the last attempt to save it failed, or None
    warnings         sentences on what a brain with these options cannot learn
    digest           "sha256:..." over its weights: equal digests, equal weights. Only
                     Client.brain tells it; None elsewhere
    """

    name: str
    game: str
    rule: str
    options: Dict[str, Any]
    matches: int
    results: Results
    rows: Optional[int]
    bytes: int
    lessons: int
    training: Optional[int]
    created_at: _Time
    saved_at: _Time
    unsaved_matches: int
    last_save_error: Optional[str]
    warnings: Tuple[str, ...]
    digest: Optional[str] = None


@dataclass(frozen=True)
class BrainList:
    brains: Tuple[Brain, ...]
    next: Optional[str] = None


@dataclass(frozen=True)
class Checkpoint:
    """A kept version of a brain; "brain@name" names it wherever a brain is only read.

    name     a number of matches if the brain left it behind by itself
    matches  that the brain had learned from then
    """

    name: str
    matches: int
    created_at: _Time


@dataclass(frozen=True)
class CheckpointList:
    checkpoints: Tuple[Checkpoint, ...]


@dataclass(frozen=True)
class Version:
    """The versions of the daemon and of the libraries it runs with.

    commit  what it was built from, or "unknown"
    kernel  the code that plays and learns
    """

    version: str
    commit: str
    kernel: str
    libmicrohttpd: str
    sqlite: str
    jansson: str


@dataclass(frozen=True)
class Health:
    status: str


@dataclass(frozen=True)
class Problem:
    title: str
    detail: str
    field: Optional[str] = None
