"""What in a profile can make a difference to a slot: its rules' domains together, as patches of profile values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from math import prod
from typing import Any

from mailweave.campaign import Slot
from mailweave.facts import MISSING, look_up

# Profile path → its value, `MISSING` for none.
Patch = Mapping[str, Any]
Values = Mapping[str, Sequence[Any]]

# Lists of more entries than this aren't joined: two samples of thousands of orders say nothing new together.
_LONGEST = 50
_FEW = 3


def slot_values(slot: Slot, at: datetime, profiles: Iterable[Mapping[str, Any]] = ()) -> Values:
    """For each profile path that a slot's rules read, the values that make a difference to one of them, the missing one first.

    Lists (orders) of different rules are joined too, since a customer may need both. Where a rule can't know the values (recommended
    products), those of `profiles` stand in.
    """
    found: dict[str, list[Any]] = {}
    for path, samples in _samples(slot, at):
        known = found.setdefault(path, [MISSING])
        given = samples if any(value is not MISSING for value in samples) else [look_up(profile, path) for profile in profiles]
        joined = [both for one in known for other in given if _joinable(one) and _joinable(other) for both in _joined(one, other)]
        known += _new([*given, *joined], known)
    return found


def _samples(slot: Slot, at: datetime) -> Iterator[tuple[str, Sequence[Any]]]:
    for entry in slot.entries:
        for condition in entry.condition.rules() if entry.condition else ():
            yield from condition.rule.domain(condition.settings, at).items()


def _joinable(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= _LONGEST


def _joined(one: list[Any], other: list[Any]) -> Iterator[list[Any]]:
    """One after the other; and when few entries say when, and many how many, so many of each of the few."""
    yield [*one, *other]
    few, many = sorted((one, other), key=len)
    if len(few) <= _FEW and len(many) > 1:
        yield from ([*few, *[entry] * (len(many) - 1)] for entry in few)


def _new(values: Iterable[Any], known: Sequence[Any]) -> list[Any]:
    """The values that aren't known yet, each once; lists and mappings can't be hashed, and 1 isn't True here."""
    seen = {repr(value) for value in known}
    return [value for value in values if not (repr(value) in seen or seen.add(repr(value)))]  # type: ignore[func-returns-value]


def patches(values: Values, most: int) -> Iterator[Patch]:
    """Combinations of the values: all of them, or when there are more than `most`, those with one or two values and a spread of the rest."""
    paths = list(values)
    total = prod(len(values[path]) for path in paths)
    if total <= most:
        yield from (_numbered(values, paths, number) for number in range(total))
        return
    yield from _few(values, paths, most // 2)
    # A stride that shares no factor with the numbers of values visits combinations of every kind.
    stride = max(1, total // (most // 2)) | 1
    yield from (_numbered(values, paths, number * stride % total) for number in range(most // 2))


def _numbered(values: Values, paths: Sequence[str], number: int) -> Patch:
    patch = {}
    for path in paths:
        number, index = divmod(number, len(values[path]))
        patch[path] = values[path][index]
    return patch


def _few(values: Values, paths: Sequence[str], most: int) -> Iterator[Patch]:
    """Patches with at most two values that aren't missing."""
    nothing = dict.fromkeys(paths, MISSING)
    yield nothing
    left = most - 1
    for changed in (*((path,) for path in paths), *combinations(paths, 2)):
        for number in range(prod(len(values[path]) for path in changed)):
            if not left:
                return
            left -= 1
            yield {**nothing, **_numbered(values, changed, number)}


def patched(profile: Mapping[str, Any], patch: Patch) -> dict[str, Any]:
    """A copy of a profile with a patch's values; what was in the way of one is replaced, and what is left empty goes."""
    found = dict(profile)
    for path, value in patch.items():
        _put(found, path.split("."), value)
    return found


def _put(data: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    key, *rest = keys
    if rest:
        inner = data.get(key)
        data[key] = dict(inner) if isinstance(inner, Mapping) else {}
        _put(data[key], rest, value)
        if not data[key]:
            del data[key]
    elif value is MISSING:
        data.pop(key, None)
    else:
        data[key] = value
