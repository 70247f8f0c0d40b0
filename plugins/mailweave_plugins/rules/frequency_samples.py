"""Lists of events that make a difference to the rule `frequency`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from mailweave import MISSING
from mailweave_plugins.rules.events import Kind
from mailweave_plugins.rules.measures import MOST, Measure

_DAY = timedelta(days=1)


def samples(kind: Kind, measure: Measure, at: datetime) -> list[Any]:
    """None, and lists of every size that matters, worth every sum that matters, of every age that matters; all of a list at one moment."""
    moments = [moment.isoformat() for moment in _moments(measure, at)]
    return [MISSING, *(_listed(kind, moment, size, worth) for moment in moments for size in _sizes(measure) for worth in _worths(measure))]


def _moments(measure: Measure, at: datetime) -> Iterator[datetime]:
    """One between every two spans, and one beyond the longest, unless there is no such date."""
    room = at - datetime.min.replace(tzinfo=at.tzinfo) - _DAY
    last = measure.last.span if measure.last else None
    spans = sorted({timedelta(), *(min(span, room) for span in (measure.within, last) if span is not None)})
    yield from (at - (low + high) / 2 for low, high in pairwise(spans))
    if spans[-1] < room:
        yield at - spans[-1] - _DAY
    if len(spans) == 1:
        yield at


def _sizes(measure: Measure) -> list[int]:
    near = {int(bound) + step for bound in measure.bounds for step in (-1, 0, 1)}
    return sorted({1, *(size for size in near if 1 <= size <= MOST + 1)})


def _worths(measure: Measure) -> list[float]:
    bounds = measure.value.bounds if measure.value else []
    return sorted({0.0, *bounds, bounds[-1] + 1}) if bounds else [10.0]


def _listed(kind: Kind, moment: str, size: int, worth: float) -> list[Any]:
    """Events at one moment; the first order is worth all."""
    if kind != "orders":
        return [moment] * size
    return [{"at": moment, "total": worth}, *({"at": moment, "total": 0.0} for _ in range(size - 1))]
