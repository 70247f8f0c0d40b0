"""Where the profiles of a bulk run come from: readers divide them into parts, and read each part as a stream."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from mailweave.errors import MailweaveError, Problem
from mailweave.paths import is_file


class Part(NamedTuple):
    """Neighbouring rows that are read, built and delivered together.

    `start` and `stop` say where they are, in whatever the reader counts (bytes, rows). `line` is the first one's line in the file, from 1;
    `row` its number among all, from 0; `rows` how many there are.
    """

    start: int
    stop: int
    line: int
    row: int
    rows: int


class Row(NamedTuple):
    """One profile as it stands in its file: its columns, or what is wrong with it. `line` counts from 1."""

    line: int
    columns: Mapping[str, Any]
    problem: Problem | None = None


class Reader(ABC):
    """A kind of place that profiles come from: `mailweave run --profiles SOURCE`. Memory must not grow with the number of rows."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()

    def takes(self, source: str) -> bool:
        """Whether this reader understands what stands after `--profiles`. By default: a file of one of its `suffixes`."""
        return Path(source).suffix.lower() in self.suffixes

    def fingerprint(self, source: str) -> str:
        """A hash that changes when the profiles do: of the file's bytes, by default.

        Raises:
            MailweaveError: it can't be read.
        """
        return file_digest(Path(source))

    def prepare(self, source: str, folder: Path, database: Path | None) -> Path:
        """The file that `split` and `read` are to use; by default the source itself. `folder` is the run's own, to put a copy into.

        Raises:
            MailweaveError: there is none, or it can't be made.
        """
        if not is_file(Path(source)):
            raise MailweaveError(Problem(f"there is no file '{source}'", "check --profiles", code="no-file"))
        return Path(source).resolve()

    def columns(self, path: Path) -> Collection[str] | None:
        """The names of all columns, or None when only the rows know them.

        Raises:
            MailweaveError: the file is none of this kind.
        """
        return None

    def types(self, path: Path) -> Mapping[str, Any]:
        """Column → its type for Arrow (`pyarrow.DataType`), where the file says it; `--pass-through` keeps it."""
        return {}

    @abstractmethod
    def split(self, path: Path, size: int) -> Iterator[Part]:
        """All rows, in order, in parts of `size` (the last may be smaller). After a fault a size of 1 tells the bad row.

        Raises:
            MailweaveError: the file is none of this kind.
        """

    @abstractmethod
    def read(self, path: Path, part: Part, only: Collection[str] | None = None) -> Iterator[Row]:
        """The rows of a part, in order. A row that can't be read has its problem and doesn't stop the others.

        When this raises, each row is read by itself, so that only the bad ones are rejected.

        `only` names the columns that are wanted, where leaving the others out saves time.
        """


def file_digest(path: Path) -> str:
    """A file's SHA-256, in hexadecimal.

    Raises:
        MailweaveError: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        what = f"'{path}' can't be read: {error.strerror}"
        raise MailweaveError(Problem(what, "check its name and permissions", code="unreadable")) from error
