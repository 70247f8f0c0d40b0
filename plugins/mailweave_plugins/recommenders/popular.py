"""The strategy `popular`: what most customers buy at the moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion
from mailweave.times import parse_moment
from mailweave_plugins.recommenders.orders import ByIdentity

WINDOW: Final = timedelta(days=90)
_UTC: Final = ZoneInfo("UTC")


class Popular(Recommender):
    """Products by how many different customers bought them in the 90 days before the message."""

    name = "popular"

    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterator[Suggestion]:
        """Most customers first; equal ones by id."""
        for product, customers in popularity(ByIdentity(history), facts.at):
            yield Suggestion(product, "Popular right now", customers)


@lru_cache(8)
def popularity(history: ByIdentity, at: datetime) -> tuple[tuple[str, int], ...]:
    """Products with their number of customers in the window up to `at`, most first."""
    customers: dict[str, set[str]] = defaultdict(set)
    for product, customer, moment in _lines(history):
        if at - WINDOW <= moment <= at:
            customers[product].add(customer)
    return tuple(sorted(((product, len(who)) for product, who in customers.items()), key=lambda pair: (-pair[1], pair[0])))


@lru_cache(8)
def _lines(history: ByIdentity) -> tuple[tuple[str, str, datetime], ...]:
    """Product, customer and moment of every order line that has all three."""
    found = ((row.get("product"), row.get("customer"), parse_moment(row.get("at"), _UTC)) for row in history.rows)
    return tuple((str(product), str(customer), moment) for product, customer, moment in found if product and customer and moment)


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [Popular]
