"""The rule `frequency`: how often, how much and how lately a customer ordered, visited or clicked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from mailweave import MISSING, Decision, Domain, Facts, MailweaveError, Problem, Rule, Settings, hookimpl, match, no_match
from mailweave.times import Span, parse_moment, span_words

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Kind = Literal["orders", "visits", "clicks"]
KINDS: Final[tuple[Kind, ...]] = ("orders", "visits", "clicks")
# An event, as it counts: when it was and, of an order, its total.
Event = tuple[datetime, float]


class Limits(Settings):
    """Bounds, themselves included."""

    at_least: Amount | None = None
    at_most: Amount | None = None
    between: tuple[Amount, Amount] | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Limits:
        if self.between and self.between[0] > self.between[1]:
            raise ValueError(f"between {_plain(self.between[0])} and {_plain(self.between[1])} is nothing – swap them")
        return self

    @property
    def low(self) -> float | None:
        """The lower bound."""
        return self.between[0] if self.between else self.at_least

    @property
    def high(self) -> float | None:
        """The upper bound."""
        return self.between[1] if self.between else self.at_most

    def words(self) -> str:
        """The bounds as a person says them."""
        if self.low is not None and self.high is not None:
            return f"between {_plain(self.low)} and {_plain(self.high)}"
        return f"at least {_plain(self.low)}" if self.low is not None else f"at most {_plain(self.high or 0)}"

    def hold(self, value: float) -> bool:
        """Whether a value is within the bounds."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Last(Settings):
    """How long ago the last one was: `within` a span, or `before` one."""

    within: Span | None = None
    before: Span | None = None

    @model_validator(mode="after")
    def _one(self) -> Last:
        if (self.within is None) == (self.before is None):
            raise ValueError("`last` has either `within` or `before` – write `last: {within: 14 days}`")
        return self


class Measure(Limits):
    """What is asked of one kind of event: their number, their `value`, or the `last`; number and value may be of a window, `within`."""

    within: Span | None = None
    value: Limits | None = None
    last: Last | None = None

    @model_validator(mode="after")
    def _asked(self) -> Measure:
        if not (self.model_fields_set - {"within"}):
            raise ValueError("nothing is asked – write `at_least: 3`, `at_most`, `between`, `value` or `last`")
        if self.value is not None and not self.value.model_fields_set:
            raise ValueError("`value` has no bounds – write `value: {at_least: 100}`")
        return self

    @property
    def counts(self) -> bool:
        """Whether the number is asked for."""
        return self.low is not None or self.high is not None


class FrequencySettings(Settings):
    """At least one kind of event; several mean all of them."""

    orders: Measure | None = None
    visits: Measure | None = None
    clicks: Measure | None = None

    @model_validator(mode="after")
    def _named(self) -> FrequencySettings:
        if not any(getattr(self, kind) for kind in KINDS):
            raise ValueError("no kind of event is named – write `orders: {at_least: 3, within: 90 days}`, or visits or clicks")
        for kind in ("visits", "clicks"):
            if getattr(self, kind) and getattr(self, kind).value:
                raise ValueError(f"{kind} have no value – only orders have")
        return self


class Frequency(Rule[FrequencySettings]):
    """How often, how much and how lately the customer ordered, visited or clicked.

    Example:
        when: {frequency: {orders: {at_least: 3, within: 90 days}}}
        when: {frequency: {orders: {value: {at_least: 200}}, visits: {last: {within: 14 days}}}}
    """

    name = "frequency"
    Settings = FrequencySettings

    def decide(self, settings: FrequencySettings, facts: Facts) -> Decision:
        """A match when everything asked holds. Bounds count as inside; a window is the span up to the message; the future doesn't count."""
        reasons = []
        for kind in KINDS:
            measure: Measure | None = getattr(settings, kind)
            for held, because in _judge(kind, measure, facts) if measure else ():
                if not held:
                    return no_match(because)
                reasons.append(because)
        return match(" and ".join(reasons))

    def domain(self, settings: FrequencySettings, at: datetime) -> Domain:
        """Per kind of event: none, few and many, lately and long ago."""
        return {kind: _samples(kind, getattr(settings, kind), at) for kind in KINDS if getattr(settings, kind)}


