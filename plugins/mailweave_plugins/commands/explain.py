"""`mailweave explain`: why a message is as it is."""

from __future__ import annotations

from datetime import datetime

import click

from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.explain import choice_json, choice_text
from mailweave.hookspecs import hookimpl
from mailweave.pipeline import Inlining
from mailweave.profiles import Profile
from mailweave.terminal import at_option, json_option, print_json, profile_of, workspace_option
from mailweave.workspace import Workspace


@click.command(epilog="Example: mailweave explain spring --profile ann --at 2026-11-23T10:00:00Z")
@click.argument("campaign")
@click.option("--profile", "profile_name", required=True, metavar="NAME|FILE", help="A preview profile, or a YAML or JSON file.")
@at_option
@json_option
@workspace_option
@click.pass_obj
def explain(engine: Engine, campaign: str, profile_name: str, at: datetime, as_json: bool, workspace: Workspace) -> None:
    """Say for each slot of CAMPAIGN what was chosen, why, and what was tried before."""
    profile = profile_of(workspace, profile_name)
    choice = engine.choose(workspace, campaign, profile, at)
    inlining = _inlining(engine, workspace, campaign, profile, at)
    if as_json:
        told = {"name": inlining.name, "because": inlining.because} if inlining else None
        print_json({"campaign": campaign, "profile": profile_name, "at": at.isoformat(), "slots": choice_json(choice), "inliner": told})
        return
    click.echo(choice_text(choice), nl=False)
    if inlining:
        click.echo(f"\nCSS is inlined by {inlining.name}\n  because  {inlining.because}")


def _inlining(engine: Engine, workspace: Workspace, campaign: str, profile: Profile, at: datetime) -> Inlining | None:
    """The inliner of the message; None when it can't be built, which `render` and `check` explain."""
    try:
        return engine.inlining(workspace, campaign, profile, at)
    except MailweaveError:
        return None


@hookimpl
def register_commands() -> list[click.Command]:
    return [explain]
