"""The stages of the rule `lifecycle`: how a customer stands to the shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from pydantic import model_validator

from mailweave import Domain, Facts, Samples
from mailweave.times import Span
from mailweave_plugins.rules.events import past_events
from mailweave_plugins.rules.given import Given
from mailweave_plugins.rules.timeline import EVER, Gap, Timeline, counted_within, earlier
from mailweave_plugins.rules.words import ago, counted

Stage = Literal["new", "active", "lapsing", "lapsed", "won_back"]


class LifecycleConfig(Given):
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


def stage_of(config: LifecycleConfig, facts: Facts) -> tuple[Stage | None, str]:
    """The stage and the clause that says why; none for a profile with neither sign-up, order nor engagement so far. Thresholds are inside.

    Raises:
        MailweaveError: the profile's dates or orders are of the wrong kind.
    """
    signed_up, engaged, at = facts.moment("signed_up_at"), facts.moment("last_engaged_at"), facts.at
    orders = [order.at for order in past_events("orders", facts)]
    past = [moment for moment in (signed_up, engaged, *orders[-1:]) if moment and moment <= at]
    if not past:
        later = signed_up or engaged or facts.entries("orders")
        return None, f"the profile has no sign-up, order or engagement{', only in the future' if later else ''}"
    quiet = at - max(past)
    facts.derive("days since the last activity", quiet.days)
    gap = _gap(config, orders, at)
    if gap is not None:
        return "won_back", f"the customer is won back (ordered again after {counted(gap.days, 'day')})"
    if signed_up and timedelta() <= at - signed_up <= config.new_within:
        return "new", f"the customer is new (signed up {ago(at - signed_up)})"
    stage: Stage = "active" if quiet <= config.active_within else "lapsing" if quiet <= config.lapsing_within else "lapsed"
    return stage, f"the customer is {stage} (last active {ago(quiet)})"


def _gap(config: LifecycleConfig, orders: Sequence[datetime], at: datetime) -> timedelta | None:
    """The gap that a late order ended; further orders since then don't undo it."""
    gaps = (later - earlier for earlier, later in pairwise(orders) if at - later <= config.won_back_within)
    return next((gap for gap in gaps if gap > config.lapsing_within), None)


def stage_samples(config: LifecycleConfig, at: datetime) -> Domain:
    """Sign-ups, engagements and orders on both sides of every threshold."""
    bounds = [earlier(at, span) for span in (timedelta(), config.new_within, config.active_within, config.lapsing_within)]
    dials = counted_within(config.active_within, config.lapsing_within, EVER)
    orders = Timeline("orders", at, dials, Gap(config.won_back_within, config.lapsing_within))
    return {"signed_up_at": Samples(moments=tuple(bounds)), "last_engaged_at": Samples(moments=(bounds[0], *bounds[2:])), "orders": orders}
