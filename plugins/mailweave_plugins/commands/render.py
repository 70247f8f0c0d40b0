"""`mailweave render`: one message."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from mailweave.compiled.program import Program
from mailweave.compiled.verify import first_difference
from mailweave.engine import Engine
from mailweave.hookspecs import hookimpl
from mailweave.profiles import Profile
from mailweave.render import warnings_of
from mailweave.terminal import at_option, counted, print_json, print_problems, profile_of, profiles_of, workspace_option
from mailweave.workspace import Workspace
from mailweave_plugins.commands.files import FORMATS, content, write_message

EXAMPLES: Final = """\b
Examples:
  mailweave render spring --profile ann --format text --at 2026-11-23T10:00:00Z
  mailweave render spring --verify 50
"""


@click.command(epilog=EXAMPLES)
@click.argument("campaign")
@click.option("--profile", "profile_name", metavar="NAME|FILE", help="A preview profile, or a YAML or JSON file.")
@at_option
@click.option("--format", "formats", multiple=True, type=click.Choice([*FORMATS, "json"]), help="Default: html, or with --out html, text and eml.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write files into this folder.")
@click.option("--asset-base", metavar="URL", help="Put before relative image URLs instead of the workspace's `assets`.")
@click.option("--reference", is_flag=True, help="Build the message the slow way, which says what it means; the bytes are the same.")
@click.option("--verify", type=click.IntRange(min=1), metavar="N", help="Only compare both ways, for the first N preview profiles or those of FILE.")
@workspace_option
@click.pass_obj
def render(
    engine: Engine,
    campaign: str,
    profile_name: str | None,
    at: datetime,
    formats: tuple[str, ...],
    out: Path | None,
    asset_base: str | None,
    reference: bool,
    verify: int | None,
    workspace: Workspace,
) -> int:
    """Build the message of CAMPAIGN for one profile."""
    if verify:
        return _verified(engine.compile(workspace, campaign, asset_base=asset_base), _profiles(workspace, profile_name)[:verify], at)
    if profile_name is None:
        raise click.UsageError("Missing option '--profile'.")
    message = engine.render(workspace, campaign, profile_of(workspace, profile_name), at, asset_base=asset_base, reference=reference)
    warnings = warnings_of(workspace, message)
    if warnings:
        print_problems(warnings)
    if out:
        for path in write_message(message, out, formats or tuple(FORMATS)):
            click.echo(path)
        return 0
    for kind in formats or ("html",):
        if kind == "json":
            print_json(message.json())
        else:
            sys.stdout.buffer.write(content(message, kind))
    return 0


def _profiles(workspace: Workspace, name: str | None) -> list[Profile]:
    """The workspace's preview profiles, or those of a file, which may hold a list."""
    if name is None:
        return [workspace.profile(known) for known in workspace.profile_names()]
    return profiles_of(workspace, name)


def _verified(program: Program, profiles: Sequence[Profile], at: datetime) -> int:
    difference = first_difference(program, profiles, at)
    if difference:
        print_problems([difference.problem()])
        return 1
    counts = program.counts
    ways = f"{counts.hits + counts.misses} compiled, {counts.reference} the reference way, hit rate {counts.hit_rate:.0%}"
    click.echo(f"{counted(len(profiles), 'message')} came out equal both ways ({ways}).")
    return 0


@hookimpl
def register_commands() -> list[click.Command]:
    return [render]
