"""The rule `segment`: membership that the profile lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import model_validator

from mailweave import MISSING, Decision, Domain, Facts, Parts, Rule, Samples, hookimpl, match, no_match
from mailweave_plugins.rules.given import Given, Names, one_by_one
from mailweave_plugins.rules.words import either, shown
from mailweave_plugins.rules.wrong_kind import wrong_kind

_NOTHING = "no segment is named – write `segment: vip`, a list, or `{all: [vip, newsletter]}`"


class SegmentSettings(Given):
    """A segment's name, a list of names (any of them), or `any` and `all` written out."""

    any: Names = ()
    all: Names = ()

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        if data in ({}, [], "", None):
            raise ValueError(_NOTHING)
        return data if isinstance(data, dict) else {"any": data}

    @model_validator(mode="after")
    def _sensible(self) -> SegmentSettings:
        both = next((name for name in self.any if name in self.all), None)
        if both is not None:
            raise ValueError(f"'{both}' stands under `all`, so `any` always holds – leave `any` out")
        return self


class Segment(Rule[SegmentSettings]):
    """The customer is in a segment.

    Example:
        when: {segment: vip}
        when: {segment: {all: [vip, newsletter]}}
    """

    name = "segment"
    Settings = SegmentSettings

    def decide(self, settings: SegmentSettings, facts: Facts) -> Decision:
        """A match when the profile's `segments` hold one of `any` (if given) and every one of `all`; names compare exactly.

        Raises:
            MailweaveError: the profile's segments are no list.
        """
        mine = _segments(facts)
        missing = [name for name in settings.all if name not in mine]
        if missing:
            return no_match(f"the customer isn't in the segment {either(missing)}")
        found = [name for name in settings.any if name in mine]
        if settings.any and not found:
            return no_match(f"the customer isn't in the segment {either(settings.any)}")
        names = [*settings.all, *found[:1]]
        return match(f"the customer is in the segment{'s' if len(names) > 1 else ''} {' and '.join(map(shown, names))}")

    def domain(self, settings: SegmentSettings, at: datetime) -> Domain:
        """Lists with and without each of the segments."""
        return {"segments": Samples(members=(*settings.all, *settings.any))}

    def split(self, settings: SegmentSettings) -> Parts[SegmentSettings] | None:
        """Segment by segment."""
        if settings.all and settings.any:
            return one_by_one(settings)
        how: Literal["all", "any"] = "all" if settings.all else "any"
        names = getattr(settings, how)
        return (how, [settings.model_copy(update={how: (name,)}) for name in names]) if len(names) > 1 else None


def _segments(facts: Facts) -> list[Any]:
    value = facts.read("segments")
    if value is MISSING:
        return []
    if not isinstance(value, list | tuple):
        raise wrong_kind("segments", value, "list", "like `segments: [vip]`")
    return list(value)


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Segment]
