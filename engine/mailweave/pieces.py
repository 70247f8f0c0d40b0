"""A text put together from parts of several files, each place of which is still a place in its own file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from mailweave.errors import Place
from mailweave.source import Source


class Piece(NamedTuple):
    """A part of a text: the characters of a source from `start` to `end`; or, when `written` is set, words of ours for what is at `start`."""

    source: Source
    start: int
    end: int
    written: str | None = None

    @property
    def text(self) -> str:
        """The characters."""
        return self.source.text[self.start : self.end] if self.written is None else self.written

    def offset(self, inside: int) -> int:
        """The offset in the source of a character of this piece."""
        return self.start + inside if self.written is None else self.start


@dataclass(frozen=True)
class PiecedSource(Source):
    """A source made of pieces. What it says of an offset is what the piece's own file says."""

    pieces: tuple[Piece, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, whole: Source, pieces: Iterable[Piece]) -> PiecedSource:
        """The text of the pieces in order, as what `whole` became. A piece may be cut from a source that is itself made of pieces."""
        flat = tuple(own for piece in pieces for own in _own(piece)) or tuple(_own(Piece(whole, 0, 0, "")))
        text = "".join(piece.text for piece in flat)
        return cls(whole.path, text, whole.line, whole.column, whole.indent, whole.around, flat)

    def place(self, offset: int) -> Place:
        """The place in the file that the character comes from; see `Source.place`."""
        piece, inside = self._at(offset)
        return piece.source.place(piece.offset(inside))

    def line_at(self, offset: int) -> str:
        """The whole line of that file; see `Source.line_at`."""
        piece, inside = self._at(offset)
        return piece.source.line_at(piece.offset(inside))

    def shown_at(self, offset: int) -> tuple[str, int]:
        """What is shown of that line; see `Source.shown_at`."""
        piece, inside = self._at(offset)
        return piece.source.shown_at(piece.offset(inside))

    def offset_of(self, place: Place) -> int:
        """The offset of a place that this source gave; the first one where a file stands twice, and its own characters before words of ours."""
        for written in (False, True):
            for begin, piece in zip(self._begins, self.pieces, strict=True):
                if piece.source.path == place.path and (piece.written is not None) is written:
                    offset = begin if written else begin + piece.source.offset_of(place) - piece.start
                    if self._at(offset)[0] is piece and self.place(offset) == place:
                        return offset
        return 0

    @cached_property
    def _begins(self) -> list[int]:
        begins, length = [], 0
        for piece in self.pieces:
            begins.append(length)
            length += len(piece.text)
        return begins

    def _at(self, offset: int) -> tuple[Piece, int]:
        offset = max(0, min(offset, len(self.text)))
        index = bisect_right(self._begins, offset) - 1
        return self.pieces[index], offset - self._begins[index]

    def _cut(self, start: int, end: int) -> Iterator[Piece]:
        for begin, piece in zip(self._begins, self.pieces, strict=True):
            first, last = max(start - begin, 0), min(end - begin, len(piece.text))
            if first < last:
                part = (piece.start + first, piece.start + last) if piece.written is None else (piece.start, piece.end)
                yield Piece(piece.source, *part, None if piece.written is None else piece.written[first:last])


def without(source: Source, spans: Iterable[tuple[int, int]]) -> Source:
    """A source without some spans of it, which don't overlap."""
    pieces, done = [], 0
    for start, end in sorted(spans):
        pieces.append(Piece(source, done, start))
        done = end
    return PiecedSource.of(source, [*pieces, Piece(source, done, len(source.text))])


def _own(piece: Piece) -> Iterator[Piece]:
    """A piece as pieces of files' own texts."""
    if not isinstance(piece.source, PiecedSource):
        yield piece
    elif piece.written is None:
        yield from piece.source._cut(piece.start, piece.end)
    else:
        found, inside = piece.source._at(piece.start)
        at = found.offset(inside)
        yield Piece(found.source, at, at, piece.written)
