"""Who must not get a message: files of addresses, or of their hashes where addresses must not be handed around.

However long they are, memory doesn't grow with them: a run's folder keeps the digests sorted, and a worker looks them up in place.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from mailweave import MailweaveError, Place, Problem
from mailweave.addresses import normalised
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.kept import DamagedError, damaged
from mailweave_plugins.bulk.sorted_records import find, is_kept, mapped

# Digits of a hash → its function. Senders of newsletters export MD5 and SHA-256 of addresses in lower case.
_HASHES: Final = {32: "md5", 40: "sha1", 64: "sha256"}
_LIST: Final = Path(".run/suppressed")
_HEX: Final = re.compile(r"[0-9a-fA-F]+\Z")
_COLUMNS: Final = ("email", "email_address", "address", "e-mail", "hash", "md5", "sha256")
_SHOWN: Final = 20
_WIDTH: Final = 16  # bytes of a digest that are kept: by chance two of 10 million are alike once in 10^24


class Entry(NamedTuple):
    """A hash of a normalised address: the name of its function, and its first 16 bytes."""

    kind: str
    digest: bytes


def digest(kind: str, address: str) -> bytes:
    """The digest of a normalised address by a function of `_HASHES`."""
    return hashlib.new(kind, address.encode(), usedforsecurity=False).digest()[:_WIDTH]


def read(path: Path) -> Iterator[Entry]:
    """The entries of a file: one address or hash a line, or a CSV file with a column `email` or `hash`.

    Raises:
        MailweaveError: lines that are neither, the first twenty of them; a file that can't be read.
    """
    problems: list[Problem] = []
    for line, text in cells(path, "--suppress"):
        try:
            yield _entry(text)
        except ValueError as error:
            what, _, remedy = str(error).partition(" – ")
            problems.append(Problem(what, remedy, Place(path.name, line), code="bad-suppression"))
            if len(problems) == _SHOWN:
                break
    if problems:
        raise MailweaveError(*problems)


def _entry(text: str) -> Entry:
    kind = _HASHES.get(len(text)) if _HEX.match(text) else None
    if kind:
        return Entry(kind, bytes.fromhex(text)[:_WIDTH])
    if "@" not in text:
        raise ValueError(f"'{text[:60]}' is neither an address nor a hash – write addresses, or their MD5, SHA-1 or SHA-256 in hexadecimal digits")
    return Entry("sha256", digest("sha256", normalised(text)))


def cells(path: Path, option: str) -> Iterator[tuple[int, str]]:
    """The cells of a list that hold an address or hash, each with its line.

    Raises:
        MailweaveError: it can't be read, with the option that named it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            column: int | None = None
            for row in rows:
                if column is None:
                    column, is_head = _column(row)
                    if is_head:
                        continue
                text = row[column].strip() if column < len(row) else ""
                if text:
                    yield rows.line_num, text
    except OSError as error:
        raise MailweaveError(Problem(f"{option}: {path} can't be read: {error.strerror}", "check the file", code="unreadable")) from error
    except (UnicodeDecodeError, csv.Error) as error:
        what = f"{option}: {path} isn't a text file: {error}"
        raise MailweaveError(Problem(what, "save it as UTF-8, one address a line", code="unreadable")) from error


def _column(first: list[str]) -> tuple[int, bool]:
    """The column of addresses, and whether the first line only names it."""
    names = [cell.strip().lower() for cell in first]
    return next(((names.index(name), True) for name in _COLUMNS if name in names), (0, False))


def write_list(path: Path, entries: Iterable[Entry]) -> str:
    """Write a list that `Suppressed` looks things up in; its checksum. What the list of an earlier start held stays in it."""
    found = {kind: set[bytes]() for kind in _HASHES.values()}
    for kind, each in entries:
        found[kind].add(each)
    with suppress(FileNotFoundError):
        for kind, block in Suppressed(path).blocks.items():
            found[kind] |= {bytes(block[start : start + _WIDTH]) for start in range(0, len(block), _WIDTH)}
    checksum = hashlib.sha256()
    with put_in_place(path) as new, new.open("wb") as file:
        for piece in (b"".join(len(digests).to_bytes(8, "big") for digests in found.values()), *(b"".join(sorted(each)) for each in found.values())):
            checksum.update(piece)
            file.write(piece)
    return checksum.hexdigest()


def keep(folder: Path, files: Sequence[Path]) -> str:
    """Add files to a run's list; its checksum.

    Raises:
        MailweaveError: a file holds something else.
    """
    return write_list(folder / _LIST, chain.from_iterable(map(read, files)))


@lru_cache(maxsize=2)
def suppressed(folder: Path, checksum: str) -> Suppressed | None:
    """A run's list, or None when it has none (an empty checksum).

    Raises:
        DamagedError: it isn't what was written.
    """
    if not checksum:
        return None
    path = folder / _LIST
    if not is_kept(path, checksum):
        raise DamagedError(damaged(path, "isn't what was written", "go on with the same command and its --suppress, which writes it again"))
    return Suppressed(path)


@dataclass
class Suppressed:
    """A list that `write_list` wrote.

    Raises:
        FileNotFoundError: there is none.
    """

    path: Path
    _map: memoryview = field(init=False)

    def __post_init__(self) -> None:
        self._map = mapped(self.path)

    @cached_property
    def blocks(self) -> dict[str, memoryview]:
        """Kind of hash → the digests of that kind, sorted, one behind the other."""
        found, start = {}, 8 * len(_HASHES)
        for index, kind in enumerate(_HASHES.values()):
            size = _WIDTH * int.from_bytes(self._map[8 * index : 8 * index + 8], "big")
            found[kind] = self._map[start : start + size]
            start += size
        return found

    def has(self, address: str) -> bool:
        """Whether an address is in the list. One that isn't an address is in none."""
        try:
            name = normalised(address)
        except ValueError:
            return False
        return any(find(block, _WIDTH, digest(kind, name)) is not None for kind, block in self.blocks.items())
