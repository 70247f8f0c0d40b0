"""Lists of events that make a difference to the rule `frequency`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any

from mailweave_plugins.rules.events import Kind
from mailweave_plugins.rules.measures import Measure
from mailweave_plugins.rules.timeline import EVER, Timeline, count_of, worth_of


def samples(kind: Kind, measure: Measure, at: datetime) -> Timeline:
    """All lists that make a difference to what is asked of one kind of event."""
    dials: dict[Hashable, Sequence[Any]] = {}
    for dial, thresholds in _asked(measure):
        dials[dial] = sorted({*dials.get(dial, ()), *thresholds})
    return Timeline(kind, at, dials)


def _asked(measure: Measure) -> Iterator[tuple[Hashable, list[Any]]]:
    """Dials with their thresholds: an upper bound is the threshold of what is above it."""
    window = EVER if measure.within is None else measure.within
    if measure.bounds:
        low = [int(measure.low)] if measure.low else []
        yield count_of(window), [*low, *([int(measure.high) + 1] if measure.high is not None else [])]
    if measure.value:
        low_worth = [(measure.value.low, 0)] if measure.value.low is not None else []
        yield worth_of(window), [*low_worth, *([(measure.value.high, 1)] if measure.value.high is not None else [])]
    if measure.last:
        yield count_of(measure.last.span), [1]
        yield count_of(EVER), [1]
