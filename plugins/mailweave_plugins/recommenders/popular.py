"""The strategy `popular`: what most customers buy at the moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion
from mailweave_plugins.recommenders.orders import ByIdentity
from mailweave_plugins.recommenders.popularity import OfLate, popularity


class Popular(OfLate):
    """Products by how many different customers bought them in the time before the message, `popular_within`."""

    name = "popular"

    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterator[Suggestion]:
        """Most customers first; equal ones by id."""
        for product, customers in popularity(ByIdentity(history), facts.at, self.within):
            yield Suggestion(product, "Popular right now", customers)


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [Popular]
