"""What would have to change in a profile for it to get another alternative of a slot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Any, Final

from mailweave.domains import Patch, Values, patched
from mailweave.facts import MISSING, look_up
from mailweave.permutations import Alternative, Exploration
from mailweave.profiles import Profile

# How many profiles are tried at most, and how many fields a person is asked to change at most.
MOST_TRIED: Final = 5000
_MOST_CHANGES: Final = 3
# Among as many equally small changes, the one that changes the least elsewhere is told.
_MOST_COMPARED: Final = 12


@dataclass(frozen=True)
class Change:
    """One field's value now and as it would have to be; `MISSING` for none."""

    path: str
    now: Any
    then: Any


@dataclass(frozen=True)
class Nearest:
    """The changed profile, what was changed in it, and the other slots that get something else by it."""

    profile: Profile
    changes: tuple[Change, ...]
    also: tuple[Alternative, ...]


def nearest(found: Exploration, profile: Mapping[str, Any], wanted: Alternative) -> Nearest | None:
    """The profile that differs in the fewest fields from one given and gets an alternative; None when none of those tried does.

    Of `found` only its campaign, moment and values are used; it needn't have been explored.

    Raises:
        MailweaveError: a rule fails for the profile as it is.
    """
    now = dict(zip((slot.name for slot in found.campaign.slots), found.picks_of(profile), strict=True))
    if now[wanted.slot] == wanted:
        return Nearest(Profile.from_data(profile), (), ())
    hits = (patch for patch in islice(_patches(found.values[wanted.slot], profile), MOST_TRIED) if _gets(found, profile, patch, wanted))
    first = next(hits, None)
    if first is None:
        return None
    same = [first, *(patch for patch in islice(hits, _MOST_COMPARED) if len(patch) == len(first))]
    return min((_told(found, profile, patch, now, wanted) for patch in same), key=lambda one: len(one.also))


def _patches(values: Values, profile: Mapping[str, Any]) -> Iterator[Patch]:
    """Changes of one field, then of two, then of three."""
    others = {path: _others(some, look_up(profile, path)) for path, some in values.items()}
    for count in range(1, _MOST_CHANGES + 1):
        for paths in combinations(others, count):
            for chosen in product(*(others[path] for path in paths)):
                yield dict(zip(paths, chosen, strict=True))


def _others(values: Sequence[Any], now: Any) -> list[Any]:
    """The values other than the one now. Those that add to a list come first, since a customer's past can't be undone; none comes last."""
    added = [[*now, *value] for value in values if isinstance(now, list) and isinstance(value, list)]
    ordered = sorted([*added, *values], key=lambda value: value is MISSING)
    return [value for value in ordered if repr(value) != repr(now)]


def _gets(found: Exploration, profile: Mapping[str, Any], patch: Patch, wanted: Alternative) -> bool:
    return found.pick(wanted.slot, found.situation(patched(profile, patch))) == wanted


def _told(found: Exploration, profile: Mapping[str, Any], patch: Patch, now: Mapping[str, Alternative], wanted: Alternative) -> Nearest:
    changed = patched(profile, patch)
    changes = tuple(Change(path, look_up(profile, path), value) for path, value in patch.items())
    also = tuple(one for one in found.picks_of(changed) if one != now[one.slot] and one != wanted)
    return Nearest(Profile.from_data(changed), changes, also)
