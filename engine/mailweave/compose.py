"""Fill the chosen variants and put them into the layout: one document, not compiled yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from mailweave.blocks import Block, Variant
from mailweave.bounds import Part
from mailweave.campaign import Layout
from mailweave.errors import MailweaveError, Place, Problem
from mailweave.marks import Marks, refuse_marks
from mailweave.placeholders import Placeholders
from mailweave.slots import REST, SLOT, refuse_added_slots
from mailweave.tags import TagSearch, search_markup

_HEAD_END: Final = {"mjml": re.compile(r"</mj-head\s*>"), "html": re.compile(r"</head\s*>", re.IGNORECASE)}


class Filled(NamedTuple):
    """One slot's filled markup; `path` is the variant's file."""

    slot: str
    body: str
    markup: str
    path: str
    head: str = ""


class Composed(NamedTuple):
    """A whole document. `raw` is the plain HTML that placeholders stand for in it; `spans` say which file filled which part; `marks` are those that
    it carries, and `parts` what it was made of."""

    text: str
    markup: str
    raw: Sequence[str]
    placeholders: Placeholders
    spans: tuple[tuple[int, int, str], ...]
    marks: Marks | None = None
    parts: tuple[Part, ...] = ()

    def place(self, offset: int | None) -> Place | None:
        """The file that filled the part at an offset."""
        if offset is None:
            return None
        return next((Place(path) for start, end, path in self.spans if start <= offset < end), None)

    def restore(self, html: str) -> str:
        """Put the plain HTML back for its placeholders."""
        html = self.marks.settle(html) if self.marks else html
        return self.placeholders.replaced(html, lambda number: self.raw[number])


def compose(layout: Layout, text: str, filled: list[Filled], *, marked: bool = False) -> Composed:
    """Put filled slots and heads into a filled layout (`text`); `marked` marks which slot each part came from.

    Raises:
        MailweaveError: an MJML block in an HTML layout, or an attribute that only marks have.
    """
    text = _with_heads(text, layout.markup, [part.head for part in filled if part.head])
    bodies_and_files = [(part.body, part.path) for part in filled]
    refuse_added_slots(layout.template.masked, text, layout.template.source.path, bodies_and_files)
    refuse_marks([(text, layout.template.source.path), *bodies_and_files])
    inputs = [text, *(part.body for part in filled)]
    parts = (Part("", text, layout.template.source.path), *(Part(part.slot, part.body, part.path) for part in filled))
    marks = Marks.of(text, inputs, [part.slot for part in filled]) if marked else None
    filled = [part._replace(body=marks.mark(part.body, part.slot)) for part in filled] if marks else filled
    raw = _Raw(layout, Placeholders.unlike("html", inputs))
    named = {found["name"] for found in SLOT.finditer(text)}
    bodies = {part.slot: part for part in filled}
    rest = [part.slot for part in filled if part.slot not in named]
    pieces, spans, done, length = [], [], 0, 0
    for found in sorted([*SLOT.finditer(text), *REST.finditer(text)], key=lambda match: match.start()):
        pieces.append(text[done : found.start()])
        length += len(pieces[-1])
        for slot in [found["name"]] if found.re is SLOT else rest:
            part = bodies.get(slot)
            body = raw.body(part) if part else ""
            spans.append((length, length + len(body), part.path if part else ""))
            pieces.append(body)
            length += len(body)
        done = found.end()
    return Composed("".join([*pieces, text[done:]]), layout.markup, raw.kept, raw.placeholders, tuple(spans), marks, parts)


class _Raw:
    """Keeps plain HTML away from the MJML compiler, which would parse it as XML."""

    def __init__(self, layout: Layout, placeholders: Placeholders) -> None:
        self.layout = layout
        self.placeholders = placeholders
        self.kept: list[str] = []

    def body(self, part: Filled) -> str:
        """What of a slot is put into the layout."""
        if part.markup == self.layout.markup:
            return part.body
        if self.layout.markup == "mjml":
            self.kept.append(part.body)
            return f"<mj-raw>{self.placeholders.of(len(self.kept) - 1)}</mj-raw>"
        what = f"an MJML block can't stand in the HTML layout '{self.layout.name}'"
        raise MailweaveError(Problem(what, "use an MJML layout or an HTML variant", Place(part.path), code="markup-mismatch"))


def _with_heads(text: str, markup: str, heads: list[str]) -> str:
    """Merge the blocks' head parts at the end of the layout's head; the same text is put in once."""
    merged = "\n".join(dict.fromkeys(heads))
    if not merged:
        return text
    end = search_markup(partial(_HEAD_END[markup].search, text), text)
    if end:
        return f"{text[: end.start()]}{merged}\n{text[end.start() :]}"
    root = search_markup(TagSearch(text, "mjml").search, text)
    at = root.end() if root else 0
    return f"{text[:at]}<mj-head>{merged}</mj-head>{text[at:]}" if markup == "mjml" else merged + text


def fill(slot: str, block: Block, variant: Variant, render: Any) -> Filled:
    """A variant and its block's head, filled by `render` (template → text)."""
    head = render(block.head.template) if block.head else ""
    return Filled(slot, render(variant.template), variant.markup, variant.template.source.path, head)
