"""An MJML document as a tree, and the tree written as MJML again.

Attribute values and contents stay as they are written, entities and all: they may hold anything, such as placeholders of a later stage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mailweave.bounds import DEEPEST_MJML
from mailweave.mjml_components import COMPONENTS
from mailweave.pipeline import StageError
from mailweave.tags import Tag, tags

ENDING: Final = frozenset(name for name, component in COMPONENTS.items() if component.ending)
_DEFAULTS: Final = frozenset({"mj-all", "mj-class"})
_RAW_PARENTS: Final = frozenset(COMPONENTS["mj-raw"].parents) - {"mjml"}
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# What MJML leaves out between components: `<?xml …?>`, a doctype, CDATA. Comments are matched first, and stay.
_LEFT_OUT: Final = re.compile(rf"({_COMMENT.pattern})|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[!?][^>]*(?:>|\Z)|\A\ufeff", re.DOTALL)
_DECLARATION: Final = re.compile(r"<[!?/]?\w?")


@dataclass(eq=False)
class Node:
    """One component: its attributes as written, and its children or, where HTML, CSS or text stands in it, its `content`."""

    name: str
    start: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    content: str = ""

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, name: str) -> Iterator[Node]:
        """The nodes of a name in this one."""
        return (node for node in self.walk() if node.name == name)

    def add_class(self, name: str) -> None:
        """Add a class to its `css-class`."""
        self.attributes["css-class"] = f"{self.attributes.get('css-class', '')} {name}".strip()


def parse(mjml: str) -> Node:
    """The root of a document.

    Raises:
        StageError: a tag doesn't match or is none of MJML's.
    """
    reader = _Reader(mjml)
    for tag in tags(mjml):
        reader.read(tag)
    return reader.finish()


class _Reader:
    def __init__(self, mjml: str) -> None:
        self.mjml = mjml
        self.top = Node("", 0)
        self.stack = [self.top]
        self.done = 0
        # How many elements of the same name are open in the ending one.
        self.depth = 0

    @property
    def inside(self) -> Node:
        return self.stack[-1]

    def read(self, tag: Tag) -> None:
        if self.inside.name in ENDING:
            self.in_content(tag)
            return
        self.between(self.done, tag.start)
        self.done = tag.end
        if tag.closing:
            self.close(tag)
        else:
            self.open(tag)

    def in_content(self, tag: Tag) -> None:
        if tag.name != self.inside.name or tag.empty:
            return
        self.depth += -1 if tag.closing else 1
        if not self.depth:
            self.stack.pop().content = self.mjml[self.done : tag.start]
            self.done = tag.end

    def open(self, tag: Tag) -> None:
        if tag.name not in COMPONENTS and tag.name not in _DEFAULTS:
            raise _error(f"`<{tag.name}>` can't stand in `<{self.inside.name}>`" if self.inside.name else "the root is no `<mjml>`", tag.start)
        node = Node(tag.name, tag.start, _attributes(self.mjml, tag))
        self.inside.children.append(node)
        if not tag.empty:
            if len(self.stack) > DEEPEST_MJML:
                # A level takes mrml a kilobyte and more of stack, and it dies where there is no more.
                raise _error(f"components stand more than {DEEPEST_MJML} deep in one another", tag.start)
            self.stack.append(node)
            self.depth = 1

    def close(self, tag: Tag) -> None:
        if tag.name != self.inside.name:
            what = f"doesn't close `<{self.inside.name}>`" if self.inside.name else "closes nothing"
            raise _error(f"`</{tag.name}>` {what}", tag.start)
        self.stack.pop()

    def between(self, start: int, end: int) -> None:
        """Comments and bare text between components are put out where they stand, as from `mj-raw`."""
        text = _LEFT_OUT.sub(lambda found: found[1] or " " * len(found[0]), self.mjml[start:end])
        bare = _COMMENT.sub("", text).strip()
        broken = _DECLARATION.search(_COMMENT.sub(lambda found: " " * len(found[0]), text))
        if broken:
            raise _error(f"`{text[broken.start() :].split()[0]}` can't stand here", start + broken.start())
        if bare and self.inside.name not in _RAW_PARENTS:
            where = f"in `<{self.inside.name}>`" if self.inside.name else "outside `<mjml>`"
            raise _error(f"text can't stand {where}", start + len(text) - len(text.lstrip()))
        if text.strip() and self.inside.name in _RAW_PARENTS:
            self.inside.children.append(Node("mj-raw", start, content=text))

    def finish(self) -> Node:
        if len(self.stack) > 1:
            raise _error(f"`<{self.inside.name}>` is never closed", self.inside.start)
        self.between(self.done, len(self.mjml))
        roots = self.top.children
        if len(roots) != 1 or roots[0].name != "mjml":
            raise _error("it has no `<mjml>` around it", 0)
        return roots[0]


def _error(what: str, offset: int) -> StageError:
    return StageError(f"this MJML can't be compiled: {what}", offset)


def _attributes(mjml: str, tag: Tag) -> dict[str, str]:
    """The attributes with their values as written."""
    found: dict[str, str] = {}
    for one in tag.attributes:
        if one.value is None:
            found.setdefault(one.name, "")
        elif one.name not in found:
            quoted = mjml[one.end - 1] in "\"'" and mjml[one.value_start - 1] == mjml[one.end - 1]
            found[one.name] = mjml[one.value_start : one.end - quoted].replace('"', "&quot;")
    return found


def write(node: Node, content: Callable[[Node], str]) -> str:
    """The node as MJML; `content` gives what to write for an element's content."""
    attributes = "".join(f' {name}="{value}"' for name, value in node.attributes.items())
    inner = content(node) + "".join(write(child, content) for child in node.children)
    return f"<{node.name}{attributes}>{inner}</{node.name}>"
