"""Messages that weren't the reference's, and what was handed over from the same compiled documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as schema

from mailweave import Place, Problem
from mailweave.compiled.difference import Difference
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.journal import known_lines
from mailweave_plugins.bulk.kept import STRICT, DamagedError, damaged, read_entry, read_kept, validated, write_kept
from mailweave_plugins.bulk.lines import json_line, whole_lines
from mailweave_plugins.bulk.manifest import marker, part_name

DIFFERENCES: Final = "differences.ndjson"
SUSPECT: Final = "suspect.ndjson"
_KNOWN: Final = ".run/differences.json"
HANDED_OVER: Final = ("written", "sent", "in doubt")

_SHOWN: Final = 3
_REMEDY: Final = "put back a copy of it, or begin another run in another folder"
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


def note(folder: Path, run: str, line: Mapping[str, Any]) -> None:
    """Write a difference into the run's folder: later starts have to know."""
    lines = [json_line(each) for each in (*noted(folder, run), line)]
    with put_in_place(folder / DIFFERENCES) as path:
        path.write_bytes("".join(lines).encode("utf-8", "backslashreplace"))
    # After the lines themselves: an end between the two leaves one line more than are known here.
    write_kept(folder / _KNOWN, {"run": run, "lines": [_digest(each) for each in lines]})


def noted(folder: Path, run: str) -> list[dict[str, Any]]:
    """Every difference that any start of the run found.

    Raises:
        DamagedError: they aren't what was written. Without them a message that isn't the reference's might go out.
    """
    path, known = folder / DIFFERENCES, _known(folder, run)
    raw = b""
    if path.exists() or path.is_symlink():
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise DamagedError(damaged(path, f"can't be read: {error.strerror or error}", _REMEDY)) from error
    lines = [line + "\n" for line in raw.decode("utf-8", "replace").split("\n")[:-1]]
    if [_digest(line) for line in lines[: len(known)]] != known or (raw and not raw.endswith(b"\n")):
        raise DamagedError(damaged(path, "isn't what mailweave wrote" if raw else "is gone or empty", _REMEDY))
    return [_line(path, line) for line in lines]


def _known(folder: Path, run: str) -> list[str]:
    """The digests of the lines that were written; empty when nobody knows, as right after the first was."""
    path = folder / _KNOWN
    if not path.exists():
        return []
    try:
        found = read_kept(path, _known_schema(), _REMEDY)
    except DamagedError:
        return []  # the lines are still there, each checked by its schema
    return found.lines if found.run == run else []


def _line(path: Path, line: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DamagedError(damaged(path, "has a line that isn't valid JSON", _REMEDY)) from error
    validated(path, _line_schema(), found, _REMEDY)
    return found


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode("utf-8", "backslashreplace")).hexdigest()


@schema(frozen=True, config=STRICT)
class _Known:
    run: str
    lines: list[str]


@schema(frozen=True, config=ConfigDict(strict=True))
class _Problem:
    what: str
    remedy: str
    path: str
    line: int
    code: str


@schema(frozen=True, config=STRICT)
class _Line:
    row: int
    id: str
    document: str | None
    difference: dict[str, Any]
    problem: _Problem


@cache
def _known_schema() -> TypeAdapter[_Known]:
    return TypeAdapter(_Known)


@cache
def _line_schema() -> TypeAdapter[_Line]:
    return TypeAdapter(_Line)


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


def write_suspects(
    folder: Path, run: str, differences: Iterable[Mapping[str, Any]], parts: int, listen: Callable[[], None] = lambda: None
) -> Suspects:
    """List what was handed over from the documents of these differences; without any, the file is removed. `listen` may raise to end this."""
    documents = {line["document"] for line in differences if line["document"]}
    count, ids = 0, []
    with put_in_place(folder / SUSPECT) as path, path.open("w", encoding="utf-8") as file:
        for entry in _handed_over(folder, run, documents, parts) if documents else ():
            listen()
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
                entry = read_entry(folder / "ledger" / f"{part_name(index)}.ndjson", line)
                last[entry["row"]] = entry
        for entry in last.values():
            if entry["outcome"] in HANDED_OVER and entry.get("document") in documents:
                yield entry


def _lines(folder: Path, run: str, index: int) -> Iterator[str]:
    """What is known of a part's messages: its ledger, when it is done, else its journal, where they are sent."""
    if marker(folder, index).exists():
        return whole_lines(folder / "ledger" / f"{part_name(index)}.ndjson")
    return (line.decode() for line in known_lines(folder, run, index))
