"""Where `%FIRSTNAME%` in a mail is a tag, and where its signs are percentages or octets of an encoded URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mailweave.ahead import until
from mailweave.tags import Tag, quoted_attributes, tags

_OCTET: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_COMMENT: Final = re.compile(r"<!--(?!\[if\b).*?-->", re.DOTALL | re.IGNORECASE)
# Attributes whose percent signs are units.
_MEASURES: Final = re.compile(r"style|sizes|(?:(?:max|min)-)?(?:width|height)|(?:inner-)?padding(?:-\w+)?", re.IGNORECASE)
_URLS: Final = frozenset({"href", "src", "action", "background", "background-url", "srcset", "cite", "poster"})
_SHEETS: Final = frozenset({"style", "mj-style", "script"})

Span = tuple[int, int]


@dataclass(frozen=True)
class PercentSigns:
    """What percent signs mean in a mail: `measures` are style sheets, sizes and comments that no client shows; `urls` the addresses."""

    text: str
    measures: tuple[Span, ...]
    urls: tuple[Span, ...]

    @classmethod
    def of(cls, text: str) -> PercentSigns:
        """Read a mail."""
        attributes = list(quoted_attributes(text))
        sheets = [*_sheets(text), *(found.span() for found in until(_COMMENT, text, "-->"))]
        measures = [(start, end) for name, start, end in attributes if _MEASURES.fullmatch(name)]
        return cls(text, (*sheets, *measures), tuple((start, end) for name, start, end in attributes if name in _URLS))

    def are_tag(self, start: int, end: int) -> bool:
        """Whether the signs at both ends of a part of the text make a tag of it.

        Example:
            >>> html = '<a href="/?q=%C3%A9COLE%20X&e=%EMAIL%" style="width:100%">%CITY% 100%COTTON%</a>'
            >>> signs = PercentSigns.of(html)
            >>> [name for name in ("%A9COLE%", "%EMAIL%", "%CITY%", "%COTTON%") if signs.are_tag(html.index(name), html.index(name) + len(name))]
            ['%EMAIL%', '%CITY%']
        """
        octets = self.are_octets(start, end)
        return not octets and not _within(start, self.measures) and (_within(start, self.urls) or not self.follows_number(start))

    def are_octets(self, start: int, end: int) -> bool:
        """Whether both signs have two hexadecimal digits after them."""
        return bool(_OCTET.match(self.text, start) and _OCTET.match(self.text, end - 1))

    def follows_number(self, start: int) -> bool:
        """Whether a number stands before a sign, as in `100%COTTON%`, that isn't part of an octet."""
        before = self.text[max(0, start - 3) : start]
        return before[-1:].isdigit() and not _OCTET.fullmatch(before)


def _sheets(text: str) -> Iterator[Span]:
    opened: Tag | None = None
    for tag in tags(text):
        if tag.name in _SHEETS:
            if opened and tag.closing:
                yield opened.end, tag.start
            opened = None if tag.closing else tag


def _within(offset: int, spans: Iterable[Span]) -> bool:
    return any(start <= offset < end for start, end in spans)
