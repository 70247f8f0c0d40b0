"""The rule `lifecycle`: how a customer stands to the shop, and days that come back every year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import MINYEAR, date, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, model_validator

from mailweave import MISSING, Decision, Domain, Facts, Parts, Rule, Samples, hookimpl
from mailweave.times import parse_day
from mailweave_plugins.rules.given import Given, one_by_one, one_or_more
from mailweave_plugins.rules.stages import LifecycleConfig, Stage, stage_of, stage_samples
from mailweave_plugins.rules.together import Part, together
from mailweave_plugins.rules.wrong_kind import wrong_kind
from mailweave_plugins.rules.yearly import Window, in_year, nearest, said

# Days before and after a birthday that, with itself, leave no day of a common year out.
_ALL_YEAR: Final = 364


class LifecycleSettings(Given):
    """At least one key; several mean all of them."""

    stage: Annotated[tuple[Stage, ...], BeforeValidator(one_or_more), Field(min_length=1)] = ()
    birthday: Window | None = None
    anniversary: Window | None = None

    @model_validator(mode="after")
    def _asked(self) -> LifecycleSettings:
        if not self.model_fields_set:
            raise ValueError("nothing is asked – write `stage: new`, `birthday: {within: 3 days}` or `anniversary: {within: 3 days}`")
        before, after = self.birthday.days if self.birthday else (0, 0)
        if before + after >= _ALL_YEAR:
            raise ValueError(f"a window of {before + after + 1} days holds every day – write fewer days")
        return self


class Lifecycle(Rule[LifecycleSettings]):
    """How the customer stands to the shop: new, active, lapsing, lapsed or won back; and birthday and anniversary of the sign-up.

    Example:
        when: {lifecycle: {stage: [lapsing, lapsed]}}
        when: {lifecycle: {birthday: {before: 3 days, after: 1 day}}}
    """

    name = "lifecycle"
    Settings = LifecycleSettings
    Config = LifecycleConfig

    def decide(self, settings: LifecycleSettings, facts: Facts) -> Decision:
        """A match when everything asked holds. Every customer with a sign-up, an order or an engagement so far has exactly one stage."""
        return together(self._judge(settings, facts))

    def domain(self, settings: LifecycleSettings, at: datetime) -> Domain:
        """Sign-ups, engagements and orders on both sides of every threshold, and days on both sides of every window."""
        found: dict[str | tuple[str, ...], Any] = dict(stage_samples(self.config, at)) if settings.stage else {}
        if settings.birthday:
            found["birthday"] = Samples((*self._around(settings.birthday, at, 28), "--02-29"))
        if settings.anniversary:
            # Some values only: how long ago the sign-up was and which day it was on don't come apart.
            days = [day for years in (4, 1, 0) for day in self._around(settings.anniversary, at, years)]
            found["signed_up_at"] = [*found.get("signed_up_at", [MISSING]), *dict.fromkeys(days)]
        return found | ({"timezone": Samples()} if settings.birthday or settings.anniversary else {})

    def split(self, settings: LifecycleSettings) -> Parts[LifecycleSettings] | None:
        """The stage, the birthday and the anniversary, each by itself."""
        return one_by_one(settings)

    def _around(self, window: Window, at: datetime, years: int) -> Iterator[str]:
        """The day itself, the window's edges, and days on both sides of them, two as time zones may move them by one; years ago."""
        before, after = window.days
        for edge in (0, before, -after):
            for step in (0, 1, 2, -1, -2):
                day = (at + timedelta(days=edge + step)).date()
                yield in_year(day, max(day.year - years, MINYEAR), self.config.leap_day).isoformat()

    def _judge(self, settings: LifecycleSettings, facts: Facts) -> Iterator[Part]:
        if settings.stage:
            stage, because = stage_of(self.config, facts)
            words = " or ".join(name.replace("_", " ") for name in settings.stage)
            yield (True, because) if stage in settings.stage else (False, because if stage is None else f"{because}, not {words}")
        if settings.birthday:
            yield self._birthday(settings.birthday, facts)
        if settings.anniversary:
            yield self._anniversary(settings.anniversary, facts)

    def _birthday(self, window: Window, facts: Facts) -> Part:
        day = _day_of_birth(facts)
        if day is None:
            return False, "the profile has no birthday"
        return _judged("birthday", nearest(day, facts.now.date(), window, self.config.leap_day), window, facts)

    def _anniversary(self, window: Window, facts: Facts) -> Part:
        """The first anniversary is a year after the sign-up."""
        moment = facts.moment("signed_up_at")
        if moment is None:
            return False, "the profile has no signed_up_at"
        day = moment.astimezone(facts.zone).date()
        return _judged("anniversary", nearest(day, facts.now.date(), window, self.config.leap_day, day.year + 1), window, facts)


def _day_of_birth(facts: Facts) -> date | None:
    """The birthday; one without its year is put in a leap year, so that 29 February is a day."""
    value = facts.read("birthday")
    if value is MISSING:
        return None
    text = str(value)
    day = parse_day(f"2000-{text[2:]}" if text.startswith("--") else text)
    if day is None:
        raise wrong_kind("birthday", value, "date", "like 1992-02-29, or --02-29 when the year is unknown")
    return day


def _judged(what: str, distance: int | None, window: Window, facts: Facts) -> Part:
    if distance is None:
        return False, f"the first {what} is still to come"
    facts.derive(f"days since the {what}", distance)
    held = window.holds(distance)
    return held, said(what, distance) if held else f"{said(what, distance)}, not {window.words()}"


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Lifecycle]
