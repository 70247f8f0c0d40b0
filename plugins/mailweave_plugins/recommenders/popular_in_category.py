"""The strategy `popular_in_category`: what most customers buy of the kinds this one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion
from mailweave_plugins.recommenders.orders import ByIdentity, bought, in_cart, product_text
from mailweave_plugins.recommenders.popularity import OfLate, popularity


class PopularInCategory(OfLate):
    """Popular products of the categories that the customer bought from or has in the cart."""

    name = "popular_in_category"

    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterator[Suggestion]:
        """The customer's categories in turn, the one with most products first; in each the most popular product that is left."""
        mine = Counter(product_text(catalog, product, "category") for product in (*in_cart(facts), *bought(facts, history)))
        mine.pop("", None)
        rounds: Counter[str] = Counter()
        order = []
        for product, customers in popularity(ByIdentity(history), facts.at, self.within) if mine else ():
            category = product_text(catalog, product, "category")
            if category in mine:
                rounds[category] += 1
                order.append((rounds[category], -mine[category], category, product, customers))
        for *_, category, product, customers in sorted(order):
            yield Suggestion(product, f"Popular in {category}", customers)


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [PopularInCategory]
