"""`mailweave runs`: how far runs are, and what is next."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailweave import MailweaveError, Problem
from mailweave.hookspecs import hookimpl
from mailweave.terminal import counted, json_option, print_json, print_problems, print_table

if TYPE_CHECKING:
    from mailweave_plugins.bulk.sight.state import RunState


@click.command(epilog="Example: mailweave runs out\n\n  mailweave runs /var/lib/mailweave/runs --json")
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def runs(folders: tuple[Path, ...], as_json: bool) -> int:
    """Show how far the runs in these folders are. A FOLDER is a run's, or holds some; nothing in it is changed."""
    from mailweave_plugins.bulk.sight.found import runs_in
    from mailweave_plugins.bulk.sight.reader import read_state

    found = runs_in(folders)
    if not found:
        what = f"there is no run in {', '.join(map(str, folders))}"
        raise MailweaveError(Problem(what, "name the folder of `--to` or `--ledger`, or one that holds such folders", code="no-run"))
    states = [read_state(folder) for folder in found]
    if as_json:
        print_json([state.json() for state in states])
    elif len(states) == 1:
        _print_one(states[0])
    else:
        _print_all(states)
    return 1 if any(state.status == "damaged" for state in states) else 0


def _print_all(states: list[RunState]) -> None:
    rows = [(_status(state), _far(state), f"{state.failed:,}", state.campaign, _when(state.began)[:16], _shown(state.folder)) for state in states]
    print_table(("status", "done", "failed", "campaign", "begun", "folder"), _printable(rows))
    problems = [problem for state in states if state.status == "damaged" for problem in state.problems]
    if problems:
        print_problems(map(_cleaned, problems))


def _print_one(state: RunState) -> None:
    click.echo(_clean(f"{state.campaign or state.folder}: {_status(state)}, {_far(state)}"))
    for line in _facts(state):
        click.echo(_clean(line))
    if state.outcomes:
        click.echo()
        print_table(("outcome", "messages"), _printable((outcome, f"{count:,}") for outcome, count in state.outcomes.most_common()))
    if state.reasons:
        click.echo()
        rows = ((one.name, one.outcome, f"{one.count:,}", one.example) for one in state.reasons)
        print_table(("reason", "outcome", "messages", "such as"), _printable(rows))
    if state.domains:
        click.echo()
        print_table(("deferred at", "messages"), _printable((domain, f"{count:,}") for domain, count in state.domains.most_common(20)))
    for name in state.lists:
        click.echo(_clean(f"listed in {state.folder / name}"), err=True)
    if state.problems:
        print_problems(map(_cleaned, state.problems))
    if state.paused:
        click.echo(_clean(f"it is paused; to have it go on: {shlex.join(['mailweave', 'resume', str(state.folder)])}"), err=True)
    if state.command and state.status in ("stopped", "waiting"):
        click.echo(_clean(f"to go on: {state.command}"), err=True)


def _status(state: RunState) -> str:
    return "paused" if state.paused and state.status == "running" else state.status


def _printable(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    return [[_clean(cell) for cell in row] for row in rows]


def _clean(text: str) -> str:
    """A text from somebody's folder, without what would steer the terminal."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in text)


def _cleaned(problem: Problem) -> Problem:
    return replace(problem, what=_clean(problem.what), remedy=_clean(problem.remedy))


def _shown(folder: Path) -> str:
    """A folder as short as it can be typed here."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) and folder != here else folder)


def _far(state: RunState) -> str:
    return f"{state.done:,} of {state.total:,}" if state.total else "nothing done"


def _facts(state: RunState) -> Iterator[str]:
    from mailweave_plugins.bulk.progress import rate_words, span

    yield f"folder: {state.folder}"
    if state.target:
        yield f"to: {state.target}"
    if state.parts:
        yield f"{counted(state.parts, 'part')}, {state.parts_done:,} done"
    if state.rate is not None:
        left = f", {span(state.seconds_left)} left" if state.seconds_left is not None else ""
        yield f"{rate_words(state.rate)}{left}"
    if state.began is not None:
        ended = f", ended {_when(state.ended)} ({state.how})" if state.ended is not None else ""
        killed = ", and didn't come to its end" if state.ended is None and state.status not in ("running", "preparing") else ""
        yield f"last start {_when(state.began)} on {state.host}{ended}{killed}"


def _when(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "seconds") if seconds is not None else ""


@hookimpl
def register_commands() -> list[click.Command]:
    return [runs]
