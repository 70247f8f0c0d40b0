"""Tests of one field that no value passes together: they would hold for nobody, and nobody means that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any, Final

# Whether one test of the rule `attribute` holds for a value; None when only a customer's data and moment tell.
Holds = Callable[[str, Any, Any], bool | None]

_NUMBERS: Final = frozenset({"greater", "at_least", "less", "at_most", "between"})
_TEXTS: Final = frozenset({"starts_with", "ends_with", "before", "after"})


def contradiction(tests: Mapping[str, Any], holds: Holds) -> str:
    """The tests that exclude each other, as a sentence; empty when there are none. `tests` maps a test's name to what is wanted."""
    pairs = (dict(pair) for pair in combinations(tests.items(), 2))
    found = next((pair for pair in pairs if _impossible(pair, holds)), None)
    if found is None and _impossible(tests, holds):
        found = dict(tests)
    if found is None:
        return ""
    names = [f"`{name.strip('_')}`" for name in found]
    return f"{' and '.join(names)} exclude each other, so no value passes – leave one out"


def _impossible(tests: Mapping[str, Any], holds: Holds) -> bool:
    if _NUMBERS & tests.keys() and (_TEXTS | {"contains"}) & tests.keys():
        return True
    candidates = (tests["equals"],) if "equals" in tests else tests.get("in_")
    if candidates is not None:
        return all(any(holds(name, value, wanted) is False for name, wanted in tests.items()) for value in candidates)
    return _no_number(tests) or _no_date(tests)


def _no_number(tests: Mapping[str, Any]) -> bool:
    """Whether no number is within all bounds."""
    between = tests.get("between")
    lower = [(tests[name], name == "greater") for name in ("greater", "at_least") if name in tests]
    upper = [(tests[name], name == "less") for name in ("less", "at_most") if name in tests]
    if between:
        lower, upper = [*lower, (between[0], False)], [*upper, (between[1], False)]
    return any(low > high or (low == high and (open_low or open_high)) for low, open_low in lower for high, open_high in upper)


def _no_date(tests: Mapping[str, Any]) -> bool:
    """Whether no date is both after and before. A date and a span before the message depend on the message."""
    if not {"after", "before"} <= tests.keys():
        return False
    after, before = tests["after"].moment, tests["before"].moment
    if isinstance(after, timedelta) and isinstance(before, timedelta):
        return after <= before
    if isinstance(after, datetime) and isinstance(before, datetime) and bool(after.tzinfo) == bool(before.tzinfo):
        return after >= before
    return False
