"""The record of a run's last start: when, where and with which command, and how it ended. By this, others know whether a run is at work."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass as schema

from mailweave import Problem
from mailweave_plugins.bulk.counts import Number
from mailweave_plugins.bulk.durable import put_quietly
from mailweave_plugins.bulk.kept import STRICT, kept_bytes, read_kept

# A run on another machine that gave no sign of life for so many seconds isn't at work any more.
SILENT: Final = 90.0
_EVERY: Final = 2.0  # seconds between signs of life
_MOST: Final = 5

How = Literal["complete", "incomplete", "interrupted", "over budget", "error"]


@schema(frozen=True, config=STRICT)
class Told:
    """A problem, as its text and its remedy."""

    code: str
    what: str
    remedy: str


Moment = Annotated[float, Field(ge=0, lt=253_402_300_800, allow_inf_nan=False)]


@schema(frozen=True, config=STRICT)
class StartRecord:
    """A start. Times are seconds since 1970, UTC. `working` is when its first part was begun, `before` what earlier starts had done by then.

    `ended` is None while it is at work, or when it was killed.
    """

    began: Moment
    host: str
    pid: Number
    command: str
    run: str = ""
    working: Moment | None = None
    before: Number = 0
    ended: Moment | None = None
    how: How | None = None
    problems: Annotated[tuple[Told, ...], Field(max_length=_MOST)] = ()


@cache
def _schema() -> TypeAdapter[StartRecord]:
    return TypeAdapter(StartRecord)


@dataclass
class StartFile:
    """Writes the record of this start. It is for people who watch: a disk that doesn't take it stops nothing."""

    folder: Path
    record: StartRecord
    _due: float = 0.0

    @classmethod
    def begin(cls, folder: Path, command: str) -> StartFile:
        """Note that a run is at work now."""
        found = cls(folder, StartRecord(time.time(), socket.gethostname(), os.getpid(), command))
        found.write()
        return found

    def change(self, **fields: object) -> None:
        """Note what is known now."""
        self.record = replace(self.record, **fields)  # type: ignore[arg-type]
        self.write()

    def end(self, how: How, problems: Iterable[Problem] = ()) -> None:
        """Note how it ended."""
        told = tuple(Told(one.code, one.what, one.remedy) for one in problems if one.level == "error")[:_MOST]
        self.change(ended=time.time(), how=how, problems=told)

    def beat(self) -> None:
        """Give a sign of life now and then."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _EVERY
            with suppress(OSError):
                os.utime(start_file(self.folder))

    def write(self) -> None:
        """Put the record in place."""
        problems = [asdict(one) for one in self.record.problems]
        put_quietly(start_file(self.folder), kept_bytes({**asdict(self.record), "problems": problems}))


def read_start(folder: Path) -> StartRecord | None:
    """The last start's record; None when there is none.

    Raises:
        DamagedError: it isn't what was written.
    """
    path = start_file(folder)
    return read_kept(path, _schema(), "the next start writes it again") if os.path.lexists(path) else None


def at_work(folder: Path, record: StartRecord) -> bool:
    """Whether the run of this record is still at work: as the system says on its own machine, else by its signs of life."""
    if record.ended is not None:
        return False
    if record.host == socket.gethostname() and os.name == "posix":
        return _alive(record)
    try:
        return time.time() - start_file(folder).stat().st_mtime < SILENT
    except OSError:
        return False


def _alive(record: StartRecord) -> bool:
    """Whether its process is there, and didn't begin after it: numbers of processes come again."""
    try:
        os.kill(record.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return not _younger(record)


def _younger(record: StartRecord) -> bool:
    try:
        ticks = int(Path(f"/proc/{record.pid}/stat").read_text().rpartition(")")[2].split()[19])
        booted = next(int(line.split()[1]) for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
    except (OSError, ValueError, IndexError, StopIteration):
        return False
    return booted + ticks / os.sysconf("SC_CLK_TCK") > record.began + 2


def start_file(folder: Path) -> Path:
    """Where the record stands."""
    return folder / ".run" / "start.json"


def iso(seconds: float) -> str:
    """A moment as RFC 3339 has it, in UTC with milliseconds.

    Example:
        >>> iso(0.5)
        '1970-01-01T00:00:00.500Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
