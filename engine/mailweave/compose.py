"""Fill the chosen variants and put them into the layout: one document, not compiled yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mailweave.blocks import Block, Variant
from mailweave.campaign import Layout
from mailweave.campaign_reader import REST, SLOT
from mailweave.errors import MailweaveError, Place, Problem
from mailweave.marks import gives_classes, mark, settle
from mailweave.tags import search_markup

_HEAD_END: Final = {"mjml": re.compile(r"</mj-head\s*>"), "html": re.compile(r"</head\s*>", re.IGNORECASE)}
_ROOT: Final = re.compile(r"<mjml\b[^>]*>")


class Filled(NamedTuple):
    """One slot's filled markup; `path` is the variant's file."""

    slot: str
    body: str
    markup: str
    path: str
    head: str = ""


class Composed(NamedTuple):
    """A whole document. `raw` holds the plain HTML that stands for each token in it; `spans` say which file filled which part; `marked` says
    that its parts carry marks."""

    text: str
    markup: str
    raw: Mapping[str, str]
    spans: tuple[tuple[int, int, str], ...]
    marked: bool = False

    def place(self, offset: int | None) -> Place | None:
        """The file that filled the part at an offset."""
        if offset is None:
            return None
        return next((Place(path) for start, end, path in self.spans if start <= offset < end), None)

    def restore(self, html: str) -> str:
        """Put the plain HTML back for its tokens."""
        for token, content in self.raw.items():
            html = html.replace(token, content)
        return settle(html) if self.marked else html


def compose(layout: Layout, text: str, filled: list[Filled], *, marked: bool = False) -> Composed:
    """Put filled slots and heads into a filled layout (`text`); `marked` marks which slot each part came from.

    Raises:
        MailweaveError: an MJML block in an HTML layout.
    """
    text = _with_heads(text, layout.markup, [part.head for part in filled if part.head])
    filled = _marked(text, filled) if marked else filled
    bodies = {part.slot: part for part in filled}
    raw = {_token(index): part.body for index, part in enumerate(filled) if part.markup == "html" and layout.markup == "mjml"}
    tokens = {part.slot: _token(index) for index, part in enumerate(filled)}
    named = {found["name"] for found in SLOT.finditer(text)}
    rest = [part.slot for part in filled if part.slot not in named]
    pieces, spans, done, length = [], [], 0, 0
    for found in sorted([*SLOT.finditer(text), *REST.finditer(text)], key=lambda match: match.start()):
        pieces.append(text[done : found.start()])
        length += len(pieces[-1])
        for slot in [found["name"]] if found.re is SLOT else rest:
            part = bodies.get(slot)
            body = _body(part, layout, tokens[slot]) if part else ""
            spans.append((length, length + len(body), part.path if part else ""))
            pieces.append(body)
            length += len(body)
        done = found.end()
    return Composed("".join([*pieces, text[done:]]), layout.markup, raw, tuple(spans), marked)


def _marked(text: str, filled: list[Filled]) -> list[Filled]:
    classes = gives_classes(text)
    return [part._replace(body=mark(part.body, part.slot, classes=classes)) for part in filled]


def _token(index: int) -> str:
    return f"mailweave-raw-{index}-mailweave"


def _body(part: Filled, layout: Layout, token: str) -> str:
    if part.markup == layout.markup:
        return part.body
    if layout.markup == "mjml":
        # Plain HTML is kept away from the MJML compiler: it would parse it as XML.
        return f"<mj-raw>{token}</mj-raw>"
    what = f"an MJML block can't stand in the HTML layout '{layout.name}'"
    raise MailweaveError(Problem(what, "use an MJML layout or an HTML variant", Place(part.path), code="markup-mismatch"))


def _with_heads(text: str, markup: str, heads: list[str]) -> str:
    """Merge the blocks' head parts at the end of the layout's head; the same text is put in once."""
    merged = "\n".join(dict.fromkeys(heads))
    if not merged:
        return text
    end = search_markup(_HEAD_END[markup], text)
    if end:
        return f"{text[: end.start()]}{merged}\n{text[end.start() :]}"
    root = search_markup(_ROOT, text)
    at = root.end() if root else 0
    return f"{text[:at]}<mj-head>{merged}</mj-head>{text[at:]}" if markup == "mjml" else merged + text


def fill(slot: str, block: Block, variant: Variant, render: Any) -> Filled:
    """A variant and its block's head, filled by `render` (template → text)."""
    head = render(block.head.template) if block.head else ""
    return Filled(slot, render(variant.template), variant.markup, variant.template.source.path, head)
