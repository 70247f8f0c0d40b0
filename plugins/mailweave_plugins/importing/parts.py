"""Cut a mail into what becomes a layout and what becomes blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailweave.nesting import VOID
from mailweave.tags import Tag, tags
from mailweave_plugins.importing.reading import Mail

_SECTIONS: Final = frozenset({"mj-section", "mj-wrapper", "mj-hero"})
# What makes a later part depend on an earlier one.
_SHARED: Final = re.compile(r"\{%-?\s*(?:assign|capture|increment|decrement|cycle|macro|break|continue)\b|\{\{#>?\s*\*?inline")

Span = tuple[int, int]


@dataclass(frozen=True)
class Parts:
    """The body's blocks, the head's content, subject and preheader: places in the text, or None where there is none."""

    blocks: tuple[Span, ...]
    head: Span | None
    title: Span | None
    preview: Span | None
    preview_element: Span | None


def parts_of(mail: Mail) -> Parts:
    """Where a mail can be cut."""
    text = mail.masked
    found = list(tags(text))
    body = _inside(found, "mj-body" if mail.markup == "mjml" else "body") or _around(text, found, mail)
    head = _inside(found, "mj-head" if mail.markup == "mjml" else "head")
    blocks = _sections(mail, body, found) if mail.markup == "mjml" else ()
    preview = _inside(found, "mj-preview")
    whole = _outside(found, "mj-preview")
    return Parts(blocks or (body,), head, _inside(found, "mj-title" if mail.markup == "mjml" else "title"), preview, whole)


def _around(text: str, found: list[Tag], mail: Mail) -> Span:
    """The body of a document without the tag: what follows the head, or all of it."""
    if not mail.whole:
        return 0, len(text)
    after = [tag.end for tag in found if (tag.name == "head" and tag.closing) or (tag.name == "html" and not tag.closing)]
    before = [tag.start for tag in found if tag.name == "html" and tag.closing]
    return max(after, default=0), min(before, default=len(text))


def _inside(found: list[Tag], name: str) -> Span | None:
    opening = next((tag for tag in found if tag.name == name and not tag.closing and not tag.empty), None)
    closing = next((tag for tag in reversed(found) if tag.name == name and tag.closing), None)
    return (opening.end, closing.start) if opening and closing else None


def _outside(found: list[Tag], name: str) -> Span | None:
    opening = next((tag for tag in found if tag.name == name and not tag.closing and not tag.empty), None)
    closing = next((tag for tag in reversed(found) if tag.name == name and tag.closing), None)
    return (opening.start, closing.end) if opening and closing else None


def _sections(mail: Mail, body: Span, found: list[Tag]) -> tuple[Span, ...]:
    """The body's own sections; none when something holds them together: a template tag between them, or a variable that they share."""
    spans = tuple(_children([tag for tag in found if body[0] <= tag.start < body[1]]))
    edges = [body[0], *(edge for span in spans for edge in span), body[1]]
    gaps = [mail.draft.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return () if _SHARED.search(mail.draft.text) or any(re.search(r"\{[{%]", gap) for gap in gaps) else spans


def _children(found: list[Tag]) -> Iterator[Span]:
    """The outermost sections among a body's tags."""
    depth, start, name = 0, 0, ""
    for tag in found:
        if tag.empty or tag.name in VOID or not tag.name.startswith("mj-"):
            if depth == 0 and tag.empty and tag.name in _SECTIONS:
                yield tag.start, tag.end
            continue
        if not tag.closing:
            start, name = (tag.start, tag.name) if depth == 0 else (start, name)
        depth += -1 if tag.closing else 1
        if depth == 0 and name in _SECTIONS:
            yield start, tag.end
