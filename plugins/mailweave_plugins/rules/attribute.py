"""The rule `attribute`: any field of the profile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import RootModel, model_validator

from mailweave import MISSING, Decision, Domain, Facts, Parts, Rule, Samples, hookimpl
from mailweave_plugins.rules.attribute_samples import moments, samples
from mailweave_plugins.rules.attribute_tests import FieldTests
from mailweave_plugins.rules.together import Part, together
from mailweave_plugins.rules.words import shown
from mailweave_plugins.rules.zones import clocks


class AttributeSettings(RootModel[dict[str, FieldTests]], frozen=True):
    """Profile path → tests."""

    @model_validator(mode="after")
    def _named(self) -> AttributeSettings:
        if not self.root:
            raise ValueError("no field is named – write `attribute: {plan: gold}`")
        for path in self.root:
            _check_path(path)
        return self


def _check_path(path: str) -> None:
    first, _, rest = path.partition(".")
    if first == "customer" and rest:
        # Templates put `customer.` before it, so people write it here too; it would never match.
        raise ValueError(f"'{path}' begins with 'customer.', which only templates need – write '{rest}'")
    if not all(key and key == key.strip() for key in path.split(".")):
        raise ValueError(f"'{path}' is no path – write names with single dots between them, like address.city")


class Attribute(Rule[AttributeSettings]):
    """Any field of the profile, compared.

    Example:
        when: {attribute: {plan: [gold, silver], points: {at_least: 100}, nickname: {exists: false}}}
    """

    name = "attribute"
    Settings = AttributeSettings

    def decide(self, settings: AttributeSettings, facts: Facts) -> Decision:
        """A match when every test of every field holds. A missing field fails every test but `exists: false`.

        Values compare as they are written, numbers as numbers; `true` isn't 1. Tests of a part of a text don't mind upper and lower case.
        A test of numbers, dates or text fails for a value that is none, and the reason says so.
        """
        return together(_judge(path, facts.read(path), tests, facts) for path, tests in settings.root.items())

    def domain(self, settings: AttributeSettings, at: datetime) -> Domain:
        """Per field all that its tests compare with, and the time zone when they do so by the customer's clock."""
        limits = [limit for tests in settings.root.values() for limit in moments(tests)]
        # Even to a limit with an offset the zone makes a difference when the profile's value has none.
        zones = Samples(clocks(at)) if any(isinstance(limit, datetime) and limit.tzinfo is None for limit in limits) else Samples()
        return {**({"timezone": zones} if limits else {}), **{path: samples(tests, at) for path, tests in settings.root.items()}}

    def split(self, settings: AttributeSettings) -> Parts[AttributeSettings] | None:
        """Field by field."""
        fields = [AttributeSettings.model_construct(root={path: tests}) for path, tests in settings.root.items()]
        return ("all", fields) if len(fields) > 1 else None


def _judge(path: str, value: Any, tests: FieldTests, facts: Facts) -> Part:
    if tests.exists is not None and (tests.exists is (value is MISSING) or not tests.comparisons):
        return tests.exists is (value is not MISSING), f"{path} is {'missing' if value is MISSING else 'there'}"
    if value is MISSING:
        return False, f"the profile has no {path}"
    for failure in tests.failures:
        words = failure(value, facts)
        if words:
            return False, f"{path} is {words}"
    return True, f"{path} is {shown(value)}"


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Attribute]
