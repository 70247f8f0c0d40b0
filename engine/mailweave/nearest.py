"""What would have to change in a profile for it to get another alternative of a slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailweave.alternatives import Alternative, Trial
from mailweave.facts import look_up
from mailweave.profiles import Profile
from mailweave.reach.search import Search, Status


@dataclass(frozen=True)
class Change:
    """One field's value now and as it would have to be; `MISSING` for none."""

    path: str
    now: Any
    then: Any


@dataclass(frozen=True)
class Nearest:
    """Whether a change was found; the changed profile, what was changed in it, and the other slots that get something else by it.

    `fewest`: it is proved that fewer changes won't do. The status "nobody" is proved too; "not found" says that nothing is known.
    """

    status: Status
    profile: Profile
    changes: tuple[Change, ...] = ()
    also: tuple[Alternative, ...] = ()
    fewest: bool = False


def searching(trial: Trial, profile: Mapping[str, Any]) -> Search:
    """A search from a profile; values that a rule can't know are those of the preview profiles."""
    workspace = trial.workspace
    return Search(trial, profile, [workspace.profile(name).data for name in workspace.profile_names()])


def nearest(search: Search, wanted: Alternative) -> Nearest:
    """The profile that differs in the fewest fields from the one searched from and gets an alternative; of as few, one that keeps other slots.

    Raises:
        MailweaveError: a rule fails for the profile as it is.
    """
    profile = search.profile
    now = search.trial.picks_of(profile)
    if wanted in now:
        return Nearest("found", Profile.from_data(profile), fewest=True)
    answer = search.least([wanted], tuple(one for one in now if one.slot != wanted.slot))
    if answer.status != "found":
        return Nearest(answer.status, Profile.from_data(profile))
    changes = tuple(Change(path, look_up(profile, path), value) for path, value in answer.patch.items())
    also = tuple(one for one in answer.picks if one not in now and one != wanted)
    return Nearest("found", Profile.from_data(answer.profile), changes, also, answer.least)
