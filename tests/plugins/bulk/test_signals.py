"""Ctrl-C and SIGTERM at drawn moments of a run: heeded at once, status 130, no traceback, and the same command goes on."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from mailweave_plugins.bulk.stop import Stop, allow_ctrl_c, without_ctrl_c

from .conftest import AT, customers, write_profiles

# So many that a start takes some seconds: opening, comparing ids, building.
PEOPLE = 4000
# How long a person waits before asking again; a machine that is busy with other tests gets more.
PATIENCE = 30
QUERY = "select a.range as id from range(300000) a, range(3000) b where hash(a.range, b.range) % 1000 = 0 order by hash(a.range + b.range)"


def interrupted(shop, words, number, *, group, moment):
    """The status and what is said of a run that gets a signal at a moment, as its whole group does from a terminal."""
    process = shop.start(*words)
    moment(process)
    before = process.poll()
    if before is None:
        (os.killpg if group else os.kill)(process.pid, number)
    said, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err, err
    assert "Exception" not in err, err
    return before is None, process.returncode, said + err


def hit(number):
    """Get a signal; Python has heeded it when this returns."""
    signal.raise_signal(number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_only_this_process_does_and_asks_workers(tmp_path, number):
    (tmp_path / ".run").mkdir()
    before = signal.getsignal(number)
    stop = Stop(tmp_path)
    with stop.on_signals(), stop.asking():
        hit(number)
        assert (stop.interrupted, bool(stop), (tmp_path / ".run/stop").exists()) == (True, True, True)
        with pytest.raises(KeyboardInterrupt):
            hit(number)
    other = Stop(tmp_path)
    with other.on_signals(), pytest.raises(KeyboardInterrupt):
        hit(number)
    # Nothing more is begun after it.
    with pytest.raises(KeyboardInterrupt), other.asking():
        pass
    assert signal.getsignal(number) == before


def test_a_signal_is_heeded_when_nobody_can_be_asked(tmp_path):
    stop = Stop(tmp_path / "gone")
    with stop.on_signals(), stop.asking():
        hit(signal.SIGTERM)
    assert stop.interrupted


def test_what_is_sent_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("mailweave_plugins.bulk.stop._GRACE", -1)
    (tmp_path / ".run").mkdir()
    for patient in (True, False):
        stop = Stop(tmp_path)
        with stop.on_signals(), stop.asking(patient=patient):
            assert not stop.overdue
            hit(signal.SIGTERM)
            assert stop.overdue is not patient
            with pytest.raises(KeyboardInterrupt):
                stop.listener()()


def test_ctrl_c_is_kept_back_until_it_is_let_through():
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    with without_ctrl_c():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set())
        allow_ctrl_c()
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
    assert signal.pthread_sigmask(signal.SIG_BLOCK, set()) == before


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(40))
def test_a_signal_is_heeded_at_any_moment(shop, seed, monkeypatch):
    # A group of its own, so that it can have Ctrl-C and we don't.
    start = shop.start
    monkeypatch.setattr(shop, "start", lambda *words: start(*words, start_new_session=True))
    chance = random.Random(seed)
    write_profiles(shop.root / "p.ndjson", customers(PEOPLE))
    kind = chance.choice(["ndjson", "parquet", "eml"])
    words = ["--profiles", "p.ndjson", "--to", "out", "--as", kind, "--at", AT, "--jobs", chance.choice([1, 2]), "--part-size", chance.choice([50, 500])]
    number = chance.choice([signal.SIGINT, signal.SIGTERM])
    wait = chance.uniform(0.5, 8)
    sent, status, said = interrupted(shop, words, number, group=chance.random() < 0.5, moment=lambda _: time.sleep(wait))
    # Before the command has begun, SIGTERM ends a process as the system does.
    assert not sent or status in (130, -signal.SIGTERM, 0), said
    process = shop.start(*words)
    said, err = process.communicate(timeout=400)
    assert process.returncode == 0, said + err
    assert f"{PEOPLE:,} of {PEOPLE:,} profiles" in said


@pytest.mark.deep
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_long_query_is_ended(shop, number):
    def begun(process):
        while not (shop.out / ".run/profiles.parquet.part").exists() and process.poll() is None:
            time.sleep(0.05)

    _, status, said = interrupted(shop, ["--profiles", QUERY, "--to", "out", "--at", AT], number, group=False, moment=begun)
    assert (status, said.strip()) == (130, "stopped")
    assert not (shop.out / "manifest.json").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_a_signal_is_heeded_while_ids_are_compared(shop, number):
    write_profiles(shop.root / "p.ndjson", customers(PEOPLE))

    def comparing(process):
        while not (shop.out / ".run/draft.json").exists() and process.poll() is None:
            time.sleep(0.02)

    words = ["--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--jobs", 1]
    _, status, said = interrupted(shop, words, number, group=False, moment=comparing)
    assert (status, said.strip()) == (130, "stopped")
    assert not (shop.out / "ledger").exists()
