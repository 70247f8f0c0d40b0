"""The provider `recommendations`: products picked for a customer by strategies, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache, partial
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, model_validator

from mailweave import Facts, Settings, hookimpl
from mailweave.content import Provider, Recommender, Suggestion
from mailweave.plugins import blame_each
from mailweave.times import Span
from mailweave_plugins.providers.shop_data import Item, catalog_of, history_of, in_stock
from mailweave_plugins.recommenders.orders import Rows, bought, in_cart
from mailweave_plugins.recommenders.strategy import StrategyName

Strategies = Annotated[tuple[StrategyName, ...], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=100)]
Minimum = Annotated[int, Field(ge=0, le=100)]


class RecommendationsConfig(Settings):
    """What mailweave.yaml sets under `plugins: {recommendations: …}`. `catalog` and `history` are names of sources; `history` may be null."""

    catalog: str = "products"
    history: str | None = "orders"
    strategies: Strategies = ("given", "also_bought", "popular_in_category", "popular")
    count: Count = 6
    minimum: Minimum = 1
    per_category: Count | None = None
    popular_within: Span = timedelta(days=90)
    repeat: bool = False

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        _check_minimum(self.minimum, self.count)
        return self


class RecommendationsSettings(Settings):
    """What a campaign sets under `content: {recommendations: …}`, each instead of the configuration's."""

    strategies: Strategies | None = None
    count: Count | None = None
    minimum: Minimum | None = None
    per_category: Count | None = None
    popular_within: Span | None = None
    repeat: bool | None = None

    @model_validator(mode="after")
    def _reachable(self, info: ValidationInfo) -> Self:
        config = (info.context or {}).get("config") or RecommendationsConfig()
        _check_minimum(config.minimum if self.minimum is None else self.minimum, self.count or config.count)
        return self


def _check_minimum(minimum: int, count: int) -> None:
    if minimum > count:
        raise ValueError(f"`minimum` is {minimum} but `count` only {count}, so there would never be any – make `minimum` at most {count}")


class Recommendations(Provider[RecommendationsSettings]):
    """Products for this customer, each with a reason: strategies in turn until there are enough.

    Left out: what the customer bought (unless `repeat`) or has in the cart, what is out of stock or not in the catalogue, and more than
    `per_category` of one category. Fewer than `minimum` are none at all.
    """

    name = "recommendations"
    Settings = RecommendationsSettings
    Config = RecommendationsConfig

    def provide(self, settings: RecommendationsSettings, facts: Facts) -> list[Item]:
        """Catalogue entries, each with its `id`, `reason` and `strategy`, best first."""
        chosen = _chosen(self.config, settings)
        catalog = catalog_of(facts.source(chosen.catalog), chosen.catalog)
        history: Rows = () if chosen.history is None else history_of(facts.source(chosen.history), chosen.history)
        out = {*in_cart(facts), *(() if chosen.repeat else bought(facts, history))}
        items = list(_limited(self._suggested(chosen, facts, catalog, history), catalog, out, chosen))
        if len(items) >= chosen.minimum:
            return items
        facts.derive("recommendations found", f"{len(items)}, fewer than the minimum of {chosen.minimum}")
        return []

    def _suggested(self, chosen: RecommendationsConfig, facts: Facts, catalog: Mapping[str, Item], history: Rows) -> Iterator[tuple[str, Suggestion]]:
        for name in chosen.strategies:
            recommender = self.registry.recommenders[name]
            plugin = self.registry.plugin_of.get(("recommenders", name), name)
            ask = partial(_ready(recommender, chosen).suggest, facts, catalog, history)
            for suggestion in blame_each(plugin, f"strategy '{name}'", ask):
                yield name, suggestion


@lru_cache(64)
def _chosen(config: RecommendationsConfig, settings: RecommendationsSettings) -> RecommendationsConfig:
    """The configuration with a campaign's settings in force."""
    return config.model_copy(update={name: value for name, value in settings if value is not None})


@lru_cache(64)
def _ready(recommender: Recommender, chosen: RecommendationsConfig) -> Recommender:
    return recommender.configured(dict(chosen))


def _limited(
    suggested: Iterable[tuple[str, Suggestion]], catalog: Mapping[str, Item], out: set[str], chosen: RecommendationsConfig
) -> Iterator[Item]:
    """The suggestions that may be shown, as catalogue entries, as many as wanted."""
    categories: Counter[Any] = Counter()
    left = chosen.count
    for strategy, suggestion in suggested:
        product = catalog.get(suggestion.product)
        if product is None or suggestion.product in out or not in_stock(product):
            continue
        category = product.get("category")
        if chosen.per_category is not None and category is not None and categories[category] >= chosen.per_category:
            continue
        categories[category] += 1
        out.add(suggestion.product)
        left -= 1
        yield {**product, "id": suggestion.product, "reason": suggestion.reason, "strategy": strategy}
        # Before asking for another, so that a strategy that isn't needed isn't asked.
        if not left:
            return


@hookimpl
def register_providers() -> list[type[Provider[Any]]]:
    return [Recommendations]
