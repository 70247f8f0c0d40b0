"""Widths as MJML computes them: mrml counts in single precision, so that three columns come a hair short of the whole."""

from __future__ import annotations

import re
import struct
from functools import cache
from typing import Final

from mailweave.edits import Edit, spliced
from mailweave.tags import tags

_MOST_COLUMNS: Final = 64
_CLASS: Final = re.compile(r"\bmj-column-per-(\d+)-(\d{4,})\b")
_WIDTH: Final = re.compile(r"width:(\d+\.\d{4,})%")


def exact_widths(html: str) -> str:
    """The HTML with the exact widths in the style sheets and in the classes and styles of columns. Contents have to be placeholders still."""
    edits: list[Edit] = []
    for tag in tags(html):
        written = html[tag.start : tag.end]
        if tag.name == "div" and "mj-column-per-" in (tag.get("class") or ""):
            edits.append((tag.start, tag.end, _WIDTH.sub(_whole, _CLASS.sub(_named, written))))
        elif tag.name == "style" and not tag.closing:
            end = html.find("</style", tag.end)
            edits.append((tag.end, end, _WIDTH.sub(_exact, _CLASS.sub(_named, html[tag.end : end]))))
    return spliced(html, edits)


@cache
def _by_single() -> dict[str, str]:
    """What mrml writes for a hundredth part of so many columns, and what MJML writes."""
    return {_single(100 / count): repr(100 / count) for count in range(3, _MOST_COLUMNS)}


def _single(value: float) -> str:
    """The shortest decimal that is the same number in single precision."""
    bits = struct.pack("f", value)
    return next(short for digits in range(6, 10) if struct.pack("f", float(short := f"{value_of(bits):.{digits}g}")) == bits)


def value_of(bits: bytes) -> float:
    """The number that four bytes stand for."""
    value: float = struct.unpack("f", bits)[0]
    return value


def _named(found: re.Match[str]) -> str:
    single = f"{found[1]}.{found[2]}"
    return f"mj-column-per-{_by_single().get(single, single).replace('.', '-')}"


def _exact(found: re.Match[str]) -> str:
    return f"width:{_by_single().get(found[1], found[1])}%"


def _whole(found: re.Match[str]) -> str:
    """A column in a group keeps its share on a phone in whole percents (`getMobileWidth` of MJML's column)."""
    return f"width:{found[1].split('.')[0] if found[1] in _by_single() else found[1]}%"
