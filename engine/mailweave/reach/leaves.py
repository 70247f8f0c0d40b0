"""Conditions as single questions: rules whose settings ask several things are split into those, combined with all, any and not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailweave.alternatives import Trial
from mailweave.conditions import AllOf, AnyOf, Condition, NotOf, RuleCondition
from mailweave.samples import Known, Samples

Key = str | tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One question: a rule with settings that are split no further, and its domain."""

    condition: RuleCondition
    domain: Mapping[Key, Sequence[Any]]


class Leaves:
    """The questions of a campaign, each once however often it is asked."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._found: dict[str, Leaf] = {}

    @property
    def all(self) -> list[Leaf]:
        """In the order in which they are first asked."""
        return list(self._found.values())

    def formula(self, condition: Condition | None) -> Any:
        """A condition as a formula of leaves: a leaf, or "all", "any" or "not" with formulas; None for what always holds.

        Raises:
            TypeError: a kind of condition that isn't known.
        """
        match condition:
            case None:
                return None
            case RuleCondition():
                return self._split(condition)
            case AllOf(parts) | AnyOf(parts):
                return "all" if isinstance(condition, AllOf) else "any", [self.formula(part) for part in parts]
            case NotOf(part):
                return "not", [self.formula(part)]
        raise TypeError(f"{type(condition).__name__} is no condition that can be searched")

    def _split(self, condition: RuleCondition) -> Any:
        parts = condition.rule.split(condition.settings)
        if parts is not None:
            how, some = parts
            return how, [self._split(replace(condition, settings=settings)) for settings in some]
        name = f"{condition.rule.name} {condition.settings!r}"
        if name not in self._found:
            self._found[name] = Leaf(condition, condition.rule.domain(condition.settings, self._trial.at))
        return self._found[name]


def is_known(samples: Sequence[Any]) -> bool:
    """Whether a rule says all that makes a difference in a field, and not only some of it."""
    return isinstance(samples, Known) and samples.complete


def says_nothing(samples: Sequence[Any]) -> bool:
    """Whether a rule only says that it reads a field."""
    return isinstance(samples, Samples) and len(samples.values) == 1
