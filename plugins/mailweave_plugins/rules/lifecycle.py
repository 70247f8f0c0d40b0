"""The rule `lifecycle`: how a customer stands to the shop, and days that come back every year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, model_validator

from mailweave import MISSING, Decision, Domain, Facts, Rule, Settings, hookimpl, match, no_match
from mailweave.times import Span, parse_moment

Stage = Literal["new", "active", "lapsing", "lapsed", "won_back"]
STAGES: Final[tuple[Stage, ...]] = ("won_back", "new", "active", "lapsing", "lapsed")
_NEVER: Final = timedelta(days=36500)


class LifecycleConfig(Settings):
    """The thresholds, in mailweave.yaml under `plugins: {lifecycle: …}`. `leap_day` says when 29 February is kept in other years."""

    new_within: Span = timedelta(days=30)
    active_within: Span = timedelta(days=60)
    lapsing_within: Span = timedelta(days=120)
    won_back_within: Span = timedelta(days=30)
    leap_day: Literal["feb_28", "mar_1"] = "feb_28"

    @model_validator(mode="after")
    def _ordered(self) -> LifecycleConfig:
        if self.active_within >= self.lapsing_within:
            raise ValueError("active_within isn't shorter than lapsing_within – a customer is active first, then lapsing")
        return self


class Window(Settings):
    """Days around a day: `within` on both sides, or `before` it and `after` it."""

    within: Span | None = None
    before: Span = timedelta()
    after: Span = timedelta()

    @model_validator(mode="after")
    def _one_way(self) -> Window:
        if self.within is not None and self.model_fields_set & {"before", "after"}:
            raise ValueError("a window has either `within`, or `before` and `after` – write `{before: 3 days, after: 1 day}`")
        return self

    @property
    def days(self) -> tuple[int, int]:
        """Whole days before and after."""
        before, after = (self.within, self.within) if self.within is not None else (self.before, self.after)
        return before.days, after.days


class LifecycleSettings(Settings):
    """At least one key; several mean all of them."""

    stage: Annotated[tuple[Stage, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)] = ()
    birthday: Window | None = None
    anniversary: Window | None = None

    @model_validator(mode="after")
    def _asked(self) -> LifecycleSettings:
        if not (self.stage or self.birthday or self.anniversary):
            raise ValueError("nothing is asked – write `stage: new`, `birthday: {within: 3 days}` or `anniversary: {within: 3 days}`")
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
        """A match when everything asked holds. Every customer with a sign-up, an order or an engagement has exactly one stage."""
        reasons = []
        for held, because in self._judge(settings, facts):
            if not held:
                return no_match(because)
            reasons.append(because)
        return match(" and ".join(reasons))

    def domain(self, settings: LifecycleSettings, at: datetime) -> Domain:
        """Sign-ups, engagements and orders on both sides of every threshold, and days on both sides of every window."""
        found: dict[str, list[Any]] = {}
        if settings.stage:
            found |= _stage_samples(self.config, at)
        if settings.birthday:
            found["birthday"] = [*(day.isoformat() for day in _around(settings.birthday, at, 30)), "--02-29", MISSING]
        if settings.anniversary:
            days = [day.isoformat() for day in _around(settings.anniversary, at, 2)]
            found["signed_up_at"] = [*found.get("signed_up_at", [MISSING]), *days]
        return found

    def _judge(self, settings: LifecycleSettings, facts: Facts) -> Iterator[tuple[bool, str]]:
        if settings.stage:
            stage, because = _stage(self.config, facts)
            words = " or ".join(name.replace("_", " ") for name in settings.stage)
            yield (True, because) if stage in settings.stage else (False, because if stage is None else f"{because}, not {words}")
        if settings.birthday:
            yield _yearly("birthday", _yearless(facts) or facts.day("birthday"), settings.birthday, self.config, facts)
        if settings.anniversary:
            moment = facts.moment("signed_up_at")
            yield _yearly("anniversary", moment.astimezone(facts.zone).date() if moment else None, settings.anniversary, self.config, facts)


def _stage(config: LifecycleConfig, facts: Facts) -> tuple[Stage | None, str]:
    """The stage and the clause that says why."""
    signed_up, engaged = facts.moment("signed_up_at"), facts.moment("last_engaged_at")
    orders = sorted(order for order in _orders(facts) if order <= facts.at)
    known = [moment for moment in (signed_up, engaged, *orders[-1:]) if moment and moment <= facts.at]
    if not known:
        return None, "the profile has no sign-up, order or engagement"
    since_sign_up = facts.at - signed_up if signed_up else _NEVER
    quiet = facts.derive("days since the last activity", (facts.at - max(known)).days)
    if len(orders) > 1 and facts.at - orders[-1] <= config.won_back_within and orders[-1] - orders[-2] > config.lapsing_within:
        return "won_back", f"the customer is won back (ordered again after {(orders[-1] - orders[-2]).days} days)"
    if timedelta() <= since_sign_up <= config.new_within:
        return "new", f"the customer is new (signed up {_days(since_sign_up.days)} ago)"
    last = facts.at - max(known)
    stage: Stage = "active" if last <= config.active_within else "lapsing" if last <= config.lapsing_within else "lapsed"
    return stage, f"the customer is {stage} (last active {_days(quiet)} ago)"


def _orders(facts: Facts) -> Iterator[datetime]:
    for entry in facts.entries("orders"):
        moment = parse_moment(entry.get("at"), facts.zone) if isinstance(entry, dict) else None
        if moment:
            yield moment


def _yearless(facts: Facts) -> date | None:
    """A birthday without its year, in a leap year, so that 29 February is one."""
    value = facts.read("birthday")
    return date.fromisoformat(f"2000-{value[2:]}") if isinstance(value, str) and value.startswith("--") else None


def _yearly(what: str, day: date | None, window: Window, config: LifecycleConfig, facts: Facts) -> tuple[bool, str]:
    if day is None:
        return False, f"the profile has no {'birthday' if what == 'birthday' else 'signed_up_at'}"
    today, (before, after) = facts.now.date(), window.days
    # The year before and the one after, for windows across New Year; a sign-up's first anniversary is a year later.
    years = [year for year in (today.year - 1, today.year, today.year + 1) if what == "birthday" or year > day.year]
    distances = [(today - _in_year(day, year, config)).days for year in years]
    if not distances:
        return False, "the first anniversary is still to come"
    nearest = facts.derive(f"days since the {what}", min(distances, key=abs))
    said = f"the {what} is today" if not nearest else f"the {what} was {_days(nearest)} ago" if nearest > 0 else f"the {what} is in {_days(-nearest)}"
    return any(-before <= distance <= after for distance in distances), said


def _in_year(day: date, year: int, config: LifecycleConfig) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February in a common year
        return date(year, 2, 28) if config.leap_day == "feb_28" else date(year, 3, 1)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _stage_samples(config: LifecycleConfig, at: datetime) -> dict[str, list[Any]]:
    day = timedelta(days=1)
    ages = [timedelta(), config.new_within, config.new_within + day, config.active_within + day, config.lapsing_within + day]
    moments = [(at - age).isoformat() for age in ages]
    again = [{"at": (at - timedelta(hours=1)).isoformat()}, {"at": (at - config.lapsing_within - 2 * day).isoformat()}]
    return {
        "signed_up_at": [*moments, MISSING],
        "last_engaged_at": [*moments[:1], *moments[3:], MISSING],
        "orders": [[{"at": moments[2]}], [{"at": moments[-1]}], again, MISSING],
    }


def _around(window: Window, at: datetime, years: int) -> list[date]:
    before, after = window.days
    return [_in_year((at + timedelta(days=step)).date(), at.year - years, LifecycleConfig()) for step in (0, before, -after, before + 2, -after - 2)]


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Lifecycle]
