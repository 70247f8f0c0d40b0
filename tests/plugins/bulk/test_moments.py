"""Runs to files, killed, out of space and damaged at drawn moments, and started again: nothing is lost, nothing comes twice, no traceback."""

from __future__ import annotations

import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from email import message_from_bytes
from functools import partial
from pathlib import Path

import psutil
import pyarrow.parquet
import pytest

from .conftest import AT, customers, lines, write_profiles
from .damage import HOW, damage, files_of, wipe

HAPPENINGS = ("kill", "kill-worker", "full", "damage", "damage-running")
KINDS = ("ndjson", "parquet", "eml")
PEOPLE = 240
# A query's result and a Parquet file with large groups are copied into the run's folder.
SOURCES = ("p.ndjson", "p.ndjson", "p.csv", "select * from 'p.csv'")
# What is said of a file, and what to do.
_NAMED = re.compile(r"(/\S*/out/\S+?)\)? (?:–|is |isn't |holds |belongs |has |was |can't |counts )|\((/\S*/out/\S+?)\)")


def people():
    rows = customers(PEOPLE)
    rows[7]["email"] = rows[131]["email"] = "nonsense"
    return rows


class Moments:
    """One run, and what happens to it. Everything that is drawn comes from `chance`."""

    def __init__(self, shop, seed):
        self.shop, self.chance, self.out = shop, random.Random(seed), shop.out
        self.kind, source = self.chance.choice(KINDS), self.chance.choice(SOURCES)
        rows = people()
        write_profiles(shop.root / "p.ndjson", rows)
        (shop.root / "p.csv").write_text("id,email,first_name,vip\n" + "".join(f"{row['id']},{row['email']},{row['first_name']},{str(row['vip']).lower()}\n" for row in rows))
        size = self.chance.choice((12, 40, 100))
        self.words = ["--profiles", source, "--to", "out", "--as", self.kind, "--at", AT, "--jobs", str(self.chance.choice((1, 2))), "--part-size", str(size), "--map", "vip=vip:boolean"]
        self.parts = -(-PEOPLE // size)
        self.copies = shop.root / "copies"
        self.told: list[str] = []

    def start(self, limit=None):
        command = [sys.executable, "-m", "mailweave", "run", "hello", *self.words]
        least = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)) if limit is not None else None
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=least, start_new_session=True)

    def wait_for_moment(self, process):
        """Until some parts are done, or for a while before the first is."""
        goal = self.chance.choice((0, 0, *range(1, self.parts)))
        deadline = time.monotonic() + 60
        while goal and len(list(self.out.glob("parts/*.json"))) < goal and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, 0.15) if goal else self.chance.uniform(0.5, 4))

    def happen(self, what):
        """One start, and what goes wrong with it."""
        self.told.append(what)
        process = self.start(limit=int(10 ** self.chance.uniform(0, 5.7)) if what == "full" else None)
        if what != "full":
            self.wait_for_moment(process)
        if what == "damage-running":
            self.damage()
        if what in ("kill", "damage"):
            self.kill(process)
        if what == "kill-worker":
            self.kill_worker(process)
        said = self.end(process)
        if what == "damage":
            self.damage()
        if what == "full" and f"{PEOPLE} of {PEOPLE} profiles" not in said:
            assert re.search(r"No space|too large|can't be compared|no file or process|DuckDB says: IO Error", said), said

    def kill(self, process):
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            psutil.wait_procs(children, timeout=60)

    def kill_worker(self, process):
        with suppress(psutil.NoSuchProcess, IndexError):
            workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
            self.chance.choice(workers).kill()

    def damage(self):
        files = files_of(self.out) if self.out.exists() else []
        if not files:
            return
        path, how = self.chance.choice(files), self.chance.choice(HOW)
        others = [other for other in path.parent.glob("*") if other.suffix != ".part" and other.is_dir() == path.is_dir()]
        self.told.append(f"{how} {path.relative_to(self.out)}")
        copy = self.copies / path.relative_to(self.out)
        wipe(copy)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # the run goes on meanwhile
            shutil.copytree(path, copy) if path.is_dir() else shutil.copy(path, copy)
            damage(path, how, self.chance, self.chance.choice(others))

    def end(self, process):
        said, err = process.communicate(timeout=300)
        if process.returncode != -signal.SIGKILL:
            assert "Traceback" not in err, (self.told, err)
            assert process.returncode in (0, 1), (self.told, process.returncode, said + err)
        return said + err

    def go_on(self):
        """Start it again until it is done, each time doing what is said there."""
        for _ in range(6):
            process = self.start()
            said = self.end(process)
            if f"{PEOPLE} of {PEOPLE} profiles" in said:
                return said
            self.told.append(said)
            self.obey(said)
        raise AssertionError(self.told)

    def obey(self, said):
        """Put back a copy, or move away what is in the way. What the machine's neighbours did, like a worker's death, needs nothing."""
        named = [Path(found) for pair in _NAMED.findall(" ".join(said.split())) for found in pair if found]
        for path in named:
            copy = self.copies / path.relative_to(self.out)
            if "put back a copy" in said and copy.exists():
                wipe(path)
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(copy, path)
            elif "move it away" in said or "symbolic link" in said or "mend that" in said:
                wipe(path)
        assert named or "go on with the same command" in said or "died" in said, self.told

    def check(self):
        ids = sorted(row["id"] for row in people() if row["email"] != "nonsense")
        ledger = lines(*sorted(self.out.glob("ledger/*.ndjson")))
        assert [row["row"] for row in ledger] == list(range(PEOPLE)), self.told
        assert sorted(row["id"] for row in ledger if row["outcome"] == "written") == ids, self.told
        assert sorted(self.messages()) == ids, self.told
        assert sorted(row["id"] for row in lines(self.out / "rejects.ndjson")) == ["p-131", "p-7"], self.told
        assert not list(self.out.rglob("*.part")), self.told

    def messages(self):
        paths = sorted(self.out.glob("messages/*"))
        if self.kind == "ndjson":
            return [row["id"] for row in lines(*paths)]
        if self.kind == "parquet":
            return [name for path in paths for name in pyarrow.parquet.read_table(path)["id"].to_pylist()]
        inner = [path for folder in paths for path in folder.iterdir()]
        assert all(message_from_bytes(path.read_bytes())["To"] for path in inner)
        return [path.stem.partition("-")[2] for path in inner]


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_lost_at_a_random_moment(shop, seed):
    moments = Moments(shop, seed)
    for _ in range(moments.chance.choice((1, 2))):
        moments.happen(moments.chance.choice(HAPPENINGS))
    moments.go_on()
    moments.go_on()  # a file that was damaged while the last start wrote others is found by the next
    moments.check()


def test_nothing_is_lost_at_a_random_moment_in_short(shop):
    moments = Moments(shop, 1001)
    moments.happen("damage")
    moments.go_on()
    moments.check()
