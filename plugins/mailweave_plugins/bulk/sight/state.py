"""A run's state, as its folder says it: the same for the page of runs, for `mailweave runs` and for hooks.

A run's folder is input: damaged, foreign and hostile files in it give a state that says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mailweave import Problem
from mailweave_plugins.bulk.sight.starts import iso

# preparing: reading and comparing ids. waiting: every message has an outcome, and some are deferred. stopped: parts aren't done, nobody is at work.
Status = Literal["preparing", "running", "finished", "waiting", "stopped", "damaged"]


@dataclass(frozen=True)
class NamedReason:
    """Why messages failed, wait or are in doubt: the reason, the outcome, how often, and the first such text."""

    name: str
    outcome: str
    count: int
    example: str


@dataclass
class RunState:
    """A run. Times are seconds since 1970. `complete` says whether all of it could be read in the time that there was.

    `paused`: it waits until somebody has it go on. `rate` is messages a second, `seconds_left` what is left at that rate; both None when nobody
    is at work. `domains` are those of deferred recipients. `problems` say what is wrong with the folder, or why the last start ended. `command`
    goes on with the run; empty where nobody knows.
    """

    folder: Path
    status: Status
    paused: bool = False
    campaign: str = ""
    run: str = ""
    at: str = ""
    target: str = ""
    deliverer: str = ""
    sends: bool = False
    total: int = 0
    parts: int = 0
    parts_done: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: list[NamedReason] = field(default_factory=list)
    domains: Counter[str] = field(default_factory=Counter)
    began: float | None = None
    ended: float | None = None
    changed: float | None = None
    how: str | None = None
    host: str = ""
    pid: int | None = None
    command: str = ""
    rate: float | None = None
    seconds_left: float | None = None
    lists: list[str] = field(default_factory=list)
    differences: bool = False
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True

    @property
    def done(self) -> int:
        """How many messages have an outcome, also in parts that are under way."""
        return min(self.outcomes.total(), self.total)

    @property
    def failed(self) -> int:
        """How many will never reach anybody."""
        return self.outcomes["rejected"] + self.outcomes["refused"]

    def json(self) -> dict[str, Any]:
        """As plain data, with times as RFC 3339 has them."""
        return {
            "folder": str(self.folder),
            "status": self.status,
            "paused": self.paused,
            "campaign": self.campaign,
            "run": self.run,
            "at": self.at,
            "target": self.target,
            "deliverer": self.deliverer,
            "profiles": self.total,
            "done": self.done,
            "parts": self.parts,
            "parts_done": self.parts_done,
            "outcomes": dict(self.outcomes.most_common()),
            "failed": self.failed,
            "reasons": [{"reason": one.name, "outcome": one.outcome, "count": one.count, "example": one.example} for one in self.reasons],
            "deferred_by_domain": dict(self.domains.most_common()),
            "began": iso(self.began) if self.began is not None else None,
            "ended": iso(self.ended) if self.ended is not None else None,
            "how": self.how,
            "host": self.host,
            "pid": self.pid,
            "rate": round(self.rate, 1) if self.rate is not None else None,
            "seconds_left": round(self.seconds_left) if self.seconds_left is not None else None,
            "command": self.command,
            "lists": self.lists,
            "problems": [problem.json() for problem in self.problems],
            "complete": self.complete,
        }
