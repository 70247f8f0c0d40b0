"""A run's parts, sent in this process, without workers."""

from __future__ import annotations

import copy
import json

import pytest

from mailweave.engine import Engine
from mailweave.testing import MINIMAL, write_files
from mailweave_plugins.bulk.job import Job
from mailweave_plugins.bulk.manifest import Manifest
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.sending import send_part
from mailweave_plugins.bulk.signals import reset

from .conftest import AT, CAMPAIGN, customers, write_profiles

PEOPLE, SIZE = 16, 8


@pytest.fixture(scope="module")
def mailing(tmp_path_factory):
    """`job(folder, server)` is a run of two parts in that folder."""
    return mailing_of(tmp_path_factory.mktemp("mailing"), customers(PEOPLE), SIZE)


def mailing_of(root, rows, size):
    """The same for other rows; `query` is what stands behind the question mark of --to."""
    write_files(root, {**MINIMAL, "campaigns/hello.yaml": CAMPAIGN})
    path = write_profiles(root / "p.ndjson", rows)
    engine = Engine()
    parts = tuple(engine.registry.readers["ndjson"].split(path, size))
    settings = {
        "campaign": "hello",
        "at": AT,
        "workspace": str(root),
        "base": str(root),
        "reader": "ndjson",
        "profiles": str(path),
        "path": str(path),
    }
    more = {"mapped": (), "limit": None, "deliverer": "smtp", "target": "", "inputs": {}, "parts": parts}
    first = Job(root, Manifest(run="0" * 32, **settings, **more), engine, engine.open(root))

    def job(folder, server, run="0" * 32, query=""):
        found = copy.copy(first)
        found.folder = folder
        found.manifest = Manifest(run=run, **{**settings, **more, "target": f"smtp://127.0.0.1:{server.port}?{query}".removesuffix("?")})
        (folder / ".run").mkdir(parents=True, exist_ok=True)
        reset(folder, len(parts))
        return found

    return job


def send(job, *, parts=(0, 1), **options):
    """Send the parts; what each has come to."""
    seen = [Seen() for _ in parts]
    for index, one in zip(parts, seen, strict=True):
        send_part(job, Order(job.folder, job.manifest.run, index, **{"patience": 0, "connections": 1, **options}), one)
    return seen


def outcomes(folder):
    entries = [json.loads(line) for path in sorted(folder.glob("ledger/*.ndjson")) for line in path.read_text().splitlines()]
    assert [entry["row"] for entry in entries] == list(range(PEOPLE))
    assert [entry["id"] for entry in entries] == [f"p-{row}" for row in range(PEOPLE)]
    return {entry["email"].partition("@")[0]: entry["outcome"] for entry in entries}
