"""Killed, or out of room, at random moments while a server misbehaves: nobody gets two messages, nobody is left out, nothing ends in a traceback."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

import psutil
import pytest

from .conftest import AT, customers, write_profiles
from .rude_server import Rude

MAILS, PARTS, JOBS = 120, 6, 2
# Each of them for some recipient, the first time only or always.
FAULTS = [
    ("RCPT", "421 closing"),
    ("RCPT", "drop"),
    ("RCPT", "450 4.2.0 not now"),
    ("RCPT", "550 5.1.1 nobody"),
    ("DATA", "drop"),
    ("DATA", "421 closing"),
    ("text", "421 closing"),
    ("text", "451 not now"),
    ("text", "554 5.2.1 no"),
    ("text", "drop"),
    ("text", "+drop"),
    ("text", "+hello"),
]


def faults(chance):
    """What the server says for every fifth recipient, and to each tenth message that comes to it."""
    enough = ("421 enough", "452 enough")
    said = {"MAIL": [*(answer for _ in range(40) for answer in [*["fine"] * 9, chance.choice(enough)]), "fine"]}
    for row in range(0, MAILS, 5):
        stage, answer = chance.choice(FAULTS)
        said[f"{stage} u{row}"] = [answer, "fine"] if chance.random() < 0.5 else answer
    return said


def start(words, most=None):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [sys.executable, "-m", "mailweave", "run", "hello", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit if most else None)


def killed(process, server, chance):
    """Kill the run, or one of its workers, when some more messages have come."""
    goal = len(server.commands) + chance.randrange(1, 150)
    while len(server.commands) < goal and process.poll() is None:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.01))
    workers = []
    with suppress(psutil.NoSuchProcess):
        workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    with suppress(psutil.NoSuchProcess):
        chance.choice([psutil.Process(process.pid), *workers]).send_signal(signal.SIGKILL)
    return process.communicate(timeout=400)


def out_of_room(words, out, chance):
    """Start the run with room for a little more than what the journals hold."""
    sizes = [path.stat().st_size for path in out.glob("journal/*.ndjson")]
    return start(words, max(sizes, default=0) + chance.randrange(1, 4000)).communicate(timeout=400)


def play(shop, seed, moments):
    """A run with so many such moments, and what must hold after it."""
    chance = random.Random(seed)
    write_profiles(shop.root / "p.ndjson", customers(MAILS))
    with Rude(faults(chance)).up() as server:
        to = f"smtp://127.0.0.1:{server.port}"
        words = ["--profiles", "p.ndjson", "--to", to, "--ledger", "out", "--at", AT, "--jobs", JOBS, "--part-size", MAILS // PARTS, "--verify", 0]
        told = []
        for moment in range(moments):
            begun = (shop.out / "manifest.json").exists()
            full = moment > 0 and begun and chance.random() < 0.4
            told += out_of_room(words, shop.out, chance) if full else killed(start(words), server, chance)
        for _ in range(2):  # who was deferred the first time is served the second
            told += start(words).communicate(timeout=400)
    assert "Traceback" not in "".join(told), told
    entries = {row["email"]: row for row in shop.ledger()}
    assert list(entries) == [row["email"] for row in customers(MAILS)], told[-2:]
    arrived = Counter(server.kept)
    assert max(arrived.values()) == 1
    for email, entry in entries.items():
        assert (entry["outcome"] == "sent") <= (arrived[email] == 1), entry
        assert (arrived[email] == 1) <= (entry["outcome"] in ("sent", "in doubt")), entry
    in_doubt = [entry for entry in entries.values() if entry["outcome"] == "in doubt" and "detail" not in entry]
    assert len(in_doubt) <= JOBS * moments, "more are in doubt than were on their way"


# A quick one is test_kill.py's.
@pytest.mark.deep
@pytest.mark.parametrize("seed", range(25))
def test_at_two_hundred_moments(shop, seed):
    play(shop, seed, moments=8)
