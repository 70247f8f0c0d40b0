"""What a person says at a start of a run, and what it came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailweave import Problem
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.before.orders import NOTHING, Before
from mailweave_plugins.bulk.before.seeding import Seeding
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.differences import DIFFERENCES, SUSPECT, Suspects
from mailweave_plugins.bulk.lists import FILES
from mailweave_plugins.bulk.manifest import Manifest
from mailweave_plugins.bulk.orders import CONNECTIONS, PATIENCE
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.sight.watching import NOBODY, Sight


@dataclass(frozen=True)
class Start:
    """What a person may say otherwise each time a run is started.

    How many messages may fail, whether to send what is in doubt again, whether to build every message the reference way,
    whether only to choose and count, how many seconds to wait for a server that is away, when who may be sent to, what was asked for before, and who
    watches.
    """

    budget: Amount | None = None
    resend: bool = False
    reference: bool = False
    dry: bool = False
    patience: float = PATIENCE
    connections: int = CONNECTIONS
    suppress: tuple[Path, ...] = ()
    pace: Pace = field(default_factory=Pace)
    before: Before = NOTHING
    sight: Sight = NOBODY


@dataclass
class Result:
    """What a run came to. `before` is how many messages earlier starts had done; `seconds` is this start's time.

    `counts` are those of parts that are done; `begun` those of messages that were handed to a server in parts that aren't, as the journals say.
    `differences` are the lines of differences.ndjson, of all starts. `notes` are damages that were found and mended; `sent` is how many
    messages the server has taken, or None where nothing is sent. `reason` is why the run's pace ended it. `end` is the first row that isn't this
    start's, or None; `reached` says that all before it have an outcome. `seeds` is what became of test addresses.
    """

    manifest: Manifest
    start: Start
    counts: Counts = field(default_factory=Counts)
    begun: Counts = field(default_factory=Counts)
    before: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    over_budget: bool = False
    differences: list[dict[str, Any]] = field(default_factory=list)
    suspects: Suspects = field(default_factory=Suspects)
    notes: list[Problem] = field(default_factory=list)
    sent: int | None = None
    reason: str = ""
    end: int | None = None
    reached: bool = False
    seeds: Seeding | None = None

    @property
    def total(self) -> int:
        """How many profiles are this start's."""
        return self.manifest.total if self.end is None else self.end

    @property
    def waits(self) -> bool:
        """Whether this start only wrote a sample, for somebody to approve."""
        return self.start.before.sample is not None and self.start.before.go is None

    @property
    def ended_well(self) -> bool:
        """Whether everything that this start was to do has an outcome."""
        return self.complete or self.reached

    @property
    def so_far(self) -> Counts:
        """What became of every message that anything became of."""
        both = Counts()
        both.merge(self.counts)
        both.merge(self.begun)
        return both

    @property
    def complete(self) -> bool:
        """Whether every message has an outcome."""
        return self.counts.done == self.manifest.total

    @property
    def differs(self) -> bool:
        """Whether the run stopped, or didn't go on, because a message wasn't the reference's."""
        return bool(self.differences) and not self.start.reference and not self.complete

    @property
    def open(self) -> int:
        """How many messages wait for another try, or are in doubt."""
        return sum(count for outcome, count in self.counts.outcomes.items() if outcome in ("deferred", "in doubt"))


def listed(folder: Path, outcomes: Iterable[str]) -> list[Path]:
    """The files that list messages to look at: those of these outcomes, and those that weren't the reference's."""
    names = {FILES[outcome] for outcome in outcomes if outcome in FILES} | {DIFFERENCES, SUSPECT}
    return [folder / name for name in sorted(names) if (folder / name).exists()]
