"""Who watches a run, and what they are told: events, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.crew import Death
from mailweave_plugins.bulk.manifest import Manifest
from mailweave_plugins.bulk.orders import Done, Order
from mailweave_plugins.bulk.position import position_of
from mailweave_plugins.bulk.sight.follow import Follower
from mailweave_plugins.bulk.sight.snapshots import Reason, Snapshots, Tally, forget_snapshots
from mailweave_plugins.bulk.sight.starts import How, StartFile

_EVERY: Final = 1.0  # seconds between two looks at how far it is


@dataclass(frozen=True)
class Event:
    """Something that happened: one of the names of `events.EVENTS`, when (seconds since 1970), and what is known of it."""

    name: str
    at: float
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Progress:
    """How far a run is. `before` is what earlier starts had done; `seconds` how long this one has been building."""

    run: str
    campaign: str
    total: int
    before: int
    parts: int
    parts_done: int
    seconds: float
    tally: Tally

    @property
    def done(self) -> int:
        """How many messages have an outcome."""
        return self.tally.outcomes.total()

    @property
    def rate(self) -> float:
        """Messages a second, of this start."""
        return max(0, self.done - self.before) / self.seconds if self.seconds > 0 else 0.0


class Observer(Protocol):
    """Somebody who watches. What goes wrong in an observer is its own business: it says so, and the run goes on."""

    def event(self, event: Event) -> None:
        """Hear of an event."""

    def progress(self, progress: Progress) -> None:
        """Hear how far the run is, about once a second and at its end."""


@dataclass(frozen=True)
class Sight:
    """Who watches a run, the command by which it goes on, and whether its progress is shown on the terminal."""

    observers: tuple[Observer, ...] = ()
    command: str = ""
    silent: bool = False

    def tell(self, name: str, at: float | None = None, **fields: Any) -> None:
        """Tell everybody of an event; fields that are None aren't known."""
        event = Event(name, time.time() if at is None else at, {key: value for key, value in fields.items() if value is not None})
        for observer in self.observers:
            observer.event(event)


# Nobody watches.
NOBODY: Final = Sight()


@contextmanager
def watched(sight: Sight, folder: Path) -> Iterator[Watching]:
    """Watch a start of the run in a folder, in which nobody else is at work."""
    watching = Watching(sight, folder)
    try:
        yield watching
    except BaseException as error:
        watching.fail(error)
        raise


