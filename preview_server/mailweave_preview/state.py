"""What the workbench shows, as it stands in a URL's query: whoever gets the link sees the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any
from urllib.parse import urlencode

from mailweave import zones
from mailweave.errors import MailweaveError, Problem
from mailweave.times import date_remedy, read_iso
from mailweave_preview.given import LONGEST, cut, json_object

# Whatever a query may hold, by key; the script of the page knows more of them (viewports, colours, the open tab) that change no message.
PROFILE, EDIT, AT, LOCALE, WITHOUT, FORCE = "profile", "edit", "at", "locale", "without", "force"


@dataclass(frozen=True)
class State:
    """One message to look at: whose, when and what is supposed.

    `edit` is a JSON merge patch (RFC 7396) of the profile; `at` is aware, None for the previewer's own moment; `without` names sources and
    providers that give nothing; `force` maps a slot to one of its entries, counted from 0.
    """

    profile: str = ""
    edit: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    locale: str = ""
    without: tuple[str, ...] = ()
    force: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The state as text; the same for the same message."""
        return urlencode(list(self.query()))

    @property
    def edit_text(self) -> str:
        """The edit as JSON; empty when there is none."""
        return json.dumps(self.edit, ensure_ascii=False, separators=(",", ":")) if self.edit else ""

    def query(self) -> Iterable[tuple[str, str]]:
        """The query that gives this state; keys that say nothing are left out."""
        pairs = [
            (PROFILE, self.profile),
            (EDIT, self.edit_text),
            (AT, self.at.isoformat() if self.at else ""),
            (LOCALE, self.locale),
            *((WITHOUT, name) for name in self.without),
            *((FORCE, f"{slot}:{index}") for slot, index in self.force.items()),
        ]
        return [(key, value) for key, value in pairs if value]


def state_of(query: Mapping[str, list[str]], zone: str) -> State:
    """The state that a query describes; an `at` without an offset is in the time zone given.

    Raises:
        MailweaveError: everything in the query that can't be understood.
    """
    problems: list[Problem] = []
    reading = _Reading(query, zone, problems)
    state = State(reading.name(PROFILE), reading.edit(), reading.at(), reading.name(LOCALE), tuple(query.get(WITHOUT, ())), reading.force())
    if problems:
        raise MailweaveError(*problems)
    return state


def shown_everywhere(moment: datetime) -> datetime:
    """A moment that has a date in every time zone.

    Raises:
        ValueError: it is at the calendar's edge.
    """
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError(f"the year {moment.year} is at the calendar's edge")
    return moment


@dataclass(frozen=True)
class _Reading:
    """A query being read; what is wrong with it is added to `problems`."""

    query: Mapping[str, list[str]]
    zone: str
    problems: list[Problem]

    def one(self, key: str) -> str:
        return next(iter(self.query.get(key, ())), "").strip()

    def name(self, key: str) -> str:
        text = self.one(key)
        if len(text) <= LONGEST:
            return text
        self.wrong(key, f"has {len(text)} characters", f"write at most {LONGEST}")
        return ""

    def edit(self) -> Mapping[str, Any]:
        try:
            remedy = "take it out of the address, or edit the profile again"
            return json_object(self.one(EDIT) or "{}", f"`{EDIT}` in the address", remedy, "bad-address")
        except MailweaveError as error:
            self.problems.extend(error.problems)
            return {}

    def at(self) -> datetime | None:
        text = self.one(AT)
        if not text:
            return None
        try:
            moment = read_iso(text.replace(" ", "+"))
            return shown_everywhere((moment if moment.tzinfo else moment.replace(tzinfo=zones.zone(self.zone))).astimezone(UTC))
        except (ValueError, OverflowError):
            self.wrong(AT, f"is {cut(text)!r}, which is no moment", date_remedy(cut(text), "write it like 2026-11-23T10:00"))
            return None

    def force(self) -> Mapping[str, int]:
        forced = {}
        for text in self.query.get(FORCE, ()):
            slot, _, index = text.rpartition(":")
            if slot and index.isascii() and index.isdigit() and len(index) < 6:
                forced[slot] = int(index)
            else:
                self.wrong(FORCE, f"is {cut(text)!r}", "write a slot and an entry, like `offer:0`")
        return forced

    def wrong(self, key: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(f"`{key}` in the address {what}", remedy, code="bad-address"))
