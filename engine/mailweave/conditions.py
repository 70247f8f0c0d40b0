"""Conditions: rules combined with `all`, `any` and `not`, as they stand under `when`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from sys import intern
from typing import Any, NamedTuple

from pydantic import BaseModel

from mailweave.errors import PASSING, MailweaveError, Place, Problem, did_you_mean
from mailweave.facts import Facts, Input, Situation
from mailweave.plugins import failed
from mailweave.registry import Registry
from mailweave.rules import Rule
from mailweave.validation import Loc, validate
from mailweave.yamlfile import Document

COMBINERS = ("all", "any", "not")


class Outcome(NamedTuple):
    """What a condition came to: matched or not, because of what, and the inputs that were read to know it."""

    matched: bool
    because: str
    inputs: tuple[Input, ...] = ()


class Condition(ABC):
    """A condition, ready to be tested."""

    @abstractmethod
    def test(self, situation: Situation) -> Outcome:
        """Whether it holds; parts that can't change the outcome any more aren't tested."""

    @abstractmethod
    def rules(self) -> Iterator[RuleCondition]:
        """Every rule in it, with its settings."""


@dataclass(frozen=True)
class RuleCondition(Condition):
    """One rule with its settings. `place` is where the campaign names it."""

    rule: Rule[Any]
    settings: BaseModel
    place: Place
    plugin: str

    def test(self, situation: Situation) -> Outcome:
        """Ask the rule. An exception in it becomes an error that names the plugin and the place."""
        known: Outcome | None
        asked, known = situation.outcomes.get(self._like, (None, None))
        if known and (asked is self.settings or asked == self.settings):
            return known
        facts = Facts(situation)
        # What `blame` does; calling it would take a tenth of a simple rule's time.
        try:
            decision = self.rule.decide(self.settings, facts)
        except (MailweaveError, *PASSING):
            raise
        except BaseException as error:  # a plugin may raise anything
            raise failed(self.plugin, self._doing, error) from error
        outcome = Outcome(decision.matched, decision.because, facts.inputs)
        situation.outcomes[self._like] = (self.settings, outcome)
        return outcome

    @cached_property
    def _doing(self) -> str:
        return f"rule '{self.rule.name}' at {self.place}"

    @cached_property
    def _like(self) -> str:
        """What conditions have in common that ask the same thing: a campaign may do so in several slots."""
        return intern(f"{self.rule.name} {self.settings!r}")

    def rules(self) -> Iterator[RuleCondition]:
        yield self


@dataclass(frozen=True)
class AllOf(Condition):
    """Holds when every part holds."""

    parts: tuple[Condition, ...]

    def test(self, situation: Situation) -> Outcome:
        """The first part that fails is the reason; else all of them together."""
        outcomes = list(_until(self.parts, situation, stop=False))
        failed = [outcome for outcome in outcomes if not outcome.matched]
        return _joined(not failed, failed or outcomes, outcomes, " and ")

    def rules(self) -> Iterator[RuleCondition]:
        for part in self.parts:
            yield from part.rules()


@dataclass(frozen=True)
class AnyOf(Condition):
    """Holds when at least one part holds."""

    parts: tuple[Condition, ...]

    def test(self, situation: Situation) -> Outcome:
        """The first part that holds is the reason; else all that failed together."""
        outcomes = list(_until(self.parts, situation, stop=True))
        held = [outcome for outcome in outcomes if outcome.matched]
        return _joined(bool(held), held or outcomes, outcomes, " and ")

    def rules(self) -> Iterator[RuleCondition]:
        for part in self.parts:
            yield from part.rules()


@dataclass(frozen=True)
class NotOf(Condition):
    """Holds when its part doesn't. The reason is the part's own: it says what is, not what is tested."""

    part: Condition

    def test(self, situation: Situation) -> Outcome:
        """The opposite outcome, because of the same."""
        outcome = self.part.test(situation)
        return Outcome(not outcome.matched, outcome.because, outcome.inputs)

    def rules(self) -> Iterator[RuleCondition]:
        yield from self.part.rules()


def _until(parts: tuple[Condition, ...], situation: Situation, *, stop: bool) -> Iterator[Outcome]:
    for part in parts:
        outcome = part.test(situation)
        yield outcome
        if outcome.matched is stop:
            return


def _joined(matched: bool, reasons: list[Outcome], read: list[Outcome], glue: str) -> Outcome:
    if len(read) == 1:
        return Outcome(matched, reasons[0].because, read[0].inputs)
    inputs: dict[tuple[str, str], Input] = {}
    for outcome in read:
        for entry in outcome.inputs:
            inputs.setdefault(entry.key, entry)
    return Outcome(matched, glue.join([outcome.because for outcome in reasons]), tuple(inputs.values()))


def parse_condition(document: Document, loc: Loc, data: Any, registry: Registry) -> tuple[Condition | None, list[Problem]]:
    """The condition at a place of a campaign file, or every mistake in it."""
    if not isinstance(data, Mapping) or not data:
        problem = document.problem(loc, "a condition must be a mapping of rules", "like `{location: {country: US}}`", code="bad-condition")
        return None, [problem]
    parts, problems = [], []
    for name in data:
        part, found = _parse_entry(document, (*loc, name), data[name], registry)
        problems += found
        parts += [part] if part else []
    if problems:
        return None, problems
    return (parts[0] if len(parts) == 1 else AllOf(tuple(parts))), []


def _parse_entry(document: Document, loc: Loc, data: Any, registry: Registry) -> tuple[Condition | None, list[Problem]]:
    name = loc[-1]
    if name == "not":
        part, problems = parse_condition(document, loc, data, registry)
        return (NotOf(part) if part else None), problems
    if name in ("all", "any"):
        return _parse_group(document, loc, data, registry)
    if name not in registry.rules:
        remedy = did_you_mean(name, [*registry.rules, *COMBINERS])
        return None, [document.problem(loc, f"there is no rule '{name}'", remedy, code="unknown-rule", key=True)]
    return _parse_rule(document, loc, data, registry)


def _parse_group(document: Document, loc: Loc, data: Any, registry: Registry) -> tuple[Condition | None, list[Problem]]:
    if not isinstance(data, list) or not data:
        problem = document.problem(loc, f"'{loc[-1]}' must be a list of conditions", "put each after a dash", code="bad-condition")
        return None, [problem]
    found = [parse_condition(document, (*loc, index), part, registry) for index, part in enumerate(data)]
    problems = [problem for _, some in found for problem in some]
    parts = tuple(part for part, _ in found if part)
    if problems:
        return None, problems
    return (AllOf(parts) if loc[-1] == "all" else AnyOf(parts)), []


def _parse_rule(document: Document, loc: Loc, data: Any, registry: Registry) -> tuple[Condition | None, list[Problem]]:
    rule = registry.rules[loc[-1]]
    context = {"registry": registry, "config": rule.config}
    try:
        settings = validate(rule.Settings, document, loc, context, data={} if data is None else data)
    except MailweaveError as error:
        return None, list(error.problems)
    plugin = registry.plugin_of.get(("rules", rule.name), rule.name)
    return RuleCondition(rule, settings, document.place(loc, key=True), plugin), []
