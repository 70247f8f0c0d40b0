"""`mailweave import`: an existing MJML or HTML mail becomes a block or a campaign."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Place, Problem
from mailweave.hookspecs import hookimpl
from mailweave.terminal import counted, json_option, print_json, print_problems, workspace_option
from mailweave.whole import write_whole
from mailweave.workspace import Workspace

if TYPE_CHECKING:
    from mailweave_plugins.importing.making import Kind
    from mailweave_plugins.importing.writing import Files, Made

EXAMPLES = """\b
Example: mailweave import welcome.mjml
         mailweave import newsletter.html --as block --name news --dry-run
         mailweave import receipt.html --language handlebars -w shop
"""


def _name(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[A-Za-z][\w-]*", name):
        raise click.BadParameter(f"{name!r} is no name; use letters, digits, - and _")
    return name


@click.command("import", epilog=EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "kind", type=click.Choice(["block", "campaign"]), default="campaign", show_default=True, help="What to make of it.")
@click.option("--name", metavar="NAME", callback=_name, help="What to call it. Default: the file's name.")
@click.option("--language", metavar="NAME", help="The language of its tags, liquid or handlebars. Default: what they look like.")
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@json_option
@workspace_option
@click.pass_obj
def import_mail(
    engine: Engine, file: Path, kind: Kind, name: str | None, language: str | None, dry_run: bool, as_json: bool, workspace: Workspace
) -> int:
    """Make a campaign or a block of FILE, an MJML or HTML mail with tags in Liquid or Handlebars.

    Tags of Mailchimp, Braze, Klaviyo, SendGrid and a dozen other platforms are put into the mail's own language and mailweave's words. Where one has
    no counterpart, the mail is refused, and each such tag is told with file, line and column. What `mailweave check` will find in the new files is
    told, too. No file is ever overwritten.
    """
    # Only this command needs it.
    from mailweave_plugins.importing.making import lacking, left_to_do, make

    if language and language not in engine.registry.languages:
        known = ", ".join(sorted(engine.registry.languages))
        raise click.BadParameter(f"there is no language {language!r}; use one of: {known}", param_hint="--language")
    made, told = make(workspace, file, kind, name or _stem(file), language)
    _refuse_to_overwrite(workspace, made.files)
    problems = [*told, *left_to_do(engine, workspace, made, told)]
    if not dry_run:
        for path, text in made.files.items():
            (workspace.root / path).parent.mkdir(parents=True, exist_ok=True)
            write_whole(workspace.root / path, text.encode())
    _print(made, problems, lacking(workspace, made), [workspace.folders.shown(workspace.root / path) for path in made.files], dry_run, as_json)
    return 0


def _print(made: Made, problems: Sequence[Problem], lacked: Sequence[str], files: Sequence[str], dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "kind": made.kind,
                "name": made.name,
                "blocks": made.blocks,
                "subject": made.subject,
                "preheader": made.preheader,
                "files": list(files),
                "written": not dry_run,
                "lacking": list(lacked),
                "problems": [problem.json() for problem in problems],
            }
        )
        return
    for path in files:
        click.echo(f"{'would write ' if dry_run else ''}{path}")
    click.echo(_summary(made, problems))
    if lacked:
        remedy = "give them to the profiles, or declare a fallback; until then `mailweave check` may fail"
        click.echo(f"Some preview profile has no {', '.join(lacked)}: {remedy}.")
    if problems:
        print_problems(problems)


def _summary(made: Made, problems: Sequence[Problem]) -> str:
    """What was made, in a line or three."""
    if made.kind == "block":
        lines = [f"Block '{made.name}'."]
    else:
        preheader = f", preheader '{made.preheader}'" if made.preheader else ""
        lines = [f"Campaign '{made.name}', subject '{made.subject}'{preheader}.", f"{counted(len(made.blocks), 'block')}: {', '.join(made.blocks)}."]
    left = sum(problem.level == "error" for problem in problems)
    told = f"{counted(len(problems), 'thing')} to look at, below" + (f"; `mailweave check` fails until {left} of them are put right" if left else "")
    fine = "Nothing was left out, and for a customer who has all that it reads there is no error in it."
    return "\n".join([*lines, f"{told}." if problems else fine])


def _stem(file: Path) -> str:
    """A name from a file's name: `Spring sale.hbs.mjml` is spring_sale."""
    word = re.sub(r"[^a-z0-9_-]+", "_", file.name.split(".")[0].lower()).strip("_-")
    return word if word[:1].isalpha() else f"mail_{word}".rstrip("_")


def _refuse_to_overwrite(workspace: Workspace, files: Files) -> None:
    """Raises MailweaveError naming every file that is there already."""
    there = [path for path in files if (workspace.root / path).exists()]
    # Another suffix would be another file of the same name.
    layouts = workspace.folders.layout_files()
    there += [path for path in files if path not in there and path.startswith("layouts/") and Path(path).name.split(".")[0] in layouts]
    remedy = "give the import another name with --name"
    if there:
        raise MailweaveError(*(Problem("it is there already, and nothing is overwritten", remedy, Place(path), code="exists") for path in there))


@hookimpl
def register_commands() -> list[click.Command]:
    return [import_mail]
