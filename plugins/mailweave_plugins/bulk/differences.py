"""Messages that weren't the reference's, and what was handed over from the same compiled documents."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailweave import Place, Problem
from mailweave.compiled.difference import Difference
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.journal import known_lines
from mailweave_plugins.bulk.lines import json_line, whole_lines
from mailweave_plugins.bulk.manifest import marker, part_name

DIFFERENCES: Final = "differences.ndjson"
SUSPECT: Final = "suspect.ndjson"
HANDED_OVER: Final = ("written", "sent", "in doubt")

_SHOWN: Final = 3
_GO_ON: Final = (
    "go on with the same command and --reference, which builds every message the slow way with the same bytes; "
    "and report it"
)
_IMPURE: Final = (
    "both were built the reference way, so a plugin's filter or rule gives another result each time; "
    "go on without comparing: --reference"
)


def described(row: int, place: Place, difference: Difference, document: str | None) -> dict[str, Any]:
    """A difference as a line of differences.ndjson. `document` is None when the message came from no compiled one."""
    where = difference._asdict()
    name = where.pop("profile")
    problem = Problem(difference.what, _GO_ON if document else _IMPURE, place, code="not-equal")
    return {"row": row, "id": name, "document": document, "difference": where, "problem": problem.json()}


def problem_of(line: Mapping[str, Any]) -> Problem:
    """The problem of a line of differences.ndjson."""
    told = line["problem"]
    return Problem(told["what"], told["remedy"], Place(told["path"], told["line"]), code=told["code"])


def note(folder: Path, line: Mapping[str, Any]) -> None:
    """Write a difference into the run's folder: later starts have to know."""
    lines = [*noted(folder), line]
    with put_in_place(folder / DIFFERENCES) as path:
        path.write_text("".join(map(json_line, lines)), encoding="utf-8")


def noted(folder: Path) -> list[dict[str, Any]]:
    """Every difference that any start of the run found."""
    path = folder / DIFFERENCES
    return [json.loads(line) for line in whole_lines(path)] if path.exists() else []


@dataclass(frozen=True)
class Suspects:
    """How many messages were handed over from documents that differed, and the first of their ids."""

    count: int = 0
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.count:
            return "no message that was handed over came from a document that differs"
        that = "message that was" if self.count == 1 else "messages that were"
        return f"{self.count:,} {that} handed over came from a document that differs, such as {', '.join(self.ids)}"


def write_suspects(folder: Path, run: str, differences: Iterable[Mapping[str, Any]], parts: int) -> Suspects:
    """List what was handed over from the documents of these differences; without any, the file is removed."""
    documents = {line["document"] for line in differences if line["document"]}
    count, ids = 0, []
    with put_in_place(folder / SUSPECT) as path, path.open("w", encoding="utf-8") as file:
        for entry in _handed_over(folder, run, documents, parts) if documents else ():
            file.write(json_line(entry))
            count += 1
            ids += [entry["id"]] if count <= _SHOWN else []
    if not count:
        (folder / SUSPECT).unlink()
    return Suspects(count, tuple(ids))


def _handed_over(folder: Path, run: str, documents: Collection[str], parts: int) -> Iterator[dict[str, Any]]:
    for index in range(parts):
        last: dict[int, dict[str, Any]] = {}
        for line in _lines(folder, run, index):
            # Most lines are of other documents, and reading them all as JSON would take minutes.
            if any(document in line for document in documents):
                entry = json.loads(line)
                last[entry["row"]] = entry
        for entry in last.values():
            if entry["outcome"] in HANDED_OVER and entry.get("document") in documents:
                yield entry


def _lines(folder: Path, run: str, index: int) -> Iterator[str]:
    """What is known of a part's messages: its ledger, when it is done, else its journal, where they are sent."""
    if marker(folder, index).exists():
        return whole_lines(folder / "ledger" / f"{part_name(index)}.ndjson")
    return (line.decode() for line in known_lines(folder, run, index))
