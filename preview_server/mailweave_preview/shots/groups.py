"""Put together what is one decision: a block that changed in forty messages is looked at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailweave.terminal import counted
from mailweave_preview.shots.results import Result, Run, Status
from mailweave_preview.shots.subject import digest_of

_ORDER: tuple[Status, ...] = ("error", "different", "new", "removed", "same")
_OUTSIDE = "outside all slots"


@dataclass(frozen=True)
class Group:
    """Pictures of one status in which the same blocks changed. `key` stays the same from run to run."""

    key: str
    status: Status
    title: str
    detail: str
    files: tuple[str, ...]
    results: tuple[Result, ...]


def groups_of(run: Run) -> list[Group]:
    """Every picture of a run in its group: errors first, then differences with the most pictures first."""
    found: dict[tuple[str, ...], list[Result]] = {}
    for result in run.results:
        found.setdefault((result.status, *_what(result)), []).append(result)
    made = [_group(key, results) for key, results in found.items()]
    return sorted(made, key=lambda group: (_ORDER.index(group.status), -len(group.results), group.title))


def _what(result: Result) -> tuple[str, ...]:
    """What makes results one decision: the blocks that changed, or for what is new or gone the message."""
    if result.status == "different":
        return tuple(sorted({change.block or change.slot or _OUTSIDE for change in result.changed})) or (_OUTSIDE,)
    if result.status == "error":
        return (result.notes[-1] if result.notes else "",)
    return (result.title,) if result.status in ("new", "removed") else ()


def _group(key: tuple[str, ...], results: list[Result]) -> Group:
    status = results[0].status
    files = tuple(dict.fromkeys(file for result in results for file in result.files))
    return Group(digest_of(*key), status, _title(status, key[1:]), _detail(results), files, tuple(results))


def _title(status: Status, what: tuple[str, ...]) -> str:
    if status == "same":
        return "As approved"
    return ", ".join(what[:4]) + (f" and {len(what) - 4} more" if len(what) > 4 else "")


def _detail(results: list[Result]) -> str:
    messages = len({result.digest for result in results})
    where = counted(len(results), "picture") + (f" of {counted(messages, 'message')}" if results[0].status in ("different", "error") else "")
    how = _one({", ".join(dict.fromkeys(change.how for change in result.changed)) for result in results})
    return f"{how}, {where}" if how and results[0].status == "different" else where


def _one(said: Iterable[str]) -> str:
    """What all say, or, when they say different things, what is true of all."""
    words = sorted(set(said))
    return words[0] if len(words) == 1 else "looks different"
