"""Content that is computed for a customer: providers, and the recommenders that one of them asks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from mailweave.facts import Facts
from mailweave.plugged import Plugged

S = TypeVar("S", bound=BaseModel)


class Provider(Plugged, Generic[S]):
    """Content that templates see under the provider's `name` and rules read with `facts.content(name)`.

    `Settings` validates `content: {<name>: …}` of a campaign and must have a default for every field. A provider is pure, like a rule.
    """

    @abstractmethod
    def provide(self, settings: S, facts: Facts) -> Any:
        """Plain data (lists, mappings, text, numbers) for one customer."""


class Suggestion(NamedTuple):
    """A product that a recommender suggests, by its id in the catalogue, with the reason a customer may read."""

    product: str
    reason: str
    score: float = 0.0


class Recommender(ABC):
    """A strategy that suggests products, best first. It needn't leave anything out: the provider filters, limits and merges."""

    name: ClassVar[str]

    def configured(self, settings: Mapping[str, Any]) -> Recommender:
        """The strategy with the provider's settings for this message in force (`popular_within`); itself when it needs none of them."""
        return self

    @abstractmethod
    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterable[Suggestion]:
        """Suggestions for one customer.

        `catalog`: product id → product. `history`: every customer's order lines (`order`, `customer`, `product`, `at`).
        """
