"""The provider `recommendations`: products picked for a customer by strategies, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from mailweave import Facts, MailweaveError, Problem, Settings, hookimpl
from mailweave.content import Provider, Recommender, Suggestion
from mailweave.errors import did_you_mean
from mailweave.plugins import blame
from mailweave_plugins.recommenders.orders import bought, in_cart

Item = dict[str, Any]


def _strategy(name: str, info: ValidationInfo) -> str:
    known = info.context["registry"].recommenders if info.context else {}
    if known and name not in known:
        raise ValueError(f"there is no strategy '{name}' – {did_you_mean(name, known)}")
    return name


Strategies = Annotated[tuple[Annotated[str, AfterValidator(_strategy)], ...], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=100)]


class RecommendationsConfig(Settings):
    """What mailweave.yaml sets under `plugins: {recommendations: …}`. `catalog` and `history` are names of sources."""

    catalog: str = "products"
    history: str = "orders"
    strategies: Strategies = ("given", "also_bought", "popular_in_category", "popular")
    count: Count = 6
    minimum: Annotated[int, Field(ge=0, le=100)] = 1
    per_category: Count | None = None
    repeat: bool = False


class RecommendationsSettings(Settings):
    """What a campaign sets under `content: {recommendations: …}`, each instead of the configuration's."""

    strategies: Strategies | None = None
    count: Count | None = None
    minimum: Annotated[int, Field(ge=0, le=100)] | None = None
    per_category: Count | None = None
    repeat: bool | None = None


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
        chosen = self.config.model_copy(update=settings.model_dump(exclude_none=True))
        catalog = _catalog(facts.source(chosen.catalog), chosen.catalog)
        out = {*in_cart(facts), *(() if chosen.repeat else bought(facts))}
        items = list(_limited(self._suggested(chosen, facts, catalog), catalog, out, chosen))
        return items if len(items) >= chosen.minimum else []

    def _suggested(self, chosen: RecommendationsConfig, facts: Facts, catalog: Mapping[str, Item]) -> Iterator[tuple[str, Suggestion]]:
        history = facts.source(chosen.history)
        for name in chosen.strategies:
            recommender = self.registry.recommenders[name]
            plugin = self.registry.plugin_of.get(("recommenders", name), name)
            found: list[Suggestion] = blame(plugin, f"strategy '{name}'", partial(_listed, recommender, facts, catalog, history))
            yield from ((name, suggestion) for suggestion in found)


def _listed(recommender: Recommender, facts: Facts, catalog: Mapping[str, Item], history: Iterable[Mapping[str, Any]]) -> list[Suggestion]:
    return list(recommender.suggest(facts, catalog, history))


def _limited(
    suggested: Iterable[tuple[str, Suggestion]], catalog: Mapping[str, Item], out: set[str], chosen: RecommendationsConfig
) -> Iterator[Item]:
    """The suggestions that may be shown, as catalogue entries, as many as wanted."""
    categories: Counter[Any] = Counter()
    left = chosen.count
    for strategy, suggestion in suggested:
        product = catalog.get(suggestion.product)
        if not left:
            return
        if product is None or suggestion.product in out or not in_stock(product):
            continue
        category = product.get("category")
        if chosen.per_category is not None and category is not None and categories[category] >= chosen.per_category:
            continue
        categories[category] += 1
        out.add(suggestion.product)
        left -= 1
        yield {**product, "id": suggestion.product, "reason": suggestion.reason, "strategy": strategy}


def in_stock(product: Mapping[str, Any]) -> bool:
    """Whether a product can be bought: neither `stock: 0` nor `in_stock: false`; without either it can."""
    stock = product.get("stock")
    return product.get("in_stock", True) is not False and not (isinstance(stock, int | float) and stock <= 0)


def _catalog(source: Any, name: str) -> Mapping[str, Item]:
    if not isinstance(source, Mapping):
        remedy = f"give the source `{name}` a key: `file: {{path: …, key: id}}`"
        raise MailweaveError(Problem(f"the source '{name}' isn't a catalogue by id", remedy, code="bad-catalog"))
    return source


@hookimpl
def register_providers() -> list[type[Provider[Any]]]:
    return [Recommendations]
