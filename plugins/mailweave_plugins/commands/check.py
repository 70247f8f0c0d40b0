"""`mailweave check`: everything that is wrong in a workspace."""

from __future__ import annotations

from datetime import datetime

import click

from mailweave.audit import audit
from mailweave.hookspecs import hookimpl
from mailweave.terminal import at_option, counted, print_json, print_problems, workspace_option
from mailweave.workspace import Workspace


@click.command(epilog="Example: mailweave check --format json")
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text", help="How to print the problems.")
@at_option
@workspace_option
def check(kind: str, at: datetime, workspace: Workspace) -> int:
    """Read every file, run every check, and build every campaign for every preview profile."""
    problems = audit(workspace, at)
    errors = any(problem.level == "error" for problem in problems)
    if kind == "json":
        print_json({"problems": [problem.json() for problem in problems]})
    elif problems:
        print_problems(problems)
    else:
        click.echo(f"No problems: {_inventory(workspace)}.")
    return 1 if errors else 0


def _inventory(workspace: Workspace) -> str:
    kinds = {"campaign": workspace.campaign_names(), "preview profile": workspace.profile_names(), "content block": workspace.block_names()}
    return ", ".join(counted(len(names), kind) for kind, names in kinds.items())


@hookimpl
def register_commands() -> list[click.Command]:
    return [check]
