"""The journal of a part that is sent: the intent of each message before it goes out, and its result after.

It is on the disk twice: `journal/part-….ndjson`, which is flushed before a message goes out, and a copy in `.run/journal/`, which is written
at the same moment and flushed with the part, so that it costs no wait. A mark in `parts/` says that the part was begun. When one file was damaged,
the other one has what it held; when both were, whoever isn't known to be settled is in doubt.

Why not SQLite, measured on the same faults (`benchmarks/journal.py`, docs/run.md): it isn't faster, a person can't read it after a crash, and it
loses more. One garbled byte of its write-ahead log, or the log's loss, takes every commit behind it away without a word, so that the same
numbers, checksums and copy would be needed on top.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mailweave import MailweaveError, Place, Problem
from mailweave_plugins.bulk.durable import flush_one, put_in_place
from mailweave_plugins.bulk.journal_file import Found, Seal, entry_of
from mailweave_plugins.bulk.manifest import part_name

Entry = dict[str, Any]
# Gives the lines that put every row in doubt which isn't among these.
Doubtful = Callable[[Collection[int]], Iterable[Entry]]

_BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would make two bytes of a line feed
# A number whose line is lost in both files.
_LOST: Final = "lost"


@dataclass(frozen=True)
class Files:
    """Where a part's journal stands."""

    folder: Path
    index: int

    @property
    def main(self) -> Path:
        """The journal."""
        return self.folder / "journal" / f"{part_name(self.index)}.ndjson"

    @property
    def copy(self) -> Path:
        """Its copy."""
        return self.folder / ".run" / "journal" / f"{part_name(self.index)}.ndjson"

    @property
    def begun(self) -> Path:
        """The mark that the journal has lines."""
        return self.folder / "parts" / f"{part_name(self.index)}.begun"


@dataclass
class Journal:
    """A part's journal, opened. `known` has the last state of each row; `notes` are damages that were found and mended.

    Threads may write at once. Those whose intents must be on the disk wait together: one flush is for all that was written before it began.
    """

    files: Files
    seal: Seal
    known: dict[int, Entry]
    notes: list[Problem]
    _lines: int
    _main: int = -1
    _copy: int = -1
    _sizes: dict[int, int] = field(default_factory=dict)
    _flushed: int = 0
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _flushing: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    @contextmanager
    def opened(cls, files: Files, run: str, doubtful: Doubtful) -> Iterator[Journal]:
        """The journal, with what earlier starts wrote. It is mended first, when it was damaged.

        Raises:
            MailweaveError: it can't be read or written.
        """
        seal = Seal.of(run, files.index)
        with _told("the journal can't be opened", "mend that, and go on with the same command"):
            lines, notes = _whole(files, seal, doubtful)
            known = {entry["row"]: entry for entry in map(entry_of, lines) if "row" in entry}
            journal = cls(files, seal, known, notes, len(lines))
            journal._main, journal._copy = (os.open(path, os.O_WRONLY | os.O_APPEND | _BINARY) for path in (files.main, files.copy))
            journal._sizes = {file: os.fstat(file).st_size for file in (journal._main, journal._copy)}
        try:
            yield journal
            with _told("the journal can't be flushed", "mend that, and go on with the same command"):
                journal._flush()
        finally:
            for file in journal._sizes:
                os.close(file)

    def intend(self, entry: Entry) -> None:
        """Write that a message is about to go out; all of it is on the disk when this returns.

        Raises:
            MailweaveError: it can't be written, and nothing of it stays.
        """
        with _told(f"nothing was sent to '{entry['id']}', as that can't be noted", "make room for the journal, and go on with the same command"):
            self._flush_to(self._write({**entry, "outcome": "in doubt"}))

    def result(self, entry: Entry) -> None:
        """Write what became of it.

        Raises:
            MailweaveError: it can't be written; a message with an intent stays in doubt.
        """
        detail = f" ({entry['detail']})" if "detail" in entry else ""
        what = f"the message to '{entry['id']}' is {entry['outcome']}{detail}, and that can't be noted"
        in_doubt = "; it stays in doubt" if entry["row"] in self.known else ""
        with _told(what + in_doubt, "make room for the journal, and go on with the same command"):
            self._write(entry)

    def _write(self, entry: Entry) -> int:
        """Write a line to both files, or to none; its number."""
        with self._writing:
            number = self._lines + 1
            line = self.seal.line(number, entry)
            try:
                # First the journal: what isn't wholly there must not be in the copy.
                for file in self._sizes:
                    _append(file, line)
                if number == 1:
                    mark_begun(self.files)
            except OSError:
                for file, size in self._sizes.items():
                    with suppress(OSError):
                        os.ftruncate(file, size)
                raise
            self._lines = number
            for file in self._sizes:
                self._sizes[file] += len(line)
            self.known[entry["row"]] = entry
            return number

    def _flush_to(self, number: int) -> None:
        """Have a line on the disk. Whoever comes while another flushes waits, and mostly finds that the next flush was for its line too."""
        with self._flushing:
            if self._flushed < number:
                written = self._lines
                os.fsync(self._main)
                self._flushed = written

    def _flush(self) -> None:
        for file in self._sizes:
            os.fsync(file)


