"""What a rule says of a field of the profile: all that makes a difference to it, so that several rules can be satisfied at once.

A plain list in a rule's domain is a number of values to try. What is `Known` is everything: whatever a profile holds there, one of the values
does the same to every rule whose statements were joined. Only then can the answer be that nobody gets something.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property
from itertools import product
from typing import Any, Final, Self

from mailweave.facts import MISSING
from mailweave.sample_values import moments_around, numbers_around, texts_of
from mailweave.times import parse_moment
from mailweave.zones import zone

# More combinations than this of what dials can be turned to aren't listed.
_MOST_LISTED: Final = 500


class Known(Sequence[Any]):
    """All that makes a difference in a field; as a sequence, values of which each does something else."""

    @property
    def complete(self) -> bool:
        """Whether that is everything, and not only much."""
        return True

    @property
    @abstractmethod
    def values(self) -> Sequence[Any]:
        """The values; `MISSING` is one."""

    @abstractmethod
    def joined(self, others: Sequence[Self]) -> Self:
        """What makes a difference to this one or to one of others of the same class, or to several at once."""

    def alike(self, value: Any) -> Hashable:
        """Values that give the same here make no difference to this rule, whatever they are to others. By default every value is its own."""
        return repr(value)

    def beside(self, now: Any) -> Sequence[Any]:
        """Of several fields together: further values that differ from the one now in one field only."""
        return ()

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: Any) -> Any:
        return self.values[index]


@dataclass(frozen=True, eq=False)
class Samples(Known):
    """One value, compared: with `exact` values, with `numbers` and `moments` (bounds, on either side or at them), with the beginning, a part
    or the end of a text, with the `members` of a list. Text is compared without regard to case.

    `spares` are values that are none of all that; the first that isn't and that the field can hold is taken. A moment without an offset is
    one by the customer's clock. `Samples()` says that the rule reads the field, and that any value does what a missing one does.

    Example:
        >>> Samples(numbers=(3, 5), spares=("many",)).values
        [missing, 2, 3, 4, 5, 6, 'many']
    """

    exact: tuple[Any, ...] = ()
    numbers: tuple[float, ...] = ()
    moments: tuple[datetime, ...] = ()
    starts: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    members: tuple[Any, ...] = ()
    spares: tuple[Any, ...] = ()

    @cached_property
    def values(self) -> Sequence[Any]:
        """One value for each thing that can make a difference, the missing one first."""
        found = [MISSING, *self.single, *(self.made.values if self.made else ()), *self.others[:1]]
        return list({repr(value): value for value in found}.values())

    @cached_property
    def single(self) -> Sequence[Any]:
        """The values that are no list made of members; neither the missing one nor the spare one is among them."""
        numbers = [value for value in self.exact if isinstance(value, int | float) and not isinstance(value, bool)]
        return [
            *self.exact,
            *(not value for value in self.exact if isinstance(value, bool)),
            *(numbers_around([*self.numbers, *numbers]) if self.numbers else ()),
            *moments_around(self.moments),
            *self.texts,
        ]

    @cached_property
    def texts(self) -> Sequence[str]:
        """Texts with and without each part."""
        return list(texts_of(self.starts, self.contains, self.ends, self._written)) if self.starts or self.contains or self.ends else []

    @property
    def _written(self) -> list[str]:
        return [text.casefold() for text in (*map(str, self.exact), *self.starts, *self.contains, *self.ends)]

    @property
    def complete(self) -> bool:
        """All is listed unless texts ask for too many parts, or to be dates as well."""
        return len(self.contains) <= 4 and len(self.texts) <= _MOST_LISTED and not (self.texts and self.moments)

    @property
    def made(self) -> Members | None:
        """The lists that can be made of the members."""
        return Members(self.members) if self.members else None

    @property
    def others(self) -> list[Any]:
        """The spare values that are none of those asked for."""
        taken = [text for text in self._written if text]
        free = [value for value in self.spares if not any(_within(text, value) for text in taken)]
        return free or (["-" * (1 + max(map(len, taken), default=0))] if self.spares else [])

    def joined(self, others: Sequence[Samples]) -> Samples:
        names = [one.name for one in fields(self)]
        return Samples(**{name: _each(value for one in (self, *others) for value in getattr(one, name)) for name in names})

    def alike(self, value: Any) -> Hashable:
        """Moments between the same two bounds are alike, when only moments are asked for."""
        if value is MISSING or not self.moments or any(getattr(self, one.name) for one in fields(self) if one.name not in ("moments", "spares")):
            return repr(value)
        moment = parse_moment(value, zone("UTC")) if isinstance(value, str) else None
        aware = sorted(bound if bound.tzinfo else bound.replace(tzinfo=UTC) for bound in self.moments)
        naive = any(bound.tzinfo is None for bound in self.moments) or (isinstance(value, str) and "+" not in value)
        return repr(value) if moment is None or naive else (bisect_left(aware, moment), bisect_right(aware, moment))


def _within(text: str, value: Any) -> bool:
    return text in value.casefold() if isinstance(value, str) else text == str(value).casefold()


def _each(values: Iterable[Any]) -> tuple[Any, ...]:
    """Each value once; 1 isn't True here, and lists can't be hashed."""
    return tuple({repr(value): value for value in values}.values())


# Of a value that is put together: one of its dials, a threshold of it, and whether that is reached.
Turned = tuple[Hashable, Any, bool]


class Made(Known):
    """A value that is put together, such as a list of orders: described by dials that can each be turned by itself.

    A dial has thresholds in order; it stands at the number of those that are reached.
    """

    @property
    @abstractmethod
    def dials(self) -> Mapping[Hashable, Sequence[Any]]:
        """The thresholds of each dial."""

    @abstractmethod
    def build(self, levels: Mapping[Hashable, int], now: Any = MISSING) -> Any:
        """A value with the dials at these levels; None when that can't be. `now` is what is there, of which as much as can be is kept."""

    def clauses(self) -> Iterator[tuple[Sequence[Turned], bool]]:
        """What holds of every value: of each clause one part at least. The bool says whether it holds only of usual values, tried first."""
        return iter(())

    @cached_property
    def values(self) -> Sequence[Any]:
        """A value for every way in which the dials can stand, none twice."""
        found = [value for levels in self.levels() if (value := self.build(levels)) is not None]
        return list({repr(value): value for value in (MISSING, *found)}.values())

    def levels(self) -> Iterator[Mapping[Hashable, int]]:
        """Every way in which the dials can stand, up to a number."""
        ways = product(*(range(len(thresholds) + 1) for thresholds in self.dials.values()))
        yield from (dict(zip(self.dials, way, strict=True)) for way, _ in zip(ways, range(_MOST_LISTED), strict=False))


@dataclass(frozen=True, eq=False)
class Members(Made):
    """Lists with or without each of some members."""

    names: tuple[Any, ...]

    @cached_property
    def dials(self) -> Mapping[Hashable, Sequence[Any]]:
        """One for each member: it's in, or not."""
        return {repr(name): (1,) for name in self.names}

    def joined(self, others: Sequence[Members]) -> Members:
        return Members(_each(name for one in (self, *others) for name in one.names))

    def build(self, levels: Mapping[Hashable, int], now: Any = MISSING) -> list[Any]:
        """What else is in the list stays."""
        kept = [one for one in now if levels.get(repr(one), 1)] if isinstance(now, list | tuple) else []
        return [*kept, *(name for name in self.names if levels[repr(name)] and name not in kept)]
