"""How popular products are of late: the ranking that the `popular` strategies share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from mailweave.content import Recommender
from mailweave_plugins.recommenders.orders import KEPT, ByIdentity, lines, moments

WINDOW: Final = timedelta(days=90)


class OfLate(Recommender):
    """A strategy that looks at the time `within` before the message, in the provider's settings `popular_within`."""

    def __init__(self, within: timedelta = WINDOW) -> None:
        self.within = within

    def configured(self, settings: Mapping[str, Any]) -> Recommender:
        """The strategy with the window that the team set."""
        return type(self)(settings.get("popular_within", WINDOW))


@lru_cache(KEPT)
def popularity(history: ByIdentity, at: datetime, within: timedelta = WINDOW) -> tuple[tuple[str, int], ...]:
    """Products with the number of different customers who bought them in the window up to `at`, both ends included; most first, then by id."""
    purchases = _purchases(history)
    window = purchases.pairs[bisect_left(purchases.when, _earlier(at, within)) : bisect_right(purchases.when, at)]
    customers = Counter(map(purchases.products.__getitem__, set(window)))
    return tuple(sorted(customers.items(), key=lambda pair: (-pair[1], pair[0])))


def _earlier(at: datetime, within: timedelta) -> datetime:
    try:
        return at - within
    except OverflowError:
        return datetime.min.replace(tzinfo=at.tzinfo)


@dataclass(frozen=True)
class _Purchases:
    """Order lines by moment: `when` each was, and the number of its pair of product and customer; `products` has each pair's product."""

    when: list[datetime]
    pairs: list[int]
    products: list[str]


@lru_cache(KEPT)
def _purchases(history: ByIdentity) -> _Purchases:
    numbers: dict[tuple[str, str], int] = {}
    found = []
    for pair, moment in zip(lines(history), moments(history), strict=True):
        if pair and moment:
            found.append((moment, numbers.setdefault(pair, len(numbers))))
    found.sort()
    return _Purchases([moment for moment, _ in found], [number for _, number in found], [product for product, _ in numbers])
