"""The same parts on a Dask cluster: a real scheduler and real workers, each a process."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from .conftest import AT, customers, write_profiles
from .faulty import FILES, MIXED, assert_stopped, faulty
from .rude_server import Rude

__all__ = ["faulty"]


@contextmanager
def serving(folder, nanny=False):
    """The address of a scheduler with two workers, which see what is installed now. A nanny brings back a worker that dies."""
    # Not a pipe: when nobody reads what it says of each client, the scheduler waits for ever.
    log = folder / "scheduler.log"
    with log.open("w") as said:
        started = [subprocess.Popen([sys.executable, "-m", "dask", "scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1"], stderr=said, cwd=folder)]
    while not (found := re.search(r"tcp://127\.0\.0\.1:\d+(?=\s)", log.read_text())):
        assert started[0].poll() is None, log.read_text()
        time.sleep(0.05)
    address = found[0]
    for _ in range(2):
        words = ["worker", address, "--nthreads", "1", "--nanny" if nanny else "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
        started.append(subprocess.Popen([sys.executable, "-m", "dask", *words], stderr=subprocess.DEVNULL, cwd=folder))
    yield address
    for process in reversed(started):
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dask")) as address:
        yield address


def test_a_cluster_writes_the_same_bytes(shop, cluster):
    write_profiles(shop.root / "p.ndjson", customers(200))
    words = ["--profiles", "p.ndjson", "--as", "ndjson", "--at", AT, "--part-size", 20]
    shop.call(*words, "--to", "here", "--jobs", 1)
    summary = shop.call(*words, "--to", "out", "--scheduler", cluster)
    assert summary.outcomes == {"written": 200}
    assert (summary.compared["sampled"], summary.compared["differences"]) == (20, 0)
    assert [path.read_bytes() for path in sorted(shop.out.glob("messages/*"))] == [path.read_bytes() for path in sorted((shop.root / "here/messages").glob("*"))]
    assert shop.call(*words, "--to", "out", "--scheduler", cluster).before == 200


def test_a_worker_of_the_cluster_may_die(shop, cluster):
    write_profiles(shop.root / "p.ndjson", customers(200))
    process = shop.start("--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--part-size", 10, "--scheduler", cluster)
    while len(list(shop.out.glob("parts/*.json"))) < 2:
        assert process.poll() is None
    worker = next(child for child in psutil.Process().children() if "worker" in child.cmdline())
    worker.kill()
    said, err = process.communicate(timeout=400)
    assert process.returncode == 0, said + err
    assert [row["row"] for row in shop.ledger()] == list(range(200))
    assert len({row["id"] for row in shop.messages()}) == 200


def test_a_cluster_sends_through_a_servers_faults(shop, cluster):
    write_profiles(shop.root / "p.ndjson", customers(40))
    says = {"MAIL": [*["fine"] * 7, "421 enough", "fine"], "RCPT u3": "421 no", "DATA u9": ["drop", "fine"], "text u20": "+drop", "RCPT u30": "550 5.1.1 nobody"}
    with Rude(says).up() as server:
        words = ["--profiles", "p.ndjson", "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out", "--at", AT, "--part-size", 10, "--scheduler", cluster]
        summary = shop.call(*words, status=1)
        assert hasattr(summary, "outcomes"), summary.err
        assert summary.outcomes == {"sent": 37, "deferred": 1, "in doubt": 1, "refused": 1}
        # A journal that lost what it held, of a part that goes on.
        (shop.out / "journal/part-00000.ndjson").write_bytes(b"")
        summary = shop.call(*words, status=1)
    assert hasattr(summary, "notes"), summary.err
    # The start finds that the file isn't what was written; whoever opens it says which line, and that its copy has it.
    assert [note["code"] for note in summary.notes] == ["damaged", "journal-damaged"]
    assert summary.outcomes == {"sent": 37, "deferred": 1, "in doubt": 1, "refused": 1}
    assert sorted(server.kept) == sorted(row["email"] for row in customers(40) if row["id"] not in ("p-3", "p-30"))


def test_a_difference_stops_all_workers_of_the_cluster(faulty, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("faulty")) as address:
        faulty.go(MIXED, *FILES, "--scheduler", address, status=1)
    assert_stopped(faulty)


def test_a_scheduler_that_isnt_there_is_told(shop, monkeypatch):
    monkeypatch.setattr("mailweave_plugins.bulk.cluster._PATIENCE", "1s")
    write_profiles(shop.root / "p.ndjson", customers(1))
    err = shop.call("--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--scheduler", "tcp://127.0.0.1:1", status=1).err
    assert "there is no Dask scheduler at tcp://127.0.0.1:1" in " ".join(err.split())
