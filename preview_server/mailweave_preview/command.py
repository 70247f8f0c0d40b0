"""`mailweave preview`: serve the previewer."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from mailweave.engine import Engine
from mailweave.folders import find_root
from mailweave.terminal import moment


@click.command(epilog="Example: mailweave preview -w shop --open")
@click.option("-w", "--workspace", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The workspace's folder.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 lets others in the network see.")
@click.option("--port", default=5005, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes any that is free.")
@click.option("--read-only", is_flag=True, help="Write no profile and send no test: for sharing.")
@click.option("--open", "opening", is_flag=True, help="Open it in the browser.")
@click.option("--smtp", metavar="HOST:PORT", help="Where tests are sent, such as a local mail catcher; without it none can be.")
@click.option("--at", metavar="ISO", help="The moment of messages, like 2026-11-23T10:00:00Z. Default: now.")
@click.option(
    "--runs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    metavar="FOLDER",
    help="Show bulk runs live: the folder of one, or one that holds some. May be given several times.",
)
@click.pass_obj
def preview(
    engine: Engine,
    folder: Path | None,
    host: str,
    port: int,
    read_only: bool,
    opening: bool,
    smtp: str | None,
    at: str | None,
    runs: tuple[Path, ...],
) -> None:
    """Look at every message, and at why it is as it is, in the browser.

    A saved file shows at once. Stop it with Ctrl-C.
    """
    # Flask is imported for this command only.
    from mailweave_preview.mailer import Server
    from mailweave_preview.previewer import Options
    from mailweave_preview.server import fronted, serve
    from mailweave_preview.state import shown_everywhere

    if smtp:
        try:
            Server.parse(smtp)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--smtp") from error
    when = moment(at)
    try:
        options_at = shown_everywhere(when) if when else None
    except ValueError as error:
        raise click.BadParameter(f"{error} – write a year from 2 to 9998", param_hint="--at") from error
    options = Options(host, read_only, options_at, smtp, tuple(one.resolve() for one in runs))
    with fronted(find_root(folder or Path.cwd()), options, port) as running:
        click.echo(f"Previewing {running.name} at {running.url}")
        click.echo("Stop it with Ctrl-C.")
        if opening:
            webbrowser.open(running.url)
        serve(running)
    click.echo("\nstopped")
