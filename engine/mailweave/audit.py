"""Look a whole workspace over: read every file, run every check, build every message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from mailweave.alone import render_block
from mailweave.campaign import Campaign
from mailweave.compiled.program import Note, Program
from mailweave.errors import ABORTED, Level, MailweaveError, Place, Problem, bounded
from mailweave.plugins import blame
from mailweave.render import render
from mailweave.workspace import Workspace


def audit(workspace: Workspace, at: datetime, going: Callable[[str], object] = bool) -> list[Problem]:
    """Every problem of a workspace, sorted by place, each once. `going` is called before each message
    is built, with what that is; it may raise, to stop.

    Checks and messages come only after all files were read without errors: what they would say of broken files is noise.
    """
    problems = list(_unreadable(workspace))
    if not problems:
        problems = _merged([*_markup(workspace), *_checked(workspace)], [*_unbuildable(workspace, at, going), *_broken_samples(workspace, at, going)])
    return list(bounded(sorted(dict.fromkeys(problems), key=_order)))


def _order(problem: Problem) -> tuple[Place, bool, str]:
    """By place; a misspelt key comes before the key that is missing because of it."""
    return problem.place or Place(""), problem.code != "unknown-key", problem.what


def _merged(checked: list[Problem], met: list[Problem]) -> list[Problem]:
    """What checks found and what building met, without telling one line's mistake twice: a check's error says more than the message that
    failed because of it, and a failed message more than a check's warning."""
    errors = {_line(problem) for problem in checked if problem.level == "error"}
    failed = {_line(problem) for problem in met}
    kept = [problem for problem in checked if problem.level == "error" or _line(problem) not in failed]
    return [*kept, *(problem for problem in met if _line(problem) not in errors)]


def _line(problem: Problem) -> tuple[str, int] | Problem:
    return (problem.place.path, problem.place.line) if problem.place else problem


def _unreadable(workspace: Workspace) -> Iterator[Problem]:
    named: list[tuple[Callable[[str], Any], list[str]]] = [
        (workspace.block, workspace.block_names()),
        (workspace.layout, list(workspace.folders.layout_files())),
        (workspace.profile, workspace.profile_names()),
        (workspace.campaign, workspace.campaign_names()),
    ]
    for read, names in named:
        for name in names:
            yield from _problems(read, name)
    for part in ("catalogue", "sources", "links"):
        yield from _problems(getattr, workspace, part)


def _problems(call: Callable[..., Any], *arguments: Any) -> tuple[Problem, ...]:
    try:
        call(*arguments)
    except MailweaveError as error:
        return error.problems
    return ()


def _markup(workspace: Workspace) -> Iterator[Problem]:
    """What templates have that MJML only warns of."""
    for block in map(workspace.block, workspace.block_names()):
        for part in (*block.variants.values(), *([block.head] if block.head else [])):
            yield from part.template.warnings
    for name in workspace.folders.layout_files():
        yield from workspace.layout(name).template.warnings


def _checked(workspace: Workspace) -> Iterator[Problem]:
    for name, check in sorted(workspace.registry.checks.items()):
        plugin = workspace.registry.plugin_of.get(("checks", name), name)
        yield from blame(plugin, f"check '{name}'", partial(_listed, check.run, workspace))


def _listed(run: Callable[[Workspace], Iterable[Problem]], workspace: Workspace) -> list[Problem]:
    return list(run(workspace))


def _unbuildable(workspace: Workspace, at: datetime, going: Callable[[str], object]) -> Iterator[Problem]:
    """What stops messages from being built, and what keeps them from being compiled once; each told once, with the names of the profiles."""
    for campaign in map(workspace.campaign, workspace.campaign_names()):
        met: dict[Problem, list[str]] = {}
        program = Program(workspace, campaign, workspace.config.assets)
        for profile in map(workspace.profile, workspace.profile_names()):
            going(f"the message of '{campaign.name}' for '{profile.name}'")
            found = _problems(render, workspace, campaign, profile, at)
            for problem in found:
                met.setdefault(problem, []).append(profile.name)
            if not found:
                program.examine(profile, at)
        for problem, profiles in met.items():
            # What isn't to be sent is no mistake, but somebody previews it.
            level: Level = "warning" if problem.code == ABORTED else problem.level
            yield replace(problem, level=level, what=f"{problem.what} (campaign '{campaign.name}', {_named(profiles)})")
        yield from (_slow(note, campaign) for note in program.notes)


def _slow(note: Note, campaign: Campaign) -> Problem:
    """A place at which messages are compiled more often than once for each choice."""
    what = f"this isn't compiled once for all: {note.why}"
    remedy = "each such message is built the slow way" if note.slow else "each value is compiled anew; slow when every customer has another"
    place = note.place or campaign.document.place(())
    return Problem(f"{what} (campaign '{campaign.name}')", remedy, place, "not-compiled", "warning")


def _named(profiles: Iterable[str]) -> str:
    first, *others = profiles
    return f"profile '{first}'" + (f" and {len(others)} more" if others else "")


def _broken_samples(workspace: Workspace, at: datetime, going: Callable[[str], object]) -> Iterator[Problem]:
    for block in map(workspace.block, workspace.block_names()):
        for variant in block.variants if block.sample and not block.stock else ():
            going(f"the block '{block.name}', variant '{variant}'")
            yield from _problems(render_block, workspace, block, variant, at)
