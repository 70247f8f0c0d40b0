"""Mark in a document which slot each of its parts came from, for the previewer and the screenshots.

A mark is an attribute, `data-mailweave-slot`, on the outermost elements of a slot. Without its marks a document is, byte for byte, what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from mailweave.edits import Edit, spliced
from mailweave.nesting import VOID
from mailweave.tags import Tag, tags

ATTRIBUTE: Final = "data-mailweave-slot"

# MJML takes no attributes of one's own, but puts an element's `css-class` onto what it compiles to, and with "-outlook" behind onto Outlook's.
_CLASS: Final = "mailweave-slot--"
_ALONE: Final = re.compile(rf'class="{_CLASS}(?P<slot>[\w-]+?)(?:-outlook)?"')
_FIRST: Final = re.compile(rf'class="{_CLASS}(?P<slot>[\w-]+?)(?:-outlook)? ')
_AMONG: Final = re.compile(rf'class="(?P<before>[^"]*?) {_CLASS}(?P<slot>[\w-]+?)(?:-outlook)?(?P<after> [^"]*)?"')
_MARK: Final = re.compile(rf' {ATTRIBUTE}="[^"]*"')
_DEFAULTS: Final = re.compile(r"<mj-attributes\b.*?</mj-attributes", re.DOTALL)


def gives_classes(mjml: str) -> bool:
    """Whether a head gives elements a `css-class` by default; a mark would take its place."""
    return any("css-class" in part for part in _DEFAULTS.findall(mjml))


def mark(body: str, slot: str, *, classes: bool = False) -> str:
    """A slot's filled MJML or HTML with a mark on each of its outermost elements.

    `classes`: elements may have a `css-class` that isn't written on them (`gives_classes`); those aren't marked.
    """
    return spliced(body, _marks(body, slot, classes))


def _marks(body: str, slot: str, classes: bool) -> Iterator[Edit]:
    depth = 0
    for tag in tags(body):
        # The HTML inside `mj-raw` stands where the element does.
        if tag.name == "mj-raw":
            continue
        if not tag.closing and depth == 0:
            at, written = _written(tag, slot, classes)
            yield at, at, written
        depth = max(0, depth + _step(tag))


def settle(html: str) -> str:
    """A compiled document in which the marks that MJML carried as classes are attributes."""
    html = _ALONE.sub(rf'{ATTRIBUTE}="\g<slot>"', html)
    html = _FIRST.sub(rf'{ATTRIBUTE}="\g<slot>" class="', html)
    return _AMONG.sub(_settled, html)


def without_marks(html: str) -> str:
    """The document that is sent."""
    return _MARK.sub("", html)


def slot_at(html: str, offset: int) -> str | None:
    """The slot that an offset of the document that is sent stands in, by the document with marks.

    None outside of all slots, and in comments, which only Outlook reads.
    """
    for found in _MARK.finditer(html):
        if found.start() > offset:
            break
        offset += len(found[0])
    around: list[Tag] = []
    for tag in takewhile(lambda tag: tag.start <= offset, tags(html)):
        around = _around(around, tag, offset)
    return next((slot for tag in reversed(around) if (slot := tag.get(ATTRIBUTE))), None)


def _around(around: list[Tag], tag: Tag, offset: int) -> list[Tag]:
    """The elements that are open after a tag, and the one whose tag holds the offset."""
    if not tag.closing:
        return [*around, tag] if _step(tag) or offset < tag.end else around
    depths = (depth for depth in reversed(range(len(around))) if around[depth].name == tag.name)
    depth = next(depths, len(around))
    return around[: depth + 1] if offset < tag.end else around[:depth]


def _settled(found: re.Match[str]) -> str:
    return f'{ATTRIBUTE}="{found["slot"]}" class="{found["before"]}{found["after"] or ""}"'


def _written(tag: Tag, slot: str, classes: bool) -> tuple[int, str]:
    """Where a tag's mark goes, and how it is written there."""
    if not tag.name.startswith("mj-"):
        return tag.attributes_start, f' {ATTRIBUTE}="{slot}"'
    given = next((attribute for attribute in tag.attributes if attribute.name == "css-class" and attribute.value), None)
    if given is not None:
        return given.value_start, f"{_CLASS}{slot} "
    return tag.attributes_start, "" if classes else f' css-class="{_CLASS}{slot}"'


def _step(tag: Tag) -> int:
    if tag.closing:
        return -1
    return 0 if tag.empty or tag.name in VOID else 1
