"""The template language Handlebars, as Handlebars.js 4.7 defines it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mailweave.contexts import Context, find_contexts
from mailweave.errors import raise_all
from mailweave.escape import escape
from mailweave.hookspecs import hookimpl
from mailweave.languages import CannotCompile, Escaping, Filter, Language, Scope, Template
from mailweave.partials import NO_PARTIALS, Partials
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_comparisons import COMPARISONS

# What reads and fills templates is imported where it is used: most workspaces have no template in this language.
if TYPE_CHECKING:
    from mailweave.compiled.emitter import Emitter
    from mailweave.compiled.residue import Scoped, Value
    from mailweave_plugins.languages.handlebars_eval import Recipe


@dataclass(frozen=True)
class HandlebarsTemplate(Template):
    """A parsed and checked Handlebars template."""

    recipe: Recipe | None = None
    contexts: Mapping[int, Context] = field(default_factory=dict, repr=False, compare=False)

    def render(self, data: Mapping[str, Any], scope: Scope) -> str:
        """Fill the template; see `Template.render`."""
        from mailweave_plugins.languages.handlebars_eval import fill

        assert self.recipe is not None
        return fill(self.recipe, data, scope)

    def write_code(self, emitter: Emitter, data: Mapping[str, Value], scoped: Scoped) -> None:
        """Write the template as Python code; see `Template.write_code`."""
        from mailweave_plugins.languages.handlebars_code import HandlebarsCode

        assert self.recipe is not None
        if self.recipe.calls:
            raise CannotCompile("what calls partials isn't compiled")
        HandlebarsCode(emitter, scoped, self.recipe.filters, self.recipe.escaping, self.contexts).template(self.recipe.program, data)


class Handlebars(Language):
    """Handlebars: `{{name}}`, `{{#if}}`, `{{#each}}`, helpers with parameters. Filters are helpers: `{{money price "EUR"}}`."""

    name = "handlebars"
    suffix = ".hbs"

    def __init__(self, filters: Mapping[str, Filter]) -> None:
        super().__init__({**COMPARISONS, **filters})

    def parse(self, source: Source, escaping: Escaping = "markup", partials: Partials = NO_PARTIALS) -> HandlebarsTemplate:
        """Parse a template; see `Language.parse`. Unknown helpers, wrong parameters and constructs that can't be filled are found here too."""
        from mailweave_plugins.languages.handlebars_analysis import analyse
        from mailweave_plugins.languages.handlebars_eval import Recipe
        from mailweave_plugins.languages.handlebars_files import read_files
        from mailweave_plugins.languages.handlebars_pieces import lay_out

        read = read_files(source, partials, self.filters, self.suffix)
        raise_all(read.problems)
        layout = lay_out(source, read.program, read.files, calls=read.calls)
        found = analyse(source, read.program, read.files, read.known, computed=read.computed)
        raise_all(found.problems)
        contexts = find_contexts(layout.source, layout.pieces, escaping)
        escaper = _escaper(contexts, escaping)
        recipe = Recipe(
            source, read.program, self.filters, escaper, found.origins, escaping, read.calls, read.files, found.partial_origins, read.computed
        )
        noted = (tuple(found.uses), tuple(found.messages), tuple(found.raw))
        return HandlebarsTemplate(layout.source, layout.masked, *noted, recipe, contexts)


def _escaper(contexts: Mapping[int, Context], escaping: Escaping) -> Callable[[str, int], str]:
    """How the output that starts at an offset is escaped, in a template that stands alone."""
    if escaping == "html":
        from mailweave_plugins.languages.handlebars_values import escape_expression

        return lambda text, start: escape_expression(text)
    return lambda text, start: escape(text, contexts[start], escaping)


@hookimpl
def register_languages() -> Iterable[type[Language]]:
    return [Handlebars]
