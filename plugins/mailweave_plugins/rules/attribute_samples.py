"""Values of a field that make a difference to the tests of the rule `attribute`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mailweave import Samples
from mailweave_plugins.rules.attribute_tests import FieldTests, Limit

_NUMBERS: Final = ("greater", "at_least", "less", "at_most", "between")
_EXACT: Final = ("equals", "not_", "in_", "not_in")
_MOMENTS: Final = ("before", "after")
# Values that are likely to be none of those asked for: text first, then what fields hold that take no text.
_WORDS: Final = ("something else", "another", "~", "0", "2001-02-03", "fi", "UTC", "someone@example.com")
_SPARES: Final[tuple[Any, ...]] = (*_WORDS, 7, 2.5, True, ["another"], [], {"another": 1})


def samples(tests: FieldTests, at: datetime) -> Samples:
    """All that the tests compare with."""
    asked = tests.comparisons
    contained = tuple(_of(asked, ("contains",)))
    return Samples(
        exact=tuple(_of(asked, _EXACT)),
        numbers=tuple(_of(asked, _NUMBERS)),
        moments=tuple(_moments(asked, at)),
        starts=tuple(map(str, _of(asked, ("starts_with",)))),
        contains=tuple(map(str, contained)),
        ends=tuple(map(str, _of(asked, ("ends_with",)))),
        members=contained,
        spares=_SPARES,
    )


def moments(tests: FieldTests) -> list[datetime | timedelta]:
    """The moments that tests name; without an offset they are by the customer's clock."""
    return [limit.moment for limit in _of(tests.comparisons, _MOMENTS)]


def _of(asked: dict[str, Any], names: tuple[str, ...]) -> Iterator[Any]:
    for wanted in (asked[name] for name in names if name in asked):
        yield from wanted if isinstance(wanted, tuple) else (wanted,)


def _moments(asked: dict[str, Any], at: datetime) -> Iterator[datetime]:
    limit: Limit
    for limit in _of(asked, _MOMENTS):
        try:
            yield at - limit.moment if isinstance(limit.moment, timedelta) else limit.moment
        except OverflowError:  # Before the first day that there is: nothing lies on its other side.
            yield datetime.min.replace(tzinfo=UTC)
