"""One message an address, a first slice, a sample and seeds together, while the run is killed and its server misbehaves, and on a cluster."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter

import pytest
from distributed import Client

from .conftest import AT, customers, lines, write_profiles
from .rude_server import Rude
from .test_cluster import cluster
from .test_random_moments import FAULTS, killed

__all__ = ["cluster"]

PEOPLE = 90
SEEDS = [f"s{index}@seed.example" for index in range(8)]


def people(chance):
    """Ninety rows of sixty addresses; some can't be built."""
    rows = customers(PEOPLE)
    for row in rows[60:]:
        row["email"] = f"U{chance.randrange(60)}@Test.Example"
    for row in chance.sample(rows, 6):
        row["address"] = "Oslo"
    chance.shuffle(rows)
    return rows


def due(rows):
    """Address → the row that gets its message."""
    found = {}
    for number, row in enumerate(rows):
        if "address" not in row:
            found.setdefault(row["email"].lower(), number)
    return found


def approved(shop, words):
    """The words with which a run goes on whose sample was looked at."""
    found = shop.call(*words, "--sample", 4)
    assert len(list(shop.out.glob("sample/hello/*.eml"))) == 4
    return [*words, "--go", found.sample["id"]]


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(8))
def test_killed_at_random_moments_nobody_gets_two(shop, seed):
    chance = random.Random(seed)
    rows = people(chance)
    write_profiles(shop.root / "p.ndjson", rows)
    (shop.root / "seeds.txt").write_text("\n".join(SEEDS))
    says = {}
    for name in [*(f"u{index}" for index in range(0, 60, 6)), "s2", "s5"]:
        stage, answer = chance.choice(FAULTS)
        says[f"{stage} {name}"] = [answer, "fine"] if chance.random() < 0.5 else answer
    with Rude(says).up() as server:
        words = ["--profiles", "p.ndjson", "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out", "--at", AT, "--part-size", 20, "--jobs", 2]
        words = approved(shop, [*words, "--unique", "address", "--max-rejects", "100%"])
        assert server.kept == []
        words += ["--seed-list", "seeds.txt"]
        for _ in range(4):
            first = [] if chance.random() < 0.5 else ["--first", f"{chance.randrange(10, 90)}%"]
            command = [sys.executable, "-m", "mailweave", "run", "hello", *map(str, [*words, *first])]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            said, err = killed(process, server, chance)
            assert "Traceback" not in said + err
        for _ in range(2):  # the second one tries again what was deferred
            command = [sys.executable, "-m", "mailweave", "run", "hello", *map(str, words), "--format", "json"]
            process = subprocess.run(command, capture_output=True, text=True, timeout=400)
            assert "Traceback" not in process.stdout + process.stderr
    summary = json.loads(process.stdout)
    assert summary["complete"]
    wanted = due(rows)
    ledger = {entry["row"]: entry for entry in shop.ledger()}
    assert sorted(ledger) == list(range(PEOPLE))
    assert max(Counter(address.lower() for address in server.kept).values()) == 1
    # Everybody's row has an outcome of its own, and all others of that address are duplicates of it.
    assert {entry["email"].lower(): row for row, entry in ledger.items() if entry["outcome"] not in ("duplicate", "rejected")} == wanted
    assert all(entry["first"] == wanted[entry["email"].lower()] for entry in ledger.values() if entry["outcome"] == "duplicate")
    told = {entry["email"]: entry["outcome"] for entry in lines(shop.out / "seeds.ndjson")}
    assert set(told) == set(SEEDS)
    kept = {address.lower() for address in server.kept}
    outcomes = {**told, **{address: ledger[row]["outcome"] for address, row in wanted.items()}}
    assert {address for address, outcome in outcomes.items() if outcome == "sent"} <= kept
    assert {outcomes[address] for address in outcomes.keys() - kept} <= {"refused", "deferred", "in doubt"}
    assert {outcomes[address] for address in kept} <= {"sent", "in doubt"}


@pytest.mark.deep
def test_on_a_cluster(shop, cluster):
    with Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    rows = people(random.Random(7))
    write_profiles(shop.root / "p.ndjson", rows)
    (shop.root / "seeds.txt").write_text("\n".join(SEEDS))
    with Rude({"RCPT u4": "550 5.1.1 nobody", "RCPT U4": "550 5.1.1 nobody"}).up() as server:
        words = ["--profiles", "p.ndjson", "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out", "--at", AT, "--part-size", 20, "--scheduler", cluster]
        words = approved(shop, [*words, "--unique", "address", "--max-rejects", "100%"])
        words += ["--seed-list", "seeds.txt"]
        assert shop.call(*words, "--first", 0).seeds == {"sent": len(SEEDS)}
        assert sorted(server.kept) == SEEDS
        assert shop.call(*words, "--first", 33).first == {"profiles": 33, "complete": True}
        summary = shop.call(*words)
    assert summary.complete
    assert Counter(address.lower() for address in server.kept) == Counter([*SEEDS, *(address for address in due(rows) if address != "u4@test.example")])
