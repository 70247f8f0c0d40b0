"""A warm-up: how many messages may go out on each day, so that receivers get to know a new sender step by step."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from mailweave.errors import did_you_mean, raise_all
from mailweave.plugged import Given
from mailweave.validation import validate
from mailweave.yamlfile import load
from mailweave.zones import zone
from mailweave_plugins.bulk.pace.slots.store import State

# As the last number of a plan: from that day on there is no limit.
_FREE: Final = "unlimited"
_LIKE: Final = "write messages a day like 50,100,200,400, the last one for all days after; `unlimited` at the end lifts the limit"


@dataclass(frozen=True)
class Plan:
    """Messages on the first day, the second, and so on; the last number is for all days after. None: no limit."""

    days: tuple[int | None, ...]

    @classmethod
    def parse(cls, value: Any) -> Plan:
        """A text like "50,100,200" or a list. Raises ValueError."""
        words = value if isinstance(value, list | tuple) else str(value).split(",")
        days = [_day(str(word).strip()) for word in words]
        if not days or None in days[:-1]:
            raise ValueError(f"{str(value)!r} isn't a plan: `{_FREE}` can only be the last – {_LIKE}" if days else f"the plan is empty – {_LIKE}")
        return cls(tuple(days))

    def of(self, number: int) -> int | None:
        """The quota of a day; the first one is 1."""
        return self.days[min(number, len(self.days)) - 1]


def _day(word: str) -> int | None:
    if word == _FREE:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", word) or not int(word):
        raise ValueError(f"{word!r} isn't a number of messages – {_LIKE}")
    return int(word)


def _remedy(name: str, receivers: Collection[str]) -> str:
    return did_you_mean(name, receivers) if receivers else "name a domain like gmail.com, or add --limits, which names receivers"


Days = Annotated[Plan, BeforeValidator(Plan.parse)]


class _File(Given):
    """A file of `--warm-up`."""

    model_config = {"arbitrary_types_allowed": True}

    days: Days
    receivers: dict[str, Days] = Field(default_factory=dict)


@dataclass(frozen=True)
class WarmUp:
    """A plan for all messages, and plans for single receivers. A day is a calendar day in the time zone; it only counts when something was sent."""

    plan: Plan
    zone: str
    receivers: Mapping[str, Plan] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, zone: str, receivers: Collection[str] = ()) -> WarmUp:
        """A plan like 50,100,200, or the YAML file of that name, which may name these receivers and any domain.

        Raises:
            MailweaveError: mistakes in the file, each with its place.
            ValueError: it is neither.
        """
        if Path(text).is_file():
            document = load(Path(text), text)
            found = validate(_File, document)
            raise_all(
                document.problem(("receivers", name), f"there is no receiver '{name}'", _remedy(name, receivers), code="unknown-receiver", key=True)
                for name in found.receivers
                if name not in receivers and "." not in name
            )
            return cls(found.days, zone, found.receivers)
        if not re.search(r"[0-9]", text) or re.search(r"\.ya?ml\Z|/", text):
            raise ValueError(f"there is no file '{text}' – {_LIKE}; or name a YAML file with `days: [50, 100]`")
        return cls(Plan.parse(text), zone)

    def begin_day(self, state: State, now: float) -> None:
        """Turn over to a new day, if it is one. A clock that was set back doesn't bring an old one again."""
        today = self._date(now).isoformat()
        if state.lost_day == "?":
            state.lost_day = today
        if today > state.day:
            state.number += state.number == 0 or state.used.get("", 0) > 0
            state.day, state.used = today, {}

    def full(self, state: State, name: str) -> bool:
        """Whether a receiver's quota of the day is used up; "" is the whole run's."""
        plan = self.plan if not name else self.receivers.get(name)
        quota = plan.of(state.number) if plan else None
        return quota is not None and (state.day == state.lost_day or state.used.get(name, 0) >= quota)

    def use(self, state: State, name: str, count: int = 1) -> None:
        """Count a message to a receiver; or, with -1, one that was counted and didn't go out."""
        for each in ("", name) if name in self.receivers else ("",):
            state.used[each] = max(0, state.used.get(each, 0) + count)

    def tomorrow(self, now: float) -> float:
        """When the next day begins."""
        return self.tomorrow_of(self._date(now).isoformat())

    def tomorrow_of(self, day: str) -> float:
        """When the day after a date begins."""
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone(self.zone)).timestamp()

    def _date(self, now: float) -> date:
        return datetime.fromtimestamp(now, zone(self.zone)).date()
