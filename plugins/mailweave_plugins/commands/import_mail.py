"""`mailweave import`: an existing MJML or HTML mail becomes a block or a campaign."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Place, Problem, raise_all
from mailweave.hookspecs import hookimpl
from mailweave.terminal import print_problems, workspace_option
from mailweave.whole import write_whole
from mailweave.workspace import Workspace
from mailweave.yamlfile import read_text

if TYPE_CHECKING:
    from mailweave_plugins.importing.writing import Files

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
@workspace_option
@click.pass_obj
def import_mail(engine: Engine, file: Path, kind: str, name: str | None, language: str | None, dry_run: bool, workspace: Workspace) -> int:
    """Make a campaign or a block of FILE, an MJML or HTML mail with tags in Liquid or Handlebars.

    Tags of Mailchimp, Braze, Klaviyo, SendGrid and a dozen other platforms are put into the mail's own language and mailweave's words. Where one has
    no counterpart, the mail is refused, and each such tag is told with file, line and column. No file is ever overwritten.
    """
    # Only this command needs them.
    from mailweave_plugins.importing.parts import parts_of
    from mailweave_plugins.importing.reading import read_mail
    from mailweave_plugins.importing.writing import Writer

    if language and language not in engine.registry.languages:
        known = ", ".join(sorted(engine.registry.languages))
        raise click.BadParameter(f"there is no language {language!r}; use one of: {known}", param_hint="--language")
    shown = workspace.folders.shown(file.resolve())
    mail = read_mail(file, shown, read_text(file, shown), language, workspace)
    raise_all(mail.draft.problems)
    writer = Writer(mail, parts_of(mail), name or _stem(file), workspace)
    files = writer.campaign() if kind == "campaign" else writer.block()
    _refuse_to_overwrite(workspace, files)
    for path, text in files.items():
        target = workspace.root / path
        if not dry_run:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, text.encode())
        click.echo(f"{'would write ' if dry_run else ''}{workspace.folders.shown(target)}")
    if mail.draft.problems:
        print_problems(sorted(mail.draft.problems, key=lambda problem: problem.place or Place("")))
    return 0


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
