"""`mailweave shots`: take pictures and compare them with the approved ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailweave.engine import Engine
from mailweave.hookspecs import hookimpl
from mailweave.terminal import moment, workspace_option
from mailweave.workspace import Workspace
from mailweave_preview.shots.commands.options import PictureCommand, need_packages, out_option, run_folder

if TYPE_CHECKING:
    from mailweave_preview.shots.against import Watch
    from mailweave_preview.shots.baselines import Baselines
    from mailweave_preview.shots.plan import Options
    from mailweave_preview.shots.results import Run
    from mailweave_preview.shots.run import Done

EPILOG = """\b
Examples:
  mailweave shots
  mailweave shots --permutations --blocks --only hero --only phone
  mailweave shots --only spring/gold/phone-light --fresh
  mailweave shots --against main --format junit > shots.xml

Exit status: 0 all as approved, 1 some differ, are new or are gone, 2 some couldn't be taken.
"""
_SETS = {
    "profiles": "Take every choice that a preview profile gets.",
    "permutations": "Take few messages that together show every variant.",
    "pairs": "Take few messages that together show every two variants that go together.",
    "blocks": "Take every variant of every block alone, with its sample.",
    "weird": "Take every campaign for customers with unusual data.",
}


def _set_options(function: click.decorators.FC) -> click.decorators.FC:
    for name, help_ in reversed(_SETS.items()):
        function = click.option(f"--{name}", f"set_{name}", is_flag=True, help=help_)(function)
    return function


@click.command(cls=PictureCommand, epilog=EPILOG)
@_set_options
@click.option(
    "--only", multiple=True, metavar="PATTERN", help="Only pictures of a campaign, message, profile, block or viewport, or campaign/block/viewport."
)
@click.option("--against", metavar="REV", help="Compare with the workspace at a git revision, taken now, instead of with the baselines.")
@click.option("--fresh", is_flag=True, help="Also take what didn't change since it was approved.")
@click.option("--jobs", type=click.IntRange(1, 32), metavar="N", help="Pages at once. Default: one for each core.")
@click.option(
    "--at",
    metavar="ISO",
    callback=lambda _context, _parameter, text: moment(text),
    help="The moment of the messages. Default: `shots: {at: …}` of mailweave.yaml, else the baselines', else now.",
)
@click.option("--format", "kind", type=click.Choice(["text", "json", "junit"]), default="text", help="How to print what was found.")
@out_option
@workspace_option
@click.pass_obj
def shots(
    engine: Engine,
    /,
    workspace: Workspace,
    only: tuple[str, ...],
    against: str | None,
    fresh: bool,
    jobs: int | None,
    at: datetime | None,
    kind: str,
    out: Path | None,
    **sets: bool,
) -> int:
    """Take a picture of every message at every viewport, light and dark, and compare it with the approved one."""
    need_packages()
    from mailweave_preview.shots.outputs import json_of, junit_of, text_of
    from mailweave_preview.shots.plan import Options

    chosen = tuple(name for name in _SETS if sets[f"set_{name}"]) or workspace.config.shots.sets
    options = Options(chosen, only, jobs or os.cpu_count() or 2, fresh, at, against)
    found = _run(engine, workspace, run_folder(workspace, out), options)
    click.echo({"text": text_of, "json": json_of, "junit": junit_of}[kind](found))
    return found.exit_status


def _run(engine: Engine, workspace: Workspace, out: Path, options: Options) -> Run:
    from mailweave_preview.shots.baselines import FOLDER, Baselines
    from mailweave_preview.shots.plan import plan
    from mailweave_preview.shots.run import run

    baselines = Baselines(workspace.root / FOLDER, workspace.folders.shown(workspace.root / FOLDER))
    if options.against:
        options = replace(options, at=options.at or workspace.config.shots.at or baselines.manifest.at or _now())
        baselines = _base(engine, workspace, out, options)
    planned = plan(engine, workspace, baselines, out, options)
    with _progress("Taking pictures") as watch:
        return run(planned, watch(planned.pictures))


def _base(engine: Engine, workspace: Workspace, out: Path, options: Options) -> Baselines:
    from mailweave_preview.shots.against import baselines_of

    assert options.against is not None
    with _progress(f"Taking pictures of {options.against}") as watch:
        return baselines_of(engine, workspace, options.against, out, options, watch)


@contextmanager
def _progress(label: str) -> Iterator[Watch]:
    """A progress bar on a terminal, gone when the work is done."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(*Progress.get_default_columns(), console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(label, total=None)

        def watch(total: int) -> Done:
            bar.update(task, total=total)
            return lambda _: bar.advance(task)

        yield watch


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@hookimpl
def register_commands() -> list[click.Command]:
    return [shots]
