"""`mailweave blocks`, `profiles`, `campaigns` and `plugins`: what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from typing import Any

import click

from mailweave.engine import Engine
from mailweave.hookspecs import NAME, hookimpl
from mailweave.profiles import without_blanks
from mailweave.terminal import json_option, print_json, print_table, workspace_option
from mailweave.workspace import Workspace

Row = dict[str, Any]


def _show(kind: str, rows: Iterable[Row], as_json: bool, *columns: str) -> None:
    rows = list(rows)
    if as_json:
        print_json({kind: rows})
    else:
        print_table(("name", *columns), [[_cell(row[column]) for column in ("name", *columns)] for row in rows])


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | dict) else str(value if value is not None else "")


def _list_command(kind: str, help_text: str, rows: Callable[[Workspace], Iterable[Row]], *columns: str) -> click.Command:
    @click.command(kind, help=help_text, epilog=f"Example: mailweave {kind} --json")
    @json_option
    @workspace_option
    def command(as_json: bool, workspace: Workspace) -> None:
        _show(kind, rows(workspace), as_json, *columns)

    return command


def _blocks(workspace: Workspace) -> Iterable[Row]:
    for name in workspace.block_names():
        block = workspace.block(name)
        yield {
            "name": name,
            "description": block.description,
            "variants": list(block.variants),
            "parameters": {key: parameter.type for key, parameter in block.parameters.items()},
            "stock": block.stock,
        }


def _profiles(workspace: Workspace) -> Iterable[Row]:
    for name in workspace.profile_names():
        data = without_blanks(workspace.profile(name).data)
        person = " ".join(str(data[key]) for key in ("first_name", "last_name") if data.get(key))
        yield {"name": name, "person": person, "locale": data.get("locale", workspace.config.locale), "orders": len(data.get("orders") or ())}


def _campaigns(workspace: Workspace) -> Iterable[Row]:
    for name in workspace.campaign_names():
        campaign = workspace.campaign(name)
        yield {
            "name": name,
            "description": campaign.description,
            "layout": campaign.layout.name,
            "slots": [slot.name for slot in campaign.slots],
        }


def _brought(engine: Engine, name: str) -> list[str]:
    """What a plugin brings, like "rule location"."""
    return [f"{kind.removesuffix('s')} {component}" for (kind, component), plugin in sorted(engine.registry.plugin_of.items()) if plugin == name]


@click.command(epilog="Example: mailweave plugins --json")
@json_option
@click.pass_obj
def plugins(engine: Engine, as_json: bool) -> None:
    """List the installed plugins and what each brings."""
    owners = {point.name: point.dist for point in entry_points(group=NAME)}
    rows = []
    for name, _ in engine.plugins:
        owner = owners.get(name)
        version = owner.version if owner else None
        rows.append({"name": name, "distribution": owner.name if owner else None, "version": version, "brings": _brought(engine, name)})
    _show("plugins", rows, as_json, "distribution", "version", "brings")


@hookimpl
def register_commands() -> list[click.Command]:
    return [
        _list_command("blocks", "List the content blocks, the workspace's own and the stock ones.", _blocks, "description", "variants"),
        _list_command("profiles", "List the preview profiles.", _profiles, "person", "locale", "orders"),
        _list_command("campaigns", "List the campaigns.", _campaigns, "description", "layout", "slots"),
        plugins,
    ]
