"""Values on both sides of bounds, at them and between them, and texts with and without parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, islice, pairwise
from math import ceil, floor, inf, nextafter
from typing import Any, Final

# Two days are more than any time zone's distance from UTC.
_BEYOND: Final = timedelta(days=2)
# What stands between the parts of a text: the first of these that none of them holds.
_GAPS: Final = ("-", "~", " ", "_", "·", "…")


def numbers_around(bounds: Iterable[float]) -> Iterator[float]:
    """Each bound, a number between every two, a whole one where there is one, and one beyond each end.

    Example:
        >>> list(numbers_around([3, 6, 6.5]))
        [2, 3, 4, 6, 6.2, 6.5, 7.5, 7]
    """
    ordered = sorted(set(bounds))
    yield from _beyond(ordered[0], -1)
    for low, high in pairwise(ordered):
        yield _plain(low)
        yield from _inside(low, high)
    yield _plain(ordered[-1])
    yield from _beyond(ordered[-1], 1)


def _plain(number: float) -> float:
    # A count that is a whole number is none in templates when it is 1.0.
    return int(number) if float(number).is_integer() else number


def _inside(low: float, high: float) -> Iterator[float]:
    """The number with the fewest digits around the middle: a whole one when there is one. None when no float lies between."""
    rounded = (round(low / 2 + high / 2, digits) for digits in range(18))
    yield from (_plain(number) for number in islice((number for number in rounded if low < number < high), 1))


def _beyond(bound: float, step: int) -> Iterator[float]:
    further = bound + step
    yield _plain(further if further != bound else nextafter(bound, step * inf))
    if further != bound and not float(bound).is_integer():
        yield floor(bound) if step < 0 else ceil(bound)


def moments_around(bounds: Sequence[datetime]) -> Iterator[str]:
    """The same for moments, as ISO text. Beside a bound without an offset there are values without one, too."""
    ordered = sorted(bounds, key=_aware)
    for low, high in pairwise(ordered):
        middle = _aware(low) + (_aware(high) - _aware(low)) / 2
        yield middle.isoformat()
        if not (low.tzinfo and high.tzinfo):
            yield middle.replace(tzinfo=None).isoformat()
    for bound, step in ((ordered[0], -_BEYOND), (ordered[-1], _BEYOND)) if ordered else ():
        try:
            yield (_aware(bound) + step).isoformat()
        except OverflowError:  # The first or last day that there is: nothing lies beyond.
            continue
    yield from (bound.isoformat() for bound in ordered)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def texts_of(starts: Sequence[str], contains: Sequence[str], ends: Sequence[str], taken: Sequence[str]) -> Iterator[str]:
    """Texts with each beginning or none, each end or none, and each set of parts, kept apart so that nothing else is in them by accident.

    A part that is a beginning or an end's own can't be left out, nor need it be. What fields with a form of their own can hold comes first:
    the beginnings and ends by themselves and next to each other.
    """
    yield from (start + end for start in ("", *starts) for end in ("", *ends) if start or end)
    yield from contains
    gap = next((one for one in _GAPS if not any(one in text for text in taken)), "\u2060")
    few = contains if len(contains) <= 4 else ()
    sets: list[tuple[Any, ...]] = list(chain.from_iterable(combinations(few, size) for size in range(len(few) + 1)))
    sets += [] if few else [*((one,) for one in contains), tuple(contains)]
    for start in ("", *starts):
        for end in ("", *ends):
            for parts in sets:
                yield gap.join([start, *parts, end]) if start or parts or end else gap
