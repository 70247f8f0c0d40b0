"""The template language Handlebars, as Handlebars.js 4.7 defines it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mailweave.contexts import Context, find_contexts
from mailweave.errors import MailweaveError
from mailweave.escape import escape
from mailweave.hookspecs import hookimpl
from mailweave.languages import Escaping, Language, Scope, Template
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_analysis import analyse
from mailweave_plugins.languages.handlebars_checks import check
from mailweave_plugins.languages.handlebars_eval import Recipe, fill
from mailweave_plugins.languages.handlebars_parser import parse
from mailweave_plugins.languages.handlebars_pieces import mask, pieces_of

if TYPE_CHECKING:
    from mailweave.compiled.emitter import Emitter
    from mailweave.compiled.residue import Scoped, Value


@dataclass(frozen=True)
class HandlebarsTemplate(Template):
    """A parsed and checked Handlebars template."""

    recipe: Recipe | None = None
    escaping: Escaping = "markup"
    contexts: Mapping[int, Context] = field(default_factory=dict, repr=False, compare=False)

    def render(self, data: Mapping[str, Any], scope: Scope) -> str:
        """Fill the template; see `Template.render`."""
        assert self.recipe is not None
        return fill(self.recipe, data, scope)

    def write_code(self, emitter: Emitter, data: Mapping[str, Value], scoped: Scoped) -> None:
        """Write the template as Python code; see `Template.write_code`."""
        # Only here: one message alone is built without code.
        from mailweave_plugins.languages.handlebars_code import HandlebarsCode

        assert self.recipe is not None
        HandlebarsCode(emitter, scoped, self.recipe.filters, self.escaping, self.contexts).template(self.recipe.program, data)


class Handlebars(Language):
    """Handlebars: `{{name}}`, `{{#if}}`, `{{#each}}`, helpers with parameters. Filters are helpers: `{{money price "EUR"}}`."""

    name = "handlebars"
    suffix = ".hbs"

    def parse(self, source: Source, escaping: Escaping = "markup") -> HandlebarsTemplate:
        """Parse a template; see `Language.parse`. Unknown helpers, wrong parameters and constructs that can't be filled are found here too."""
        program = parse(source)
        problems = check(source, program, self.filters)
        if problems:
            raise MailweaveError(*problems)
        pieces = pieces_of(source.text, program)
        found = analyse(source, program)
        contexts = find_contexts(source, pieces, escaping)
        recipe = Recipe(source, program, self.filters, lambda text, start: escape(text, contexts[start], escaping), found.origins)
        noted = (tuple(found.uses), tuple(found.messages), tuple(found.raw))
        return HandlebarsTemplate(source, mask(source.text, pieces), *noted, recipe, escaping, contexts)


@hookimpl
def register_languages() -> Iterable[type[Language]]:
    return [Handlebars]
