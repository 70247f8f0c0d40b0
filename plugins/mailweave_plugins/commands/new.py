"""`mailweave new`: a workspace to start from."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from mailweave.folders import CAMPAIGNS
from mailweave.hookspecs import hookimpl


@click.command(epilog="Example: mailweave new shop && mailweave render welcome --profile newcomer -w shop --out build")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def new(folder: Path) -> None:
    """Make a small, complete workspace in DIR: brand, block, campaign and preview profiles."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} isn't empty – name a new folder")
    for path in _copy(files("mailweave").joinpath("starter"), folder):
        click.echo(path)
    click.echo(f"\nNext: mailweave check -w {folder}")
    click.echo(f"      mailweave render welcome --profile newcomer -w {folder} --out {folder / 'build'}")
    click.echo(f"Then change what you like; {folder / CAMPAIGNS / 'welcome.yaml'} is a good place to start.")


def _copy(source: Traversable, target: Path) -> list[Path]:
    """Copy a folder of the package; the files written, in order."""
    written = []
    target.mkdir(parents=True, exist_ok=True)
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            written += _copy(entry, target / entry.name)
        elif entry.name.endswith((".yaml", ".mjml", ".html", ".png", ".md")):
            (target / entry.name).write_bytes(entry.read_bytes())
            written.append(target / entry.name)
    return written


@hookimpl
def register_commands() -> list[click.Command]:
    return [new]
