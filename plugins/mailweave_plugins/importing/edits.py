"""A text that is changed in steps, and where each of its characters stood in the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from mailweave.edits import Edit, spliced
from mailweave.errors import Level, Place, Problem
from mailweave.source import Source


@dataclass
class Draft:
    """The file (`source`), its text so far, and what there is to tell about it, placed in the file."""

    source: Source
    text: str
    problems: list[Problem] = field(default_factory=list)
    _steps: list[list[Edit]] = field(default_factory=list)

    @property
    def now(self) -> Source:
        """The text so far, as if the file had it."""
        return Source(self.source.path, self.text)

    def edit(self, edits: Iterable[Edit]) -> None:
        """Make changes that don't overlap, all at once."""
        step = sorted(edits)
        self.text = spliced(self.text, step)
        self._steps.append(step)

    def original(self, offset: int) -> int:
        """Where in the file the character at an offset of the text stood; inside of what was put in, the place of that."""
        for step in reversed(self._steps):
            shift = 0
            for start, end, new in step:
                if offset < start + shift:
                    break
                if offset < start + shift + len(new):
                    offset = start + shift
                    break
                shift += len(new) - (end - start)
            offset -= shift
        return offset

    def tell(self, offset: int, what: str, remedy: str, code: str = "not-carried-over", level: Level = "warning", length: int = 1) -> None:
        """Note something about the character at an offset of the text."""
        self.problems.append(self.source.problem(self.original(offset), what, remedy, code=code, level=level, length=length))

    def take(self, problems: Iterable[Problem]) -> None:
        """Note problems that were found in the text so far, at their places in the file; those of other files as they are."""
        now = self.now
        for problem in problems:
            place: Place | None = problem.place
            if place is None or place.path != now.path:
                self.problems.append(problem)
                continue
            offset = self.original(now.offset_of(place))
            line, cut = self.source.shown_at(offset)
            self.problems.append(replace(problem, place=self.source.place(offset), line=line, cut=cut))
