"""A small shop, profiles in any number, and the command: in this process, or as one of its own that can be killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files

AT = "2026-11-23T10:00:00Z"
CAMPAIGN = """
subject: 'Hello {{ customer.first_name | default: "there" }}'
slots:
  note:
    block: note
    choose:
      - when: {attribute: {vip: {equals: true}}}
        variant: other
      - otherwise: default
"""


def customers(number):
    """Profiles p-0, p-1 …; each third one is a VIP."""
    return [{"id": f"p-{index}", "email": f"u{index}@test.example", "first_name": f"Ann {index}", "vip": index % 3 == 0} for index in range(number)]


def write_profiles(path: Path, rows) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def lines(*paths: Path):
    # Not `splitlines`: a value may hold U+2028.
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line]


def install(monkeypatch, site: Path, name: str, code: str):
    """Put a plugin, as a distribution of its own, where processes that are started from now on find it."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (site / f"{name}.py").write_text(code)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[mailweave]\n{name} = {name}\n")
    monkeypatch.setenv("PYTHONPATH", str(site))


@pytest.fixture
def shop(tmp_path, monkeypatch, capsys):
    """The current folder: a workspace, with `call` (the command, its summary), `start` (the same as a process) and `out` (the run's folder).

    Workers are processes of their own in any case.
    """
    write_files(tmp_path, {**MINIMAL, "campaigns/hello.yaml": CAMPAIGN})
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"

    def start(*words, **options):
        command = [sys.executable, "-m", "mailweave", "run", "hello", *map(str, words)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def call(*words, status=0):
        found = run(["run", "hello", *map(str, words), "--format", "json"])
        said, err = capsys.readouterr()
        assert found == status, said + err
        return SimpleNamespace(**json.loads(said or "{}"), err=err)

    def ledger():
        return lines(*sorted(out.glob("ledger/*.ndjson")))

    def messages():
        return lines(*sorted(out.glob("messages/*.ndjson")))

    return SimpleNamespace(root=tmp_path, out=out, start=start, call=call, ledger=ledger, messages=messages)
