"""What is kept as it was approved: a message by its choice, or one variant of a block."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from mailweave.campaign import Entry
from mailweave.choose import Choice, SlotChoice
from mailweave_preview.shots.scene import Frame


@dataclass(frozen=True)
class Subject:
    """A message or a block alone. `kind` is "campaigns" or "blocks"; `of` the campaign's or the block's name; `name` tells it from the others.

    `choice` is the slots' choices as text; `entries` what they put in; `data` the customer's data that fill it; `profiles` who gets this choice;
    `why` the explanation. `digest` stands for campaign, locale, choice and `extra`: two profiles with the same choice share it.
    """

    kind: str
    of: str
    name: str
    digest: str
    locale: str
    choice: Mapping[str, str]
    origin: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
    extra: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """How people know it: `spring/gold`, or `blocks/hero/split`."""
        return f"{self.of}/{self.name}" if self.kind == "campaigns" else f"{self.kind}/{self.of}/{self.name}"

    @property
    def folder(self) -> str:
        """The folder of its pictures, from the baselines'."""
        return f"{self.kind}/{self.of}/{self.name}"


def parts_of(choice: Choice) -> dict[str, str]:
    """Slot → what stands in it: `hero/split`, `nothing`, or `hero/split~2` for the second of several entries with that variant.

    The entries of one variant may have different parameters, so they are different messages; a rule put in between others changes no other's name.
    """
    return {name: _part(slot) for name, slot in choice.items()}


def _part(slot: SlotChoice) -> str:
    if not slot.block:
        return "nothing"
    before = sum((tried.block, tried.variant) == (slot.block, slot.variant) for tried in slot.tried)
    return f"{slot.block}/{slot.variant}" + (f"~{before + 1}" if before else "")


def digest_of(*parts: Any) -> str:
    """A short hash of plain data."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def blocks_of(choice: Mapping[str, str]) -> set[str]:
    """The names of the blocks in a choice."""
    return {part.split("/")[0] for part in choice.values() if part != "nothing"}


@dataclass(frozen=True)
class Pattern:
    """What `--only` and `approve` select by: one word, or several parts of a picture's name with slashes; `*` stands for anything."""

    text: str

    def matches(self, subject: Subject, frame: Frame) -> bool:
        """Whether a picture is meant: by its campaign, message, profile, viewport or scheme, or by a block in it."""
        names = {subject.of, subject.name, *subject.profiles, *blocks_of(subject.choice), frame.viewport, frame.scheme, frame.name, subject.kind}
        if "/" not in self.text:
            return any(fnmatchcase(name, self.text) for name in names)
        title = f"{subject.title}/{frame.name}"
        return any(fnmatchcase(title, pattern) for pattern in (self.text, f"{self.text}/*")) or self._each(subject, frame)

    def _each(self, subject: Subject, frame: Frame) -> bool:
        """Campaign, then block or message, then viewport: `spring/hero/phone`."""
        parts = self.text.split("/")
        places = [
            {subject.of, subject.kind},
            {subject.name, *subject.profiles, *blocks_of(subject.choice)},
            {frame.viewport, frame.scheme, frame.name},
        ]
        return len(parts) <= len(places) and all(any(fnmatchcase(name, part) for name in names) for part, names in zip(parts, places, strict=False))
