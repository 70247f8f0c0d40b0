"""When a run stops for the server's sake, and when it goes on: nobody is settled by what is about us."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from mailweave import MailweaveError
from mailweave.deliverers import AwayError, Outcome
from mailweave_plugins.bulk.signals import StoppedError, ask_to_stop

from .conftest import customers
from .mailing import PEOPLE, SIZE, mailing, outcomes, send
from .rude_server import Rude

__all__ = ["mailing"]

EVERYBODY = {row["email"]: 1 for row in customers(PEOPLE)}


@pytest.mark.parametrize("answer", ["550 not you", "530 5.7.0 login first", "451 later", "421 later", "drop"])
def test_a_fault_of_the_session_settles_nobody(mailing, tmp_path, answer):
    with Rude({"MAIL": [*["fine"] * 3, answer]}).up() as server:
        with pytest.raises(MailweaveError):
            send(mailing(tmp_path, server))
        assert len(server.kept) == 3
        server.says.clear()
        send(mailing(tmp_path, server))
    assert Counter(server.kept) == EVERYBODY
    assert set(outcomes(tmp_path).values()) == {"sent"}


@pytest.mark.parametrize(
    ("says", "tried"),
    [
        ({"RCPT": "530 5.7.0 login first"}, 3),
        ({"RCPT": "503 bad sequence"}, 3),
        ({"RCPT": "550 5.7.1 relaying denied"}, 20),
        ({"text": "554 5.7.1 spam"}, 20),
        ({"RCPT": "451 later"}, 20),
        ({"RCPT": "drop"}, 20),
        ({"DATA": "421 closing"}, 20),
    ],
    ids=str,
)
def test_when_nobody_is_taken_the_run_stops_and_they_wait(mailing, tmp_path, monkeypatch, says, tried):
    # Twenty of our own would need more people; the weight of each is what matters here.
    monkeypatch.setattr("mailweave_plugins.bulk.sending.ENOUGH", 20 if tried == 3 else SIZE)
    with Rude(says).up() as server:
        with pytest.raises(MailweaveError, match=r"of \d messages one after another none was taken; the last answer: ") as stopped:
            send(mailing(tmp_path, server))
        assert stopped.value.problems[0].code == "nothing-taken"
        assert f"of {min(tried, SIZE)} messages" in str(stopped.value)
        assert server.kept == []
        server.says.clear()
        send(mailing(tmp_path, server))
    assert Counter(server.kept) == EVERYBODY
    assert set(outcomes(tmp_path).values()) == {"sent"}


@pytest.mark.parametrize(
    ("says", "outcome"),
    [({"RCPT": "550 5.1.1 nobody here"}, "refused"), ({"RCPT": "450 4.2.0 greylisted"}, "deferred")],
    ids=str,
)
def test_what_is_the_recipients_own_never_stops_the_others(mailing, tmp_path, monkeypatch, says, outcome):
    monkeypatch.setattr("mailweave_plugins.bulk.sending.ENOUGH", 2)
    with Rude(says).up() as server:
        send(mailing(tmp_path, server))
    assert set(outcomes(tmp_path).values()) == {outcome}


def test_who_allows_so_many_to_fail_means_it(mailing, tmp_path, monkeypatch):
    monkeypatch.setattr("mailweave_plugins.bulk.sending.ENOUGH", 2)
    with Rude({"RCPT": "550 blocked"}).up() as server:
        send(mailing(tmp_path / "all", server), allowed=PEOPLE)
        with pytest.raises(StoppedError):
            send(mailing(tmp_path / "some", server), allowed=3)
        # A login that was forgotten is nobody's failure, whatever the budget.
        server.says = {"RCPT": ["530 login first"]}
        with pytest.raises(MailweaveError, match="none was taken"):
            send(mailing(tmp_path / "none", server), allowed=PEOPLE)
    assert set(outcomes(tmp_path / "all").values()) == {"refused"}


def test_those_that_wait_count_towards_the_budget_after_a_few(mailing, tmp_path, monkeypatch):
    monkeypatch.setattr("mailweave_plugins.bulk.counts.FREE", 3)
    with Rude({"RCPT": "450 4.2.0 later"}).up() as server, pytest.raises(StoppedError):
        send(mailing(tmp_path, server), allowed=2)
    # The one that is too many, and those that were under way when it came.
    assert 3 + 2 + 1 <= sum(command.startswith("RCPT") for command in server.commands) <= 3 + 2 + 1 + 2


def test_a_server_that_comes_back_in_time_is_waited_for(mailing, tmp_path):
    server = Rude({"MAIL": [*["fine"] * 3, "421 restarting"]})
    with server.up():
        timer = threading.Timer(0.7, server.says.clear)
        timer.start()
        send(mailing(tmp_path, server), patience=60)
    assert Counter(server.kept) == EVERYBODY


def test_who_waits_can_be_stopped(mailing, tmp_path):
    with Rude().up() as server:
        pass
    job = mailing(tmp_path, server)
    threading.Timer(0.3, ask_to_stop, [tmp_path]).start()
    with pytest.raises(StoppedError):
        send(job, patience=3600)


def test_nobody_there_is_said(mailing, tmp_path):
    with Rude().up() as server:
        pass
    with pytest.raises(AwayError, match=r"there is no mail server at 127\.0\.0\.1:\d+: .* – check --to, and go on with the same command; --patience waits longer"):
        send(mailing(tmp_path, server), patience=0.1)


def test_a_deliverer_that_forgets_to_commit_is_named(mailing, tmp_path, monkeypatch):
    monkeypatch.setattr("mailweave_plugins.deliverers.smtp._Session.send", lambda session, letter, commit: Outcome("sent"))
    with Rude().up() as server, pytest.raises(MailweaveError, match=r"the plugin 'smtp_deliverer' failed in send: .*a letter is sent, and commit\(\) wasn't called"):
        send(mailing(tmp_path, server))


def test_a_deliverer_that_is_away_after_it_committed_sends_nothing_twice(mailing, tmp_path, monkeypatch):
    tried = []

    def away(session, letter, commit):
        commit()
        tried.append(letter.id)
        raise AwayError

    monkeypatch.setattr("mailweave_plugins.deliverers.smtp._Session.send", away)
    with Rude().up() as server:
        with pytest.raises(MailweaveError, match=r"AwayError came after commit\(\)"):
            send(mailing(tmp_path, server), patience=0.1)
        monkeypatch.undo()
        send(mailing(tmp_path, server))
    assert tried == ["p-0"]
    assert outcomes(tmp_path)["u0"] == "in doubt"


def test_a_letter_of_the_whole_part_is_sent_by_one_session(mailing, tmp_path):
    with Rude().up() as server:
        send(mailing(tmp_path, server))
        assert server.connections == 2
        # Nobody is called when nothing is left to send.
        send(mailing(tmp_path, server))
    assert server.connections == 2
