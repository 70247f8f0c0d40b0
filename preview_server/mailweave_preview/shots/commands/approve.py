"""`mailweave approve`: keep the last run's pictures."""

from __future__ import annotations

from pathlib import Path

import click

from mailweave.hookspecs import hookimpl
from mailweave.terminal import counted, workspace_option
from mailweave.workspace import Workspace
from mailweave_preview.shots.commands.options import PictureCommand, need_packages, out_option, run_folder

EPILOG = """\b
Examples:
  mailweave approve --all
  mailweave approve hero
  mailweave approve spring/gold 'spring/*/phone-*'
  mailweave approve --prune
"""


@click.command(cls=PictureCommand, epilog=EPILOG)
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...")
@click.option("--all", "everything", is_flag=True, help="Every picture that is different or new.")
@click.option("--prune", is_flag=True, help="Forget the pictures of messages that are gone.")
@out_option
@workspace_option
def approve(patterns: tuple[str, ...], everything: bool, prune: bool, out: Path | None, workspace: Workspace) -> int:
    """Keep the pictures of the last `mailweave shots` that PATTERN means, as it does for --only; git shows what changed in baselines/."""
    if not patterns and not everything and not prune:
        raise click.UsageError("nothing is named – give a pattern, --all or --prune")
    need_packages()
    from mailweave_preview.shots.approve import approve as approve_now
    from mailweave_preview.shots.approve import by_patterns, read_run
    from mailweave_preview.shots.baselines import FOLDER, Baselines

    folder = run_folder(workspace, out)
    run = read_run(folder)
    named = by_patterns(run, patterns)
    baselines = Baselines(workspace.root / FOLDER, workspace.folders.shown(workspace.root / FOLDER))
    done = approve_now(
        baselines,
        folder,
        lambda result: everything or named(result) or (prune and not patterns and result.status == "removed"),
        keep=workspace.config.shots.keep,
        prune=prune,
    )
    for result in (*done.kept, *done.removed):
        click.echo(f"{'forgot' if result.status == 'removed' else 'kept'}  {result.id}")
    click.echo(f"{counted(len(done.kept), 'picture')} approved, {len(done.removed)} forgotten in {baselines.shown}/")
    if patterns and not (done.kept or done.removed):
        raise click.UsageError(f"no picture that is different or new matches {' or '.join(patterns)}")
    return 0


@hookimpl
def register_commands() -> list[click.Command]:
    return [approve]
