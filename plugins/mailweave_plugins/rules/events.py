"""What customers did and when: the orders, visits and clicks of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from math import isfinite
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from mailweave import MISSING, Facts, MailweaveError, Problem
from mailweave.times import parse_moment
from mailweave_plugins.rules.wrong_kind import wrong_kind

Kind = Literal["orders", "visits", "clicks"]
KINDS: Final[tuple[Kind, ...]] = ("orders", "visits", "clicks")
_LISTS: Final = (list, tuple)
_HOW: Final = {
    "orders": "like `orders: [{at: 2026-11-02T10:00:00Z, total: 40}]`",
    "visits": "like `visits: [2026-11-02T10:00:00Z]`",
    "clicks": "like `clicks: [2026-11-02T10:00:00Z]`",
}


class Event(NamedTuple):
    """One event: when it was, and an order's total; 0 for other events and for an order without one."""

    at: datetime
    total: float


def past_events(kind: Kind, facts: Facts) -> Sequence[Event]:
    """The profile's events of a kind up to the moment of the message, itself included, the oldest first; what lies in the future doesn't count.

    Raises:
        MailweaveError: they are no list, or one has no date or a total that is no number.
    """
    return facts.once(_ONCE[kind], _PAST[kind])


def _past_events(kind: Kind, facts: Facts) -> Sequence[Event]:
    entries = facts.peek(kind)
    if entries is MISSING:
        facts.record(kind, 0, "missing")
        return ()
    if not isinstance(entries, _LISTS):
        raise wrong_kind(kind, entries, "list", _HOW[kind])
    facts.record(kind, len(entries), "profile")
    if not entries:
        return ()
    zone, now = facts.zone, facts.at
    events = [_event(kind, number, entry, zone) for number, entry in enumerate(entries, 1)]
    return sorted(event for event in events if event.at <= now)


_PAST: Final = {kind: partial(_past_events, kind) for kind in KINDS}
_ONCE: Final = {kind: (past_events, kind) for kind in KINDS}


def _event(kind: Kind, number: int, entry: Any, zone: ZoneInfo) -> Event:
    order = entry if kind == "orders" and isinstance(entry, dict) else {}
    text = order.get("at") if kind == "orders" else entry
    moment = parse_moment(text, zone) if isinstance(text, str) else None
    if moment is None:
        raise _wrong(kind, number, "has no date")
    return Event(moment, _amount(kind, number, order.get("total")))


def _amount(kind: Kind, number: int, total: Any) -> float:
    if total is None:
        return 0.0
    try:
        amount = float(total) if isinstance(total, int | float) and not isinstance(total, bool) else None
    except OverflowError:
        amount = None
    if amount is None or not isfinite(amount):
        raise _wrong(kind, number, "has a total that is no number")
    return amount


def _wrong(kind: Kind, number: int, what: str) -> MailweaveError:
    return MailweaveError(Problem(f"number {number} of the profile's {kind} {what}", f"write them {_HOW[kind]}", code="bad-type"))
