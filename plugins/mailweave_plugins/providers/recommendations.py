"""The provider `recommendations`: products picked for a customer by strategies, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, ValidationInfo, model_validator

from mailweave import Facts, Settings, hookimpl
from mailweave.content import Provider, Recommender
from mailweave.plugged import Name
from mailweave.plugins import blame_each
from mailweave.registry import Registry
from mailweave.times import SomeTime
from mailweave_plugins.providers.shop_data import Item, catalog_of, history_of, in_stock
from mailweave_plugins.recommenders.orders import Rows, bought, in_cart, is_blank
from mailweave_plugins.recommenders.strategy import StrategyName

Strategies = Annotated[tuple[StrategyName, ...], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=100)]
Minimum = Annotated[int, Field(ge=0, le=100)]


class RecommendationsConfig(Settings):
    """What mailweave.yaml sets under `plugins: {recommendations: …}`. `catalog` and `history` are names of sources; `history` may be null."""

    catalog: Name = "products"
    history: Name | None = "orders"
    strategies: Strategies = ("given", "also_bought", "popular_in_category", "popular")
    count: Count = 6
    minimum: Minimum = 1
    per_category: Count | None = None
    popular_within: SomeTime = timedelta(days=90)
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
    popular_within: SomeTime | None = None
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

    def __init__(self, config: RecommendationsConfig, registry: Registry) -> None:
        super().__init__(config, registry)
        self._plans: dict[RecommendationsSettings, _Plan] = {}

    def provide(self, settings: RecommendationsSettings, facts: Facts) -> list[Item]:
        """Catalogue entries, each with its `id`, `reason` and `strategy`, best first."""
        plan = self._plan(settings)
        chosen = plan.chosen
        catalog = catalog_of(facts.source(chosen.catalog), chosen.catalog)
        history: Rows = () if chosen.history is None else history_of(facts.source(chosen.history), chosen.history)
        out = {*in_cart(facts), *(() if chosen.repeat else bought(facts, history))}
        items = list(_limited(plan, facts, catalog, history, out))
        if len(items) >= chosen.minimum:
            return items
        facts.derive("recommendations found", f"{len(items)}, fewer than the minimum of {chosen.minimum}")
        return []

    def _plan(self, settings: RecommendationsSettings) -> _Plan:
        """What a campaign's settings come to, worked out once: there are as many as campaigns."""
        plan = self._plans.get(settings)
        if plan is None:
            chosen = self.config.model_copy(update={name: value for name, value in settings if value is not None})
            plan = self._plans[settings] = _Plan(chosen, [self._strategy(name, chosen) for name in chosen.strategies])
        return plan

    def _strategy(self, name: str, chosen: RecommendationsConfig) -> _Strategy:
        plugin = self.registry.plugin_of.get(("recommenders", name), name)
        return _Strategy(name, plugin, self.registry.recommenders[name].configured(dict(chosen)))


class _Strategy(NamedTuple):
    name: str
    plugin: str
    recommender: Recommender


class _Plan(NamedTuple):
    """The configuration with a campaign's settings in force, and its strategies."""

    chosen: RecommendationsConfig
    strategies: Sequence[_Strategy]


def _limited(plan: _Plan, facts: Facts, catalog: Mapping[str, Item], history: Rows, out: set[str]) -> Iterator[Item]:
    """What the strategies suggest and may be shown, as catalogue entries, as many as wanted. A strategy that isn't needed isn't asked."""
    categories: Counter[Any] = Counter()
    left, per_category = plan.chosen.count, plan.chosen.per_category
    for strategy in plan.strategies:
        ask = partial(strategy.recommender.suggest, facts, catalog, history)
        for suggestion in blame_each(strategy.plugin, f"strategy '{strategy.name}'", ask):
            product = catalog.get(suggestion.product)
            if product is None or suggestion.product in out or not in_stock(product):
                continue
            if per_category is not None and not _has_room(categories, product.get("category"), per_category):
                continue
            out.add(suggestion.product)
            left -= 1
            yield {**product, "id": suggestion.product, "reason": suggestion.reason, "strategy": strategy.name}
            if not left:
                return


def _has_room(categories: Counter[Any], category: Any, most: int) -> bool:
    """Whether one more of a category may be shown; then it is counted. Products without one don't count."""
    if is_blank(category):
        return True
    categories[category] += 1
    return categories[category] <= most


@hookimpl
def register_providers() -> list[type[Provider[Any]]]:
    return [Recommendations]
