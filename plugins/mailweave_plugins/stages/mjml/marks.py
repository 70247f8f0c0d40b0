"""Finding a component again in the HTML that mrml made of it: a class of its own, taken out at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailweave.edits import Edit
from mailweave.placeholders import Placeholders
from mailweave.tags import Tag, tags
from mailweave_plugins.stages.mjml.tree import Node


@dataclass(frozen=True)
class Marks:
    """The marked nodes; each has a placeholder as a class."""

    placeholders: Placeholders
    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, nodes: Iterable[Node], placeholders: Placeholders) -> Marks:
        """Mark each node by a class."""
        marked = tuple(nodes)
        for number, node in enumerate(marked):
            node.add_class(placeholders.of(number))
        return cls(placeholders, marked)

    def without(self, html: str) -> str:
        """The HTML without the marks. mrml puts `-outlook` behind the last class only; MJML puts it behind each."""
        mark = self.placeholders.pattern.pattern
        html = re.sub(rf'\bclass="([^"]*) {mark}-outlook"', lambda found: f'class="{_for_outlook(found[1])}"', html)
        html = re.sub(rf'\s?\bclass="{mark}(?:-outlook)?"', "", html)
        return re.sub(rf" ?{mark}(?:-outlook)?", "", html)


def _for_outlook(classes: str) -> str:
    return " ".join(name if name.endswith("-outlook") else f"{name}-outlook" for name in classes.split())


@dataclass(frozen=True)
class Found:
    """A marked component's HTML: all tags of the document and the index of the component's own."""

    html: str
    tags: tuple[Tag, ...]
    index: int

    @property
    def tag(self) -> Tag:
        return self.tags[self.index]

    def end(self, index: int | None = None) -> int:
        """The index of the tag that closes the one at an index (default: the component's own)."""
        start = self.index if index is None else index
        depth = 0
        for at in range(start, len(self.tags)):
            if self.tags[at].name == self.tags[start].name and not self.tags[at].empty:
                depth += -1 if self.tags[at].closing else 1
            if not depth:
                return at
        return len(self.tags) - 1

    def first(self, name: str, css_class: str = "") -> int | None:
        """The index of the first tag of a name (and of a class) in the component."""
        inside = range(self.index + 1, self.end())
        return next((at for at in inside if self.tags[at].name == name and css_class in (self.tags[at].get("class") or "")), None)


def find(html: str, marks: Marks) -> Mapping[int, Found]:
    """Each marked component that is found, by its number. What stands in Outlook's comments isn't looked at."""
    every = tuple(tags(html))
    found: dict[int, Found] = {}
    pattern = re.compile(rf"(?:^|\s){marks.placeholders.word}(\d+)x(?:\s|$)")
    for index, tag in enumerate(every):
        if marks.placeholders.word in html[tag.start : tag.end] and not tag.closing:
            for number in pattern.findall(tag.get("class") or ""):
                found.setdefault(int(number), Found(html, every, index))
    return found


def restyled(tag: Tag, before: str, added: str) -> Edit:
    """Put declarations into a tag's style, in front of the first that starts with `before`, else at its end."""
    style = next((one for one in tag.attributes if one.name == "style"), None)
    if style is None:
        return tag.attributes_start, tag.attributes_start, f' style="{added}"'
    at = tag.source.find(before, style.value_start, style.end) if before else -1
    at = at if at >= 0 else style.end - 1
    separator = "" if tag.source[at - 1] in ';"' else ";"
    return at, at, separator + added
