"""`mailweave report`: look at the last run's pictures."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailweave.errors import MailweaveError, Problem
from mailweave.hookspecs import hookimpl
from mailweave.terminal import workspace_option
from mailweave.workspace import Workspace
from mailweave_preview.shots.commands.options import PictureCommand, need_packages, out_option, run_folder

if TYPE_CHECKING:
    from mailweave_preview.shots.baselines import Baselines

EPILOG = """\b
Examples:
  mailweave report --open
  mailweave report --serve
"""


@click.command(cls=PictureCommand, epilog=EPILOG)
@click.option("--serve", is_flag=True, help="Serve it on this machine, with buttons that approve and reject, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="With --serve: the port. Default: a free one.")
@click.option("--open", "browse", is_flag=True, help="Open it in your browser.")
@out_option
@workspace_option
def report(serve: bool, port: int, browse: bool, out: Path | None, workspace: Workspace) -> int:
    """Write the last run's report: a page that works without a server, with the pictures beside it."""
    need_packages()
    from mailweave_preview.shots.approve import read_run
    from mailweave_preview.shots.report_page import write_report

    folder = run_folder(workspace, out)
    path = write_report(read_run(folder), folder, _baselines(workspace))
    if serve:
        return _serve(workspace, folder, port, browse)
    click.echo(path)
    if browse:
        webbrowser.open(path.resolve().as_uri())
    return 0


def _baselines(workspace: Workspace) -> Baselines:
    from mailweave_preview.shots.baselines import FOLDER, Baselines

    return Baselines(workspace.root / FOLDER, workspace.folders.shown(workspace.root / FOLDER))


def _serve(workspace: Workspace, folder: Path, port: int, browse: bool) -> int:
    from werkzeug.serving import make_server

    from mailweave_preview.shots.report_server import HOST, report_app

    app = report_app(folder, lambda: _baselines(workspace), workspace.config.shots.keep)
    try:
        server = make_server(HOST, port, app, threaded=True)
    except (OSError, SystemExit) as error:
        raise MailweaveError(Problem(f"port {port} can't be used", "name another with --port, or none", code="port")) from error
    address = f"http://{HOST}:{server.server_port}/"
    click.echo(f"{address}  (Ctrl-C ends it)")
    if browse:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("")
    finally:
        server.server_close()
    return 0


@hookimpl
def register_commands() -> list[click.Command]:
    return [report]
