"""Connected content as it was when the run began: every worker and every later start uses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.kept import STRICT, DamagedError, damaged, read_object, validated, write_kept

SOURCES: Final = ".run/sources.json"

_REMEDY: Final = "put back a copy of it, or begin another run in another folder: content that is fetched now may be other content"


@dataclass(frozen=True, config=STRICT)
class _Kept:
    run: str
    sources: dict[str, Any]


@cache
def _schema() -> TypeAdapter[_Kept]:
    return TypeAdapter(_Kept)


def keep_sources(folder: Path, run: str, sources: Mapping[str, Any]) -> None:
    """Write what the workspace's sources hold now.

    Raises:
        MailweaveError: a source holds what JSON can't.
    """
    for name, data in sources.items():
        try:
            same = json.loads(json.dumps(data)) == data
        except (TypeError, ValueError, RecursionError):
            same = False
        if not same:
            what = f"the source '{name}' holds what JSON can't, so a run can't keep it"
            raise MailweaveError(Problem(what, "have its connector give text, numbers, lists and mappings", code="bad-source"))
    write_kept(folder / SOURCES, {"run": run, "sources": dict(sources)})


def read_sources(folder: Path, run: str) -> dict[str, Any]:
    """What `keep_sources` wrote for this run.

    Raises:
        DamagedError: it isn't that any more.
    """
    path = folder / SOURCES
    found = read_object(path, _REMEDY)
    validated(path, _schema(), found, _REMEDY)
    if found["run"] != run:
        raise DamagedError(damaged(path, "belongs to another run", _REMEDY))
    sources: dict[str, Any] = found["sources"]
    return sources