def _judge(kind: Kind, measure: Measure, facts: Facts) -> Iterable[tuple[bool, str]]:
    """What each part of a measure comes to, with its clause."""
    events = [event for event in _events(kind, facts) if event[0] <= facts.at]
    recent = events if measure.within is None else [event for event in events if event[0] >= facts.at - measure.within]
    window = f" within {span_words(measure.within)}" if measure.within else ""
    if measure.counts:
        number = facts.derive(f"{kind}{window}", len(recent))
        held = measure.hold(number)
        yield held, f"{_count(number, kind)}{window}, {measure.words()}" if held else f"{_count(number, kind)}{window}, not {measure.words()}"
    if measure.value:
        total = facts.derive(f"value of {kind}{window}", round(sum(value for _, value in recent), 2))
        held = measure.value.hold(total)
        yield held, f"{kind} worth {_plain(total)}{window}, {'' if held else 'not '}{measure.value.words()}"
    if measure.last:
        yield _judge_last(kind, measure.last, events, facts)


def _judge_last(kind: Kind, last: Last, events: Sequence[Event], facts: Facts) -> tuple[bool, str]:
    one = kind.removesuffix("s")
    if not events:
        return False, f"there is no {one}"
    age = facts.at - max(moment for moment, _ in events)
    facts.derive(f"days since the last {one}", age.days)
    wanted = f"within {span_words(last.within)}" if last.within is not None else f"more than {span_words(last.before or timedelta())} ago"
    held = age <= last.within if last.within is not None else age > (last.before or timedelta())
    return held, f"the last {one} was {_count(age.days, 'days')} ago, {'' if held else 'not '}{wanted}"


def _events(kind: Kind, facts: Facts) -> list[Event]:
    if not isinstance(facts.peek(kind), list | tuple) and facts.peek(kind) is not MISSING:
        raise _wrong(f"the profile's {kind} are no list")
    return [_event(kind, entry, facts) for entry in facts.entries(kind)]


def _event(kind: Kind, entry: Any, facts: Facts) -> Event:
    text = entry.get("at") if kind == "orders" and isinstance(entry, dict) else entry
    moment = parse_moment(text, facts.zone) if isinstance(text, str) else None
    if moment is None:
        raise _wrong(f"one of the profile's {kind} has no date")
    total = entry.get("total", 0) if isinstance(entry, dict) else 0
    if isinstance(total, bool) or not isinstance(total, int | float | None):
        raise _wrong(f"one of the profile's {kind} has a total that is no number")
    return moment, total or 0


def _wrong(what: str) -> MailweaveError:
    return MailweaveError(Problem(what, "write them like `orders: [{at: 2026-11-02T10:00:00Z, total: 40}]`, `visits: [2026-11-02]`", code="bad-type"))


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.2f}"


def _count(number: int, things: str) -> str:
    return f"1 {things.removesuffix('s')}" if number == 1 else f"{number or 'no'} {things}"


def _samples(kind: Kind, measure: Measure, at: datetime) -> list[Any]:
    spans = [span for span in (measure.within, measure.last and measure.last.within, measure.last and measure.last.before) if span]
    near = at - min([*spans, timedelta(days=2)]) / 2
    far = at - max([*spans, timedelta(days=1)]) - timedelta(days=1)
    numbers = {1, *(round(bound) for bound in (measure.low, measure.high) if bound is not None)}
    sizes = sorted({max(1, min(number + step, 200)) for number in numbers for step in (-1, 0, 1)})
    totals = sorted({0.0, *(bound for bound in (measure.value.low, measure.value.high) if bound is not None)}) if measure.value else [10.0]
    totals += [totals[-1] + 1]
    made = [[_sample(kind, moment, total) for _ in range(size)] for moment in (near, far) for size in sizes for total in totals]
    return [MISSING, *made]


def _sample(kind: Kind, moment: datetime, total: float) -> Any:
    return {"at": moment.isoformat(), "total": total} if kind == "orders" else moment.isoformat()


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Frequency]
