"""What a run found, as it is written to results.json and shown in the report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from mailweave_preview.shots.manifest import Kept, KeptPicture, _Model
from mailweave_preview.shots.regions import Box

Status = Literal["same", "different", "new", "removed", "error"]


class Change(_Model):
    """What happened to one slot, or, with `slot` empty, to what lies outside all slots. `block` is like "promo/card"; `how` a clause."""

    slot: str
    block: str
    how: str
    pixels: int = 0
    moved_only: bool = False


class Region(_Model):
    """A place where the pictures differ, in the new one's coordinates, and the slot it lies in."""

    box: Box
    slot: str


class Result(_Model):
    """One picture. `before`, `after`, `diff` and `aligned` are files below the run's folder; `fresh` is what an approval keeps."""

    digest: str
    title: str
    viewport: str
    width: int
    scheme: str
    status: Status
    notes: tuple[str, ...] = ()
    before_size: tuple[int, int] | None = None
    after_size: tuple[int, int] | None = None
    differing: int = 0
    antialiased: int = 0
    largest: float = 0.0
    changes: tuple[Change, ...] = ()
    regions: tuple[Region, ...] = ()
    files: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None
    diff: str | None = None
    aligned: str | None = None
    unstable: bool = False
    taken: bool = True
    fresh: KeptPicture | None = None
    decision: Literal["approved", "rejected"] | None = None

    @property
    def frame(self) -> str:
        """Like "phone-light"."""
        return f"{self.viewport}-{self.scheme}"

    @property
    def id(self) -> str:
        """The picture's name: "spring/gold/phone-light"."""
        return f"{self.title}/{self.frame}"

    @property
    def changed(self) -> tuple[Change, ...]:
        """The changes that aren't mere moves; all of them when nothing but moves happened."""
        return tuple(change for change in self.changes if not change.moved_only) or self.changes


class Taken(Kept):
    """A subject of a run: what an approval keeps, who gets it, and why it is as it is."""

    title: str = ""
    profiles: tuple[str, ...] = ()
    why: Mapping[str, Any] = Field(default_factory=dict)


class Run(_Model):
    """A whole run. `notes` hold for all of it (another browser than the baselines'); `errors` are problems of no one picture."""

    workspace: str
    at: datetime
    finished: datetime
    seconds: float
    browser: str
    fonts: str
    sets: tuple[str, ...]
    only: tuple[str, ...] = ()
    against: str | None = None
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    subjects: Mapping[str, Taken] = Field(default_factory=dict)
    results: tuple[Result, ...] = ()

    def count(self, status: Status) -> int:
        """How many pictures have a status."""
        return sum(result.status == status for result in self.results)

    @property
    def exit_status(self) -> int:
        """0: all as approved; 1: some differ, are new or are gone; 2: some couldn't be taken or compared."""
        if self.errors or self.count("error"):
            return 2
        return 0 if self.count("same") == len(self.results) else 1
