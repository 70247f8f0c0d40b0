"""Rows that ended a worker, alone in a process of its own too: they are rejected unseen, in this start of the run and in every later one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from mailweave import Place, Problem
from mailweave_plugins.bulk.lines import json_line

_FILE: Final = "verdicts.ndjson"


class Verdict(NamedTuple):
    """Why a row is rejected. An `unread` row isn't even read, because that is what ended the worker."""

    row: int
    code: str
    what: str
    remedy: str
    unread: bool = False

    def problem(self, place: Place) -> Problem:
        """The problem of the row, which stands at that place."""
        return Problem(self.what, self.remedy, place, code=self.code)


def note_verdict(folder: Path, run: str, verdict: Verdict) -> None:
    """Keep a verdict for every later try at the row."""
    path = folder / ".run" / _FILE
    # A line that was cut off stays a line of its own.
    cut = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if cut else "") + json_line({"run": run, **verdict._asdict()}))


def verdicts(folder: Path, run: str) -> Mapping[int, Verdict]:
    """Row → verdict. What can't be read is left out: such a row is tried again, and no harm is done."""
    try:
        lines = (folder / ".run" / _FILE).read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return {}
    found = [verdict for line in lines if (verdict := _parsed(line, run))]
    return {verdict.row: verdict for verdict in found}


def _parsed(line: str, run: str) -> Verdict | None:
    try:
        data: Any = json.loads(line)
        if data.pop("run") != run or type(data.get("row")) is not int:
            return None
        return Verdict(**data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
