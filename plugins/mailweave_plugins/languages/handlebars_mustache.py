"""Tags of Mustache that Handlebars doesn't have, with what to write instead."""

from __future__ import annotations

import re
from typing import Final

# The beginning of a tag, what is wrong with it, and the remedy (mustache/spec: delimiters, ~inheritance, ~dynamic-names).
_TAGS: Final = (
    (re.compile(r"\{\{\s*="), "Handlebars can't change its delimiters", r"write tags with `{{` and `}}`, and `\{{` for braces that are text"),
    (re.compile(r"\{\{~?\s*<"), "Handlebars has no `{{<parent}}`", "write `{{#> parent}} … {{/parent}}`"),
    (re.compile(r"\{\{~?\s*>\s*\*"), "Handlebars has no `{{>*name}}`", "write `{{> (lookup . \"name\")}}`"),
)


def mustache_tag(text: str, start: int) -> tuple[str, str] | None:
    """What is wrong, and the remedy, when the tag at an offset is one of Mustache's."""
    return next(((what, remedy) for tag, what, remedy in _TAGS if tag.match(text, start)), None)


def closes_parent(text: str, name: str) -> bool:
    """Whether a closing tag belongs to a `{{<name}}`, which has its own problem."""
    return re.search(rf"\{{\{{~?\s*<\s*{re.escape(name)}\s*~?\}}\}}", text) is not None


def mustache_block(text: str, name: str) -> tuple[str, str] | None:
    """What is wrong, and the remedy, when a closing tag belongs to a `{{$name}}`."""
    if f"{{{{${name}}}}}" not in text:
        return None
    remedy = f'write `{{{{#*inline "{name}"}}}} … {{{{/inline}}}}` to fill it, and `{{{{#> {name}}}}} … {{{{/{name}}}}}` where it goes'
    return f"Handlebars has no blocks such as `{{{{${name}}}}}`", remedy
