"""Moves and matches."""

from typing import Iterable, List, Optional, Union

from ._calls import Calls, seed_text
from ._http import Request, new_key
from .answers import Batch, Match, Move, Policy
from .game import Moves


class Play(Calls):
    def move(
        self,
        board: Optional[str] = None,
        *,
        moves: Optional[Moves] = None,
        brain: str = "default",
        policy: Policy = "sample",
        seed: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> Move:
        """Has a brain choose a move on a board. Moving never learns and never explores.

        moves  in place of a board: those that lead to it, as a list or, under gravity, a text of
               columns from 1: "4453"
        seed  0 to 2**64 - 1: the same brain, policy and seed give the same move. Drawn if None

        NotFound: no such brain. Impossible: the match is over, or no match gets to this board.
        """
        body = {
            "board": board,
            "moves": None if moves is None else _sent(moves),
            "brain": brain,
            "policy": policy,
            "seed": seed_text(seed),
        }
        return self._http.ask(Move, Request("POST", "/move", body=body, repeatable=True), timeout)

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
            "seed": seed_text(seed),
            "detail": detail,
        }
        return self._http.ask(Batch, Request("POST", "/move", body=body, repeatable=True), timeout)

    def match(
        self,
        moves: Moves,
        *,
        brain: str = "default",
        learn: Iterable[int] = (1, 2),
        key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Match:
        """Has a brain learn from a match that was played elsewhere. On disk when this returns.

        moves  all from the empty board to the match's end, whoever chose them: cells or, under
               gravity, columns from 0, or a text of columns from 1
        learn  the players whose moves learn
        key    1 to 64 characters of A-Z a-z 0-9 . _ -: whatever is asked with the same key again,
               for 24 hours, learns nothing a second time and gets the same answer. Drawn if None

        NotFound: no such brain. Conflict: it is in training. Impossible: the match is not over, or
        `field` names the first move that cannot be: "moves[3]".
        """
        body = {"moves": _sent(moves), "brain": brain, "learn": list(learn)}
        request = Request("POST", "/match", body=body, key=key or new_key())
        return self._http.ask(Match, request, timeout)


def _sent(moves: Moves) -> Union[str, List[int]]:
    return moves if isinstance(moves, str) else list(moves)
