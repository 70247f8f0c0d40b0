"""Lists of events, put together from how many there are in each window up to a moment, and what those are worth.

Numbers in a longer window are never smaller, and every such row of numbers is that of a list: so the dials are bounds of numbers, and the list
is laid out window by window.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

from mailweave import MISSING, Made
from mailweave_plugins.rules.events import Kind
from mailweave_plugins.rules.measures import MOST

EVER: Final = timedelta.max
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_GAP: Final = ("gap",)
# What orders are worth when nothing asks for it, so that messages have a sum to show.
_WORTH: Final = 10.0
# More events than the rule may ask for aren't made.
_MOST: Final = MOST + 1
# The age of each event and what it is worth.
Events = list[tuple[timedelta, float]]
Clause = tuple[Sequence[tuple[Hashable, Any, bool]], bool]


class Gap(NamedTuple):
    """A late event that ended a quiet time: at most `within` ago, and longer than `quiet` after the one before it."""

    within: timedelta
    quiet: timedelta


def count_of(window: timedelta) -> Hashable:
    """The dial for the number of events in a window. Its thresholds are whole numbers."""
    return "count", window


def worth_of(window: timedelta) -> Hashable:
    """The dial for their worth. Its thresholds are an amount and 0 when the amount itself reaches it, 1 when only more does."""
    return "worth", window


def counted_within(*windows: timedelta) -> dict[Hashable, Sequence[Any]]:
    """Dials for whether there is an event in each window."""
    return {count_of(window): (1,) for window in windows}


def earlier(at: datetime, span: timedelta) -> datetime:
    """A moment so long before another; the earliest there is when the span reaches beyond."""
    room = at - datetime.min.replace(tzinfo=at.tzinfo) - _DAY
    return at - min(span, room)


def _sum(one: timedelta, other: timedelta) -> timedelta:
    """Two spans together; ever, when there is none so long."""
    return one + min(other, EVER - one)


@dataclass(frozen=True, eq=False)
class Timeline(Made):
    """Lists of one kind of event up to `at`. `asked` are the dials that rules ask for, `gap` the quiet time that one asks for."""

    kind: Kind
    at: datetime
    asked: Mapping[Hashable, Sequence[Any]]
    gap: Gap | None = None
    whole: bool = False
    """Whether every window has every dial, as the lists of several rules need it."""

    def joined(self, others: Sequence[Timeline]) -> Timeline:
        all_of = (self, *others)
        gap = next((one.gap for one in all_of if one.gap), None)
        counts = {1, 2, *(number + step for one in all_of for number in one._thresholds("count") for step in (0, 1))}
        worths = sorted({bound for one in all_of for bound in one._thresholds("worth")})
        windows = {EVER, *(window for one in all_of for window in one.windows)}
        if gap:
            windows |= {gap.within, gap.quiet}
            windows |= {_sum(window, gap.quiet) for window in windows if window <= gap.within}
        dials: dict[Hashable, Sequence[Any]] = {count_of(window): sorted(counts) for window in sorted(windows)}
        if worths:
            dials |= {worth_of(window): worths for window in sorted(windows)}
        return Timeline(self.kind, self.at, dials, gap, whole=True)

    def _thresholds(self, what: str) -> list[Any]:
        return [one for dial, thresholds in self.asked.items() if isinstance(dial, tuple) and dial[0] == what for one in thresholds]

    @cached_property
    def windows(self) -> list[timedelta]:
        """The windows of all dials, the shortest first."""
        return sorted({dial[1] for dial in self.asked if isinstance(dial, tuple)})

    @cached_property
    def _rings(self) -> list[tuple[timedelta | None, timedelta]]:
        """Each window with the one before it: what lies between is a ring of ages."""
        return list(zip([None, *self.windows], self.windows, strict=False))

    @cached_property
    def dials(self) -> Mapping[Hashable, Sequence[Any]]:
        """Those asked for; and whether there is a gap, and which ring the event is in that ended it."""
        gaps: list[Hashable] = [_GAP, *((("gap", window) for window in self._ends) if self.whole else ())] if self.gap else []
        return {**self.asked, **dict.fromkeys(gaps, (1,))}

    @property
    def _room(self) -> timedelta:
        """The greatest age that there is."""
        return self.at - earlier(self.at, EVER)

    @property
    def _ends(self) -> list[timedelta]:
        return [window for window in self.windows if self.gap and window <= self.gap.within]

    def clauses(self) -> Iterator[Clause]:
        """Longer windows hold no less, and the same when they hold as many; worth needs events; a gap is empty."""
        for (short, long), counts in ((pair, self.asked[count_of(EVER)]) for pair in pairwise(self.windows)):
            for number in counts:
                yield [(count_of(short), number, False), (count_of(long), number, True)], False
            for bound in self.asked.get(worth_of(EVER), ()):
                yield [(worth_of(short), bound, False), (worth_of(long), bound, True)], True
                yield from self._same_worth(short, long, bound)
        for bound in self.asked.get(worth_of(EVER), ()):
            for window in self.windows:
                yield [(worth_of(window), bound, bound <= (0, 0)), (count_of(window), 1, True)], False
                if bound <= (0, 0):
                    yield [(worth_of(window), bound, True)], True
        yield from self._gaps()

    def _same_worth(self, short: timedelta, long: timedelta, bound: Any) -> Iterator[Clause]:
        counts = self.asked[count_of(EVER)]
        for number in (one for one in (0, *counts) if one + 1 in counts):
            below = [(count_of(window), number + 1, True) for window in (short, long)]
            above = [(count_of(window), number, False) for window in (short, long)] if number else []
            for holds in (True, False):
                yield [*below, *above, (worth_of(short), bound, holds), (worth_of(long), bound, not holds)], False

    def _gaps(self) -> Iterator[Clause]:
        if not self.gap:
            return
        yield [(_GAP, 1, False), *((("gap", window), 1, True) for window in self._ends)], False
        for start, end in self._rings[: len(self._ends)]:
            here: Hashable = ("gap", end)
            yield [(here, 1, False), (_GAP, 1, True)], False
            yield [(here, 1, False), (count_of(end), 1, True)], False
            yield [(here, 1, False), (count_of(EVER), 2, True)], False
            quiet = [window for window in self.windows if end < window <= _sum(start or timedelta(), self.gap.quiet)]
            for number in self.asked[count_of(EVER)]:
                yield from (([(here, 1, False), (count_of(window), number, False), (count_of(end), number, True)], False) for window in quiet)
                if number + 1 in self.asked[count_of(EVER)]:
                    yield from self._gap_at(here, number, start, end, _sum(end, self.gap.quiet))

    def _gap_at(self, here: Hashable, number: int, start: timedelta | None, end: timedelta, after: timedelta) -> Iterator[Clause]:
        """The event that ends a gap is in its ring, and one is before the gap; and where none is for so long, there is one."""
        yield [(here, 1, False), (count_of(end), number, False), (count_of(EVER), number + 1, True)], False
        if start is not None:
            yield [(here, 1, False), (count_of(start), number, False), (count_of(end), number + 1, True)], False
        yield [(count_of(end), number, False), (count_of(after), number + 1, True), (count_of(EVER), number + 1, False), (_GAP, 1, True)], False

    def build(self, levels: Mapping[Hashable, int], now: Any = MISSING) -> list[Any] | None:
        """The events, the latest first; None when there is no such list, or none that is found."""
        wanted = {dial: levels[dial] for dial in (*self.asked, *([_GAP] if self.gap else []))}
        for events in self._lists(levels):
            if events is not None and all(age <= self._room for age, _ in events) and self._measured(events) == wanted:
                return [self._event(age, worth) for age, worth in events]
        return None

    def _lists(self, levels: Mapping[Hashable, int]) -> Iterator[Events | None]:
        gap = self.gap
        if gap is None or not levels[_GAP] or self.whole:
            yield self._laid_out(levels)
            return
        # For one rule alone: the two events that make the gap, wherever the late one may be.
        between = (window / 2 + gap.within / 2 for window in self.windows if window < gap.within)
        for age in (gap.within / 2, gap.within, min(gap.within, _DAY), *between):
            yield [(age, _WORTH), (_sum(age, gap.quiet + _DAY), _WORTH)]

    def _laid_out(self, levels: Mapping[Hashable, int]) -> Events | None:
        """The fewest events, ring by ring."""
        events: Events = []
        number, worth, late = 0, 0.0, None
        for start, end in self._rings:
            ends = bool(levels.get(("gap", end)))
            wanted = max(number + ends, self._least(end, levels), number + 1 if end == EVER and late is not None and late[1] == number else 0)
            amount = self._worth(end, levels, worth)
            wanted = max(wanted, number + (amount != worth))
            if wanted == number:
                continue
            if amount == worth:
                # Rather worth something than nothing.
                more = worth + _WORTH * (wanted - number)
                amount = more if self._worth(end, levels, more) == more else worth
            age = self._age(start, end, ends, late[0] if late else None, levels.get(_GAP))
            if age is None or wanted - number > _MOST:
                return None
            known = worth_of(end) in self.asked
            events += [(age, amount - worth if known else _WORTH), *[(age, 0.0 if known else _WORTH)] * (wanted - number - 1)]
            number, worth, late = wanted, amount, (age, wanted) if ends else late
        return events

    def _least(self, window: timedelta, levels: Mapping[Hashable, int]) -> int:
        level = levels.get(count_of(window), 0)
        return int(self.asked[count_of(window)][level - 1]) if level else 0

    def _worth(self, window: timedelta, levels: Mapping[Hashable, int], now: float) -> float:
        """An amount with the dial where it is, the one now if that will do."""
        thresholds, level = self.asked.get(worth_of(window), ()), levels.get(worth_of(window), 0)
        low = thresholds[level - 1] if level else None
        high = thresholds[level] if level < len(thresholds) else None
        if (low is None or low <= (now, 0.5)) and (high is None or high > (now, 0.5)):
            return now
        if low is None:
            return float(high[0]) - 1 if high else now
        if low[1] == 0:
            return float(low[0])
        return float(low[0]) + 1 if high is None or (low[0] + 1, 0.5) < high else (low[0] + high[0]) / 2

    def _age(self, start: timedelta | None, end: timedelta, ends: bool, late: timedelta | None, level: int | None) -> timedelta | None:
        """An age in a ring. None when there is no such date."""
        low = start or timedelta()
        if low >= self._room:
            return None
        high = min(_sum(low, 2 * _DAY) if end == EVER else end, self._room)
        young = low + min((high - low) / 2, _HOUR)
        if self.gap is None or level is None:
            return low + (high - low) / 2
        if not level:
            # No gap: events that could end one as early as they can be, those before it as late.
            return high if high <= self.gap.within else young
        if ends or late is None:
            return young
        after = _sum(late, self.gap.quiet)
        return max(young, after + min(_HOUR, (high - after) / 2)) if end != EVER else max(young, after + _HOUR)

    def _measured(self, events: Events) -> Mapping[Hashable, int]:
        """How the dials stand for a list."""
        found: dict[Hashable, int] = {}
        for dial, thresholds in self.asked.items():
            assert isinstance(dial, tuple)
            what, window = dial
            inside = [worth for age, worth in events if age <= window]
            total = round(sum(inside), 4)
            found[dial] = sum(one <= len(inside) if what == "count" else one <= (total, 0.5) for one in thresholds)
        if self.gap:
            ages = sorted(age for age, _ in events)
            gap = self.gap
            found[_GAP] = int(any(age <= gap.within and before - age > gap.quiet for age, before in pairwise(ages)))
        return found

    def _event(self, age: timedelta, worth: float) -> Any:
        moment = (self.at - age).isoformat()
        return {"at": moment, "total": worth} if self.kind == "orders" else moment
