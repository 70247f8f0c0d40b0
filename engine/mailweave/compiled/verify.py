"""Compare compiled messages with the reference, on a team's own profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import NamedTuple

from mailweave.compiled.difference import Difference, difference
from mailweave.compiled.program import Built, Program
from mailweave.errors import MailweaveError
from mailweave.message import Message
from mailweave.profiles import Profile
from mailweave.render import render


class Compared(NamedTuple):
    """What a program made of a profile: a message or what was raised, and where that isn't the reference."""

    outcome: Built | Exception
    difference: Difference | None

    @property
    def document(self) -> str | None:
        """The compiled document that it came from."""
        return self.outcome.document if isinstance(self.outcome, Built) else None


def first_difference(program: Program, profiles: Iterable[Profile], at: datetime) -> Difference | None:
    """The first difference among the messages of these profiles, each compared."""
    differences = (compared(program, profile, at).difference for profile in profiles)
    return next(filter(None, differences), None)


def compared(program: Program, profile: Profile, at: datetime) -> Compared:
    """A profile's message, compared with the reference.

    The program builds it twice: the second time it comes from what is compiled by then.
    """
    reference = _outcome(lambda: Built(_reference(program, profile, at)))
    for _ in range(2):
        outcome = _outcome(partial(program.build, profile, at))
        found = _first_use(outcome) or difference(profile.name, _shown(outcome), _shown(reference))
        if found and isinstance(reference, Built):
            return Compared(outcome, in_slot(program, profile, at, found, reference.message))
        if found:
            return Compared(outcome, found)
    return Compared(outcome, None)


def in_slot(program: Program, profile: Profile, at: datetime, found: Difference, reference: Message) -> Difference:
    """A difference from this reference message, with the slot that it stands in, where that is known."""
    # Whatever fails here, the difference itself must be told.
    with suppress(Exception):
        return found.within(reference, _reference(program, profile, at, marked=True).html)
    return found


def _reference(program: Program, profile: Profile, at: datetime, *, marked: bool = False) -> Message:
    base = program.asset_base
    return render(program.workspace, program.campaign, profile, at, asset_base=base, marked=marked)


def _outcome(build: Callable[[], Built]) -> Built | Exception:
    try:
        return build()
    except Exception as error:  # what goes wrong in both ways alike is no difference, whatever it is
        return error


def _first_use(outcome: Built | Exception) -> Difference | None:
    return outcome.difference if isinstance(outcome, Built) else None


def _shown(outcome: Built | Exception) -> Message | str:
    """A message, or what is wrong."""
    if isinstance(outcome, Built):
        return outcome.message
    return str(outcome) if isinstance(outcome, MailweaveError) else f"{type(outcome).__name__}: {outcome}"
