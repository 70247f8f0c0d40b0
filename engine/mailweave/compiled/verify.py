"""Compare compiled messages with the reference, on a team's own profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from mailweave.compiled.program import Program
from mailweave.errors import MailweaveError, Problem
from mailweave.message import Message
from mailweave.profiles import Profile
from mailweave.render import render

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


def first_difference(program: Program, profiles: Iterable[Profile], at: datetime) -> Difference | None:
    """The first difference among the messages of these profiles, each built twice: newly compiled, and from what is compiled already."""
    for profile in profiles:
        expected = _outcome(partial(render, program.workspace, program.campaign, profile, at, asset_base=program.asset_base))
        for _ in range(2):
            found = _difference(profile.name, _outcome(partial(program.render, profile, at)), expected)
            if found:
                return found
    return None


def _outcome(build: Callable[[], Message]) -> Message | str:
    """A message, or what is wrong."""
    try:
        return build()
    except MailweaveError as error:
        return str(error)


def _difference(profile: str, compiled: Message | str, reference: Message | str) -> Difference | None:
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
