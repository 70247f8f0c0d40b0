"""`mailweave render-all`: every campaign for every preview profile."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

import click

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave.explain import label
from mailweave.hookspecs import hookimpl
from mailweave.message import Message
from mailweave.render import warnings_of
from mailweave.terminal import at_option, counted, print_problems, print_table, workspace_option
from mailweave.whole import write_whole
from mailweave.workspace import Workspace
from mailweave_plugins.commands.files import FORMATS, write_message


@click.command("render-all", epilog="Example: mailweave render-all --out build/demo --at 2026-11-23T10:00:00Z")
@click.argument("campaigns", nargs=-1)
@at_option
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="The folder to write into.")
@click.option("--local-assets", is_flag=True, help="Copy the workspace's assets/ folder too and let the HTML use it, to be looked at offline.")
@click.option("--reference", is_flag=True, help="Build the messages the slow way, which says what they mean; the bytes are the same.")
@workspace_option
@click.pass_obj
def render_all(engine: Engine, campaigns: tuple[str, ...], at: datetime, out: Path, local_assets: bool, reference: bool, workspace: Workspace) -> int:
    """Build every message: the CAMPAIGNS given (default: all) for every preview profile, and a page that lists them."""
    out.mkdir(parents=True, exist_ok=True)
    if local_assets:
        shutil.copytree(workspace.root / "assets", out / "assets", dirs_exist_ok=True)
    problems: list[Problem] = []
    messages: list[Message] = []
    rows: list[tuple[str, ...]] = []
    pairs = [(campaign, profile) for campaign in campaigns or workspace.campaign_names() for profile in workspace.profile_names()]
    from rich.progress import track

    for campaign, profile in track(pairs, "Rendering", disable=not sys.stderr.isatty(), transient=True):
        try:
            started = perf_counter()
            message = engine.render(workspace, campaign, profile, at, asset_base="../assets/" if local_assets else None, reference=reference)
            spent = perf_counter() - started
            write_message(message, out, tuple(FORMATS))
            messages.append(message)
            rows.append(_row(message, spent))
        except MailweaveError as error:
            problems += error.problems
    # Only here, so that other commands start without what a page needs.
    from mailweave_plugins.commands.index_page import index_page

    write_whole(out / "index.html", index_page(workspace.config.name, messages, lambda each: f"{each.campaign}/{each.profile}").encode())
    print_table(("campaign", "profile", "choice", "size", "time"), rows)
    click.echo(f"{counted(len(rows), 'message')} in {out}/, listed in {out / 'index.html'}")
    warnings = [warning for message in messages for warning in warnings_of(workspace, message)]
    if problems or warnings:
        print_problems([*problems, *warnings])
    return 1 if problems else 0


def _row(message: Message, spent: float) -> tuple[str, ...]:
    return message.campaign, message.profile, ", ".join(_choices(message)), f"{message.size / 1000:.1f} kB", f"{spent * 1000:.0f} ms"


def _choices(message: Message) -> Iterator[str]:
    """Slot and variant; the block too where it isn't called like the slot."""
    for slot in message.choice.values():
        chosen = slot.variant if slot.block == slot.slot else label(slot.block, slot.variant)
        yield f"{slot.slot}={chosen or 'nothing'}".replace(" / ", "/")


@hookimpl
def register_commands() -> list[click.Command]:
    return [render_all]
