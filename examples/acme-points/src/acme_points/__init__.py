"""A mailweave rule: how many loyalty points a customer has."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from mailweave import MISSING, Decision, Domain, Facts, Rule, Samples, Settings, hookimpl, match, no_match


class PointsSettings(Settings):
    """What a campaign writes under `points`."""

    at_least: int = Field(gt=0)


class PointsConfig(Settings):
    """What mailweave.yaml may set under `plugins: {points: …}`."""

    field: str = "loyalty.points"


class Points(Rule[PointsSettings]):
    """The customer's loyalty points: `points: {at_least: 500}`."""

    name = "points"
    Settings = PointsSettings
    Config = PointsConfig

    def decide(self, settings: PointsSettings, facts: Facts) -> Decision:
        points = facts.read(self.config.field)
        if points is MISSING:
            return no_match("the profile has no points")
        if points < settings.at_least:
            return no_match(f"{points} points, fewer than {settings.at_least}")
        return match(f"{points} points, at least {settings.at_least}")

    def domain(self, settings: PointsSettings, at: datetime) -> Domain:
        return {self.config.field: Samples(numbers=(settings.at_least,))}


@hookimpl
def register_rules() -> list[type[Rule[PointsSettings]]]:
    return [Points]
