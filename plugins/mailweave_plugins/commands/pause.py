"""`mailweave pause` and `mailweave resume`: have a run wait, and go on."""

from __future__ import annotations

from pathlib import Path

import click

from mailweave.hookspecs import hookimpl

_FOLDER = click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))


@click.command(epilog="\b\nExample: mailweave pause sent\n  mailweave resume sent")
@_FOLDER
def pause(folder: Path) -> None:
    """Have the run in FOLDER wait, within a second, on all machines that work on it; messages under way come to their end.

    FOLDER is what --ledger or --to named. A run that is stopped meanwhile is still paused when it is started again. `mailweave resume` has it go on.
    """
    from mailweave_plugins.bulk.pace.pause import at_work, pause, since

    if not pause(folder):
        click.echo(f"the run in {folder} is paused since {since(folder)}")
    elif at_work(folder):
        click.echo(f"the run in {folder} is paused; to go on: mailweave resume {folder}")
    else:
        click.echo(f"no run is at work in {folder} now; whoever starts it waits for: mailweave resume {folder}")


@click.command(epilog="\b\nExample: mailweave pause sent\n  mailweave resume sent")
@_FOLDER
def resume(folder: Path) -> None:
    """Have the run in FOLDER go on that `mailweave pause` has wait."""
    from mailweave_plugins.bulk.pace.pause import at_work, resume

    if not resume(folder):
        click.echo(f"the run in {folder} isn't paused")
    elif at_work(folder):
        click.echo(f"the run in {folder} goes on")
    else:
        click.echo(f"the run in {folder} is no longer paused; nobody is at work on it now")


@hookimpl
def register_commands() -> list[click.Command]:
    return [pause, resume]
