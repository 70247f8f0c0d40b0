"""The strategy `popular`: what most customers buy at the moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion
from mailweave_plugins.recommenders.orders import KEPT, ByIdentity
from mailweave_plugins.recommenders.popularity import OfLate, popularity


class Popular(OfLate):
    """Products by how many different customers bought them in the time before the message, `popular_within`."""

    name = "popular"

    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterable[Suggestion]:
        """Most customers first; equal ones by id."""
        return _suggestions(ByIdentity(history), facts.at, self.within)


@lru_cache(KEPT)
def _suggestions(history: ByIdentity, at: datetime, within: timedelta) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(product, "Popular right now", customers) for product, customers in popularity(history, at, within))


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [Popular]
