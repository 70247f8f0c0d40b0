"""What a rule is: typed settings and facts in, a decision with its reason out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from mailweave.facts import Facts
from mailweave.plugged import Plugged

S = TypeVar("S", bound=BaseModel)

# Profile path → the values that make a difference to a rule; `MISSING` stands for "not in the profile".
Domain = Mapping[str, Sequence[Any]]


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

        Trying every combination must reach a match and a miss, when both are possible. Permutations and dead variants are computed from it.
        """
