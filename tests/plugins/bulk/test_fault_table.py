"""The whole table of faults (smtp_faults.yaml, docs/run.md), at a first start, after `kill -9` and on a Dask cluster.

Each time the server is mended afterwards and the same command comes again: nobody has two messages, nobody is left out, and nothing ends in a traceback.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from mailweave import MailweaveError

from .conftest import AT, lines, write_profiles
from .damages import WAYS
from .mailing import mailing_of, send
from .rude_server import Rude
from .test_cluster import serving
from .test_faults import CASES, NAMES, named

PEOPLE = [{"id": name, "email": f"{name}@test.example", "first_name": name} for name in NAMES]
KINDS = {"s": "sent", "d": "deferred", "r": "refused", "i": "in doubt"}
# Those of the options of --to are refused before a server is asked, whoever it is.
OF_SERVERS = [case for case in CASES if "says" in case]


def stops(case):
    return case["outcomes"][-1] in "!~"


def expected(case, *, at_the_end):
    """Name → outcome of those who have one. At the end whoever waited, or wasn't met, is sent to."""
    found = {name: KINDS[sign] for name, sign in zip(NAMES, case["outcomes"].rstrip("!~"), strict=False)}
    return {name: found.get(name, "sent").replace("deferred", "sent") for name in NAMES} if at_the_end else found


def ledger(folder):
    entries = lines(*sorted(folder.glob("ledger/*.ndjson")))
    assert [entry["row"] for entry in entries] == list(range(len(entries)))
    return {entry["id"]: entry["outcome"] for entry in entries}


def nobody_twice(server):
    arrived = Counter(address.partition("@")[0] for address in server.kept)
    assert max(arrived.values(), default=0) <= 1
    return set(arrived)


def nobody_left_out(server, found):
    """Everybody has a line, whoever is said to have a message has it, and whoever has one is sent to or in doubt."""
    arrived = nobody_twice(server)
    assert set(found) >= arrived
    for name, outcome in found.items():
        assert outcome in (("sent", "in doubt") if name in arrived else ("refused", "in doubt")), (name, outcome)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return mailing_of(tmp_path_factory.mktemp("three"), PEOPLE, 3)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_first_start_and_the_next_one(three, tmp_path, case):
    def start(query=""):
        try:
            send(three(tmp_path, server, query=query), parts=(0,))
        except MailweaveError as error:
            assert all(problem.remedy or problem.what for problem in error.problems)
            return True
        return False

    with Rude(case.get("says", {})).up() as server:
        assert start(case.get("query", "")) == stops(case)
        assert nobody_twice(server) == set(case["kept"].split())
        if not stops(case):
            assert ledger(tmp_path) == expected(case, at_the_end=False)
        server.says.clear()
        assert not start()
    found = ledger(tmp_path)
    assert found == expected(case, at_the_end=True)
    nobody_left_out(server, found)


class Killing(Rude):
    """Kills when it is about to give its first bad answer, or to take the first text."""

    def __init__(self, says, kill):
        super().__init__(says)
        self.kill = kill

    def answer(self, stage, recipient):
        said = super().answer(stage, recipient)
        bad = said != "fine" and not (stage == "EHLO" and said.startswith("250"))
        if self.kill and (bad or stage == "text"):
            kill, self.kill = self.kill, None
            kill()
        return said


def words_of(server, *more, query=""):
    to = f"smtp://127.0.0.1:{server.port}?{query}".removesuffix("?")
    return ["--profiles", "p.ndjson", "--to", to, "--ledger", "out", "--at", AT, "--verify", 0, "--connections", 1, "--patience", 0, *more]


# A quick one is test_kill.py's.
@pytest.mark.deep
@pytest.mark.parametrize("case", OF_SERVERS, ids=named)
def test_killed_at_each_fault(shop, case):
    """A run in processes of its own that are all killed at the fault; then the same command, with the fault, and with the server mended."""
    write_profiles(shop.root / "p.ndjson", PEOPLE)
    group = []
    with Killing(case["says"], lambda: os.killpg(group[0].pid, signal.SIGKILL)).up() as server:
        words = words_of(server, "--jobs", 1, query=case.get("query", ""))
        group.append(shop.start(*words, start_new_session=True))
        said = group[0].communicate(timeout=400)
        assert (group[0].returncode, server.kill) == (-signal.SIGKILL, None), said
        said += shop.start(*words).communicate(timeout=400)
        server.says.clear()
        last = shop.start(*words)
        said += last.communicate(timeout=400)
    assert "Traceback" not in "".join(said), said
    found = ledger(shop.out)
    assert list(found) == list(NAMES), said
    nobody_left_out(server, found)
    # Whoever was on their way when it was killed, and those of whom the fault itself left a doubt.
    assert list(found.values()).count("in doubt") <= 1 + case["outcomes"].count("i")
    assert last.returncode == (1 if set(found.values()) - {"sent"} else 0)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dask")) as address:
        yield address


@pytest.mark.deep
@pytest.mark.parametrize("case", OF_SERVERS, ids=named)
def test_on_a_cluster(shop, cluster, case):
    write_profiles(shop.root / "p.ndjson", PEOPLE)
    with Rude(case["says"]).up() as server:
        words = words_of(server, "--scheduler", cluster, query=case.get("query", ""))
        summary = shop.call(*words, status=0 if set(case["outcomes"]) == {"s"} else 1)
        assert "Traceback" not in summary.err
        assert nobody_twice(server) == set(case["kept"].split()), summary.err
        assert hasattr(summary, "outcomes") != stops(case), summary.err
        if not stops(case):
            assert ledger(shop.out) == expected(case, at_the_end=False)
        server.says.clear()
        last = expected(case, at_the_end=True)
        shop.call(*words, status=1 if set(last.values()) - {"sent"} else 0)
    assert ledger(shop.out) == last
    nobody_left_out(server, last)


