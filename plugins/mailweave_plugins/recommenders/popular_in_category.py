"""The strategy `popular_in_category`: what most customers buy of the kinds this one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion
from mailweave_plugins.recommenders.orders import KEPT, ByIdentity, bought, in_cart, product_text
from mailweave_plugins.recommenders.popularity import OfLate, popularity


class PopularInCategory(OfLate):
    """Popular products of the categories that the customer bought from or has in the cart."""

    name = "popular_in_category"

    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterator[Suggestion]:
        """The customer's categories in turn, the one with most products first; in each the most popular product that is left."""
        mine = Counter(product_text(catalog, product, "category") for product in (*in_cart(facts), *bought(facts, history)))
        mine.pop("", None)
        if not mine:
            return
        ranked = _ranked(ByIdentity(history), ByIdentity(catalog), facts.at, self.within)
        turns = [ranked.get(category, ()) for category in sorted(mine, key=lambda category: (-mine[category], category))]
        for turn in zip_longest(*turns):
            yield from filter(None, turn)


@lru_cache(KEPT)
def _ranked(history: ByIdentity, catalog: ByIdentity, at: datetime, within: timedelta) -> Mapping[str, list[Suggestion]]:
    """Category → its products, the most popular first."""
    found: dict[str, list[Suggestion]] = {}
    for product, customers in popularity(history, at, within):
        category = product_text(catalog.data, product, "category")
        found.setdefault(category, []).append(Suggestion(product, f"Popular in {category}", customers))
    return found


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [PopularInCategory]
