"""Where a compiled message isn't the reference's."""

from __future__ import annotations

from typing import Final, NamedTuple

from mailweave.choose import Choice
from mailweave.errors import Problem
from mailweave.marks import slot_at, without_marks
from mailweave.message import Message
from mailweave.source import Source

_PARTS: Final = ("subject", "preheader", "html", "text", "unsubscribe", "headers", "choice")
# Characters shown on either side of a difference.
_AROUND: Final = 40


class Difference(NamedTuple):
    """Where a compiled message isn't the reference: the part ("html"), line and column in it, and both texts around that place.

    `slot` and `file` say which slot it came from, and the template that fills it, where that is known.
    """

    profile: str
    part: str
    line: int
    column: int
    compiled: str
    reference: str
    slot: str | None = None
    file: str | None = None

    @property
    def what(self) -> str:
        """The difference, told to a person."""
        where = f"{self.part} of '{self.profile}' differs at line {self.line}, column {self.column}"
        if self.slot:
            where += f" (slot '{self.slot}'{f', {self.file}' if self.file else ''})"
        return f"{where}: compiled {self.compiled!r}, reference {self.reference!r}"

    def problem(self) -> Problem:
        """The same as a problem of one message."""
        return Problem(self.what, "render with --reference until this is fixed, and report it", code="not-equal")

    def within(self, reference: Message, marked: str) -> Difference:
        """The same with its slot, by the reference message and its HTML with marks.

        Unchanged where marks can't tell: in other parts, and where the two begin differently.
        """
        offset = Source("", reference.html).offset(self.line, self.column)
        if self.part != "html" or without_marks(marked)[:offset] != reference.html[:offset]:
            return self
        return self._in_slot(slot_at(marked, offset), reference.choice)

    def _in_slot(self, slot: str | None, choice: Choice) -> Difference:
        entry = choice[slot].entry if slot else None
        variant = entry.block.variant(entry.variant) if entry and entry.block and entry.variant else None
        return self._replace(slot=slot, file=variant.template.source.path if variant else None)


def difference(profile: str, compiled: Message | str, reference: Message | str) -> Difference | None:
    """The first difference between two messages, or between what is wrong with them; None when there is none."""
    if compiled == reference:
        return None
    if isinstance(compiled, str) or isinstance(reference, str):
        return _placed(profile, "outcome", _shown(compiled), _shown(reference))
    part = next((part for part in _PARTS if getattr(compiled, part) != getattr(reference, part)), "message")
    found = _placed(profile, part, str(getattr(compiled, part, "")), str(getattr(reference, part, "")))
    if part == "choice":
        return found._in_slot(_other_slot(compiled.choice, reference.choice), reference.choice)
    return found


def _shown(outcome: Message | str) -> str:
    return outcome if isinstance(outcome, str) else "a message"


def _other_slot(compiled: Choice, reference: Choice) -> str | None:
    return next((slot for slot, chosen in reference.items() if compiled.get(slot) != chosen), None)


def _placed(profile: str, part: str, compiled: str, reference: str) -> Difference:
    pairs = enumerate(zip(compiled, reference, strict=False))
    same = next((index for index, (one, other) in pairs if one != other), min(len(compiled), len(reference)))
    before = reference[:same]
    around = slice(max(0, same - _AROUND), same + _AROUND)
    return Difference(profile, part, before.count("\n") + 1, same - before.rfind("\n"), compiled[around], reference[around])
