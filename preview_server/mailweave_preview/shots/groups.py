"""Put together what is one decision: a block that changed in forty messages is looked at once."""

from __future__ import annotations

from collections.abc import Sequence
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
    """What makes results one decision: what was changed, or for what is new or gone the message."""
    if result.status == "different":
        return _causes(result)
    if result.status == "error":
        return (result.notes[-1] if result.notes else "",)
    return (result.title,) if result.status in ("new", "removed") else ()


def _causes(result: Result) -> tuple[str, ...]:
    """The blocks that look different and whose files changed, and files that blocks share (the brand, a campaign); where no file changed
    (another version of a tool), the blocks that look different."""
    blocks = sorted({change.block or change.slot or _OUTSIDE for change in result.changed}) or [_OUTSIDE]
    own = [block for block in blocks if any(_is_of(file, block) for file in result.files)]
    shared = [file for file in result.files if "content_blocks/" not in file or "content_blocks/layouts/" in file]
    return (*own, *sorted(shared)) or tuple(blocks)


def _is_of(file: str, block: str) -> bool:
    return f"content_blocks/{block.split('/')[0]}/" in file


def _group(key: tuple[str, ...], results: list[Result]) -> Group:
    status = results[0].status
    files = tuple(dict.fromkeys(file for result in results for file in result.files))
    return Group(digest_of(*key), status, _title(status, key[1:]), _detail(results), files, tuple(results))


def _title(status: Status, what: tuple[str, ...]) -> str:
    if status == "same":
        return "As approved"
    return _few(what, 3)


def _detail(results: list[Result]) -> str:
    if results[0].status not in ("different", "error"):
        return counted(len(results), "picture")
    where = f"{counted(len(results), 'picture')} of {counted(len({result.digest for result in results}), 'message')}"
    changes = [change for result in results for change in result.changed]
    names = list(dict.fromkeys(change.block or change.slot or _OUTSIDE for change in changes))
    how = {change.how for change in changes}
    word = how.pop() if len(how) == 1 else "looks different"
    said = f"{_few(names, 2)} {word.replace('looks', 'look') if len(names) > 1 else word}"
    return f"{said}, {where}" if changes else where


def _few(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
