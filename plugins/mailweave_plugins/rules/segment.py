"""The rule `segment`: membership that the profile lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field, model_validator

from mailweave import MISSING, Decision, Domain, Facts, MailweaveError, Problem, Rule, Settings, hookimpl, match, no_match


class SegmentSettings(Settings):
    """A segment's name, a list of names (any of them), or `any` and `all` written out."""

    any: tuple[str, ...] = Field(default=())
    all: tuple[str, ...] = Field(default=())

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"any": [data]}
        return {"any": data} if isinstance(data, list) else data

    @model_validator(mode="after")
    def _named(self) -> SegmentSettings:
        if not (self.any or self.all):
            raise ValueError("no segment is named – write `segment: vip`, a list, or `{all: [vip, newsletter]}`")
        return self


class Segment(Rule[SegmentSettings]):
    """The customer is in a segment.

    Example:
        when: {segment: vip}
    """

    name = "segment"
    Settings = SegmentSettings

    def decide(self, settings: SegmentSettings, facts: Facts) -> Decision:
        """A match when the profile's `segments` hold one of `any` (if given) and every one of `all`."""
        mine = _segments(facts)
        missing = [name for name in settings.all if name not in mine]
        if missing:
            return no_match(f"the customer isn't in the segment {' or '.join(missing)}")
        found = [name for name in settings.any if name in mine]
        if settings.any and not found:
            return no_match(f"the customer isn't in the segment {' or '.join(settings.any)}")
        names = [*settings.all, *found[:1]]
        return match(f"the customer is in the segment{'s' if len(names) > 1 else ''} {' and '.join(names)}")

    def domain(self, settings: SegmentSettings, at: datetime) -> Domain:
        """All the segments, each alone, and none."""
        names = [*settings.all, *settings.any]
        return {"segments": [names, *([name] for name in names), MISSING]}


def _segments(facts: Facts) -> list[Any]:
    value = facts.read("segments")
    if value is MISSING:
        return []
    if not isinstance(value, list | tuple):
        raise MailweaveError(Problem("the profile's segments are no list", "write `segments: [vip]`", code="bad-type"))
    return list(value)


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Segment]
