"""The strategy `also_bought`: what others bought together with what this customer bought."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import permutations
from math import sqrt
from typing import Any

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion
from mailweave_plugins.recommenders.orders import ByIdentity, baskets, bought, in_cart


class AlsoBought(Recommender):
    """Products that are bought by the customers who bought what this one bought or has in the cart.

    Item to item, with the cosine between two products' customers: customers of both, over the square root of the product of the customers of
    each (Linden, Smith and York, "Amazon.com recommendations: item-to-item collaborative filtering", IEEE Internet Computing 7(1), 2003).
    """

    name = "also_bought"

    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterator[Suggestion]:
        """By the sum of the similarities to everything bought, best first; the reason names the most similar of them."""
        near = neighbours(ByIdentity(history))
        owned = bought(facts)
        scores: dict[str, float] = defaultdict(float)
        best: dict[str, tuple[float, str]] = {}
        for mine in dict.fromkeys((*in_cart(facts), *owned)):
            for product, score in near.get(mine, {}).items():
                scores[product] += score
                best[product] = max(best.get(product, (0.0, "")), (score, mine))
        for product in sorted(scores, key=lambda product: (-round(scores[product], 9), product)):
            mine = best[product][1]
            name = catalog.get(mine, {}).get("name", mine)
            yield Suggestion(product, f"Because you bought {name}" if mine in owned else f"Goes well with {name}", scores[product])


@lru_cache(8)
def neighbours(history: ByIdentity) -> Mapping[str, Mapping[str, float]]:
    """Product → product → similarity, from 0 to 1."""
    sizes: Counter[str] = Counter()
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for products in baskets(history).values():
        sizes.update(products)
        for one, other in permutations(products, 2):
            together[one][other] += 1
    return {one: {other: count / sqrt(sizes[one] * sizes[other]) for other, count in others.items()} for one, others in together.items()}


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [AlsoBought]
