"""Several connections at once: as many as it takes, nobody twice, and one flush for several intents."""

from __future__ import annotations

import os
import threading
from collections import Counter

import pytest

from mailweave import MailweaveError
from mailweave.deliverers import Outcome
from mailweave_plugins.bulk.connections import Connections
from mailweave_plugins.bulk.journal import Files, Journal
from mailweave_plugins.bulk.signals import StoppedError, ask_to_stop

from .conftest import customers
from .mailing import PEOPLE, mailing, outcomes, send  # noqa: F401 – a fixture
from .rude_server import Rude

EVERYBODY = {row["email"]: 1 for row in customers(PEOPLE)}


def test_a_slow_server_gets_as_many_as_are_allowed(mailing, tmp_path):  # noqa: F811
    with Rude(slow=0.3).up() as server:
        send(mailing(tmp_path, server), connections=4)
    assert Counter(server.kept) == EVERYBODY
    # Two parts, one after the other.
    assert server.connections == 2 * 4
    assert set(outcomes(tmp_path).values()) == {"sent"}


@pytest.mark.parametrize("answer", ["421 too many connections", "drop"])
def test_a_server_that_takes_no_more_connections_keeps_those_that_it_took(mailing, tmp_path, answer):  # noqa: F811
    with Rude({"greeting": ["220 ready", "220 ready", answer, answer, "220 ready"]}, slow=0.05).up() as server:
        send(mailing(tmp_path, server), connections=8, patience=20)
    assert Counter(server.kept) == EVERYBODY
    assert set(outcomes(tmp_path).values()) == {"sent"}


def test_faults_on_several_connections(mailing, tmp_path):  # noqa: F811
    says = {"text u1": "+drop", "RCPT u3": ["421 no", "fine"], "RCPT u5": "550 5.1.1 nobody", "text u9": "421 later", "DATA u11": ["drop", "fine"]}
    with Rude(says, slow=0.02).up() as server:
        send(mailing(tmp_path, server), connections=5)
    found = outcomes(tmp_path)
    assert {name: outcome for name, outcome in found.items() if outcome != "sent"} == {"u1": "in doubt", "u5": "refused", "u9": "deferred"}
    assert Counter(server.kept) == {email: 1 for email in EVERYBODY if email.partition("@")[0] not in ("u5", "u9")}


def test_a_stop_waits_for_what_is_under_way_and_the_next_start_goes_on(mailing, tmp_path):  # noqa: F811
    with Rude(slow=0.3).up() as server:
        job = mailing(tmp_path, server)
        timer = threading.Timer(0.2, ask_to_stop, [tmp_path])
        timer.start()
        with pytest.raises(StoppedError):
            send(job, connections=4)
        timer.join()
        before = Counter(server.kept)
        send(mailing(tmp_path, server), connections=3)
    assert set(before.values()) == {1}
    assert len(before) < PEOPLE
    assert Counter(server.kept) == EVERYBODY
    assert set(outcomes(tmp_path).values()) == {"sent"}


def test_nobody_is_settled_by_a_fault_of_ours_that_several_met_at_once(mailing, tmp_path):  # noqa: F811
    with Rude({"RCPT": "530 5.7.0 login first"}).up() as server:
        with pytest.raises(MailweaveError, match="none was taken"):
            send(mailing(tmp_path, server), connections=6)
        server.says.clear()
        send(mailing(tmp_path, server), connections=6)
    assert Counter(server.kept) == EVERYBODY


def test_intents_that_wait_are_flushed_together(tmp_path, monkeypatch):
    flushes, all_wait, go_on = [], threading.Barrier(8), threading.Event()

    files = Files(tmp_path, 0)
    with Journal.opened(files, "0" * 32, lambda known: ()) as journal:

        def flush(file):
            if file == journal._main:
                flushes.append(file)
                go_on.wait(10)

        monkeypatch.setattr(os, "fsync", flush)

        def intend(row):
            all_wait.wait(10)
            journal.intend({"row": row, "id": f"p-{row}", "email": "a@test.example"})

        threads = [threading.Thread(target=intend, args=(row,)) for row in range(8)]
        for thread in threads:
            thread.start()
        while not flushes or len(journal.known) < 8:
            pass
        go_on.set()
        for thread in threads:
            thread.join()
        count = len(flushes)
        monkeypatch.undo()
    assert 1 <= count <= 2
    with Journal.opened(files, "0" * 32, lambda known: ()) as journal:
        assert sorted(journal.known) == list(range(8))
        assert journal.notes == []


def test_the_next_part_waits_for_no_connection_that_the_last_one_had(monkeypatch):
    """Nobody waits an hour for a free one, as four are expected. The fifth letter is the one that waits for whichever becomes free."""
    monkeypatch.setattr("mailweave_plugins.bulk.connections._LONG", 3600.0)
    together = threading.Barrier(4)
    opened = []

    def send(session, tried):
        if tried < 4:
            together.wait(60)
        return {"row": tried, "outcome": "sent"}, Outcome("sent")

    def connect(stack):
        opened.append(stack)
        return object()

    with Connections(connect, send, lambda *_: None, lambda: None, lambda: None, 8, 1.0, expected=4) as connections:
        found = [entry["row"] for number in range(5) for entry in connections.hand_over(number)]
        found += [entry["row"] for entry in connections.rest()]
        assert (sorted(found), connections.live, len(opened)) == ([0, 1, 2, 3, 4], 4, 4)
