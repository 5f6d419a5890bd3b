"""Brains: what they know, how good they are, and their files and checkpoints."""

from typing import Any, List, Mapping, Optional, Union

from ._calls import Calls, brain_path, policy_text
from ._http import Request
from .answers import BoardView, Brain, BrainList, Checkpoint, CheckpointList, Policy
from .evaluation import Curve, Evaluation


_PAGE = 1000


class Brains(Calls):
    def brains(self, *, timeout: Optional[float] = None) -> List[Brain]:
        """All brains in order of name, without digests. Asks for a thousand at a time."""
        found: List[Brain] = []
        after: Optional[str] = None
        while True:
            query = {"limit": _PAGE, "after": after}
            page = self._http.ask(BrainList, Request("GET", "/brains", query=query), timeout)
            found.extend(page.brains)
            after = page.next
            if after is None:
                return found

    def brain(self, name: str = "default", *, timeout: Optional[float] = None) -> Brain:
        """The brain of that name, with its digest. NotFound if there is none."""
        return self._http.ask(Brain, Request("GET", brain_path(name)), timeout)

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
        path = brain_path(brain, "boards", board)
        query = {"policy": policy_text(policy)}
        return self._http.ask(BoardView, Request("GET", path, query=query), timeout)

    def create_brain(
        self,
        name: str,
        rule: Optional[str] = None,
        game: str = "tictactoe",
        *,
        timeout: Optional[float] = None,
        **options: Any,
    ) -> Brain:
        """Creates a brain, or finds it if there is one just so. Options left out are defaults.

            client.create_brain("careful", scoring="standard", draw_reward=1)
            client.create_brain("four", game="connectfour")

        rule  "beads", "menace" or "guard" for tictactoe, or "patterns" for any game; None: "beads"
              for tictactoe, else "patterns"
        game  one of `games`, or one that is described: "6x4r4g" (see ttst.game.find)

        Conflict: there is one of that name with another game, rule or options. Impossible: no name
        for a brain, or no such value. BadRequest: there is no such option.
        """
        body = {"game": game, "rule": rule, "options": options}
        return self._http.ask(Brain, Request("PUT", brain_path(name), body=body), timeout)

    def delete_brain(self, name: str, *, timeout: Optional[float] = None) -> None:
        """Deletes a brain, with its jobs, curve and checkpoints.

        NotFound: no such brain. Conflict: it is in training.
        """
        self._http.send(Request("DELETE", brain_path(name)), timeout)

    def reset_brain(self, name: str, *, timeout: Optional[float] = None) -> Brain:
        """Makes a brain forget all it has learned. Checkpoints that somebody named stay.

        NotFound: no such brain. Conflict: it is in training.
        """
        return self._http.ask(Brain, Request("POST", brain_path(name, "reset")), timeout)

    def copy_brain(self, name: str, to: str, *, timeout: Optional[float] = None) -> Brain:
        """Makes a new brain that is as this one is now, with its curve. Returns the new one.

        name  "name@checkpoint" copies what was kept

        NotFound: no such brain. Conflict: there is one called `to`.
        """
        request = Request("POST", brain_path(name, "copy"), body={"to": to})
        return self._http.ask(Brain, request, timeout)

    def export_brain(self, name: str, *, timeout: Optional[float] = None) -> bytes:
        """A brain as a file, in JSON: {"rows": {"000000000": [6, ...], ...}, ...} or, under the rule
        patterns, {"weights": "...", "averages": "...", ...}, numbers of 32 bits in base64: 5 MB for
        Connect Four.

        NotFound: no such brain.
        """
        return self._http.send(Request("GET", brain_path(name, "export")), timeout).content

    def import_brain(
        self,
        name: str,
        file: Union[bytes, Mapping[str, Any]],
        *,
        timeout: Optional[float] = None,
    ) -> Brain:
        """Makes a brain what a file says: a new one, or one that is there under the same options.

        file  what `export_brain` returned, as it is or as parsed by json.loads

        A file is taken whole or refused: `field` names what is wrong ("rows.000010000[4]").
        Conflict: the brain there has other options, or is in training. Impossible, BadRequest: it
        is no such file.
        """
        request = Request("PUT", brain_path(name, "import"), body=file)
        return self._http.ask(Brain, request, timeout)

    # ---- how good they are

    def evaluation(
        self,
        brain: str = "default",
        *,
        policy: Policy = "sample",
        against: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Evaluation:
        """Exactly how good a brain plays by a policy, at this moment.

        against  another brain, that plays by the same policy

        NotFound: no such brain; `field` is "against" if it is the other. Impossible: it plays
        another game than tic-tac-toe.
        """
        query = {"policy": policy_text(policy), "against": against}
        request = Request("GET", brain_path(brain, "evaluation"), query=query)
        return self._http.ask(Evaluation, request, timeout)

    def curve(self, brain: str = "default", *, timeout: Optional[float] = None) -> Curve:
        """How good a brain was after so many matches: twenty points for each power of ten. Empty for
        other games than tic-tac-toe.

        NotFound: no such brain.
        """
        return self._http.ask(Curve, Request("GET", brain_path(brain, "curve")), timeout)

    # ---- checkpoints

    def checkpoints(self, brain: str, *, timeout: Optional[float] = None) -> List[Checkpoint]:
        """The kept versions of a brain, those of fewer matches first. NotFound: no such brain."""
        request = Request("GET", brain_path(brain, "checkpoints"))
        return list(self._http.ask(CheckpointList, request, timeout).checkpoints)

    def keep_checkpoint(
        self, brain: str, name: str, *, timeout: Optional[float] = None
    ) -> Checkpoint:
        """Keeps a brain as it is now, in place of what had that name.

        name  begins with a letter

        NotFound: no such brain. Impossible: no name for a checkpoint. Unavailable: 100 are kept.
        """
        request = Request("PUT", brain_path(brain, "checkpoints", name))
        return self._http.ask(Checkpoint, request, timeout)

    def restore_checkpoint(
        self, brain: str, name: str, *, timeout: Optional[float] = None
    ) -> Brain:
        """Makes a brain what it was then; its checkpoints stay, its curve ends there.

        NotFound: no such brain or checkpoint. Conflict: it is in training.
        """
        request = Request("POST", brain_path(brain, "checkpoints", name, "restore"))
        return self._http.ask(Brain, request, timeout)

    def delete_checkpoint(self, brain: str, name: str, *, timeout: Optional[float] = None) -> None:
        """Deletes a checkpoint. NotFound: no such brain or checkpoint."""
        self._http.send(Request("DELETE", brain_path(brain, "checkpoints", name)), timeout)
