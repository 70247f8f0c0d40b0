"""Runs with a pace: rates, a last moment, retries, windows, shares, pause. Real processes and a real server; the clock leaps."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import datetime
from itertools import pairwise

import pytest

from mailweave.zones import zone
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.pace.limits import Limit, Limits
from mailweave_plugins.bulk.pace.pause import pause, resume, since
from mailweave_plugins.bulk.pace.rates import Rate
from mailweave_plugins.bulk.pace.warm_up import Plan, WarmUp
from mailweave_plugins.bulk.pace.windows import Window

from ..conftest import customers, lines
from ..rude_server import Rude
from .picky_server import Picky


def outcomes(paced):
    return Counter(entry["outcome"] for entry in paced.ledger())


@pytest.mark.deep
def test_the_rate_holds_for_all_processes_together_and_a_restart(paced):
    server, people, began = Picky(paced.clock, {}), customers(24), paced.clock.now()
    with server.up():
        until = paced.clock.now() + 60
        result = paced.go(people, server, jobs=2, part_size=6, rate=Rate.parse("12/min"), until=until)
        assert not result.complete
        assert "the last moment" in result.reason
        assert result.counts.outcomes == {"sent": len(server.kept)}
        assert result.sent == len(server.kept)
        assert 8 <= len(server.kept) <= 12
        paced.go(people, server, jobs=2, part_size=6, rate=Rate.parse("12/min"))
    assert Counter(server.kept) == {person["email"]: 1 for person in people}
    assert outcomes(paced) == {"sent": 24}
    # While a message is on its way the other process may have the clock leap, so that it is late; but none is early.
    assert all(now > began + 5 * number - 0.5 for number, (now, _, _) in enumerate(server.log))


@pytest.mark.deep
def test_receivers_have_limits_and_nobody_waits_for_them(paced):
    people = [{"id": f"p-{row}", "email": f"u{row}@{'slow' if row % 2 else 'fast'}.example"} for row in range(24)]
    server = Picky(paced.clock, {})
    with server.up():
        paced.go(people, server, part_size=12, limits=Limits({"Slow": Limit(30.0, 1)}, {"slow.example": "Slow"}))
    assert Counter(server.kept) == {person["email"]: 1 for person in people}
    slow = server.times("slow.example")
    assert all(after - before > 29 for before, after in pairwise(slow))
    assert max(server.times("fast.example")) < slow[2]


def test_deferred_messages_are_tried_again_until_the_last_moment(paced):
    # Everybody is greylisted, which stops no run that tries again.
    says = {f"RCPT u{row}": ["451 4.7.1 greylisted", "fine"] for row in range(30)}
    says |= {"text u2": ["451 later", "451 later", "fine"], "RCPT u3": "450 not now", "RCPT u4": "550 5.1.1 nobody"}
    with Rude(says).up() as server:
        result = paced.go(customers(30), server, until=paced.clock.now() + 600)
        assert result.complete
        assert outcomes(paced) == {"sent": 28, "deferred": 1, "refused": 1}
        assert Counter(server.kept) == {f"u{row}@test.example": 1 for row in range(30) if row not in (3, 4)}
        deferred = next(entry for entry in paced.ledger() if entry["outcome"] == "deferred")
        # At 0, 5, 20, 65 and 200 seconds.
        assert deferred["tries"] == 5
        assert [entry["id"] for entry in lines(paced.out / "deferred.ndjson")] == ["p-3"]
        # The next start tries at once, and only once without a last moment.
        tried = sum("RCPT TO:<u3@" in command for command in server.commands)
        paced.go(customers(30), server)
        assert sum("RCPT TO:<u3@" in command for command in server.commands) == tried + 1
    assert set(Counter(server.kept).values()) == {1}


@pytest.mark.deep
def test_people_get_theirs_in_their_own_hours(paced):
    zones = ["Asia/Tokyo", "Europe/Oslo", "America/Los_Angeles", None, "Mars/Base"]
    people = [{"id": f"p-{row}", "email": f"u{row}@test.example", **({"timezone": name} if name else {})} for row, name in enumerate(zones)]
    server = Picky(paced.clock, {})
    with server.up():
        result = paced.go(people, server, window=Window.parse("09:00-20:00", "Australia/Sydney"))
    assert result.complete
    assert result.counts.outcomes == {"sent": 4, "rejected": 1}
    found = {recipient[:2]: datetime.fromtimestamp(now, zone(name or "Australia/Sydney")) for now, recipient, _ in server.log for name in [zones[int(recipient[1])]]}
    assert all(9 <= wall.hour < 20 for wall in found.values())
    # It was half past eight in London: noon is over in Tokyo and Sydney, Oslo has opened, and California sleeps.
    assert [found[name].hour for name in ("u1", "u2")] == [9, 9]


@pytest.mark.deep
def test_a_quota_of_the_day_is_not_begun_anew_by_a_restart(paced):
    people, plan = customers(12), WarmUp(Plan((4, 8)), "UTC")
    server = Picky(paced.clock, {})
    with server.up():
        for _ in range(2):
            result = paced.go(people, server, warm_up=plan, until=paced.clock.now() + 3600)
            assert len(server.kept) == 4
            assert "nothing more may be sent before the last moment" in result.reason
        result = paced.go(people, server, warm_up=plan)
    assert result.complete
    assert Counter(server.kept) == {person["email"]: 1 for person in people}


@pytest.mark.deep
@pytest.mark.parametrize(("answer", "option"), [("550 5.1.1 nobody", "--max-refused"), ("450 4.2.0 later", "--max-deferred")])
def test_a_run_stops_when_too_many_are_refused_or_deferred(paced, answer, option):
    says = {f"RCPT u{row}": answer for row in range(0, 1000, 2)}
    with Rude(says).up() as server:
        result = paced.go(customers(1000), server, part_size=100, most_refused=Amount("10%"), most_deferred=Amount("10%"))
        assert option in result.reason
        assert not result.complete
        sent = len(server.kept)
        assert sent >= 100
        server.says.clear()
        result = paced.go(customers(1000), server, part_size=100)
    assert result.complete
    assert set(Counter(server.kept).values()) == {1}
    assert len(server.kept) == 1000 - result.counts.outcomes["refused"]


@pytest.mark.deep
def test_a_run_is_paused_and_goes_on(paced):
    people, server, clock = customers(300), Rude(slow=0.02), time.monotonic
    with server.up():
        found = []
        run = threading.Thread(target=lambda: found.append(paced.go(people, server, part_size=150)))
        run.start()
        while len(server.kept) < 20:
            time.sleep(0.01)
        assert pause(paced.out)
        assert not pause(paced.out)
        end = clock() + 60
        before = -1
        while before != len(server.kept) and clock() < end:
            before = len(server.kept)
            time.sleep(1)
        assert before < 300
        assert since(paced.out)
        assert resume(paced.out)
        run.join(60)
    assert found[0].complete
    assert Counter(server.kept) == {person["email"]: 1 for person in people}
