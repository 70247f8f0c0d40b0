"""Killed at random moments, parent or worker, and started again: no message is lost and none comes twice."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from contextlib import suppress

import psutil

from .conftest import AT, customers, write_profiles
from .rude_server import Rude

PARTS = 20
# So many that a part takes longer than it takes to kill a process; mail takes longer by itself.
FILES, MAILS = 4000, 200


def kill_until_done(shop, words, chance, kills):
    """Start the run again and again, and kill it or one of its workers at a random moment; at last let it end. What it says then."""
    process = shop.start(*words)
    for goal in [0, *sorted(chance.sample(range(1, PARTS - 3), kills - 1))]:
        while len(list(shop.out.glob("parts/*.json"))) < goal:
            assert process.poll() is None, process.communicate()
        time.sleep(chance.uniform(0, 0.1) if goal else chance.uniform(0.3, 1.5))
        victim = random_process(process.pid, chance)
        with suppress(psutil.NoSuchProcess):  # a worker may have come to its end
            victim.send_signal(signal.SIGKILL)
        if victim.pid == process.pid:
            assert process.wait() == -signal.SIGKILL, "the run ended before it was killed"
            process.communicate()
            process = shop.start(*words)
    said, err = process.communicate(timeout=400)
    assert process.returncode in (0, 1), said + err
    return said + err


def random_process(parent, chance):
    """The run's parent or, as often, one of its workers."""
    process = psutil.Process(parent)
    workers = []
    with suppress(psutil.NoSuchProcess):
        workers = [child for child in process.children() if "spawn_main" in " ".join(child.cmdline())]
    return chance.choice([*workers, *([process] * max(1, len(workers)))])


def test_files(shop):
    write_profiles(shop.root / "p.ndjson", customers(FILES))
    words = ["--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--jobs", 2, "--part-size", FILES // PARTS]
    said = kill_until_done(shop, words, random.Random(1), kills=4)
    assert sorted(row["id"] for row in shop.messages()) == sorted(row["id"] for row in customers(FILES)), said
    assert [row["row"] for row in shop.ledger()] == list(range(FILES))
    assert {row["id"]: row["hash"] for row in shop.ledger()} == {row["id"]: row["hash"] for row in shop.messages()}
    assert not list(shop.out.rglob("*.part"))


def test_smtp(shop):
    # The server has its faults, too: it closes connections, and for some recipients it does so the first time.
    closing = {"MAIL": [*["fine"] * 9, "421 enough", *["fine"] * 9, "452 enough", "fine"]}
    mailbox = Rude({**closing, "RCPT u20": ["drop", "fine"], "DATA u70": ["421 closing", "fine"], "RCPT u110": ["450 4.2.0 not now", "fine"]}, slow=0.005)
    with mailbox.up():
        write_profiles(shop.root / "p.ndjson", customers(MAILS))
        to = f"smtp://127.0.0.1:{mailbox.port}"
        words = ["--profiles", "p.ndjson", "--to", to, "--ledger", "out", "--at", AT, "--jobs", 2, "--part-size", MAILS // PARTS]
        said = kill_until_done(shop, words, random.Random(7), kills=4)
        arrived = Counter(mailbox.kept)
        outcomes = {row["email"]: row["outcome"] for row in shop.ledger()}
        assert len(outcomes) == MAILS, said
        assert set(outcomes.values()) <= {"sent", "in doubt", "deferred"}
        assert max(arrived.values()) == 1, "a message came twice"
        assert {email for email, outcome in outcomes.items() if outcome == "sent"} <= set(arrived)
        # At most one message of each worker was on its way when it was killed.
        assert list(outcomes.values()).count("in doubt") <= 2 * 4

        process = shop.start(*words, "--in-doubt", "resend")
        said, err = process.communicate(timeout=400)
        assert process.returncode == 0, said + err
        assert set(mailbox.kept) == {row["email"] for row in customers(MAILS)}
        assert len(mailbox.kept) <= MAILS + list(outcomes.values()).count("in doubt")
