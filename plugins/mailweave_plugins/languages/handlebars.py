"""The template language Handlebars, as Handlebars.js 4.7 defines it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mailweave.contexts import Piece, find_contexts
from mailweave.errors import MailweaveError
from mailweave.escape import escape
from mailweave.hookspecs import hookimpl
from mailweave.languages import Escaping, Language, Scope, Template
from mailweave.partials import NO_PARTIALS, Partials
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_analysis import analyse
from mailweave_plugins.languages.handlebars_checks import check
from mailweave_plugins.languages.handlebars_eval import Recipe, fill
from mailweave_plugins.languages.handlebars_parser import parse
from mailweave_plugins.languages.handlebars_pieces import mask, pieces_of


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
        program = parse(source)
        problems = check(source, program, self.filters)
        if problems:
            raise MailweaveError(*problems)
        pieces = pieces_of(source.text, program)
        found = analyse(source, program)
        recipe = Recipe(source, program, self.filters, _escaper(source, pieces, escaping), found.origins)
        return HandlebarsTemplate(source, mask(source.text, pieces), tuple(found.uses), tuple(found.messages), tuple(found.raw), recipe)


def _escaper(source: Source, pieces: list[Piece], escaping: Escaping) -> Callable[[str, int], str]:
    """How the output that starts at an offset is escaped."""
    contexts = find_contexts(source, pieces, escaping)
    return lambda text, start: escape(text, contexts[start], escaping)


@hookimpl
def register_languages() -> Iterable[type[Language]]:
    return [Handlebars]
