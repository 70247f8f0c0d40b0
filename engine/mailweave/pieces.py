"""A text put together from parts of several files, each place of which is still a place in its own file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from mailweave.errors import Place
from mailweave.source import Source


@dataclass(frozen=True)
class Piece:
    """A part of a text: characters of a source from `start`; or, when `written` is set, words of ours that stand for what is there."""

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
    """A source made of pieces; `path` is the file that the others were put into."""

    pieces: tuple[Piece, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, path: str, pieces: list[Piece]) -> PiecedSource:
        """The text of the pieces in order."""
        return cls(path, "".join(piece.text for piece in pieces), pieces=tuple(pieces))

    def place(self, offset: int) -> Place:
        """The place in the file that the character comes from."""
        piece, inside = self._at(offset)
        return piece.source.place(piece.offset(inside))

    def line_at(self, offset: int) -> str:
        """The whole line of that file."""
        piece, inside = self._at(offset)
        return piece.source.line_at(piece.offset(inside))

    def offset_of(self, place: Place) -> int:
        """The offset of a place that this source gave. A file that is included twice answers with its first."""
        for start, piece in zip(self._begins, self.pieces, strict=True):
            if piece.written is None and piece.source.path == place.path:
                offset = piece.source.offset_of(place)
                if piece.start <= offset < piece.end:
                    return start + offset - piece.start
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
