"""What the strategies share: who bought what, worked out once for a history, and what a customer has to do with a product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Final

from mailweave import MISSING, Facts
from mailweave.facts import look_up
from mailweave.times import names_offset, parse_moment

Rows = Iterable[Mapping[str, Any]]
Catalog = Mapping[str, Mapping[str, Any]]
# How many histories or catalogues a cache holds: each is kept alive by it.
KEPT: Final = 4
_PRODUCT: Final = ("product",)
_OTHER_NAMES: Final = (("id",), ("sku",))
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class ByIdentity:
    """Data that a cache may hold: equal only to itself, and kept alive, so that its identity is never another's."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __hash__(self) -> int:
        return id(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and self.data is other.data


@lru_cache(KEPT)
def lines(history: ByIdentity) -> tuple[tuple[str, str] | None, ...]:
    """Product and customer of each order line, None where one is blank: whoever buys without an account leaves no customer."""
    return tuple(_line(row.get("product"), row.get("customer")) for row in history.data)


def _line(product: Any, customer: Any) -> tuple[str, str] | None:
    return None if is_blank(product) or is_blank(customer) else (str(product), str(customer))


def is_blank(value: Any) -> bool:
    """Whether a value of a source is missing: null or blank text."""
    return value is None or (isinstance(value, str) and not value.strip())


@lru_cache(KEPT)
def baskets(history: ByIdentity) -> Mapping[str, frozenset[str]]:
    """Customer → the products of all their orders."""
    found: dict[str, set[str]] = {}
    for product, customer in filter(None, lines(history)):
        found.setdefault(customer, set()).add(product)
    return {customer: frozenset(products) for customer, products in found.items()}


@lru_cache(KEPT)
def buyers(history: ByIdentity) -> Mapping[str, frozenset[str]]:
    """Product → the customers who bought it."""
    found: dict[str, set[str]] = {}
    for product, customer in filter(None, lines(history)):
        found.setdefault(product, set()).add(customer)
    return {product: frozenset(customers) for product, customers in found.items()}


@lru_cache(KEPT)
def moments(history: ByIdentity) -> tuple[datetime | None, ...]:
    """When each order line was bought, None where `at` is blank or no date; what names no offset is UTC."""
    return tuple(None if is_blank(row.get("at")) else parse_moment(row["at"], UTC) for row in history.data)


def bought(facts: Facts, history: Rows) -> tuple[str, ...]:
    """The products of the profile's own orders, newest order first, then those that only the history has of this customer, by id; each once."""
    return facts.once((bought, id(history)), partial(_bought, history))


def _bought(history: Rows, facts: Facts) -> tuple[str, ...]:
    orders = [order for order in facts.entries("orders") if order.__class__ is dict or isinstance(order, Mapping)]
    newest_first = sorted(orders, key=partial(_ordered_at, facts), reverse=True) if len(orders) > 1 else orders
    own = [product for order in newest_first for product in _products(order.get("items"), facts, "orders")]
    customer = facts.read("id")
    recorded = () if customer is MISSING else baskets(ByIdentity(history)).get(str(customer), ())
    return tuple(dict.fromkeys((*own, *sorted(recorded))))


def in_cart(facts: Facts) -> tuple[str, ...]:
    """The products in the profile's cart."""
    return facts.once(in_cart, _in_cart)


def _in_cart(facts: Facts) -> tuple[str, ...]:
    items = facts.peek("cart.items")
    facts.record("cart.items", len(items) if isinstance(items, list | tuple) else items, "missing" if items is MISSING else "profile")
    return tuple(_products(items, facts, "cart"))


def _ordered_at(facts: Facts, order: Mapping[str, Any]) -> datetime:
    at = order.get("at")
    return parse_moment(at, UTC if names_offset(at) else facts.zone) or _NEVER


def _products(items: Any, facts: Facts, where: str) -> Iterator[str]:
    """The products of items. One that names none is among the inputs, for it excludes nothing."""
    nameless = 0
    for item in items if isinstance(items, list | tuple) else ():
        found = _names(item)
        nameless += not found
        yield from found
    if nameless:
        facts.derive(f"items of {where} without product, id or sku", nameless)


def _names(item: Any) -> list[str]:
    """What an item may be called in the catalogue: its `product`, else its `id` and its `sku`; an item that is text or a number is a product."""
    if not isinstance(item, Mapping):
        return [str(item)] if isinstance(item, str | int) and not isinstance(item, bool) and str(item).strip() else []
    product = look_up(item, _PRODUCT)
    found = [product] if product is not MISSING else [look_up(item, name) for name in _OTHER_NAMES]
    return [str(name) for name in found if name is not MISSING]


def product_text(catalog: Catalog, product: str, field: str) -> str:
    """A field of a product as text; empty when it has none or isn't in the catalogue (any more)."""
    value = catalog.get(product, {}).get(field)
    return "" if value is None else str(value).strip()
