"""Where a compiled message isn't the reference's."""

from __future__ import annotations

from typing import Final, NamedTuple

from mailweave.errors import Problem
from mailweave.message import Message

_PARTS: Final = ("subject", "preheader", "html", "text", "unsubscribe", "choice")
# Characters shown on either side of a difference.
_AROUND: Final = 40


class Difference(NamedTuple):
    """Where a compiled message isn't the reference: the part ("html"), line and column in it, and both texts around that place."""

    profile: str
    part: str
    line: int
    column: int
    compiled: str
    reference: str

    def problem(self) -> Problem:
        """The difference, told to a person."""
        where = f"{self.part} of '{self.profile}' differs at line {self.line}, column {self.column}"
        what = f"{where}: compiled {self.compiled!r}, reference {self.reference!r}"
        return Problem(what, "render with --reference until this is mended, and report it", code="not-equal")


def difference(profile: str, compiled: Message | str, reference: Message | str) -> Difference | None:
    """The first difference between two messages, or between what is wrong with them; None when there is none."""
    if compiled == reference:
        return None
    if isinstance(compiled, str) or isinstance(reference, str):
        return _placed(profile, "outcome", _shown(compiled), _shown(reference))
    part = next((part for part in _PARTS if getattr(compiled, part) != getattr(reference, part)), "message")
    return _placed(profile, part, str(getattr(compiled, part, "")), str(getattr(reference, part, "")))


def _shown(outcome: Message | str) -> str:
    return outcome if isinstance(outcome, str) else "a message"


def _placed(profile: str, part: str, compiled: str, reference: str) -> Difference:
    pairs = enumerate(zip(compiled, reference, strict=False))
    same = next((index for index, (one, other) in pairs if one != other), min(len(compiled), len(reference)))
    before = reference[:same]
    around = slice(max(0, same - _AROUND), same + _AROUND)
    return Difference(profile, part, before.count("\n") + 1, same - before.rfind("\n"), compiled[around], reference[around])
