"""How long rules take to decide, measured with the workspace's own campaigns and preview profiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Final

from mailweave.campaign import Campaign
from mailweave.conditions import RuleCondition
from mailweave.facts import Facts, Situation
from mailweave.render import situation_of
from mailweave.workspace import Workspace
from mailweave_preview.readable import readable

_PROFILES: Final = 12
# Seconds after which no further profile is tried.
_ENOUGH: Final = 1.5


@dataclass(frozen=True)
class CallTime:
    """One rule: how many decisions were measured, and their median and longest, in microseconds."""

    rule: str
    calls: int
    median: float
    longest: float


def call_times(workspace: Workspace, at: datetime) -> list[CallTime]:
    """The times of each rule that a campaign uses, the slowest first. Content that a rule asks for counts for the rule that asks first."""
    spent: dict[str, list[float]] = {}
    end = perf_counter() + _ENOUGH
    for campaign, situation in _situations(workspace, at):
        for condition in _conditions(campaign):
            started = perf_counter()
            try:
                condition.rule.decide(condition.settings, Facts(situation))
            except Exception:  # a rule may fail; that is shown where it is used
                continue
            spent.setdefault(condition.rule.name, []).append((perf_counter() - started) * 1e6)
        if perf_counter() > end:
            break
    times = [CallTime(name, len(some), median(some), max(some)) for name, some in spent.items()]
    return sorted(times, key=lambda one: one.median, reverse=True)


def _situations(workspace: Workspace, at: datetime) -> Iterator[tuple[Campaign, Situation]]:
    campaigns = list(readable(workspace.campaign_names(), workspace.campaign))
    for profile in readable(islice(workspace.profile_names(), _PROFILES), workspace.profile):
        for campaign in campaigns:
            yield campaign, situation_of(workspace, campaign, profile, at)


def _conditions(campaign: Campaign) -> Iterator[RuleCondition]:
    for slot in campaign.slots:
        for entry in slot.entries:
            yield from entry.condition.rules() if entry.condition else ()
