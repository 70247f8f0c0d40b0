"""What each part has come to so far, as its worker notes it about once a second, and once more at its end.

Snapshots are for whoever watches: the page of runs, metrics. A run never goes on by them, so they aren't flushed to the disk, and one that can't be
read is as good as none. They hold what markers don't: the reasons as servers gave them, and the domains of deferred recipients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass as schema

from mailweave_plugins.bulk.counts import Number
from mailweave_plugins.bulk.durable import put_quietly, remove
from mailweave_plugins.bulk.kept import STRICT, DamagedError, kept_bytes, read_kept
from mailweave_plugins.bulk.sight.reasons import failed, reasons_of

# Of so many reasons and domains a part keeps count; what comes beyond is counted as others.
_MOST: Final = 100
OTHERS: Final = "others"
_LONGEST: Final = 1000


@schema(frozen=True, config=STRICT)
class Reason:
    """How often a reason came, for which outcome, and its first text."""

    outcome: str
    count: Number
    example: str


@schema(frozen=True, config=STRICT)
class Snapshot:
    """A part's counts at one moment. `domains` are those of deferred recipients."""

    run: str
    part: Annotated[int, Field(ge=0)]
    outcomes: dict[str, Number]
    reasons: dict[str, Reason]
    domains: dict[str, Number]


@cache
def _schema() -> TypeAdapter[Snapshot]:
    return TypeAdapter(Snapshot)


@dataclass
class Tally:
    """Counts what a snapshot has."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Reason] = field(default_factory=dict)
    domains: Counter[str] = field(default_factory=Counter)

    def add(self, entry: dict[str, Any]) -> None:
        """Count a line of the ledger."""
        self.outcomes[entry["outcome"]] += 1
        if not failed(entry):
            return
        for name, example in reasons_of(entry):
            self.reason(name, Reason(entry["outcome"], 1, example[:_LONGEST]))
        if entry["outcome"] == "deferred" and isinstance(entry.get("email"), str):
            domain = entry["email"].rpartition("@")[2].lower()
            self.domains[domain if domain in self.domains or len(self.domains) < _MOST else OTHERS] += 1

    def reason(self, name: str, found: Reason) -> None:
        """Count a reason as often as it says."""
        name = name if name in self.reasons or len(self.reasons) < _MOST else OTHERS
        known = self.reasons.get(name, Reason(found.outcome, 0, found.example))
        self.reasons[name] = Reason(known.outcome, known.count + found.count, known.example)

    @classmethod
    def of(cls, found: Snapshot) -> Tally:
        """What a snapshot says."""
        return cls(Counter(found.outcomes), dict(found.reasons), Counter(found.domains))

    def merge(self, other: Snapshot | Tally) -> None:
        """Add another's counts."""
        self.outcomes.update(other.outcomes)
        self.domains.update(other.domains)
        for name, found in other.reasons.items():
            self.reason(name, found)


def write_snapshot(folder: Path, run: str, index: int, tally: Tally) -> None:
    """Put a part's snapshot in the last one's place. Whatever the disk says, the run goes on."""
    data = {
        "run": run,
        "part": index,
        "outcomes": dict(tally.outcomes),
        "reasons": {name: asdict(reason) for name, reason in tally.reasons.items()},
        "domains": dict(tally.domains),
    }
    put_quietly(_file(folder, index), kept_bytes(data))


def forget_snapshots(folder: Path, kept: Iterable[int]) -> None:
    """Remove those of parts that are to be done; `kept` are the parts that are done."""
    names = {_file(folder, index).name for index in kept}
    for path in _folder(folder).glob("*"):
        if path.name not in names:
            with suppress(OSError):
                remove(path)


@dataclass
class Snapshots:
    """Reads the snapshots of a run, each again only when it changed."""

    folder: Path
    run: str
    _known: dict[int, tuple[tuple[int, int, int], Snapshot | None]] = field(default_factory=dict)

    def of(self, index: int) -> Snapshot | None:
        """A part's snapshot; None when there is none that can be read."""
        path = _file(self.folder, index)
        try:
            stat = path.stat()
        except OSError:
            self._known.pop(index, None)
            return None
        mark = stat.st_ino, stat.st_mtime_ns, stat.st_size
        if index not in self._known or self._known[index][0] != mark:
            self._known[index] = mark, self._read(path, index)
        return self._known[index][1]

    def _read(self, path: Path, index: int) -> Snapshot | None:
        try:
            found = read_kept(path, _schema(), "")
        except DamagedError:
            return None
        return found if (found.run, found.part) == (self.run, index) else None


def _folder(folder: Path) -> Path:
    return folder / ".run" / "seen"


def _file(folder: Path, index: int) -> Path:
    return _folder(folder) / f"{index:05d}.json"
