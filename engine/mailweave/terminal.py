"""What commands share: options, and how problems and tables are printed. Colour only on a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.text import Text

from mailweave.engine import Engine
from mailweave.errors import Problem, bounded
from mailweave.folders import find_root
from mailweave.paths import is_file
from mailweave.profiles import Profile, read_profile
from mailweave.times import date_remedy, read_iso
from mailweave.workspace import Workspace
from mailweave.yamlfile import load

F = TypeVar("F", bound=Callable[..., Any])


def workspace_option(function: F) -> F:
    """`-w/--workspace DIR`: passes a `Workspace` as `workspace`."""
    return click.option(
        "-w",
        "--workspace",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        callback=_open,
        help="The workspace's folder. Default: the nearest folder upwards with a mailweave.yaml.",
    )(function)


def _open(context: click.Context, _: click.Parameter, folder: Path | None) -> Workspace:
    engine: Engine = context.obj
    return engine.open(find_root(folder or Path.cwd()), base=Path.cwd())


def at_option(function: F) -> F:
    """`--at ISO`: passes an aware datetime as `at`."""
    return click.option(
        "--at",
        metavar="ISO",
        callback=lambda _context, _parameter, text: moment(text) or datetime.now(UTC).replace(microsecond=0),
        help="The moment of the message, like 2026-11-23T10:00:00Z (no offset: UTC). Default: now.",
    )(function)


def moment(text: str | None) -> datetime | None:
    """An option's ISO text as an aware datetime (UTC without an offset); None for None."""
    if text is None:
        return None
    try:
        found = read_iso(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no moment; {date_remedy(text, 'write it like 2026-11-23T10:00:00Z')}") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def json_option(function: F) -> F:
    """`--json`: passes `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def profile_of(workspace: Workspace, name: str) -> Profile:
    """A preview profile by name, or from a YAML or JSON file."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml", ".json") or (len(path.parts) > 1 and is_file(path)):
        return workspace.profile_file(path)
    return workspace.profile(name)


def profiles_of(workspace: Workspace, name: str) -> list[Profile]:
    """The same, but a file may hold a list of profiles."""
    path = Path(name)
    if path.suffix not in (".yaml", ".yml", ".json") or not is_file(path):
        return [profile_of(workspace, name)]
    document = load(path, workspace.folders.shown(path.resolve()))
    if not isinstance(document.value, list):
        return [profile_of(workspace, name)]
    return [read_profile(document, f"{path.stem} {number}", (number - 1,)) for number in range(1, len(document.value) + 1)]


def print_json(data: Any) -> None:
    """Data as indented JSON on standard output."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character, which only an escape can write
        text = json.dumps(data, indent=2)
    click.echo(text)


def print_problems(problems: Iterable[Problem]) -> None:
    """Problems on standard error, each with its source line and a caret, and how many there are."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    shown = bounded(dict.fromkeys(problems))
    for problem in shown:
        console.print(_coloured(problem), end="\n\n")
    errors, every = (sum(problem.count for problem in shown if every or problem.level == "error") for every in (False, True))
    console.print(Text(counted(errors, "error") + (f", {counted(every - errors, 'warning')}" if errors < every else "")))


def counted(number: int, thing: str) -> str:
    """A number with its noun: "1 error", "2 errors"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _coloured(problem: Problem) -> Text:
    """The problem's excerpt; place in bold, caret in the level's colour."""
    from rich.text import Text

    first, *rest = problem.excerpt.split("\n")
    place = f"{problem.place}: " if problem.place else ""
    text = Text(place, style="bold")
    text.append(first[len(place) :], style="red" if problem.level == "error" else "yellow")
    for line in rest:
        text.append("\n" + line, style="bold cyan" if line.rstrip().endswith("^") else "dim")
    return text


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on standard output; tab-separated when that is no terminal, so that other programs can read it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        for row in [headers, *rows]:
            click.echo("\t".join(row))
        return
    table = Table(*headers, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
