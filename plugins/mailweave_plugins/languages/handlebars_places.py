"""Where in the markup one stands while a template with partials is filled.

A partial can be called from anywhere, and which one is called may depend on data; so how its values are escaped is decided from what was put out
before them, by the same rules that `mailweave.contexts` follows for a template that stands alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from mailweave.contexts import EVERYWHERE, Context, context_at, telling_only
from mailweave.escape import escape
from mailweave.languages import Escaping
from mailweave.positions import WHOLE_URL, Position, advance, after_output
from mailweave_plugins.languages.handlebars_values import escape_expression

# Texts of templates come again and again, and mostly at the same position.
_advance: Final = lru_cache(maxsize=4096)(advance)


class Places:
    """Follows what is put out, and escapes each value for the place it comes to. `whole_tags`: parsing has seen every tag to its end and refused
    those in which a value may not stand."""

    def __init__(self, escaping: Escaping, *, whole_tags: bool = False) -> None:
        self.escaping = escaping
        self.whole_tags = whole_tags
        self.position = WHOLE_URL if escaping == "url" else Position()

    def text(self, text: str) -> str:
        """Literal text, as it is."""
        if self.escaping not in EVERYWHERE:
            self.position = _advance(self.position, text)
        return text

    def value(self, text: str) -> str:
        """A value, escaped.

        Raises:
            ValueError: it can't stand here ("what – remedy").
        """
        if self.escaping == "html":
            return escape_expression(text)
        context = EVERYWHERE.get(self.escaping) or context_at(telling_only(self.position) if self.whole_tags else self.position)
        self.position = after_output(self.position)
        if not isinstance(context, Context):
            raise ValueError(" – ".join(context))
        return escape(text, context, self.escaping)
