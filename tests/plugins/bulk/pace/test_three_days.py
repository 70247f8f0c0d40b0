"""Three days of a warm-up, with two receivers that slow us down, played by a clock that leaps: a real run, real processes, a real server."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise

from mailweave_plugins.bulk.pace.limits import Limit, Limits
from mailweave_plugins.bulk.pace.slots.store import Store
from mailweave_plugins.bulk.pace.warm_up import Plan, WarmUp

from .picky_server import Picky

QUOTAS = 12, 20, 40
# Every third message goes to one of two receivers that take a message in 20 seconds, and are sent one in 3 seconds at first.
DOMAINS = "one.example", "fast.example", "quick.example", "two.example", "fast.example", "quick.example"
PICKY = {"one.example": (20, "451 4.7.0 slow down"), "two.example": (20, "421 4.7.28 our system has detected an unusual rate")}
LIMITS = Limits({"One": Limit(3.0), "Two": Limit(3.0)}, {"one.example": "One", "two.example": "Two"})
PEOPLE = [{"id": f"p-{row}", "email": f"u{row}@{DOMAINS[row % 6]}", "first_name": f"Ann {row}"} for row in range(60)]


def test_three_days_of_a_warm_up_with_two_receivers_that_slow_us_down(paced):
    server = Picky(paced.clock, PICKY)
    until = paced.clock.now() + 5 * 86400
    with server.up():
        result = paced.go(PEOPLE, server, jobs=2, part_size=15, limits=LIMITS, warm_up=WarmUp(Plan(QUOTAS), "UTC"), until=until)

    # Everybody has one in the end, and nobody two.
    assert result.complete
    assert Counter(server.kept) == {person["email"]: 1 for person in PEOPLE}
    assert {entry["outcome"] for entry in paced.ledger()} == {"sent"}

    # Each day's quota is kept, and used.
    days = defaultdict(list)
    for now, recipient, kept in server.log:
        if kept:
            days[datetime.fromtimestamp(now, UTC).date()].append(recipient)
    assert [len(sent) for _, sent in sorted(days.items())] == [12, 20, 28]

    # Both receivers deferred some, and were sent to more slowly for it.
    buckets = Store(paced.out).look(paced.clock.now()).buckets
    for domain in PICKY:
        assert server.times(domain, kept=False)
        assert all(later - before >= 20 for before, later in pairwise(server.times(domain)))
        assert buckets[LIMITS.domains[domain]].down

    # Nobody waited behind them: on the last day all others are through while most of theirs are still to come.
    slow, others = (sorted(now for domain in domains for now in server.times(domain)[-8:]) for domains in (PICKY, {*DOMAINS} - {*PICKY}))
    assert others[-1] < slow[-4]
    assert slow[-1] - slow[0] > 60
