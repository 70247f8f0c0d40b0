"""Say what a run found: for a person, as JSON, as JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from mailweave.terminal import counted
from mailweave_preview.shots.groups import Group, groups_of
from mailweave_preview.shots.results import Result, Run

_SHOWN: Final = 4
_WORDS: Final = {"different": "different", "new": "new", "removed": "gone", "error": "error"}


def text_of(run: Run) -> str:
    """What changed, one paragraph for each decision, and a summary."""
    paragraphs = ["\n".join(_paragraph(group)) for group in groups_of(run) if group.status != "same"]
    warnings = sorted({note for result in run.results if result.status == "same" for note in result.notes})
    notes = [*(f"note: {note}" for note in (*run.notes, *warnings)), *(f"error: {error}" for error in run.errors)]
    return "\n\n".join([*paragraphs, *(["\n".join(notes)] if notes else []), "\n".join(_summary(run))])


def _paragraph(group: Group) -> Iterator[str]:
    yield f"{_WORDS[group.status]:<10} {group.title} – {group.detail}"
    if group.files:
        more = f" and {len(group.files) - _SHOWN} more" if len(group.files) > _SHOWN else ""
        yield f"           from {', '.join(group.files[:_SHOWN])}{more}"
    notes = list(dict.fromkeys(note for result in group.results for note in result.notes))
    if group.status != "error":
        yield from (f"           {note}" for note in notes[:_SHOWN])
    yield f"           {', '.join(_names(group.results))}"


def _names(results: tuple[Result, ...]) -> list[str]:
    names = [result.id for result in results[:_SHOWN]]
    return [*names, f"{len(results) - _SHOWN} more"] if len(results) > _SHOWN else names


def _summary(run: Run) -> Iterator[str]:
    skipped = sum(not result.taken for result in run.results if result.status == "same")
    parts = [f"{run.count('same')} as approved" + (f" ({skipped} unchanged, not taken again)" if skipped else "")]
    parts += [f"{number} {word}" for status, word in _WORDS.items() if (number := run.count(status))]  # type: ignore[arg-type]
    yield f"{counted(len(run.results), 'picture')}: {', '.join(parts)}; {run.seconds:.1f} s, {run.browser}"
    if run.count("different") or run.count("new"):
        yield "Look: mailweave report. Keep them: mailweave approve --all, or name what you mean (mailweave approve hero)."
    if run.count("removed"):
        yield "Forget what is gone: mailweave approve --prune."


def json_of(run: Run) -> str:
    """The whole run as JSON, under the key `shots`."""
    counts = {status: run.count(status) for status in ("same", "different", "new", "removed", "error")}
    return json.dumps({"shots": {"counts": counts, **run.model_dump(mode="json")}}, ensure_ascii=False)


def junit_of(run: Run) -> str:
    """JUnit XML: one suite for each campaign and block, one case for each picture."""
    suites: dict[str, list[Result]] = {}
    for result in run.results:
        suites.setdefault(result.title.rsplit("/", 1)[0], []).append(result)
    root = ElementTree.Element("testsuites", name=run.workspace, time=str(run.seconds))
    for name, results in suites.items():
        failures = sum(result.status in ("different", "new", "removed") for result in results)
        errors = sum(result.status == "error" for result in results)
        suite = ElementTree.SubElement(root, "testsuite", name=name, tests=str(len(results)), failures=str(failures), errors=str(errors))
        for result in results:
            _case(suite, name, result)
    for error in run.errors:
        case = ElementTree.SubElement(ElementTree.SubElement(root, "testsuite", name="run", tests="1", errors="1"), "testcase", name="run")
        ElementTree.SubElement(case, "error", message=error)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, name: str, result: Result) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=name, name=result.id.removeprefix(f"{name}/"))
    if result.status != "same":
        found = ElementTree.SubElement(case, "error" if result.status == "error" else "failure", message=sentence(result))
        found.text = "\n".join(
            [*(f"file: {file}" for file in result.files), *(f"picture: {path}" for path in (result.before, result.after, result.diff) if path)]
        )


def sentence(result: Result) -> str:
    """What is to be said of one picture, with its name."""
    return f"{result.id}: {said_of(result)}"


def said_of(result: Result) -> str:
    """What is to be said of one picture."""
    if result.status == "different":
        return "; ".join(
            f"{change.slot or 'outside all slots'}{f' ({change.block})' if change.block else ''} {change.how}" for change in result.changed
        )
    said = {"new": "was never approved", "removed": "is approved, but no message leads to it any more", "same": "is as approved"}
    return said.get(result.status) or "; ".join(result.notes)
