"""Names that are words of Liquid's own, written so that its parser takes them for names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailweave.edits import Edit

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_STRING: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
# As a property any of them is a name; by themselves `empty`, `nil` and the like are values.
_OPERATORS: Final = ("and", "or", "contains", "in", "not", "with", "for", "if", "else", "as")
_PROPERTY: Final = re.compile(
    rf"(?<=[\w\]])(?P<dot>\.)(?P<word>{'|'.join((*_OPERATORS, 'empty', 'blank', 'nil', 'null', 'true', 'false'))})(?![\w?-])"
)
_ALONE: Final = re.compile(rf"\{{\{{-?\s*(?P<dot>)(?P<word>{'|'.join(_OPERATORS)})(?=\s*(?:\||-?\}}\}}))")


def bracketed_words(text: str) -> Iterator[Edit]:
    """The edits that put such names into brackets; Liquid's implementations elsewhere read them without. One by itself is the customer's.

    Example:
        >>> from mailweave.edits import spliced
        >>> text = "{{ customer.empty }} {{ contains | upcase }} {% if a.size contains 'x.or' %}"
        >>> spliced(text, bracketed_words(text))
        "{{ customer['empty'] }} {{ customer['contains'] | upcase }} {% if a.size contains 'x.or' %}"
    """
    for tag in _TAG.finditer(text):
        strings = [found.span() for found in _STRING.finditer(text, *tag.span())]
        for found in [*_PROPERTY.finditer(text, *tag.span()), *_ALONE.finditer(text, *tag.span())]:
            if not any(start <= found.start("word") < end for start, end in strings):
                root = "" if found["dot"] else "customer"
                yield found.start("dot"), found.end("word"), f"{root}['{found['word']}']"
