"""The template language Handlebars, as Handlebars.js 4.7 defines it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mailweave.contexts import find_contexts
from mailweave.errors import raise_all
from mailweave.escape import escape
from mailweave.hookspecs import hookimpl
from mailweave.languages import Escaping, Language, Scope, Template
from mailweave.partials import NO_PARTIALS, Partials
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_analysis import analyse
from mailweave_plugins.languages.handlebars_eval import Recipe, fill
from mailweave_plugins.languages.handlebars_files import read_files
from mailweave_plugins.languages.handlebars_pieces import Layout, lay_out
from mailweave_plugins.languages.handlebars_values import escape_expression


@dataclass(frozen=True)
class HandlebarsTemplate(Template):
    """A parsed and checked Handlebars template."""

    recipe: Recipe | None = None

    def render(self, data: Mapping[str, Any], scope: Scope) -> str:
        """Fill the template; see `Template.render`."""
        assert self.recipe is not None
        return fill(self.recipe, data, scope)


class Handlebars(Language):
    """Handlebars: `{{name}}`, `{{#if}}`, `{{#each}}`, helpers with parameters. Filters are helpers: `{{money price "EUR"}}`."""

    name = "handlebars"
    suffix = ".hbs"

    def parse(self, source: Source, escaping: Escaping = "markup", partials: Partials = NO_PARTIALS) -> HandlebarsTemplate:
        """Parse a template; see `Language.parse`. Unknown helpers, wrong parameters and constructs that can't be filled are found here too."""
        read = read_files(source, partials, self.filters, self.suffix)
        raise_all(read.problems)
        layout = lay_out(source, read.program, read.files, calls=read.calls)
        found = analyse(source, read.program, read.files, read.known, computed=read.computed)
        raise_all(found.problems)
        escaper = _escaper(layout, escaping)
        recipe = Recipe(source, read.program, self.filters, escaper, found.origins, escaping, read.calls, read.files, found.partial_origins)
        return HandlebarsTemplate(layout.source, layout.masked, tuple(found.uses), tuple(found.messages), tuple(found.raw), recipe)


def _escaper(layout: Layout, escaping: Escaping) -> Callable[[str, int], str]:
    """How the output that starts at an offset is escaped, in a template that stands alone."""
    contexts = find_contexts(layout.source, layout.pieces, escaping)
    if escaping == "html":
        return lambda text, start: escape_expression(text)
    return lambda text, start: escape(text, contexts[start], escaping)


@hookimpl
def register_languages() -> Iterable[type[Language]]:
    return [Handlebars]
