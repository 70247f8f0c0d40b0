"""The strategy `also_bought`: what others bought together with what this customer bought."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import heapify, heappop
from itertools import permutations
from math import sqrt
from operator import itemgetter
from typing import Any, Final

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion
from mailweave_plugins.recommenders.orders import KEPT, ByIdentity, Catalog, baskets, bought, buyers, in_cart, product_text

# Of one product, as many neighbours count: the rest would add little but time.
NEAREST: Final = 200
# A customer with more products than this has a large basket.
LARGE: Final = 50
# Similarities are whole numbers of this part: sums of fractions may differ in their last bits, and equal products must stay equal.
UNIT: Final = 10**9


class AlsoBought(Recommender):
    """Products that are bought by the customers who bought what this one bought or has in the cart.

    Item to item, with the cosine between two products' customers: customers of both, over the square root of the product of the customers of
    each (Linden, Smith and York, "Amazon.com recommendations: item-to-item collaborative filtering", IEEE Internet Computing 7(1), 2003;
    for yes-or-no data, Deshpande and Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004).
    """

    name = "also_bought"

    def suggest(self, facts: Facts, catalog: Catalog, history: Iterable[Mapping[str, Any]]) -> Iterator[Suggestion]:
        """By the sum of the similarities to everything bought, best first; the reason names the most similar of them that has a name."""
        near = similarities(ByIdentity(history))
        owned = bought(facts, history)
        mine = {product: near.of(product) for product in (*in_cart(facts), *owned)}
        names = {product: product_text(catalog, product, "name") for product in mine}
        named = {product: alike for product, alike in mine.items() if names[product]}
        reasons = {product: _reason(name, owned=product in owned) for product, name in names.items()}
        for product, score in _ranked(list(mine.values())):
            yield Suggestion(product, reasons[_nearest(product, named) or _nearest(product, mine)], score / UNIT)


def _ranked(alike: Sequence[Mapping[str, int]]) -> Iterator[tuple[str, int]]:
    """Products with the sum of their similarities, best first; equal ones by id."""
    if len(alike) == 1:
        yield from alike[0].items()
        return
    scores = dict(alike[0]) if alike else {}
    for one in alike[1:]:
        for product, score in one.items():
            scores[product] = scores.get(product, 0) + score
    # Few are asked for: taking those out costs less than sorting all.
    ranked = [(-score, product) for product, score in scores.items()]
    heapify(ranked)
    while ranked:
        score, product = heappop(ranked)
        yield product, -score


def _nearest(product: str, mine: Mapping[str, Mapping[str, int]]) -> str:
    """Which of the customer's products is most like this one, of equal ones the first; empty when none is like it."""
    nearest, most = "", 0
    for one, alike in mine.items():
        score = alike.get(product, 0)
        if score > most:
            nearest, most = one, score
    return nearest


def _reason(name: str, *, owned: bool) -> str:
    if owned:
        return f"Because you bought {name}" if name else "Because of what you bought"
    return f"Goes well with {name}" if name else "Goes well with what is in your cart"


class Similarities:
    """How alike products are in a history: from 0 to `UNIT`, which is 1.

    Pairs of ordinary baskets are counted at once for all products. Large ones would take the square of their size, so theirs are counted for
    a product when it is first asked for; the numbers are the same.
    """

    def __init__(self, history: ByIdentity) -> None:
        self._buyers = buyers(history)
        self._large = [products for products in baskets(history).values() if len(products) > LARGE]
        self._together: dict[str, Counter[str]] = defaultdict(Counter)
        self._found: dict[str, Mapping[str, int]] = {}
        for products in baskets(history).values():
            for one, other in permutations(products, 2) if len(products) <= LARGE else ():
                self._together[one][other] += 1

    def of(self, product: str) -> Mapping[str, int]:
        """Product → similarity, of the nearest, most similar first; equal ones by id."""
        if product not in self._found:
            self._found[product] = self._work_out(product)
        return self._found[product]

    def _work_out(self, product: str) -> Mapping[str, int]:
        together = Counter(self._together.get(product))
        for products in self._large:
            if product in products:
                together.update(products - {product})
        mine = len(self._buyers.get(product, ()))
        alike = [(other, round(UNIT * count / sqrt(mine * len(self._buyers[other])))) for other, count in together.items()]
        alike.sort()
        alike.sort(key=itemgetter(1), reverse=True)
        return dict(alike[:NEAREST])


@lru_cache(KEPT)
def similarities(history: ByIdentity) -> Similarities:
    """The similarities of a history, the same object each time."""
    return Similarities(history)


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [AlsoBought]
