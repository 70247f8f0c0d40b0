"""What the rule `frequency` may ask of one kind of event, and in which words."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field, model_validator

from mailweave.times import SomeTime, Span, span_words
from mailweave_plugins.rules.given import Given

Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
# The greatest number of events that may be asked for. Samples hold that many, and no profile lists more.
MOST: Final = 10_000


def plain(value: float) -> str:
    """An amount as a person writes it: 40, 12.50, and with more digits only when it has them."""
    if float(value).is_integer():
        return f"{value:.0f}"
    return f"{value:.2f}" if round(value, 2) == value else f"{value}"


class Limits(Given):
    """Bounds, themselves included: `at_least`, `at_most` or both, or `between`."""

    at_least: Amount | None = None
    at_most: Amount | None = None
    between: tuple[Amount, Amount] | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Limits:
        if self.between and (self.at_least is not None or self.at_most is not None):
            raise ValueError("`between` has both bounds already – leave out `at_least` and `at_most`")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"between {plain(self.low)} and {plain(self.high)} is nothing – swap them")
        return self

    @property
    def low(self) -> float | None:
        """The lower bound."""
        return self.between[0] if self.between else self.at_least

    @property
    def high(self) -> float | None:
        """The upper bound."""
        return self.between[1] if self.between else self.at_most

    @property
    def bounds(self) -> list[float]:
        """The bounds that there are, the lower first."""
        return [bound for bound in (self.low, self.high) if bound is not None]

    def words(self) -> str:
        """The bounds as a person says them."""
        if self.low is not None and self.high is not None:
            return f"between {plain(self.low)} and {plain(self.high)}"
        return f"at least {plain(self.low)}" if self.low is not None else f"at most {plain(self.high or 0)}"

    def hold(self, value: float) -> bool:
        """Whether a value is within the bounds."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Value(Limits):
    """Bounds of the sum of the orders' totals, in the workspace's currency."""

    @model_validator(mode="after")
    def _asked(self) -> Value:
        if not self.bounds:
            raise ValueError("`value` has no bounds – write `value: {at_least: 100}`")
        return self


class Last(Given):
    """How long ago the last one was: `within` a span, or `before` one."""

    within: SomeTime | None = None
    before: Span | None = None

    @model_validator(mode="after")
    def _one(self) -> Last:
        if (self.within is None) == (self.before is None):
            raise ValueError("`last` has either `within` or `before` – write `last: {within: 14 days}`")
        return self

    @property
    def span(self) -> timedelta:
        """The span, whichever it is."""
        return self.within if self.within is not None else self.before or timedelta()

    def words(self) -> str:
        """When the last one is wanted."""
        return f"within {span_words(self.span)}" if self.within is not None else f"more than {span_words(self.span)} ago"

    def holds(self, age: timedelta) -> bool:
        """Whether the last one is as old as wanted; one as old as the span is `within` it."""
        return age <= self.span if self.within is not None else age > self.span


class Measure(Limits):
    """What is asked of one kind of event: their number, their `value`, or the `last`; number and value may be of a window, `within`."""

    within: SomeTime | None = None
    value: Value | None = None
    last: Last | None = None

    @model_validator(mode="after")
    def _asked(self) -> Measure:
        if not (self.model_fields_set - {"within"}):
            raise ValueError("nothing is asked – write `at_least: 3`, `at_most`, `between`, `value` or `last`")
        if self.within is not None and not self.bounds and not self.value:
            raise ValueError("`within` beside `last` says nothing – write `last: {within: 14 days}`, or a number such as `at_least: 3` too")
        for bound in self.bounds:
            if not bound.is_integer() or bound > MOST:
                raise ValueError(f"{plain(bound)} is no number of events – write a whole number up to {MOST}")
        if self.low == 0 and self.high is None:
            raise ValueError("at least 0 holds for every customer – write `at_least: 1`")
        wrong = self._impossible()
        if wrong:
            raise ValueError(f"{wrong}, so no customer passes – leave one out")
        return self

    def _impossible(self) -> str:
        """The parts that exclude each other, as a clause."""
        none, some = self.high == 0, bool(self.low)
        if none and self.within is None and self.last:
            return "without any there is no `last`"
        if none and self.value and not self.value.hold(0):
            return f"the `value` of none is 0, not {self.value.words()}"
        if none and self.within and self.last and self.last.within and self.last.within <= self.within:
            return f"none within {span_words(self.within)} and the last one {self.last.words()} exclude each other"
        if some and self.within and self.last and self.last.before and self.last.before >= self.within:
            return f"some within {span_words(self.within)} and the last one {self.last.words()} exclude each other"
        return ""
