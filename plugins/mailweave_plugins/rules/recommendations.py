"""The rule `recommendations`: whether there is enough to recommend."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from mailweave import MISSING, Decision, Domain, Facts, Rule, hookimpl, match, no_match
from mailweave_plugins.recommenders.strategy import StrategyName
from mailweave_plugins.rules.given import Given


class RecommendationsSettings(Given):
    """`at_least` so many recommendations, of any strategy or of those named."""

    at_least: int = Field(default=1, ge=1, le=100)
    strategies: Annotated[tuple[StrategyName, ...], Field(min_length=1)] = ()


class RecommendationsRule(Rule[RecommendationsSettings]):
    """There are enough products to recommend to the customer.

    Example:
        when: {recommendations: {at_least: 4}}
        when: {recommendations: {at_least: 2, strategies: [given, also_bought]}}
    """

    name = "recommendations"
    Settings = RecommendationsSettings

    def decide(self, settings: RecommendationsSettings, facts: Facts) -> Decision:
        """A match when the provider `recommendations` has at least so many for this customer."""
        items = facts.content("recommendations")
        found = [item for item in items if not settings.strategies or item.get("strategy") in settings.strategies]
        source = f" by {' or '.join(settings.strategies)}" if settings.strategies else ""
        said = f"{len(found) or 'no'} {'recommendation' if len(found) == 1 else 'recommendations'}{source}"
        if len(found) < settings.at_least:
            return no_match(f"there {'is' if len(found) == 1 else 'are'} {said}, fewer than {settings.at_least}")
        return match(f"there {'is' if len(found) == 1 else 'are'} {said}, at least {settings.at_least}")

    def domain(self, settings: RecommendationsSettings, at: datetime) -> Domain:
        """The profile's orders and its own picks. Which products they may hold only the catalogue knows, so previews add those of real profiles."""
        return {"recommendations": [MISSING], "orders": [MISSING]}


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [RecommendationsRule]
