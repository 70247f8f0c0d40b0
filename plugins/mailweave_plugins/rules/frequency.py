"""The rule `frequency`: how often, how much and how lately a customer ordered, visited or clicked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import model_validator

from mailweave import Decision, Domain, Facts, Parts, Rule, hookimpl
from mailweave.times import span_words
from mailweave_plugins.rules.events import KINDS, Event, Kind, past_events
from mailweave_plugins.rules.frequency_samples import samples
from mailweave_plugins.rules.given import Given, one_by_one, only
from mailweave_plugins.rules.measures import Last, Measure, plain
from mailweave_plugins.rules.together import Part, together
from mailweave_plugins.rules.words import ago, counted

# The fields of a measure that ask one thing.
_ASKED: Final = (("at_least", "at_most", "between"), ("value",), ("last",))


class FrequencySettings(Given):
    """At least one kind of event; several mean all of them."""

    orders: Measure | None = None
    visits: Measure | None = None
    clicks: Measure | None = None

    @model_validator(mode="after")
    def _named(self) -> FrequencySettings:
        if not self.measures:
            raise ValueError("no kind of event is named – write `orders: {at_least: 3, within: 90 days}`, or visits or clicks")
        for kind, measure in self.measures.items():
            if measure.value and kind != "orders":
                raise ValueError(f"{kind} have no value – only orders have")
        return self

    @property
    def measures(self) -> dict[Kind, Measure]:
        """What is asked, by kind of event."""
        return {kind: getattr(self, kind) for kind in KINDS if getattr(self, kind)}


class Frequency(Rule[FrequencySettings]):
    """How often, how much and how lately the customer ordered, visited or clicked.

    Example:
        when: {frequency: {orders: {at_least: 3, within: 90 days}}}
        when: {frequency: {orders: {value: {at_least: 200}}, visits: {last: {within: 14 days}}}}
    """

    name = "frequency"
    Settings = FrequencySettings

    def decide(self, settings: FrequencySettings, facts: Facts) -> Decision:
        """A match when everything asked holds. Bounds count as inside; a window is the span up to the message; the future doesn't count.

        Raises:
            MailweaveError: the profile's events are no list, or one has no date or a total that is no number.
        """
        return together(part for kind, measure in settings.measures.items() for part in _judge(kind, measure, facts))

    def domain(self, settings: FrequencySettings, at: datetime) -> Domain:
        """Per kind of event: how many and worth how much in each window, as lists that are put together."""
        return {kind: samples(kind, measure, at) for kind, measure in settings.measures.items()}

    def split(self, settings: FrequencySettings) -> Parts[FrequencySettings] | None:
        """Each kind of event, and of it the number, the value and the last one."""
        if len(settings.measures) > 1:
            return one_by_one(settings)
        ((kind, measure),) = settings.measures.items()
        parts = [only(measure, *asked, "within") for asked in _ASKED if any(getattr(measure, name) is not None for name in asked)]
        return ("all", [settings.model_copy(update={kind: part}) for part in parts]) if len(parts) > 1 else None


def _judge(kind: Kind, measure: Measure, facts: Facts) -> Iterator[Part]:
    """What each thing asked comes to, with its clause."""
    events, at = past_events(kind, facts), facts.at
    recent = [event for event in events if measure.within is None or at - event.at <= measure.within]
    window = "" if measure.within is None else f" within {span_words(measure.within)}"
    if measure.bounds:
        number = facts.derive(f"{kind}{window or ' so far'}", len(recent))
        held = measure.hold(number)
        so_far = " so far" if not window and len(events) < len(facts.entries(kind)) else window
        yield held, f"{counted(number, kind[:-1])}{so_far}, {'' if held else 'not '}{measure.words()}"
    if measure.value:
        # Sums of amounts such as 0.1 and 0.2 aren't exact; no currency has more than four decimals (ISO 4217).
        total = facts.derive(f"value of {kind}{window}", round(sum(event.total for event in recent), 4))
        held = measure.value.hold(total)
        yield held, f"{kind} worth {plain(total)}{window}, {'' if held else 'not '}{measure.value.words()}"
    if measure.last:
        yield _judge_last(kind, measure.last, events, facts)


def _judge_last(kind: Kind, last: Last, events: Sequence[Event], facts: Facts) -> Part:
    one = kind[:-1]
    if not events:
        ahead = len(facts.entries(kind))
        return False, f"there is no {one} so far, only {ahead} in the future" if ahead else f"there is no {one}"
    age = facts.at - events[-1].at
    facts.derive(f"days since the last {one}", age.days)
    held = last.holds(age)
    return held, f"the last {one} was {ago(age, last.span)}, {'' if held else 'not '}{last.words()}"


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Frequency]
