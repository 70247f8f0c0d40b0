"""Read a run's state from its folder, again and again.

Nothing in the folder is changed, and no lock is taken, so looking never disturbs a run. What was read is kept, so that looking again costs one
look at each file's date.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.differences import DIFFERENCES, SUSPECT
from mailweave_plugins.bulk.done import read_marker
from mailweave_plugins.bulk.journal import Files
from mailweave_plugins.bulk.kept import DamagedError, damaged
from mailweave_plugins.bulk.lists import FILES
from mailweave_plugins.bulk.manifest import DRAFT, MANIFEST, Manifest, marker
from mailweave_plugins.bulk.plan import without_options
from mailweave_plugins.bulk.sight.begun import by_journal
from mailweave_plugins.bulk.sight.snapshots import Reason, Snapshots, Tally
from mailweave_plugins.bulk.sight.starts import StartRecord, at_work, read_start, start_file
from mailweave_plugins.bulk.sight.state import NamedReason, RunState, Status
from mailweave_plugins.bulk.signals import paused_file

# The rate is that of the last minute, where somebody has looked for so long.
_WINDOW: Final = 60.0
# A marker, a manifest or a journal that is larger than this isn't read to show it.
_LARGEST: Final = 256 << 20


def read_state(folder: Path) -> RunState:
    """The state of the run in a folder."""
    return Reader(folder).state()


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, whole or damaged."""
    return os.path.lexists(folder / MANIFEST) or any(path.is_file() for path in (start_file(folder), folder / DRAFT))


Mark = tuple[int, int, int]


