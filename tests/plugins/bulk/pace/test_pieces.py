"""The pieces of a run's pace, each by itself: slots, slow-down, windows, plans, files."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave import MailweaveError
from mailweave.zones import zone
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.pace.backlog import Backlog
from mailweave_plugins.bulk.pace.clock import LeapingClock
from mailweave_plugins.bulk.pace.limits import BUILTIN, Limits, _builtin
from mailweave_plugins.bulk.pace.rates import Rate
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.shares import Shares
from mailweave_plugins.bulk.pace.slots.buckets import LATER, Bucket
from mailweave_plugins.bulk.pace.slots.held import Held
from mailweave_plugins.bulk.pace.slots.store import Store
from mailweave_plugins.bulk.pace.warm_up import Plan, WarmUp
from mailweave_plugins.bulk.pace.windows import Window
from mailweave_plugins.commands.run_options.pace import moment

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC).timestamp()


@given(st.lists(st.floats(0, 30), max_size=60), st.sampled_from([0.1, 1.0, 7.0]))
@settings(max_examples=60, deadline=None)
def test_slots_are_never_nearer_than_the_rate_allows(pauses, interval):
    bucket, now, slots = Bucket(), NOON, []
    for pause in pauses:
        slot = bucket.take(interval, now, LATER)
        if slot is not None:
            assert now <= slot <= now + LATER
            slots.append(slot)
        else:
            assert now < bucket.free(interval, now, LATER) <= now + interval
            assert Bucket(bucket.next).take(interval, bucket.free(interval, now, LATER) + 0.001, LATER) is not None
        now += pause
    assert all(later - before >= interval - 1e-6 for before, later in pairwise(slots))


def test_a_clock_that_was_set_back_keeps_nobody_for_long():
    bucket = Bucket()
    bucket.take(1.0, NOON + 86400, LATER)
    assert bucket.free(1.0, NOON, LATER) <= NOON + 1.0


def test_a_receiver_is_slowed_down_by_half_and_recovers_step_by_step():
    bucket = Bucket()
    assert bucket.slow_down(1.0, NOON, NOON)
    assert bucket.interval(1.0, NOON) == 2.0
    # Answers to what was under way by then say nothing new.
    assert not bucket.slow_down(1.0, NOON - 1, NOON + 1)
    assert bucket.slow_down(1.0, NOON + 1, NOON + 2)
    assert bucket.interval(1.0, NOON + 2) == 4.0
    rates = [1 / bucket.interval(1.0, NOON + 2 + 30 * step) for step in range(1, 12)]
    assert rates == pytest.approx([0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1, 1, 1, 1])
    assert bucket.slowed is None


def test_nobody_is_slowed_down_without_end():
    bucket = Bucket()
    for step in range(20):
        bucket.slow_down(0.5, NOON + step, NOON + step)
    assert bucket.slowed == 8.0


def test_workers_share_slots_and_quotas(tmp_path):
    """Eight threads, each with the file opened for itself, as processes have it."""
    warm_up, taken, lock = WarmUp(Plan((50,)), "UTC"), [], threading.Lock()

    def work():
        store = Store(tmp_path)
        for _ in range(10):
            with store.change(NOON) as state:
                warm_up.begin_day(state, NOON)
                if not warm_up.full(state, ""):
                    warm_up.use(state, "")
                    with lock:
                        taken.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 50
    assert Store(tmp_path).look(NOON).used == {"": 50}


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b""), lambda path: path.write_bytes(path.read_bytes()[:-3]), lambda path: path.write_bytes(b"{}")], ids=["gone", "empty", "cut", "other"])
def test_of_a_damaged_state_the_copy_counts(tmp_path, damage):
    warm_up = WarmUp(Plan((1,)), "UTC")
    with Store(tmp_path).change(NOON) as state:
        warm_up.begin_day(state, NOON)
        warm_up.use(state, "")
    damage(tmp_path / ".run" / "pace")
    store = Store(tmp_path)
    with store.change(NOON) as state:
        warm_up.begin_day(state, NOON)
        assert warm_up.full(state, "")
    assert store.notes == []
    assert Store(tmp_path).look(NOON).used == {"": 1}


def test_when_the_copy_is_damaged_too_nothing_more_is_sent_that_day(tmp_path):
    warm_up = WarmUp(Plan((5,)), "UTC")
    with Store(tmp_path).change(NOON) as state:
        warm_up.begin_day(state, NOON)
    for path in (tmp_path / ".run" / "pace", tmp_path / "parts" / "pace"):
        path.write_bytes(b"x" * 80)
    store = Store(tmp_path)
    with store.change(NOON) as state:
        warm_up.begin_day(state, NOON)
        assert warm_up.full(state, "")
    assert [(problem.code, problem.level) for problem in store.notes] == [("damaged", "warning")]
    with Store(tmp_path).change(NOON + 86400) as state:
        warm_up.begin_day(state, NOON + 86400)
        assert not warm_up.full(state, "")


def test_a_day_of_a_warm_up_counts_when_something_was_sent():
    warm_up = WarmUp(Plan.parse("2,5,unlimited"), "Europe/Oslo", {"Gmail": Plan.parse([1, 3])})
    state = Store.__new__(Store) and SimpleNamespace(day="", number=0, used={}, lost_day="")
    found = []
    for day, count in enumerate((0, 2, 0, 0, 5, 0)):
        now = NOON + day * 86400
        warm_up.begin_day(state, now)
        for _ in range(count):
            assert not warm_up.full(state, "")
            warm_up.use(state, "")
        found.append((state.number, warm_up.full(state, "")))
    assert found == [(1, False), (1, True), (2, False), (2, False), (2, True), (3, False)]
    # A clock that was set back doesn't bring a new day.
    warm_up.begin_day(state, NOON)
    assert state.day == "2026-12-02"
    assert warm_up.tomorrow(NOON) == datetime(2026, 11, 27, 23, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("text", ["", "50,,100", "50,-1", "0,5", "unlimited,50", "50,x", "1e3"])
def test_plans_that_are_none(text):
    with pytest.raises(ValueError, match="write messages a day like"):
        Plan.parse(text)


WINDOWS = ["09:00-20:00", "22:00-06:00", "mon-fri 09:00-17:30", "sat,sun 10:00-24:00", "02:15-02:45", "fri 22:00-03:00", "00:00-02:30"]


@pytest.mark.parametrize("text", WINDOWS)
@pytest.mark.parametrize(("name", "begin"), [("America/New_York", "2026-03-07T00:00"), ("Europe/Oslo", "2026-10-24T12:00"), ("Australia/Lord_Howe", "2026-04-04T00:00"), ("Asia/Kolkata", "2026-11-27T00:00"), ("Pacific/Apia", "2011-12-29T00:00")])
def test_windows_open_when_clocks_on_the_wall_say_so(text, name, begin):
    """Compared with looking at the clock on the wall every five minutes, also on days on which clocks are changed or a day is left out."""
    window, place = Window.parse(text), zone(name)
    first = datetime.fromisoformat(begin).replace(tzinfo=place).timestamp()
    steps = [first + 300 * step for step in range(3 * 288)]

    def is_open(now):
        wall = datetime.fromtimestamp(now, place)
        minute = 60 * wall.hour + wall.minute
        yesterday = (wall.weekday() - 1) % 7
        if window.start < window.end:
            return wall.weekday() in window.days and window.start <= minute < window.end
        return (wall.weekday() in window.days and minute >= window.start) or (yesterday in window.days and minute < window.end)

    shown = {now: is_open(now) for now in steps}
    for now in steps[:576:7]:
        opens = window.opens(name, now)
        wanted = next((step for step in steps if step >= now and shown[step]), None)
        if shown[now]:
            assert opens == now
        elif wanted is not None:
            assert opens == wanted
        else:
            assert opens > steps[-1]


@pytest.mark.parametrize("text", ["9-20", "09:00", "09:60-20:00", "24:00-25:00", "09:00-09:00", "mondy 09:00-20:00", "x 09:00-20:00"])
def test_windows_that_are_none(text):
    with pytest.raises(ValueError, match=" – "):
        Window.parse(text)


def test_limits_report_every_mistake_with_its_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "limits.yaml").write_text("Gmail: {domains: [gmail.com], rate: 10/sek, conections: 5}\nYahoo: {domains: [yahoo com], rate: 0/s}\nX: {domains: [x.example]}\n")
    with pytest.raises(MailweaveError) as wrong:
        Limits.read("limits.yaml")
    assert [str(problem).splitlines()[0] for problem in wrong.value.problems] == [
        "limits.yaml:1:37: '10/sek' isn't a rate: 'sek' isn't a unit – did you mean 'sec'?",
        "limits.yaml:1:45: unknown key 'conections' – did you mean 'connections'?",
        "limits.yaml:2:19: 'yahoo com' is not a valid domain – write it like gmail.com",
        "limits.yaml:2:37: '0/s' would never send anything – write it like 20/s, 100/min or 2000/h; `mailweave pause FOLDER` has a run wait",
        "limits.yaml:3:4: this limits nothing – add `rate: 100/min` or `connections: 5`",
    ]
    (tmp_path / "limits.yaml").write_text("A: {domains: [x.example, b.example], rate: 1/s}\nB: {domains: [X.example.], rate: 1/s}\nC: {rate: 1/s}\nothers: {connections: 2}\n")
    with pytest.raises(MailweaveError) as wrong:
        Limits.read("limits.yaml")
    assert [str(problem).splitlines()[0] for problem in wrong.value.problems] == [
        "limits.yaml:2:15: 'x.example' is also among the domains of 'A' – leave one of them out",
        "limits.yaml:3:1: 'domains' is missing, so that nobody is limited by 'C' – add `domains: [gmail.com]`",
    ]


def test_the_limits_that_come_with_mailweave_name_their_sources():
    limits = Limits.read(BUILTIN)
    assert limits.receiver("gmail.com") == "Gmail"
    assert limits.receiver("shop.example") == "shop.example"
    assert limits.of("shop.example").interval is None
    for name, entry in _builtin().value.items():
        assert entry["source"], name
        assert datetime.fromisoformat(entry["date"]), name


@pytest.mark.parametrize("text", ["10", "10/", "/s", "-1/s", "0/min", "10/fortnight", "ten/s"])
def test_rates_that_are_none(text):
    with pytest.raises(ValueError, match=" – "):
        Rate.parse(text)


@pytest.mark.parametrize(("text", "wanted"), [("4h", timedelta(hours=4)), ("2d", timedelta(days=2)), ("18:00", timedelta(hours=5)), ("12:30", timedelta(hours=23, minutes=30)), ("2026-11-28T12:00Z", timedelta(days=1)), ("2026-11-28", timedelta(hours=11))])
def test_last_moments(text, wanted):
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert moment(text, now, "Europe/Oslo") - now.timestamp() == wanted.total_seconds()


@pytest.mark.parametrize("text", ["", "6pm", "25:00", "yesterday", "2026-11-27T12:00"])
def test_last_moments_that_are_none(text):
    with pytest.raises(ValueError, match=" – "):
        moment(text, datetime(2026, 11, 27, 12, tzinfo=UTC), "Europe/Oslo")


def test_shares_count_from_two_hundred_on():
    shares = Shares(Pace(most_refused=Amount("5%"), most_deferred=Amount("20%")))
    assert not shares.too_many({"sent": 100, "refused": 99})
    assert not shares.too_many({"sent": 190, "refused": 10})
    assert shares.too_many({"sent": 189, "refused": 11}) == "11 of 200 messages (5.5 %) were refused, and --max-refused 5% allows less"
    shares.add({"sent": 100, "deferred": 60})
    assert "60 of 200 messages (30.0 %) were deferred" in shares.too_many({"sent": 40})
    # Tried again and taken.
    assert not shares.too_many({"sent": 70, "deferred": -30})
    assert "2 of 3" in Shares(Pace(most_refused=Amount("1"))).too_many({"refused": 2, "sent": 1})


def test_parts_that_wait_for_one_receiver_are_not_gone_through_in_vain(tmp_path):
    clock = LeapingClock(tmp_path / "clock")
    backlog = Backlog([Order(tmp_path, "r", index) for index in range(3)], clock)
    now = clock.now()
    first, second, third = (backlog.take() for _ in range(3))
    backlog.put_back(first, Held(receivers={"Gmail": now + 100}))
    backlog.put_back(second, Held(receivers={"Gmail": now + 200}))
    backlog.put_back(third, Held(rows=now + 150.0, why="for 09:00 Europe/Oslo"))
    assert backlog.take() is None
    backlog.wait()
    assert now + 150 <= clock.now() < now + 190
    assert backlog.take().index == third.index
    assert backlog.take() is None
    backlog.wait()
    # The one knew more of Gmail than the other.
    assert clock.now() >= now + 200
    assert {backlog.take().index, backlog.take().index} == {first.index, second.index}


def test_what_is_due_too_late_is_left(tmp_path):
    clock = LeapingClock(tmp_path / "clock")
    backlog = Backlog([Order(tmp_path, "r", 0), Order(tmp_path, "r", 1)], clock, clock.now() + 100)
    order = backlog.take()
    assert not backlog.put_back(order, Held(rows=clock.now() + 200))
    assert backlog.put_back(order, Held(receivers={"Gmail": clock.now() + 50}))
    backlog.put_back(order, Held(receivers={"": clock.now() + 200}))
    assert not backlog


def test_the_state_stays_small(tmp_path):
    with Store(tmp_path).change(NOON) as state:
        for row in range(5_000):
            state.bucket(f"r{row}.example", NOON + row).take(1.0, NOON + row, LATER)
        assert "r4999.example" in state.buckets
    raw = (tmp_path / ".run" / "pace").read_bytes()
    assert len(json.loads(raw[64:])["buckets"]) <= 500
    assert len(raw) < 80_000


def test_something_else_in_the_place_of_the_state_is_said(tmp_path):
    (tmp_path / ".run" / "pace").mkdir(parents=True)
    with pytest.raises(MailweaveError, match=r"pace isn't a file – move it away, and go on with the same command"):
        Store(tmp_path)
