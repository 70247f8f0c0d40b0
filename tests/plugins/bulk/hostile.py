"""Real faults: a filter that does to its process whatever a customer's `fault` says."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from .conftest import AT, install, lines, write_profiles

PLUGIN = """
import os, signal, sys, time
from mailweave import hookimpl


class Panic(BaseException):
    pass


def deep(number):
    return deep(number + 1)


def endless():
    while True:
        pass


FAULTS = {
    "segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "abort": os.abort,
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda: os._exit(3),
    "endless": endless,
    "asleep": lambda: time.sleep(3600),
    "system-exit": lambda: sys.exit("bye"),
    "interrupt": lambda: (_ for _ in ()).throw(KeyboardInterrupt()),
    "panic": lambda: (_ for _ in ()).throw(Panic("rust")),
    "memory": lambda: (_ for _ in ()).throw(MemoryError()),
    "recursion": lambda: deep(0),
    "error": lambda: 1 / 0,
}


def risky(scope, value):
    fault = FAULTS.get(value)
    if fault:
        fault()
    return "fine"


@hookimpl
def register_filters():
    return {"risky": risky}
"""
BLOCK = "<mj-section><mj-column><mj-text>{{ customer.fault | risky }} {{ customer.first_name }}</mj-text></mj-column></mj-section>\n"


def customers(number, faults):
    """Profiles p-0, p-1 …; `faults` is row → fault."""
    rows = [{"id": f"p-{index}", "email": f"u{index}@test.example", "first_name": f"Ann {index}"} for index in range(number)]
    return [{**row, "fault": faults.get(index, "none")} for index, row in enumerate(rows)]


@pytest.fixture
def hostile(shop, monkeypatch):
    """`go(rows, …)` runs a campaign whose block calls the filter, in processes of its own; `seconds` is the limit of a row's time."""
    install(monkeypatch, shop.root / "site", "acme_risks", PLUGIN)
    (shop.root / "campaigns/hello.yaml").write_text("subject: Hello\nslots: {note: {block: note}}\n")
    (shop.root / "content_blocks/note/default.mjml").write_text(BLOCK)

    def go(rows, *words, status=1, seconds=None):
        if rows is not None:
            write_profiles(shop.root / "p.ndjson", rows)
        if seconds:
            with (shop.root / "mailweave.yaml").open("a") as file:
                file.write(f"limits: {{seconds: {seconds}}}\n")
        process = shop.start("--profiles", "p.ndjson", "--at", AT, "--format", "json", *words)
        said, err = process.communicate(timeout=400)
        assert process.returncode == status, said + err
        return SimpleNamespace(**json.loads(said or "{}"), err=" ".join(err.split()))

    def rejects():
        path = shop.out / "rejects.ndjson"
        return {entry["id"]: entry["problems"][0] for entry in lines(path)} if path.exists() else {}

    return SimpleNamespace(go=go, rejects=rejects, **vars(shop))
