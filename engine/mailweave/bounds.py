"""What a document may be before a native parser gets to see it: its length, its number of elements and how deep they stand in one another.

Compiled documents need no look of their own. Their elements are those of the document that the stages saw when it was compiled: values that hold
markup (`| safe`) are part of a document's key, and all others are escaped (`compiled.values`). Only lengths differ, and `compiled.program` adds
those up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from mailweave.errors import MailweaveError, Place, Problem
from mailweave.limits import LARGEST, Limits, setting
from mailweave.nodes import nodes_of
from mailweave.open_elements import Nodes

# MJML's components stand at most ten deep in one another; mrml needs a kilobyte and more of stack for each.
DEEPEST_MJML: Final = 40


_OPENING: Final = re.compile("<[A-Za-z]")


class Part(NamedTuple):
    """A text that a document is made of: the slot that it fills (empty: the layout), and the file that it comes from."""

    slot: str
    text: str
    path: str


def check_length(length: int, limits: Limits, parts: Sequence[Part] = ()) -> None:
    """Refuse a document of too many characters.

    Raises:
        MailweaveError: at the longest of its parts.
    """
    if length > limits.characters:
        what = f"the document has {length:,} characters, more than {limits.characters:,}"
        raise MailweaveError(_problem(what, "put out less", setting(limits, "characters"), max(parts, key=lambda part: len(part.text), default=None)))


def check_html(html: str, limits: Limits, parts: Sequence[Part] = ()) -> None:
    """Refuse an HTML document that is too long, has too many elements or too many in one another.

    Raises:
        MailweaveError: at the part of it that has most of what is too much.
    """
    check_length(len(html), limits, parts)
    most = Nodes(limits.elements, limits.depth)
    found = nodes_of(html, most)
    if found.depth > most.depth:
        what = f"elements stand more than {most.depth:,} deep in one another"
        remedy = "close the tags of what is put out unescaped"
        raise MailweaveError(_problem(what, remedy, setting(limits, "depth"), _most(parts, lambda text: nodes_of(text, most).depth)))
    if found.elements > most.elements:
        what = f"the document has more than {most.elements:,} elements"
        raise MailweaveError(_problem(what, "put out fewer", setting(limits, "elements"), _most(parts, lambda text: nodes_of(text, most).elements)))


def stopped(what: str, parts: Sequence[Part]) -> Problem:
    """What a stage that knows no settings stopped at, at the deepest part."""
    most = Nodes(LARGEST.elements, LARGEST.depth)
    return _problem(what, "put out less, and close the tags of what is put out unescaped", "", _most(parts, lambda text: nodes_of(text, most).depth))


def check_mjml(mjml: str, raw: Sequence[str], limits: Limits, parts: Sequence[Part] = ()) -> None:
    """Refuse an MJML document that is too long or has too many tags. `raw`: the HTML that placeholders stand for in it. How deep it is, its compiler
    knows.

    Raises:
        MailweaveError: at the part of it that has most of what is too much.
    """
    check_length(len(mjml) + sum(map(len, raw)), limits, parts)
    if _openings(mjml) > limits.elements:
        what = f"the document has more than {limits.elements:,} elements"
        raise MailweaveError(_problem(what, "put out fewer", setting(limits, "elements"), _most(parts, _openings)))


def _openings(text: str) -> int:
    return len(_OPENING.findall(text))


def _most(parts: Sequence[Part], measured: Callable[[str], int]) -> Part | None:
    return max(parts, key=lambda part: measured(part.text), default=None)


def _problem(what: str, remedy: str, or_else: str, part: Part | None) -> Problem:
    where = f"slot '{part.slot}': " if part and part.slot else ""
    return Problem(f"{where}{what}", f"{remedy}{or_else}", Place(part.path) if part else None, code="limit")
