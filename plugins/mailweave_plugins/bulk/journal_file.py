"""One file of a part's journal: numbered lines that each say by a checksum that they are this part's, of this run.

A line is the entry as JSON, with its number first and its checksum last:

    {"line":7,"row":3,"id":"p3","email":"ann@shop.example","outcome":"in doubt",…,"sum":"0f3c…"}

The checksum is BLAKE2b with 8 bytes, keyed with the run and the part. So a line that was cut, garbled, or that another part or run wrote isn't
taken for one of ours, wherever it stands, and the lines around it still hold.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mailweave_plugins.bulk.lines import json_line

_SUM: Final = re.compile(rb',"sum":"([0-9a-f]{16})"\}\n\Z')
_NUMBER: Final = "line"
# A line is this much longer than what its checksum is of.
_END: Final = len(',"sum":"0123456789abcdef"}\n')


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and at which line; the whole file is 1."""

    what: str
    line: int = 1


@dataclass
class Found:
    """What a file holds: its lines by their number, as bytes, and the first thing that is wrong with it.

    Without a fault its lines are the first ones of the journal, with none missing and nothing else between. That the last one was cut off in
    the writing is no fault: a kill does that.
    """

    lines: dict[int, bytes] = field(default_factory=dict)
    fault: Fault | None = None
    raw: bytes | None = None


@dataclass(frozen=True)
class Seal:
    """Signs and checks the lines of one part of one run."""

    key: bytes

    @classmethod
    def of(cls, run: str, index: int) -> Seal:
        """The seal of a part."""
        return cls(hashlib.blake2b(f"{run} {index}".encode(), digest_size=32).digest())

    def line(self, number: int, entry: dict[str, Any]) -> bytes:
        """An entry as a line."""
        body = json_line({_NUMBER: number, **entry}).encode()[:-2]
        return body + b',"sum":"' + self._sum(body) + b'"}\n'

    def holds(self, line: bytes) -> bool:
        """Whether a line is one that `line` gave."""
        found = _SUM.search(line)
        return found is not None and found[1] == self._sum(line[:-_END])

    def read(self, path: Path) -> Found:
        """What a file holds. Nothing in it makes this fail.

        Raises:
            OSError: it can't be read.
        """
        if not os.path.lexists(path):
            return Found(fault=Fault("it is gone"))
        if not path.is_file():
            return Found(fault=Fault("it isn't a file"))
        found = Found(raw=path.read_bytes())
        for place, line in enumerate(_lines(found.raw or b""), 1):
            self._take(found, place, line)
        return found

    def _take(self, found: Found, place: int, line: bytes) -> None:
        if not self.holds(line):
            # What a kill cut off is no fault; a line feed that is there was written by somebody.
            if line.endswith(b"\n"):
                found.fault = found.fault or Fault("this isn't a line of this part's journal", place)
            return
        number = number_of(line)
        due = len(found.lines) + 1
        if number != due:
            found.fault = found.fault or Fault(f"line {number} of the journal stands where line {due} should", place)
        found.lines.setdefault(number, line)

    def _sum(self, body: bytes) -> bytes:
        return hashlib.blake2b(body, digest_size=8, key=self.key).hexdigest().encode()


def number_of(line: bytes) -> int:
    """The number of a line that `Seal.holds`."""
    number: int = json.loads(line)[_NUMBER]
    return number


def entry_of(line: bytes) -> dict[str, Any]:
    """The entry of a line that `Seal.holds`."""
    entry: dict[str, Any] = json.loads(line)
    del entry[_NUMBER], entry["sum"]
    return entry


def _lines(raw: bytes) -> Iterator[bytes]:
    # Not `splitlines`, which ends a line at a carriage return too.
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start) + 1 or len(raw)
        yield raw[start:end]
        start = end
