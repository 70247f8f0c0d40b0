"""Compare compiled messages with the reference, on a team's own profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from mailweave.compiled.difference import Difference, difference
from mailweave.compiled.program import Program
from mailweave.errors import MailweaveError
from mailweave.message import Message
from mailweave.profiles import Profile
from mailweave.render import render


def first_difference(program: Program, profiles: Iterable[Profile], at: datetime) -> Difference | None:
    """The first difference among the messages of these profiles, each built twice: newly compiled, and from what is compiled already."""
    for profile in profiles:
        expected = _outcome(partial(render, program.workspace, program.campaign, profile, at, asset_base=program.asset_base))
        for _ in range(2):
            found = difference(profile.name, _outcome(partial(program.render, profile, at)), expected)
            if found:
                return found
    return None


def _outcome(build: Callable[[], Message]) -> Message | str:
    """A message, or what is wrong."""
    try:
        return build()
    except MailweaveError as error:
        return str(error)
