"""Mark in a document which slot each of its parts came from, for the previewer and the screenshots.

A mark is an attribute, `data-mailweave-slot`, on the outermost elements of a slot. Without its marks a document is, byte for byte, what is sent.
No document has attributes of that kind besides: `refuse_marks` sees to it, and a value can't be an attribute's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from mailweave.edits import Edit, spliced
from mailweave.errors import Place, Problem, raise_all
from mailweave.nesting import VOID
from mailweave.placeholders import Placeholders
from mailweave.tags import Tag, insides, quoted_attributes, tags

# Attributes of ours, which stages give to elements while they work.
RESERVED: Final = "data-mailweave-"
ATTRIBUTE: Final = f"{RESERVED}slot"

_MARK: Final = re.compile(rf' {ATTRIBUTE}="[^"]*"')


def refuse_marks(texts: Iterable[tuple[str, str]]) -> None:
    """Look for attributes of ours in filled texts, each with its file.

    Raises:
        MailweaveError: there are some.
    """
    remedy = f"take another name; those that begin with {RESERVED} are mailweave's own"
    found = {(name, path): None for text, path in texts for name in _reserved(text)}
    raise_all([Problem(f"the attribute `{name}` can't stand in a message", remedy, Place(path), code="reserved") for name, path in found])


def _reserved(text: str) -> Iterator[str]:
    if RESERVED not in text.lower():
        return
    for tag in tags(text):
        given = [attribute.name.lower() for attribute in tag.attributes]
        given += [(tag.get("name") or "").strip().lower()] if tag.name == "mj-html-attribute" else []
        yield from (name for name in given if name.startswith(RESERVED))
    yield from (attribute.name for attribute in quoted_attributes(text) if attribute.name.startswith(RESERVED))


@dataclass(frozen=True)
class Marks:
    """The marks of one document. MJML takes no attributes of one's own, but puts an element's `css-class` onto what it compiles to, and with
    "-outlook" behind onto Outlook's; so there a class stands for the mark until `settle`.

    `has_classes`: the head gives elements a `css-class` by default; a mark would take its place, so those without one of their own aren't marked.
    """

    placeholders: Placeholders
    slots: Sequence[str]
    has_classes: bool = False

    @classmethod
    def of(cls, layout: str, inputs: Iterable[str], slots: Sequence[str]) -> Marks:
        """Marks for the slots of a layout; `inputs` are all texts of the document."""
        defaults = any("css-class" in layout[part.start : part.end] for part in insides(layout, "mj-attributes"))
        return cls(Placeholders.unlike("slot", inputs), slots, defaults)

    def mark(self, body: str, slot: str) -> str:
        """A slot's filled MJML or HTML with a mark on each of its outermost elements."""
        return spliced(body, self._marks(body, slot))

    def _marks(self, body: str, slot: str) -> Iterator[Edit]:
        depth = 0
        for tag in tags(body):
            # The HTML inside `mj-raw` stands where the element does.
            if tag.name == "mj-raw":
                continue
            if not tag.closing and depth == 0:
                at, written = self._written(tag, slot)
                yield at, at, written
            depth = max(0, depth + _step(tag))

    def _written(self, tag: Tag, slot: str) -> tuple[int, str]:
        """Where a tag's mark goes, and how it is written there."""
        if not tag.name.startswith("mj-"):
            return tag.attributes_start, f' {ATTRIBUTE}="{slot}"'
        css_class = self.placeholders.of(self.slots.index(slot))
        given = next((attribute for attribute in tag.attributes if attribute.name == "css-class" and attribute.value), None)
        if given is not None:
            return given.value_start, f"{css_class} "
        return tag.attributes_start, "" if self.has_classes else f' css-class="{css_class}"'

    def settle(self, html: str) -> str:
        """A compiled document in which the marks that MJML carried as classes are attributes."""
        css_class = rf"{self.placeholders.pattern.pattern}(?:-outlook)?"
        html = re.sub(rf'class="{css_class}"', self._attribute, html)
        html = re.sub(rf'class="{css_class} ', lambda found: f'{self._attribute(found)} class="', html)
        among = rf'class="(?P<before>[^"]*?) {css_class}(?P<after> [^"]*)?"'
        return re.sub(among, lambda found: f'{self._attribute(found)} class="{found["before"]}{found["after"] or ""}"', html)

    def _attribute(self, found: re.Match[str]) -> str:
        return f'{ATTRIBUTE}="{self.slots[int(found["number"])]}"'


def without_marks(html: str) -> str:
    """The document that is sent."""
    return spliced(html, [(found.start(), found.end(), "") for found in _found(html)])


def _found(html: str) -> Iterator[re.Match[str]]:
    """Every mark. What reads like one between tags, where a value and the text around it may have made it, is none."""
    attributes: set[int] | None = None
    for found in _MARK.finditer(html):
        if html.rfind("<", 0, found.start()) < html.rfind(">", 0, found.start()):
            # Either text, or an attribute before the mark holds a ">".
            attributes = {attribute.start for attribute in quoted_attributes(html)} if attributes is None else attributes
            if found.start() + len(f' {ATTRIBUTE}="') not in attributes:
                continue
        yield found


def slot_at(html: str, offset: int) -> str | None:
    """The slot that an offset of the document that is sent stands in, by the document with marks.

    None outside of all slots, and in comments, which only Outlook reads.
    """
    for found in _found(html):
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


def _step(tag: Tag) -> int:
    if tag.closing:
        return -1
    return 0 if tag.empty or tag.name in VOID else 1
