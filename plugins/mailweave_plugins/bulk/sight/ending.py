"""How a run ended, for those who weren't there: the event `run-ended`, and what hooks get."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.sight.reader import read_state
from mailweave_plugins.bulk.sight.reasons import without_addresses
from mailweave_plugins.bulk.sight.starts import iso
from mailweave_plugins.bulk.sight.state import RunState

if TYPE_CHECKING:
    from mailweave_plugins.bulk.result import Result

# Goes up when a key is taken away or means something else; keys may be added.
VERSION: Final = 1
_MOST: Final = 20


@dataclass(frozen=True)
class Ending:
    """The end of a start. `state` is what the run's folder says, None when there is no run."""

    exit_code: int
    began: float
    ended: float
    campaign: str
    folder: Path | None
    result: Result | None
    state: RunState | None
    problems: tuple[Problem, ...]

    @classmethod
    def of(
        cls, exit_code: int, began: float, said: Mapping[str, Any], result: Result | None, folder: Path | None, problems: tuple[Problem, ...]
    ) -> Ending:
        """How a command ended that was said in these words."""
        state = None if result or folder is None else _state(folder)
        return cls(exit_code, began, time.time(), str(said.get("campaign") or ""), folder, result, state, problems)

    @property
    def how(self) -> str:
        """In a word: complete, incomplete, interrupted, over budget, error or usage."""
        if self.exit_code == 130:
            return "interrupted"
        if self.exit_code == 2:
            return "usage"
        if self.result is None or (self.problems and not self.result.complete and not self.result.over_budget):
            return "error" if self.exit_code else "complete"
        if self.result.over_budget:
            return "over budget"
        return "complete" if self.result.complete else "incomplete"

    @property
    def names(self) -> dict[str, Any]:
        """Which run it is."""
        run = self.result.manifest.run if self.result else self.state.run if self.state else None
        return {"campaign": self.campaign or None, "run": run or None}

    def event(self) -> dict[str, Any]:
        """The fields of the event."""
        found = self._counts()
        return {
            **self.names,
            "folder": str(self.folder.resolve()) if self.folder else None,
            "exit_code": self.exit_code,
            "how": self.how,
            "seconds": round(self.ended - self.began, 3),
            **found,
        }

    def payload(self) -> dict[str, Any]:
        """What a hook gets. Values that aren't known are null."""
        return {
            "version": VERSION,
            "event": "run-ended",
            "time": iso(self.ended),
            "began": iso(self.began),
            "host": socket.gethostname(),
            **self.event(),
            "problems": [{**_told(problem), "level": problem.level} for problem in self.problems[:_MOST]],
        }

    def _counts(self) -> dict[str, Any]:
        if self.result:
            counts = self.result.so_far
            total, before, sent = self.result.manifest.total, self.result.before, self.result.sent
            outcomes, reasons = counts.outcomes, counts.reasons
            ordered = dict(reasons.most_common())
        elif self.state and self.state.total:
            outcomes, total, before = self.state.outcomes, self.state.total, None
            sent = outcomes["sent"] if self.state.sends else None
            ordered = {reason.name: reason.count for reason in self.state.reasons}
        else:
            return {"profiles": None, "done": None, "before": None, "sent": None, "outcomes": None, "reasons": None}
        most = dict(outcomes.most_common())
        return {"profiles": total, "done": outcomes.total(), "before": before, "sent": sent, "outcomes": most, "reasons": ordered}


def folder_of(said: Mapping[str, Any]) -> Path | None:
    """The run's folder, by the options of `mailweave run`."""
    target, ledger = said.get("target"), said.get("ledger")
    if said.get("dry_run"):
        return None
    if ledger:
        return Path(ledger)
    return Path(target) if target and "://" not in target else None


def _state(folder: Path) -> RunState | None:
    """What is known of a run that ended with an error; whatever is wrong with its folder, the error is told."""
    try:
        return read_state(folder)
    except (MailweaveError, OSError):
        return None


def _told(problem: Problem) -> dict[str, Any]:
    place = str(problem.place) if problem.place else None
    return {"code": problem.code, "what": without_addresses(problem.what), "remedy": problem.remedy, "place": place}
