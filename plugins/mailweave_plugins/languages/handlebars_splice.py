"""One text made of parts of several files, in which each offset still has its place in the file where it was written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from mailweave.errors import Place
from mailweave.source import Source


class Cut(NamedTuple):
    """The part of a file from offset `start` up to `end`; it begins at `at` in the text made of all parts."""

    source: Source
    start: int
    end: int
    at: int


@dataclass(frozen=True)
class Spliced(Source):
    """The text made of the parts. What it says of an offset is what the part's own file says."""

    cuts: tuple[Cut, ...] = field(default=(), repr=False)

    def place(self, offset: int) -> Place:
        """The place in the file; see `Source.place`."""
        source, at = self._origin(offset)
        return source.place(at)

    def line_at(self, offset: int) -> str:
        """The line in the file; see `Source.line_at`."""
        source, at = self._origin(offset)
        return source.line_at(at)

    def offset_of(self, place: Place) -> int:
        """The first offset that has a place; see `Source.offset_of`."""
        for cut in self.cuts:
            offset = cut.source.offset_of(place) if cut.source.path == place.path else -1
            if cut.start <= offset < cut.end:
                return cut.at + offset - cut.start
        return 0

    def _origin(self, offset: int) -> tuple[Source, int]:
        cut = self.cuts[max(0, bisect_right(self.cuts, offset, key=lambda cut: cut.at) - 1)]
        return cut.source, cut.start + offset - cut.at


def splice(whole: Source, parts: Iterable[tuple[Source, int, int]]) -> Spliced:
    """The parts (file, start, end) in one text, under the path of `whole`."""
    cuts, at = [], 0
    for source, start, end in parts:
        if end > start:
            cuts.append(Cut(source, start, end, at))
            at += end - start
    text = "".join(cut.source.text[cut.start : cut.end] for cut in cuts)
    return Spliced(whole.path, text, whole.line, whole.column, whole.indent, whole.around, tuple(cuts) or (Cut(whole, 0, 0, 0),))
