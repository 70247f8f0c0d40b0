"""Template files: which language and markup a file's name means, and reading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailweave.errors import MailweaveError, Problem
from mailweave.folders import LAYOUTS, Folders, stock
from mailweave.includes import with_includes
from mailweave.languages import Escaping, Template
from mailweave.markup import check_html, check_mjml
from mailweave.mjml_places import Where
from mailweave.partials import NO_PARTIALS, Partials
from mailweave.registry import Registry, pick
from mailweave.source import Source
from mailweave.yamlfile import read_text

DEFAULT_LANGUAGE = "liquid"


@dataclass(frozen=True)
class TemplateFile:
    """`<name>[.<language suffix>].<mjml|html>`."""

    path: Path
    name: str
    language: str
    markup: str


def template_file(path: Path, registry: Registry) -> TemplateFile | None:
    """What a file's name says, or None when it is no template.

    Raises:
        MailweaveError: its middle suffix belongs to no language.
    """
    if path.suffix not in (".mjml", ".html") or not path.is_file():
        return None
    stem, _, suffix = path.name.removesuffix(path.suffix).partition(".")
    suffixes = {language.suffix: name for name, language in registry.languages.items()}
    if suffix and f".{suffix}" not in suffixes:
        remedy = f"use one of: {', '.join(sorted(suffixes))}, or none for {DEFAULT_LANGUAGE}"
        raise MailweaveError(Problem(f"no template language has the suffix '.{suffix}'", remedy, code="unknown-language"))
    return TemplateFile(path, stem, suffixes[f".{suffix}"] if suffix else DEFAULT_LANGUAGE, path.suffix[1:])


def load_template(file: TemplateFile, folders: Folders, registry: Registry) -> Template:
    """Read, parse and check a template file; its markup too.

    Raises:
        MailweaveError: every mistake in it.
    """
    shown = folders.shown(file.path)
    partials = registry.partials.within(file.path.parent) if registry.partials else None
    source = Source(shown, read_text(file.path, shown))
    if file.markup == "mjml":
        source = with_includes(source, file.path, (folders.root, stock()), folders.shown)
    template = parse_template(source, file.language, registry, partials=partials)
    problems = check_markup(template, file)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise MailweaveError(*errors)
    return template


def parse_template(
    source: Source, language: str, registry: Registry, escaping: Escaping = "markup", *, partials: Partials | None = None
) -> Template:
    """Parse a text in a language of the registry; `partials` default to the workspace's own."""
    return pick(registry.languages, language, "language").parse(source, escaping, partials or registry.partials or NO_PARTIALS)


def check_markup(template: Template, file: TemplateFile) -> list[Problem]:
    """What is wrong with the markup around the template's tags."""
    if file.markup == "html":
        return check_html(template.source, template.masked, layout=file.path.parent.name == LAYOUTS)
    where: Where = "head" if file.name == "head" else "layout" if file.path.parent.name == LAYOUTS else "body"
    return check_mjml(template.source, template.masked, where)
