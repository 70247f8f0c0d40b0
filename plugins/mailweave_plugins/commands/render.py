"""`mailweave render`: one message."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from mailweave.engine import Engine
from mailweave.hookspecs import hookimpl
from mailweave.terminal import at_option, print_json, profile_of, workspace_option
from mailweave.workspace import Workspace
from mailweave_plugins.commands.files import FORMATS, content, write_message


@click.command(epilog="Example: mailweave render spring --profile ann --format text --at 2026-11-23T10:00:00Z")
@click.argument("campaign")
@click.option("--profile", "profile_name", required=True, metavar="NAME|FILE", help="A preview profile, or a YAML or JSON file.")
@at_option
@click.option("--format", "formats", multiple=True, type=click.Choice([*FORMATS, "json"]), help="Default: html, or with --out html, text and eml.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write files into this folder.")
@click.option("--asset-base", metavar="URL", help="Put before relative image URLs instead of the workspace's `assets`.")
@workspace_option
@click.pass_obj
def render(
    engine: Engine,
    campaign: str,
    profile_name: str,
    at: datetime,
    formats: tuple[str, ...],
    out: Path | None,
    asset_base: str | None,
    workspace: Workspace,
) -> None:
    """Build the message of CAMPAIGN for one profile."""
    message = engine.render(workspace, campaign, profile_of(workspace, profile_name), at, asset_base=asset_base)
    if out:
        for path in write_message(message, out, formats or tuple(FORMATS)):
            click.echo(path)
        return
    for kind in formats or ("html",):
        if kind == "json":
            print_json(message.json())
        else:
            sys.stdout.buffer.write(content(message, kind))


@hookimpl
def register_commands() -> list[click.Command]:
    return [render]