@pytest.mark.deep
@pytest.mark.parametrize("case", [case for case in OF_SERVERS if not stops(case)], ids=named)
def test_a_worker_of_the_cluster_is_killed_at_the_fault(shop, tmp_path_factory, case):
    """Its part goes to another one, which finds what is on its way in the journal."""
    write_profiles(shop.root / "p.ndjson", PEOPLE)
    with serving(tmp_path_factory.mktemp("dask"), nanny=True) as address:

        def kill():
            (client,) = (port for port in ports)
            next(one for one in psutil.process_iter() if client in local_ports(one)).kill()

        with Killing(case["says"], kill).up() as server:
            ports = Peers(server)
            words = words_of(server, "--scheduler", address, query=case.get("query", ""))
            process = shop.start(*words)
            said = process.communicate(timeout=400)
            server.says.clear()
            said += shop.start(*words).communicate(timeout=400)
    assert "Traceback" not in "".join(said), said
    found = ledger(shop.out)
    assert list(found) == list(NAMES), said
    nobody_left_out(server, found)


class Peers:
    """The client's port of the connection that was made last."""

    def __init__(self, server):
        self.server = server

    def __iter__(self):
        return iter([self.server.open[-1].get_extra_info("peername")[1]])


def local_ports(process):
    with suppress(psutil.Error):
        return {one.laddr.port for one in process.net_connections("tcp") if one.laddr}
    return set()


# What is lost when both the journal and its copy end alike earlier: nothing tells them from one that ends there (docs/run.md).
ALIKE = ("last line", "zeros without end")


@pytest.mark.deep
@pytest.mark.parametrize(("how", "where"), [(how, where) for how in WAYS for where in ("journal", ".run/journal", "both") if not (where == "both" and how.startswith(ALIKE))])
def test_a_damaged_journal_on_a_cluster(shop, cluster, how, where):
    rows = [{"id": f"p-{row}", "email": f"u{row}@test.example"} for row in range(16)]
    write_profiles(shop.root / "p.ndjson", rows)
    # Of the second part: one is sent, one kept without an answer, one refused, one deferred, one sent; then the server has enough of us.
    says = {"MAIL u8": "fine", "text u9": "+drop", "RCPT u10": "550 5.1.1 nobody", "RCPT u11": ["450 4.2.0 not now", "fine"], "RCPT u13": ["530 login first"]}
    with Rude(says).up() as server:
        words = words_of(server, "--scheduler", cluster, "--part-size", 8)
        shop.call(*words, status=1)
        for folder in ("journal", ".run/journal") if where == "both" else (where,):
            WAYS[how](sorted((shop.out / folder).glob("part-*.ndjson"))[-1])
        server.says = {"RCPT u10": ["550 5.1.1 nobody"]}
        summary = shop.call(*words, status=1)
        assert "Traceback" not in summary.err
        arrived = Counter(server.kept)
        assert max(arrived.values()) == 1
        found = {entry["email"]: entry["outcome"] for entry in shop.ledger()}
        assert list(found) == [row["email"] for row in rows]
        for email, outcome in found.items():
            assert outcome in (("sent", "in doubt") if arrived[email] else ("refused", "in doubt", "deferred")), (email, outcome, summary.err)
        if where != "both":
            assert found == {**{row["email"]: "sent" for row in rows}, "u9@test.example": "in doubt", "u10@test.example": "refused"}, summary.err


@pytest.mark.deep
@pytest.mark.parametrize("room", [45_000, 2_000, 700])
def test_a_full_disk_and_the_next_start_on_a_cluster(shop, cluster, room):
    """The first start has no room; the next one is the cluster's."""
    rows = [{"id": f"p-{row}", "email": f"u{row}@test.example"} for row in range(100)]
    write_profiles(shop.root / "p.ndjson", rows)
    with Rude().up() as server:
        words = words_of(server, "--part-size", 100)
        limited = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); runpy.run_module('mailweave', run_name='__main__')"
        command = [sys.executable, "-c", limited.format(room), "run", "hello", *map(str, words), "--jobs", "1"]
        first = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
        assert first.returncode in (0, 1)
        assert "Traceback" not in first.stderr
        shop.call(*words, "--scheduler", cluster, status=1 if "in doubt" in first.stderr else 0)
    assert Counter(server.kept) == {row["email"]: 1 for row in rows}
    assert set(ledger(shop.out)) == {row["id"] for row in rows}


def test_the_table_of_the_documentation_is_the_one_that_is_tested():
    """Each stage of docs/run.md has cases here, and each answer that it names."""
    text = (Path(__file__).parents[3] / "docs/run.md").read_text(encoding="utf-8")
    table = text.partition("### Whose fault an answer is")[2].partition("**When nobody")[0]
    said = " ".join(str(answer) for case in OF_SERVERS for answer in case["says"].values())
    codes = set(re.findall(r"\b[245]\d\d\b", table))
    assert len(codes) > 10
    assert {code for code in codes if code not in said} <= {"500", "502", "504", "521", "534", "535", "538", "555"}
    stages = {stage.split()[0] for case in OF_SERVERS for stage in case["says"]}
    assert {"RCPT", "DATA", "MAIL", "text", "greeting", "EHLO", "STARTTLS"} <= stages
