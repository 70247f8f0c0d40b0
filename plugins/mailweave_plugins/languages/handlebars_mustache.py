"""Tags of Mustache that Handlebars doesn't have, with what to write instead."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

# The beginning of a tag, what is wrong with it, and the remedy (mustache/spec: delimiters, ~inheritance, ~dynamic-names).
_TAGS: Final = (
    (re.compile(r"\{\{\s*="), "Handlebars can't change its delimiters", r"write tags with `{{` and `}}`, and `\{{` for braces that are text"),
    (re.compile(r"\{\{~?\s*<"), "Handlebars has no `{{<parent}}`", "write `{{#> parent}} … {{/parent}}`"),
    (re.compile(r"\{\{~?\s*>\s*\*"), "Handlebars has no `{{>*name}}`", "write `{{> (lookup . \"name\")}}`"),
)

_PARENT: Final = re.compile(r"\{\{~?\s*+<\s*+([^\s{}~]++)\s*+~?\}\}")
_BLOCK: Final = re.compile(r"\{\{\$([^\s{}]++)\}\}")


def mustache_tag(text: str, start: int) -> tuple[str, str] | None:
    """What is wrong, and the remedy, when the tag at an offset is one of Mustache's."""
    return next(((what, remedy) for tag, what, remedy in _TAGS if tag.match(text, start)), None)


class MustacheBlocks:
    """What stands in a template of Mustache's `{{<parent}}` and `{{$block}}`, looked for once."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _parents(self) -> frozenset[str]:
        return frozenset(found[1] for found in _PARENT.finditer(self._text))

    @cached_property
    def _blocks(self) -> frozenset[str]:
        return frozenset(found[1] for found in _BLOCK.finditer(self._text))

    def closes_parent(self, name: str) -> bool:
        """Whether a closing tag belongs to a `{{<name}}`, which has its own problem."""
        return name in self._parents

    def block(self, name: str) -> tuple[str, str] | None:
        """What is wrong, and the remedy, when a closing tag belongs to a `{{$name}}`."""
        if name not in self._blocks:
            return None
        remedy = f'write `{{{{#*inline "{name}"}}}} … {{{{/inline}}}}` to fill it, and `{{{{#> {name}}}}} … {{{{/{name}}}}}` where it goes'
        return f"Handlebars has no blocks such as `{{{{${name}}}}}`", remedy