@dataclass
class Watching:
    """Tells of one start of a run, from its folder's opening to its end. Without observers it only keeps the record of the start."""

    sight: Sight
    folder: Path
    _file: StartFile = field(init=False)
    _follower: Follower = field(init=False)
    _manifest: Manifest | None = None
    _snapshots: Snapshots | None = None
    _done: set[int] = field(default_factory=set)
    _sum: Tally = field(default_factory=Tally)
    _earlier: dict[int, Tally] = field(default_factory=dict)
    _began: float = 0.0
    _before: int = 0
    _due: float = 0.0

    def __post_init__(self) -> None:
        self._file = StartFile.begin(self.folder, self.sight.command)
        self._follower = Follower(self.folder)
        self._follower.forget()

    def prepare(self, campaign: str) -> None:
        """A new run reads its profiles."""
        self.sight.tell("run-preparing", campaign=campaign, folder=str(self.folder))

    def begin(self, manifest: Manifest, done: Mapping[int, Counts], earlier: Mapping[int, Counts], before: int) -> None:
        """The first parts are about to be begun. `earlier` is what others have come to in earlier starts, `before` how much is settled."""
        self._manifest, self._before = manifest, before
        self._snapshots = Snapshots(self.folder, manifest.run)
        forget_snapshots(self.folder, done)
        self._began = time.monotonic()
        self._file.change(run=manifest.run, working=time.time(), before=before)
        if not self.sight.observers:
            return
        for index, counts in done.items():
            self._take(index, counts)
        self._earlier = {index: self._tally(index, counts) for index, counts in earlier.items()}
        parts, profiles = len(manifest.parts), manifest.total
        self._tell(
            "run-began", folder=str(self.folder), deliverer=manifest.deliverer, profiles=profiles, before=before, parts=parts, parts_done=len(done)
        )
        self._show()

    def notes(self, notes: Iterable[Problem]) -> None:
        """Damages that were found and mended."""
        for note in notes:
            self._tell("damage-found", reason=note.code, detail=note.what, place=str(note.place) if note.place else None)

    def _part(self, part: Done) -> None:
        """A part came to its end."""
        if not self.sight.observers:
            return
        self._hear()
        self.notes(part.notes)
        if part.different:
            self._tell("difference-found", part=part.index, row=part.different["row"], id=part.different["id"])
        if part.finished:
            self._take(part.index, part.counts)
        self._tell("part-done" if part.finished else "part-stopped", part=part.index, outcomes=dict(part.counts.outcomes))

    def died(self, order: Order, death: Death) -> None:
        """A worker died at an order."""
        position = position_of(order.folder, order.index)
        self._tell("worker-died", part=order.index, row=position.row, detail=f"{death.how} while {position.doing}")

    def tick(self, part: Done | None = None) -> None:
        """Call this often, with what workers answer."""
        self._file.beat()
        if part:
            self._part(part)
        if self.sight.observers and self._manifest and time.monotonic() >= self._due:
            self._due = time.monotonic() + _EVERY
            self._hear()
            self._show()

    def end(self, how: How) -> None:
        """The start came to its end."""
        self._end(how)

    def fail(self, error: BaseException) -> None:
        """An exception ended it."""
        problems = error.problems if isinstance(error, MailweaveError) else ()
        self._end("interrupted" if isinstance(error, KeyboardInterrupt) else "error", problems)

    def _end(self, how: How, problems: Iterable[Problem] = ()) -> None:
        self._file.end(how, problems)
        if self.sight.observers and self._manifest:
            self._hear(rest=True)
            self._show()
        self._follower.forget()

    def _hear(self, *, rest: bool = False) -> None:
        for at, name, fields in sorted(self._follower.rest() if rest else self._follower.new(), key=lambda heard: heard[0]):
            self._tell(name, at, **fields)

    def _tell(self, name: str, at: float | None = None, **fields: Any) -> None:
        manifest = self._manifest
        known = {"campaign": manifest.campaign, "run": manifest.run} if manifest else {}
        self.sight.tell(name, at, **known, **fields)

    def _take(self, index: int, counts: Counts) -> None:
        self._done.add(index)
        self._sum.merge(self._tally(index, counts))

    def _tally(self, index: int, counts: Counts) -> Tally:
        """What a part that isn't at work has come to, with the reasons as its worker told them."""
        found = self._snapshots.of(index) if self._snapshots else None
        if found and counts.outcomes == found.outcomes:
            return Tally.of(found)
        tally = Tally(counts.outcomes.copy())
        for code, count in counts.reasons.items():
            tally.reason(code, Reason(code, count, counts.examples.get(code, "")))
        return tally

    def _show(self) -> None:
        manifest, snapshots = self._manifest, self._snapshots
        assert manifest is not None
        assert snapshots is not None
        tally = Tally()
        tally.merge(self._sum)
        for index in set(range(len(manifest.parts))) - self._done:
            known, now = self._earlier.get(index), snapshots.of(index)
            # A part that is gone through again counts as it was until as much is known of it.
            if known and (now is None or sum(now.outcomes.values()) < known.outcomes.total()):
                tally.merge(known)
            elif now:
                tally.merge(now)
        seconds = time.monotonic() - self._began
        progress = Progress(
            manifest.run, manifest.campaign, manifest.total, self._before, len(manifest.parts), len(self._done), seconds, tally
        )
        for observer in self.sight.observers:
            observer.progress(progress)