def _append(file: int, line: bytes) -> None:
    """Write all of it: a full disk first takes a part, and only then says why."""
    left = memoryview(line)
    while left:
        left = left[os.write(file, left) :]


def mark_begun(files: Files) -> None:
    """Say that a part's journal has lines."""
    with put_in_place(files.begun) as temporary:
        temporary.write_bytes(b"")


@contextmanager
def _told(what: str, remedy: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise MailweaveError(Problem(f"{what}: {error.strerror or error}{where}", remedy, code="undeliverable")) from error


def known_lines(folder: Path, run: str, index: int) -> list[bytes]:
    """The lines of a part's journal, in order, as far as they are known; nothing is mended.

    Raises:
        MailweaveError: it can't be read.
    """
    files, seal = Files(folder, index), Seal.of(run, index)
    with _told("the journal can't be read", "mend that, and go on with the same command"):
        lines = {**seal.read(files.copy).lines, **seal.read(files.main).lines}
    return [lines[number] for number in sorted(lines)]


def last_lines(folder: Path, run: str, index: int) -> list[Entry]:
    """The last line of each row of a part that its journal knows.

    Raises:
        MailweaveError: it can't be read.
    """
    return list({entry["row"]: entry for entry in map(entry_of, known_lines(folder, run, index)) if "row" in entry}.values())


def _whole(files: Files, seal: Seal, doubtful: Doubtful) -> tuple[list[bytes], list[Problem]]:
    """All lines of the journal, which both files hold when this returns, and what was wrong with it."""
    main, copy = seal.read(files.main), seal.read(files.copy)
    found = {**copy.lines, **main.lines}
    begun = bool(found) or os.path.lexists(files.begun)
    lines = [found.get(number) or seal.line(number, {_LOST: True}) for number in range(1, max(found, default=0) + 1)]
    notes: list[Problem] = []
    if begun:
        unsure = len(lines) > len(found) or not found or (main.fault and copy.fault)
        in_doubt = list(doubtful(_settled(lines))) if unsure else []
        lines += [seal.line(number, entry) for number, entry in enumerate(in_doubt, len(lines) + 1)]
        notes = _notes(files, main, len(found), len(in_doubt) if unsure else None)
    elif os.path.lexists(files.main):
        notes = _notes(files, main, 0, None)
    if notes:
        _set_aside(files.main)
    for path, there in ((files.main, main), (files.copy, copy)):
        _put(path, there, b"".join(lines))
    if lines and not files.begun.exists():
        mark_begun(files)
    return lines, notes


def _settled(lines: Iterable[bytes]) -> set[int]:
    """Rows of which no lost line can have said anything else."""
    last = {entry["row"]: entry["outcome"] for entry in map(entry_of, lines) if "row" in entry}
    return {row for row, outcome in last.items() if outcome != "deferred"}


def _notes(files: Files, main: Found, count: int, in_doubt: int | None) -> list[Problem]:
    fault = main.fault
    place = Place(str(files.main), fault.line if fault else max(1, len(main.lines)))
    if fault:
        what = f"the journal isn't what was written: {fault.what}"
    elif in_doubt is not None or len(main.lines) < count:
        end = f"the journal ends after line {len(main.lines)}, and more was written"
        what = end if main.lines else "the journal is empty, and its part was begun"
    else:
        return []
    if in_doubt is None:
        remedy = "nothing is lost, as it is known what it held; what stood there is kept beside it as .damaged"
    else:
        unknown = f"the {in_doubt:,} messages of the part that nobody knows about are in doubt"
        remedy = f"its copy is damaged too, so {unknown}; --in-doubt resend sends them again"
    return [Problem(what, remedy, place, code="journal-damaged", level="warning")]


def _set_aside(path: Path) -> None:
    """Keep what stands in the journal's place, for a person to look at."""
    aside, number = path.with_name(f"{path.name}.damaged"), 1
    while os.path.lexists(aside):
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{number}")
    if path.is_file():
        # It stays where it is until the mended one takes its place.
        shutil.copy2(path, aside)
    elif os.path.lexists(path):
        path.rename(aside)


def _put(path: Path, found: Found, wanted: bytes) -> None:
    """Have a file hold this, and its name on the disk."""
    if path.is_file() and found.raw == wanted:
        return
    if os.path.lexists(path) and not path.is_file():
        _set_aside(path)
    with put_in_place(path) as temporary:
        temporary.write_bytes(wanted)
    flush_one(path.parent.parent)
