"""Real runs, with worker processes and a mail server, by a clock that leaps over what it waits for."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest

from mailweave.engine import Engine
from mailweave.testing import MINIMAL, write_files
from mailweave_plugins.bulk.pace.clock import LeapingClock
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.plan import Request
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.result import Start
from mailweave_plugins.bulk.run import run as run_all

from ..conftest import AT, CAMPAIGN, lines, write_profiles


@pytest.fixture
def paced(tmp_path):
    """`go(people, server, …)` is a run of the command's own function; `clock` leaps, and begins at `start` of a day in UTC."""
    write_files(tmp_path, {**MINIMAL, "campaigns/hello.yaml": CAMPAIGN})
    clock = LeapingClock(tmp_path / "clock")
    # Half past eight on the next day, so that a test never begins at the end of one.
    clock.wait((clock.now() // 86400 + 1) * 86400 + 8.5 * 3600, lambda: None)
    engine = Engine()
    out = tmp_path / "out"

    def go(people, server, *, jobs=1, part_size=None, budget=None, **pace):
        path = write_profiles(tmp_path / "p.ndjson", people)
        target = f"smtp://127.0.0.1:{server.port}"
        request = Request("hello", str(path), "ndjson", out, "smtp", target, datetime.fromisoformat(AT), part_size=part_size)
        settings = Pace(began=clock.now(), clock=clock, **pace)
        start = Start(patience=0, connections=2, budget=budget, pace=settings)
        return run_all(engine, engine.open(tmp_path), request, Workers(jobs), start)

    def ledger():
        return lines(*sorted(out.glob("ledger/*.ndjson")))

    return SimpleNamespace(go=go, clock=clock, out=out, ledger=ledger)
