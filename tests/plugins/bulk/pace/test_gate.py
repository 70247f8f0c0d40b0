"""The gate of a pass over a part, in this process: a real server, and a clock that leaps."""

from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise

import pytest

from mailweave_plugins.bulk.pace.clock import LeapingClock
from mailweave_plugins.bulk.pace.limits import Limit, Limits
from mailweave_plugins.bulk.pace.pause import since
from mailweave_plugins.bulk.pace.rates import Rate
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.slots.store import Store
from mailweave_plugins.bulk.pace.warm_up import Plan, WarmUp
from mailweave_plugins.bulk.signals import paused_file

from ..conftest import customers
from ..mailing import PEOPLE, SIZE, mailing, outcomes, send
from ..rude_server import Rude
from .picky_server import Picky

__all__ = ["mailing"]

EVERYBODY = {row["email"]: 1 for row in customers(PEOPLE)}
TEST = Limits({"Test": Limit(30.0)}, {"test.example": "Test"})


@pytest.fixture
def clock(tmp_path):
    """A clock at half past eight in the morning."""
    found = LeapingClock(tmp_path / "clock")
    found.wait((found.now() // 86400 + 1) * 86400 + 8.5 * 3600, lambda: None)
    return found


def test_messages_are_as_far_apart_as_the_rate_says(mailing, tmp_path, clock):
    with Picky(clock, {}).up() as server:
        send(mailing(tmp_path, server), pace=Pace(rate=Rate.parse("12/min"), clock=clock, began=clock.now()))
    assert Counter(server.kept) == EVERYBODY
    assert all(after - before > 3 for before, after in pairwise(now for now, _, _ in server.log))
    assert server.log[-1][0] - server.log[0][0] > 5 * (PEOPLE - 2)


def test_what_a_receiver_gets_no_slot_for_is_left_for_later(mailing, tmp_path, clock):
    pace = Pace(limits=TEST, clock=clock, began=clock.now())
    with Picky(clock, {}).up() as server:
        job = mailing(tmp_path, server)
        for sent in range(1, SIZE + 1):
            (seen,) = send(job, parts=[0], pace=pace)
            assert len(server.kept) == sent
            assert seen.held.missing == SIZE - sent
            assert not seen.held.missing or 25 < seen.held.receivers["Test"] - clock.now() <= 30
            # A part isn't done before everybody has an outcome.
            assert (tmp_path / "ledger" / "part-00000.ndjson").exists() == (sent == SIZE)
            clock.wait(clock.now() + 30, lambda: None)
    assert all(after - before > 29 for before, after in pairwise(now for now, _, _ in server.log))


def test_those_that_were_not_taken_leave_room_in_the_quota(mailing, tmp_path, clock):
    pace = Pace(warm_up=WarmUp(Plan((4,)), "UTC"), clock=clock, began=clock.now())
    with Rude({"RCPT u0": "450 4.2.0 full", "RCPT u1": "550 5.1.1 nobody"}).up() as server:
        job = mailing(tmp_path, server)
        for _ in range(3):
            seen = send(job, pace=pace)
    assert len(server.kept) == 4
    assert Store(tmp_path).look(clock.now()).used == {"": 4}
    assert sum(each.held.missing for each in seen) == PEOPLE - 4 - 2


def test_a_deferred_message_is_tried_once_a_start_without_a_last_moment(mailing, tmp_path, clock):
    with Rude({"RCPT u1": ["451 later", "fine"]}).up() as server:
        job = mailing(tmp_path, server)
        first = Pace(clock=clock, began=clock.now())
        for pace, outcome in ((first, "deferred"), (first, "deferred"), (Pace(clock=clock, began=clock.now() + 1), "sent")):
            send(job, pace=pace)
            assert outcomes(tmp_path)["u1"] == outcome
    assert Counter(server.kept) == EVERYBODY


def test_nothing_is_sent_while_the_run_is_paused(mailing, tmp_path):
    with Rude().up() as server:
        job = mailing(tmp_path, server)
        paused_file(tmp_path).write_text("now")
        assert since(tmp_path) == "an unknown time"
        sending = threading.Thread(target=send, args=[job])
        sending.start()
        sending.join(0.5)
        assert sending.is_alive()
        assert server.connections == 0
        paused_file(tmp_path).unlink()
        sending.join(60)
    assert Counter(server.kept) == EVERYBODY
