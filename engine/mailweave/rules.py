"""What a rule is: typed settings and facts in, a decision with its reason out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from pydantic import BaseModel

from mailweave.facts import Facts
from mailweave.plugged import Plugged

S = TypeVar("S", bound=BaseModel)

# Profile path → the values that make a difference to a rule; `MISSING` stands for "not in the profile". Several paths that only mean
# something together (latitude and longitude) are a tuple, and so is each of their values.
Domain = Mapping[str | tuple[str, ...], Sequence[Any]]
# Smaller questions that together ask the same: all of them must hold, or any.
Parts = tuple[Literal["all", "any"], Sequence[S]]


class Decision(NamedTuple):
    """Whether a rule matched, and because of what: a clause that reads well after "because" ("region is California")."""

    matched: bool
    because: str


def match(because: str) -> Decision:
    """The rule holds."""
    return Decision(True, because)


def no_match(because: str) -> Decision:
    """The rule doesn't hold."""
    return Decision(False, because)


class Rule(Plugged, Generic[S]):
    """A kind of condition that campaigns may use under `when`.

    The docstring's first line is what lists show. A rule is pure: it reads nothing but its settings, its configuration and the facts.
    Whatever it reads through `facts` is recorded, with its origin, as the decision's inputs.

    Example:
        >>> from mailweave.plugged import Settings
        >>> class Vip(Rule[Settings]):
        ...     name = "vip"
        ...     def decide(self, settings, facts):
        ...         return match("the customer is a VIP") if facts.read("vip") else no_match("the customer is no VIP")
        ...     def domain(self, settings, at):
        ...         return {"vip": [True, False]}
    """

    @abstractmethod
    def decide(self, settings: S, facts: Facts) -> Decision:
        """Whether the condition holds for these facts, and why."""

    @abstractmethod
    def domain(self, settings: S, at: datetime) -> Domain:
        """For each profile path that the rule reads, the values that make a difference, `MISSING` included.

        Trying every combination must reach a match and a miss, when both are possible. Permutations, counterfactuals and dead variants are
        computed from it. `mailweave.Samples` says that the values are all there are, and lets them be combined with other rules'; to a plain
        list there may be more, so that what it doesn't reach is "not found", never "nobody".
        """

    def split(self, settings: S) -> Parts[S] | None:
        """The settings as smaller ones that each read fewer fields, and whether all of them must hold or any; None when they ask one thing.

        What can't be split is tried with every combination of its own fields' values.
        """
        return None
