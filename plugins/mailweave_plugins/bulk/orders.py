"""What workers are told, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mailweave import Problem
from mailweave_plugins.bulk.before.orders import ALL, Bounds
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.output.stores import Stored
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.slots.held import Held
from mailweave_plugins.bulk.sight.teller import Teller

# Failures of an unfinished part that are handed back, so that a person sees why a run was stopped.
_KEPT: Final = 1000

# How long to wait for a server that is away, in seconds, unless a person says otherwise.
PATIENCE: Final = 10.5
# Connections of a worker at most, unless a person says otherwise; mail servers commonly allow a client 20 to 50 in all.
CONNECTIONS: Final = 10


@dataclass(frozen=True)
class Order:
    """What a worker is told: the run, the part, whether to send what is in doubt again, and how many messages may still fail.

    `sample` are the rows to compare first, by their number among all; `reference` says to build every message the reference way. `singly` says to
    read each row by itself, and to write it by itself first. `alone` names a row at which a worker ended: only that one is tried, and nothing is
    handed over. `patience` is how many seconds to wait for a server that is away, and `connections` how many there may be with it.
    `suppressed` is the checksum of the run's list of people who must not get a message; empty: there is none. `before` says which rows are meant,
    `pace` when who may be sent to, and `tell` that somebody wants to hear of single events.
    """

    folder: Path
    run: str
    index: int
    resend: bool = False
    allowed: int | None = None
    sample: tuple[int, ...] = ()
    reference: bool = False
    singly: bool = False
    alone: int | None = None
    patience: float = PATIENCE
    connections: int = CONNECTIONS
    suppressed: str = ""
    pace: Pace | None = None
    before: Bounds = ALL
    tell: bool = False


@dataclass(frozen=True)
class Done:
    """What a worker answers.

    A part that was stopped isn't `finished`; then its failures so far are `failures` (the first of them), and `different` is the
    line of differences.ndjson, when that was the reason. `notes` are damages that were found and mended. `held` is what the part left for later, so
    that it is to be gone through again.
    """

    index: int
    counts: Counts
    finished: bool = True
    failures: tuple[dict[str, Any], ...] = ()
    different: dict[str, Any] | None = None
    notes: tuple[Problem, ...] = ()
    held: Held = field(default_factory=Held)


@dataclass
class Seen:
    """What a part has come to so far; the `teller` tells others."""

    counts: Counts = field(default_factory=Counts)
    failures: list[dict[str, Any]] = field(default_factory=list)
    different: dict[str, Any] | None = None
    notes: list[Problem] = field(default_factory=list)
    held: Held = field(default_factory=Held)
    teller: Teller | None = None
    stored: dict[str, Stored] = field(default_factory=dict)

    def forget(self) -> None:
        """Begin anew."""
        self.counts, self.failures, self.different = Counts(), [], None
        if self.teller:
            self.teller.forget()

    def add(self, entry: dict[str, Any]) -> bool:
        """Count a line of the ledger; whether it is a failure, or counts as one."""
        before = self.counts.charged
        self.counts.add(entry)
        if self.teller:
            self.teller.add(entry)
        failed = self.counts.charged > before
        if failed and len(self.failures) < _KEPT:
            self.failures.append(entry)
        return failed

    def stopped(self, index: int) -> Done:
        """The answer of a part that was stopped."""
        return Done(index, self.counts, False, tuple(self.failures), self.different, tuple(self.notes), self.held)
