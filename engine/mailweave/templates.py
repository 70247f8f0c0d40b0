"""Template files: which language and markup a file's name means, and reading it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mailweave.errors import MailweaveError, Problem, raise_all
from mailweave.folders import LAYOUTS, Folders, stock
from mailweave.includes import with_includes
from mailweave.languages import Escaping, Template
from mailweave.markup import check_html, check_mjml, left_out
from mailweave.mjml_places import Where
from mailweave.partials import NO_PARTIALS, Partials
from mailweave.pieces import without
from mailweave.registry import Registry, pick
from mailweave.source import Source
from mailweave.yamlfile import TEMPLATE, read_text

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
    source = Source(shown, read_text(file.path, shown, TEMPLATE))
    if file.markup == "mjml":
        source = with_includes(source, file.path, (folders.root, stock()), folders.shown)
    template = parse_template(source, file.language, registry, partials=partials)
    problems = check_markup(template, file)
    if any(problem.level == "error" for problem in problems):
        raise MailweaveError(*problems)
    spans = left_out(template.source, template.masked) if file.markup == "mjml" else []
    if spans:
        template = parse_template(without(source, _spans_in(source, template, spans)), file.language, registry, partials=partials)
        raise_all(map(_as_error, check_markup(template, file)))
    return replace(template, warnings=tuple(problems)) if problems else template


def _spans_in(source: Source, template: Template, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places of words in a file's own text, found in the text of its template, in which its partials stand, too."""
    for start, end in spans:
        at, word = source.offset_of(template.source.place(start)), template.source.text[start:end]
        if source.text.startswith(word, at):
            yield at, at + len(word)


def _as_error(problem: Problem) -> Problem:
    """Text of a partial can't be left out of the file that it stands in."""
    return replace(problem, level="error") if problem.code == "misplaced-text" else problem


def parse_template(source: Source, language: str, registry: Registry, escaping: Escaping = "markup", *, partials: Partials | None = None) -> Template:
    """Parse a text in a language of the registry; `partials` default to the workspace's own."""
    return pick(registry.languages, language, "language").parse(source, escaping, partials or registry.partials or NO_PARTIALS)


def check_markup(template: Template, file: TemplateFile) -> list[Problem]:
    """What is wrong with the markup around the template's tags."""
    if file.markup == "html":
        return check_html(template.source, template.masked, layout=file.path.parent.name == LAYOUTS)
    where: Where = "head" if file.name == "head" else "layout" if file.path.parent.name == LAYOUTS else "body"
    return check_mjml(template.source, template.masked, where)
