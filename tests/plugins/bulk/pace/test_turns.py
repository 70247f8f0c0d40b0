"""Turns that were missed, days and windows that ended while a message waited, and whom to slow down."""

from __future__ import annotations

import pytest

from mailweave_plugins.bulk.pace.clock import LeapingClock
from mailweave_plugins.bulk.pace.limits import Limit, Limits
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.slots.slowing import Slowing
from mailweave_plugins.bulk.pace.slots.store import Store
from mailweave_plugins.bulk.pace.slots.turns import Turn, Turns
from mailweave_plugins.bulk.pace.warm_up import Plan, WarmUp

LIMITS = Limits({"Gmail": Limit(1.0, 2)}, {"gmail.com": "Gmail"})


@pytest.fixture
def clock(tmp_path):
    """A clock at noon."""
    found = LeapingClock(tmp_path / "clock")
    found.wait((found.now() // 86400 + 1) * 86400 + 12 * 3600, lambda: None)
    return found


def test_slots_that_were_missed_during_a_pause_are_not_used_at_once(tmp_path, clock):
    turns = Turns(tmp_path, Pace(limits=LIMITS, clock=clock, ahead=2.0))
    waiting = [Turn(clock.now(), "Gmail") for _ in range(3)]
    assert [turns.take(turn) for turn in waiting] == [{}, {}, {}]
    clock.wait(clock.now() + 600, lambda: None)
    now = clock.now()
    again = [turns.renew(turn, now) for turn in waiting]
    assert again == [False, True, True]
    assert [round(turn.at - now, 1) for turn in waiting] == [0.0, 1.0, 2.0]


def test_connections_are_counted_over_all_workers(tmp_path, clock):
    one, other = (Turns(tmp_path, Pace(limits=LIMITS, clock=clock)) for _ in range(2))
    first, second, third = (Turn(clock.now(), "Gmail") for _ in range(3))
    assert one.connect(first)
    assert other.connect(second)
    assert not one.connect(third)
    other.release(second)
    assert one.connect(third)


def test_a_message_that_waited_over_midnight_counts_for_the_new_day(tmp_path, clock):
    warm_up = WarmUp(Plan((2, 1)), "UTC")
    turns = Turns(tmp_path, Pace(warm_up=warm_up, clock=clock))
    first, second = Turn(clock.now(), "a.example"), Turn(clock.now(), "a.example")
    assert turns.take(first) == turns.take(second) == {}
    first.at = second.at = warm_up.tomorrow(clock.now()) + 1
    assert turns.is_still_its_day(first)
    # The second day has room for one.
    assert not turns.is_still_its_day(second)


def test_only_those_who_defer_in_a_row_are_slowed_down(tmp_path, clock):
    store = Store(tmp_path)
    slowing = Slowing(Pace(clock=clock), lambda: 0.1)

    def slowed():
        return {name for name, bucket in store.look(clock.now()).buckets.items() if bucket.slowed}

    def answer(*answers):
        for receiver, taken in answers:
            slowing.taken(lambda: store, lambda name=receiver: name) if taken else slowing.deferred(store, receiver, clock.now())

    answer(("a.example", False), ("a.example", False), ("a.example", True), ("a.example", False), ("a.example", False))
    assert slowed() == set()
    # Whoever else is taken says nothing of this one, but that the server isn't to blame.
    answer(("b.example", True), ("a.example", False))
    assert slowed() == {"a.example"}
    answer(*((f"{name}.example", False) for name in "cdef"), ("b.example", True), *((f"{name}.example", False) for name in "cdefg"))
    assert slowed() == {"a.example"}
    answer(("h.example", False))
    assert slowed() == {"a.example", ""}
