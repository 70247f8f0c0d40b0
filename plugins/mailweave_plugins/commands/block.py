"""`mailweave block`: one block by itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from mailweave.alone import render_block
from mailweave.hookspecs import hookimpl
from mailweave.terminal import at_option, workspace_option
from mailweave.whole import write_whole
from mailweave.workspace import Workspace


@click.command(epilog="Example: mailweave block hero --variant default --out build/blocks")
@click.argument("name")
@click.option("--variant", metavar="NAME", help="Only this variant. Default: the only one, or with --out every one.")
@at_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write <block>.<variant>.html into this folder.")
@workspace_option
def block(name: str, variant: str | None, at: datetime, out: Path | None, workspace: Workspace) -> None:
    """Build the block NAME alone, filled with its sample.yaml, in the layout `base`."""
    found = workspace.block(name)
    wanted = [variant] if variant else list(found.variants)
    if not out and len(wanted) > 1:
        raise click.UsageError(f"block '{name}' has {len(wanted)} variants – name one with --variant ({', '.join(wanted)}) or a folder with --out")
    for one in wanted:
        html = render_block(workspace, found, one, at)
        if not out:
            click.echo(html, nl=False)
            continue
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / f"{name}.{one}.html", html.encode())
        click.echo(out / f"{name}.{one}.html")


@hookimpl
def register_commands() -> list[click.Command]:
    return [block]
