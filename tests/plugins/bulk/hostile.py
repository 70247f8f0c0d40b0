"""Real faults: a filter that does to its process whatever a customer's `fault` says."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from .conftest import AT, install, lines, write_profiles

FILTER = """
import ctypes, os, signal, sys, time
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
    # Native code that never gives the interpreter back.
    "native": lambda: ctypes.PyDLL(None).pause(),
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
READER = """
import json, os, signal
from mailweave import hookimpl
from mailweave.readers import Part, Reader, Row


class Lines(Reader):
    \"\"\"Lines of JSON, with faults.\"\"\"
    name = "lines"
    suffixes = (".lines",)

    def split(self, path, size):
        total = len(path.read_text().splitlines())
        for start in range(0, total, size):
            stop = min(start + size, total)
            yield Part(start, stop, start + 1, start, stop - start)

    def read(self, path, part, only=None):
        # All at once: a fault of one of them shows at the first.
        found = []
        for number, line in enumerate(path.read_text().splitlines()[part.start:part.stop], part.line):
            row = json.loads(line)
            if row["fault"] == "read-error":
                raise RuntimeError("unreadable")
            if row["fault"] == "read-memory":
                raise MemoryError
            if row["fault"] == "read-segv":
                os.kill(os.getpid(), signal.SIGSEGV)
            found.append(Row(number, row))
        yield from found


@hookimpl
def register_readers():
    return [Lines]
"""
DELIVERER = """
import os, signal
from pathlib import Path
from contextlib import contextmanager
from mailweave import hookimpl
from mailweave.deliverers import FileDeliverer, Outcome, SendingDeliverer


def risk(letter):
    if letter.id.startswith("deliver-error"):
        raise SystemExit("no")
    if letter.id.startswith("deliver-segv"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if letter.id.startswith("deliver-name"):
        Path("x" * 1000).write_text("")


class Texts(FileDeliverer):
    \"\"\"Ids, one a line.\"\"\"
    name = "texts"
    suffix = ".txt"

    def write(self, path, letters):
        # In groups, as tables are written.
        letters = list(letters)
        for letter in letters:
            risk(letter)
        path.write_text("".join(letter.id + chr(10) for letter in letters))


class Post(SendingDeliverer):
    \"\"\"Ids, one a line, into a file that only grows.\"\"\"
    name = "post"
    schemes = ("post",)

    @contextmanager
    def session(self, target):
        yield self

    def send(self, letter, commit):
        if letter.id.endswith("before"):
            risk(letter)
        commit()
        with open("sent.txt", "a") as file:
            file.write(letter.id + chr(10))
        risk(letter)
        return Outcome("sent")


@hookimpl
def register_deliverers():
    return [Texts, Post]
"""
BLOCK = "<mj-section><mj-column><mj-text>{{ customer.fault | default: 'none' | risky }} {{ customer.first_name | default: 'there' }}</mj-text></mj-column></mj-section>\n"


def customers(number, faults):
    """Profiles p-0, p-1 …; `faults` is row → fault."""
    rows = [{"id": f"p-{index}", "email": f"u{index}@test.example", "first_name": f"Ann {index}"} for index in range(number)]
    return [{**row, "fault": faults.get(index, "none")} for index, row in enumerate(rows)]


@pytest.fixture
def hostile(shop, monkeypatch):
    """`go(rows, …)` runs a campaign whose block calls the filter, in processes of its own; `seconds` is the limit of a row's time."""
    for name, code in {"acme_risks": FILTER, "acme_lines": READER, "acme_post": DELIVERER}.items():
        install(monkeypatch, shop.root / "site", name, code)
    # For commands in this process, too.
    monkeypatch.syspath_prepend(shop.root / "site")
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
