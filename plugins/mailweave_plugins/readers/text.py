"""What a file of profiles in text must be: UTF-8, with lines that end in LF or CRLF. Anything else is told before a run begins."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Place, Problem

# A longer line or row is a mistake, and would have to be held in memory.
LONGEST: Final = 16 * 1024 * 1024
# How much of a file is looked at.
_HEAD: Final = 64 * 1024
# Of text in UTF-16 that begins with names of columns, nearly every second byte is a NUL.
_NULS: Final = 0.1

_MARKS: Final = (
    # The longer ones first: UTF-32's begins as UTF-16's does.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_WITHOUT_MARK: Final = ("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")
_OTHERS: Final = ((b"PK\x03\x04", "a ZIP archive, as Excel's workbooks are"), (b"\x1f\x8b", "a gzip archive"), (b"PAR1", "a Parquet file"))
_CR: Final = re.compile(rb"\r(?!\n)\s*\S")


def refuse_other_text(path: Path) -> None:
    """Look at the first bytes of a file.

    Raises:
        MailweaveError: they are no text, text in another encoding, or lines that end in CR alone.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise _wrong(path, f"this isn't text but {what}", "unpack it or save it as text, or name it by what it is", "not-text")
    if encoding := _other_encoding(head):
        remedy = f"save it as UTF-8, with: iconv -f {encoding} -t UTF-8 {path.name} > new-{path.name}"
        raise _wrong(path, f"the file is {encoding}, not UTF-8", remedy, "encoding")
    if b"\n" not in head and _CR.search(head):
        raise cr_ends(path, 1)


def cr_ends(path: Path, line: int) -> MailweaveError:
    """The problem of lines that end as on old Macs."""
    remedy = f"save it with line ends LF or CRLF, with: tr '\\r' '\\n' < {path.name} > new-{path.name}"
    return _wrong(path, "lines end in a carriage return (CR) alone here", remedy, "line-ends", line)


def not_utf8(place: Place, error: UnicodeDecodeError, thing: str = "row") -> Problem:
    """The problem of a row with other bytes."""
    what = f"the {thing} isn't UTF-8 text: byte 0x{error.object[error.start]:02X}"
    remedy = f"save the file as UTF-8; from Latin-1 or Windows: iconv -f WINDOWS-1252 -t UTF-8 {place.path} > new-{place.path}"
    return Problem(what, remedy, place, code="encoding")


def _other_encoding(head: bytes) -> str | None:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    first = head[:1024]
    if first.count(0) <= _NULS * len(first):
        return None
    return max(_WITHOUT_MARK, key=lambda name: _letters(first.decode(name, "replace")))


def _letters(text: str) -> int:
    """How many characters a line of names would have of ASCII: few, when text is read in another encoding than its own."""
    return sum(char.isascii() and char.isprintable() for char in text) - text.count("\0")


def _wrong(path: Path, what: str, remedy: str, code: str, line: int = 1) -> MailweaveError:
    return MailweaveError(Problem(what, remedy, Place(path.name, line), code=code))
