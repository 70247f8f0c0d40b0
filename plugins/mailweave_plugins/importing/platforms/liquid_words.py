"""Names that are words of Liquid's own, written so that its parser takes them for names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from mailweave.ahead import enclosed
from mailweave.edits import Edit

_TAGS: Final = (("{{", "}}"), ("{%", "%}"))
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
    for tag in enclosed(text, _TAGS):
        strings = [found.span() for found in _STRING.finditer(text, *tag)]
        for found in [*_PROPERTY.finditer(text, *tag), *_ALONE.finditer(text, *tag)]:
            before = bisect_right(strings, (found.start("word"), len(text))) - 1
            if before < 0 or strings[before][1] <= found.start("word"):
                root = "" if found["dot"] else "customer"
                yield found.start("dot"), found.end("word"), f"{root}['{found['word']}']"
