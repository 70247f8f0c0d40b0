"""`mailweave eval`: one template with some data, as other implementations of its language render it."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
from babel import Locale

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Place, Problem, did_you_mean
from mailweave.folders import Folders
from mailweave.hookspecs import hookimpl
from mailweave.languages import Escaping, Scope
from mailweave.partials import FolderPartials
from mailweave.profiles import check_shape
from mailweave.source import Source
from mailweave.templates import parse_template
from mailweave.yamlfile import TEMPLATE, decoded, read_text
from mailweave.zones import zone
from mailweave_plugins.connectors.json_file import json_problem

_STDIN: Final = "-"
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "eval",
    epilog="Examples: mailweave eval --language liquid --data cart.json mail.liquid; "
    "echo 'Hi {{name}}' | mailweave eval --language handlebars --data ann.json -",
)
@click.argument("template", metavar="TEMPLATE_FILE|-", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--language", required=True, metavar="NAME", help="The template's language: liquid or handlebars.")
@click.option("--data", metavar="FILE.json", type=_FILE, help="The data, a JSON object. Default: none.")
@click.option("--escape", type=click.Choice(["html", "none"]), default="html", help="Escape each value as HTML text (the default), or not at all.")
@click.pass_obj
def evaluate(engine: Engine, template: str, language: str, data: Path | None, escape: Escaping) -> None:
    """Fill one template with data and print its text, exactly.

    The template means what it means elsewhere: a missing value is nothing, and no place in HTML is refused. Partials are looked for in `partials/`
    beside the file. It needs no workspace.
    """
    known = engine.registry.languages
    if language not in known:
        raise click.BadParameter(f"there is no language {language!r}; {did_you_mean(language, known)}", param_hint="--language")
    source, folder = _source(template)
    partials = FolderPartials((folder,), Folders(folder, Path.cwd()))
    parsed = parse_template(source, language, engine.registry, escape, partials=partials)
    text = parsed.render(_data(data), _scope())
    # Bytes, so that no line break is changed on any system.
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def _source(template: str) -> tuple[Source, Path]:
    """The template as it is, with its own line breaks, and the folder whose partials it sees.

    Raises:
        MailweaveError: it isn't UTF-8.
    """
    shown = "<stdin>" if template == _STDIN else template
    with nullcontext(sys.stdin.buffer) if template == _STDIN else Path(template).open("rb") as file:
        raw = file.read(TEMPLATE + 1)
    if len(raw) > TEMPLATE:
        decoded(raw, shown, TEMPLATE)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise MailweaveError(Problem("this isn't UTF-8 text", "save it as UTF-8", Place(shown), code="not-utf-8")) from error
    return Source(shown, text), Path.cwd() if template == _STDIN else Path(template).resolve().parent


def _data(path: Path | None) -> dict[str, Any]:
    """The data.

    Raises:
        MailweaveError: the file holds no JSON object.
    """
    if path is None:
        return {}
    shown = path.as_posix()
    source = Source(shown, read_text(path, shown))
    try:
        data = json.loads(source.text)
    except json.JSONDecodeError as error:
        raise MailweaveError(source.problem(error.pos, f"this isn't JSON: {error.msg}", "mend it here", code="bad-json")) from error
    except (ValueError, RecursionError) as error:
        raise MailweaveError(replace(json_problem(source, 0, source.text, error), code="bad-json")) from error
    try:
        check_shape(data)
    except ValueError as error:
        what, _, remedy = str(error).partition(" – ")
        raise MailweaveError(source.problem(0, what, remedy, code="bad-json")) from error
    if not isinstance(data, dict):
        raise MailweaveError(source.problem(0, "the data must be a JSON object", "write it like {\"name\": \"Ann\"}", code="bad-json"))
    return data


def _scope() -> Scope:
    def translate(key: str, _: Any) -> str:
        raise LookupError(f"there is no text '{key}' – translations belong to a workspace")

    return Scope(Locale("en", "US"), zone("UTC"), datetime.now(UTC), "USD", translate)


@hookimpl
def register_commands() -> list[click.Command]:
    return [evaluate]