@dataclass
class Reader:
    """Reads a run's state, again and again."""

    folder: Path
    _manifest: tuple[Mark, Manifest] | None = None
    _parts: dict[int, tuple[Mark, Counts | None]] = field(default_factory=dict)
    _journals: dict[int, tuple[Mark, Counts]] = field(default_factory=dict)
    _snapshots: Snapshots | None = None
    _seen: list[tuple[float, int]] = field(default_factory=list)

    def state(self, until: float | None = None) -> RunState:
        """The state now. Reading ends at the moment `until` of `time.monotonic()`, and goes on at the next call."""
        start, problems = self._start()
        working = start is not None and at_work(self.folder, start)
        try:
            manifest = self._read_manifest()
        except DamagedError as error:
            return self._told(RunState(self.folder, "damaged", problems=[*error.problems, *problems]), start, working=working)
        if manifest is None:
            return self._told(RunState(self.folder, "preparing" if working else "stopped", problems=problems), start, working=working)
        state = RunState(
            self.folder,
            "running",
            campaign=manifest.campaign,
            run=manifest.run,
            at=manifest.at,
            target=without_options(manifest.target),
            deliverer=manifest.deliverer,
            # A folder of its own for the ledger is what tells.
            sends="://" in manifest.target,
            total=manifest.total,
            parts=len(manifest.parts),
            problems=problems,
        )
        self._count(state, manifest, until, working=working)
        self._told(state, start, working=working)
        if not working:
            state.status = _ended(state)
        elif start and start.working is None:
            state.status = "preparing"
        self._rate(state, start)
        return state

    def _start(self) -> tuple[StartRecord | None, list[Problem]]:
        try:
            return read_start(self.folder), []
        except DamagedError as error:
            return None, list(error.problems)

    def _read_manifest(self) -> Manifest | None:
        path = self.folder / MANIFEST
        if not os.path.lexists(path):
            return None
        mark = _mark(path)
        if mark is None and path.is_file():
            raise DamagedError(damaged(path, "is larger than any that a run writes", "begin another run in another folder"))
        if mark is None or self._manifest is None or self._manifest[0] != mark:
            found = Manifest.read(path)
            if self._manifest is None or self._manifest[1].run != found.run:
                self._parts.clear()
                self._journals.clear()
                self._seen.clear()
                self._snapshots = Snapshots(self.folder, found.run)
            self._manifest = mark or (0, 0, 0), found
        return self._manifest[1]

    def _count(self, state: RunState, manifest: Manifest, until: float | None, *, working: bool) -> None:
        tally, damaged = Tally(), 0
        names = _names(self.folder / "parts")
        for index in range(len(manifest.parts)):
            if until is not None and time.monotonic() > until:
                state.complete = False
                break
            counts = self._marked(manifest, index) if marker(self.folder, index).name in names else None
            damaged += counts is None and marker(self.folder, index).name in names
            state.parts_done += counts is not None
            self._add(tally, index, counts, manifest, working=working, sends=state.sends)
        state.outcomes, state.domains = tally.outcomes, tally.domains
        found = (NamedReason(name, reason.outcome, reason.count, reason.example) for name, reason in tally.reasons.items())
        state.reasons = sorted(found, key=lambda reason: -reason.count)
        if damaged:
            what = f"{damaged:,} of the files that say that a part is done {'is' if damaged == 1 else 'are'} damaged"
            state.problems.append(Problem(what, "the next start says which, and goes through those parts again", code="damaged", level="warning"))

    def _add(self, tally: Tally, index: int, counts: Counts | None, manifest: Manifest, *, working: bool, sends: bool) -> None:
        """Add a part: as its marker says, else as its worker tells, else as its journal says."""
        assert self._snapshots is not None
        told = self._snapshots.of(index)
        if counts is not None:
            tally.merge(Tally.of(told) if told and counts.outcomes == told.outcomes else _tally(counts))
        elif working and told:
            tally.merge(told)
        elif sends:
            tally.merge(_tally(self._journalled(manifest, index)))

    def _marked(self, manifest: Manifest, index: int) -> Counts | None:
        """What a part came to, or None when its marker is damaged."""
        path = marker(self.folder, index)
        mark = _mark(path) or (0, 0, 0)
        known = self._parts.get(index)
        if known is None or known[0] != mark:
            try:
                self._parts[index] = known = mark, read_marker(self.folder, manifest, index).came_to
            except DamagedError:
                self._parts[index] = known = mark, None
        return known[1]

    def _journalled(self, manifest: Manifest, index: int) -> Counts:
        path = Files(self.folder, index).main
        mark = _mark(path)
        if mark is None:
            return Counts()
        known = self._journals.get(index)
        if known is None or known[0] != mark:
            try:
                self._journals[index] = known = mark, by_journal(self.folder, manifest.run, index)
            except (MailweaveError, MemoryError):
                return Counts()
        return known[1]

    def _told(self, state: RunState, start: StartRecord | None, *, working: bool) -> RunState:
        """Add what the record of the last start says, and which lists there are."""
        names = {*FILES.values(), DIFFERENCES, SUSPECT}
        state.lists = sorted(name for name in names if _mark(self.folder / name) is not None)
        state.differences = DIFFERENCES in state.lists
        state.paused = os.path.lexists(paused_file(self.folder))
        state.changed = _date(self.folder / ".run") or _date(self.folder)
        if start is None:
            return state
        state.began, state.ended, state.how = start.began, start.ended, start.how
        state.host, state.pid, state.command = start.host, start.pid if working else None, start.command
        state.changed = start.ended or start.began
        state.problems += [Problem(one.what, one.remedy, code=one.code) for one in start.problems]
        return state

    def _rate(self, state: RunState, start: StartRecord | None) -> None:
        """How quick the run is: in the last minute, where it was looked at for some seconds, else since its start."""
        if state.status != "running" or state.paused:
            self._seen.clear()
            return
        now = time.time()
        self._seen = [(at, done) for at, done in self._seen if now - _WINDOW < at <= now]
        self._seen.append((now, state.done))
        first, done = self._seen[0]
        if now - first < 5 and start and start.working is not None:
            first, done = start.working, start.before
        if now > first and state.done >= done:
            state.rate = (state.done - done) / (now - first)
            state.seconds_left = (state.total - state.done) / state.rate if state.rate else None


def _ended(state: RunState) -> Status:
    if state.parts_done < state.parts or state.outcomes.total() < state.total:
        return "stopped"
    return "waiting" if state.outcomes["deferred"] else "finished"


def _tally(counts: Counts) -> Tally:
    tally = Tally(counts.outcomes.copy())
    for code, count in counts.reasons.items():
        tally.reason(code, Reason(code if code in FILES else "rejected", count, counts.examples.get(code, "")))
    return tally


def _mark(path: Path) -> Mark | None:
    """What changes when a file does; None when it isn't a file that can be read."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if path.is_file() and found.st_size <= _LARGEST else None


def _date(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _names(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir()}
    except OSError:
        return set()
