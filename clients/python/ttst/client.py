"""What a daemon can be asked for."""

from types import TracebackType
from typing import Any, Iterable, List, Mapping, Optional, Type, Union
from urllib.parse import quote

from ._http import Http
from .answers import (
    Batch,
    BoardView,
    Brain,
    BrainList,
    Health,
    JobFields,
    JobList,
    Match,
    Move,
    Policy,
    Version,
)
from .errors import Timeout, Unavailable, UnexpectedAnswer, Unreachable
from .job import Job

GATEWAY_STATUSES = (502, 503, 504)  # a proxy's, in words of its own, where the daemon is away


class Client:
    """A ttstd at a URL.

        with ttst.Client("http://127.0.0.1:8080") as client:
            print(client.move("000000000").move)

    url      http or https, of the daemon or of a proxy before it
    timeout  how many seconds the daemon may be silent before Timeout is raised. It waits up to 5 s
             itself for another program to let go of its database

    Each method takes a `timeout` of its own, and raises TtstError: ApiError if the daemon refuses,
    Unreachable, Timeout or UnexpectedAnswer. The environment's proxies are used unless the daemon
    is on this machine's loopback. Connections are kept and used again: one client for a thread.
    """

    def __init__(self, url: str = "http://127.0.0.1:8080", *, timeout: float = 10.0) -> None:
        """Connects to nothing yet. ValueError if that is no URL."""
        self._http = Http(url, timeout)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    # ---- play

    def move(
        self,
        board: str,
        *,
        brain: str = "default",
        policy: Policy = "sample",
        seed: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> Move:
        """Has a brain choose a move on a board. Moving never learns and never explores.

        seed  0 to 2**64 - 1: the same brain, policy and seed give the same move. Drawn if None

        NotFound: no such brain. Impossible: the match is over, or no match gets to this board.
        """
        body = {"board": board, "brain": brain, "policy": policy, "seed": _seed(seed)}
        return self._http.ask(Move, "POST", "/move", body=body, timeout=timeout)

    def moves(
        self,
        boards: Iterable[str],
        *,
        brain: str = "default",
        policy: Policy = "sample",
        seed: Optional[int] = None,
        detail: bool = False,
        timeout: Optional[float] = None,
    ) -> Batch:
        """Has a brain choose a move on each of up to 4,096 boards, all as it is at one moment.

        detail  whether to tell weights and probabilities too

        Raises what `move` does; `field` names the first board that is at fault: "boards[17]".
        """
        body = {
            "boards": list(boards),
            "brain": brain,
            "policy": policy,
            "seed": _seed(seed),
            "detail": detail,
        }
        return self._http.ask(Batch, "POST", "/move", body=body, timeout=timeout)

    def match(
        self,
        moves: Iterable[int],
        *,
        brain: str = "default",
        learn: Iterable[int] = (1, 2),
        timeout: Optional[float] = None,
    ) -> Match:
        """Has a brain learn from a match that was played elsewhere. On disk when this returns.

        moves  all cells from the empty board to the match's end, whoever chose them
        learn  the players whose moves learn

        NotFound: no such brain. Conflict: it is in training. Impossible: the match is not over, or
        `field` names the first move that cannot be: "moves[3]".
        """
        body = {"moves": list(moves), "brain": brain, "learn": list(learn)}
        return self._http.ask(Match, "POST", "/match", body=body, timeout=timeout)

    # ---- train

    def train(
        self,
        matches: int,
        *,
        brain: str = "default",
        workers: int = 1,
        seed: Optional[int] = None,
        learn: Iterable[int] = (1, 2),
        opponent: Union[str, Mapping[str, str]] = "self",
        until: Optional[Mapping[str, Any]] = None,
        timeout: Optional[float] = None,
    ) -> Job:
        """Starts a training job; it goes on whether anybody waits for it or not.

        matches   1 to 2**53, on top of those that the brain has played
        workers   1 to 64 shares played side by side; other workers, other result
        seed      0 to 2**64 - 1: the same job on an equal brain ends in an equal brain. Drawn if
                  None
        learn     the players whose moves learn
        opponent  "self", "random", "perfect", or {"brain": name}: another brain as it is now; with
                  any but "self" `learn` names one player
        until     what may end the job earlier: {"never_loses": True}, or
                  {"exploitability_below": 0.01, "policy": "sample"}

        NotFound: no such brain. Impossible: out of range. Unavailable: too many jobs wait already.
        """
        body = {
            "matches": matches,
            "brain": brain,
            "workers": workers,
            "seed": _seed(seed),
            "learn": list(learn),
            "opponent": opponent,
            "until": until,
        }
        return self._job(self._http.ask(JobFields, "POST", "/train", body=body, timeout=timeout))

    def job(self, id: int, *, timeout: Optional[float] = None) -> Job:
        """The job of that id. NotFound if there is none."""
        return self._job(self._http.ask(JobFields, "GET", f"/train/{id}", timeout=timeout))

    def jobs(
        self,
        *,
        state: Optional[str] = None,
        brain: Optional[str] = None,
        limit: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> List[Job]:
        """Jobs, the newest first: those in a state, on a brain, at most `limit` (1 to 1,256).

        None does not narrow the list, but for `limit`, where it means 100.
        """
        query = {"state": state, "brain": brain, "limit": limit}
        answer = self._http.ask(JobList, "GET", "/train", query=query, timeout=timeout)
        return [self._job(job) for job in answer.jobs]

    def stop_all(self, *, timeout: Optional[float] = None) -> List[Job]:
        """Asks all jobs to stop. Returns those that were not over, the newest first."""
        answer = self._http.ask(JobList, "DELETE", "/train", timeout=timeout)
        return [self._job(job) for job in answer.jobs]

    # ---- brains

    def brains(self, *, timeout: Optional[float] = None) -> List[Brain]:
        """All brains in order of name, without digests."""
        return list(self._http.ask(BrainList, "GET", "/brains", timeout=timeout).brains)

    def brain(self, name: str = "default", *, timeout: Optional[float] = None) -> Brain:
        """The brain of that name, with its digest. NotFound if there is none."""
        return self._http.ask(Brain, "GET", _brain_path(name), timeout=timeout)

    def board(
        self,
        board: str,
        *,
        brain: str = "default",
        policy: Policy = "sample",
        timeout: Optional[float] = None,
    ) -> BoardView:
        """What a brain does on a board, and what would be right.

        policy  the one that `probabilities` are of

        NotFound: no such brain. Impossible: the match is over, or no match gets to this board.
        """
        path = f"{_brain_path(brain)}/boards/{quote(board, safe='')}"
        query = {"policy": _policy_text(policy)}
        return self._http.ask(BoardView, "GET", path, query=query, timeout=timeout)

    def create_brain(
        self,
        name: str,
        rule: str = "beads",
        game: str = "tictactoe",
        *,
        timeout: Optional[float] = None,
        **options: Any,
    ) -> Brain:
        """Creates a brain, or finds it if there is one just so. Options left out are defaults.

            client.create_brain("careful", scoring="standard", draw_reward=1)

        Conflict: there is one of that name with another game, rule or options. Impossible: no name
        for a brain, or no such value. BadRequest: there is no such option.
        """
        body = {"game": game, "rule": rule, "options": options}
        return self._http.ask(Brain, "PUT", _brain_path(name), body=body, timeout=timeout)

    # ---- operation

    def version(self, *, timeout: Optional[float] = None) -> Version:
        """The versions of the daemon and of its libraries."""
        return self._http.ask(Version, "GET", "/version", timeout=timeout)

    def is_alive(self, *, timeout: Optional[float] = None) -> bool:
        """Whether a daemon answers at all. UnexpectedAnswer if it is none."""
        return self._says_yes("/healthz", timeout)

    def is_ready(self, *, timeout: Optional[float] = None) -> bool:
        """Whether a daemon takes requests: it is there and not going down. UnexpectedAnswer if it
        is none."""
        return self._says_yes("/readyz", timeout)

    def _says_yes(self, path: str, timeout: Optional[float]) -> bool:
        try:
            self._http.ask(Health, "GET", path, timeout=timeout)
        except (Unavailable, Unreachable, Timeout):
            return False
        except UnexpectedAnswer as error:
            if error.status in GATEWAY_STATUSES:
                return False
            raise
        return True

    def _job(self, fields: JobFields) -> Job:
        return Job(self._http, fields)


def _seed(seed: Optional[int]) -> Optional[str]:
    """As text, because JSON's numbers are exact only up to 2**53."""
    return None if seed is None else str(seed)


def _policy_text(policy: Policy) -> str:
    """As it stands in a query: "power:4"."""
    if isinstance(policy, str):
        return policy
    return ",".join(f"{name}:{value}" for name, value in policy.items())


def _brain_path(name: str) -> str:
    return "/brains/" + quote(name, safe="")
