"""The compiler `mrml`: MJML to HTML with mjml-python, which is the Rust library mrml.

mrml reads the HTML inside `mj-text` and the like as XML, which MJML doesn't: an unclosed `<li>`, `1 < 2` or an MSO comment would stop it. So it
never sees that HTML: placeholders stand for it, and it's put back into the compiled document as it was written. Where its own HTML differs from
that of npm's MJML, the document is rewritten in front of it (`mjml.defaults`) or its HTML behind it (`mjml.mends` and the others there).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mjml import mjml2html

from mailweave.hookspecs import hookimpl
from mailweave.pipeline import INLINE_MARK, Compiler, StageError
from mailweave.placeholders import Placeholders
from mailweave_plugins.stages.mjml import mends
from mailweave_plugins.stages.mjml.breakpoints import take_breakpoint, with_breakpoint
from mailweave_plugins.stages.mjml.defaults import apply_defaults
from mailweave_plugins.stages.mjml.fonts import take_fonts, with_fonts
from mailweave_plugins.stages.mjml.html_attributes import take_selectors, with_attributes
from mailweave_plugins.stages.mjml.inline_style import inlined
from mailweave_plugins.stages.mjml.marks import Marks
from mailweave_plugins.stages.mjml.sizes import is_sized, with_sizes
from mailweave_plugins.stages.mjml.tree import ENDING, Node, parse, write
from mailweave_plugins.stages.mjml.widths import rooms

# Elements whose content is put out as it stands. mrml itself writes that of the others.
_FENCED: Final = ENDING - {"mj-preview", "mj-breakpoint", "mj-html-attribute"}
# A title is also the body's label, between quotes, and mrml only knows Rust's escapes for it. Character references say the same in both places.
_AS_LABEL: Final = str.maketrans({'"': "&quot;", "<": "&lt;", ">": "&gt;"})
_POSITION: Final = re.compile(r"(?<!\s)\s*+(?:(?:in \S+ template )?at position \d+(?::\d+)?|in \S+ template)")
# For which clients a carousel's arrows are hidden: MJML writes it so that none takes it, mrml so that all do.
_YAHOO: Final = re.compile(r"@media screen, ?yahoo")
# Attributes with which nothing is computed: what they hold is nobody's business but the reader's.
_COPIED: Final = frozenset({"href", "src", "alt", "title"})
# Attribute values that mrml writes as they are; of other characters only a table could say which those are.
_PLAIN: Final = re.compile(r"[ \t\r\n!-\[\]-~\xa1-\xac\xae-\xff]*")
_MSO: Final = re.compile(r"<!--\[if[^\]]*\]>(?!<!)|<!\[endif\]-->")


class Mrml(Compiler):
    """Compiles MJML with mjml-python (mrml)."""

    name = "mrml"

    def compile(self, mjml: str) -> str:
        """HTML of a whole MJML document, with sheets of `inline="inline"` inlined.

        Raises:
            StageError: the document isn't MJML.
        """
        root = parse(mjml)
        apply_defaults(root)
        for title in root.all("mj-title"):
            title.content = title.content.translate(_AS_LABEL)
        before, root.children = _file_start(root), [child for child in root.children if child.name != "mj-raw"]
        fonts, selectors, breakpoint = take_fonts(root), take_selectors(root), take_breakpoint(root)
        body_attributes = _take_body_attributes(root)
        mends.hand_down(root)
        mends.prepare_carousels(root)
        placed = tuple(rooms(root))
        sized = {node for node, _ in placed if is_sized(node)}
        marked = [node for node in root.walk() if node in sized or mends.needs_mending(node)]
        contents = _Contents(Placeholders.unlike("content", [mjml]))
        contents.hide_values(root)
        # Behind that: a mark in a hidden class would be hidden, too.
        marks = Marks.of(marked, Placeholders.unlike("component", [mjml]))
        html = _mrml(write(root, contents.placeholder))
        html = marks.without(mends.mend(with_sizes(html, marks, placed), marks))
        html = _YAHOO.sub("@media screen yahoo", with_breakpoint(html, breakpoint))
        html = contents.restore(html.replace("<body", f"<body{body_attributes}", 1))
        html = with_attributes(with_fonts(html, fonts, contents.of_sheets()), selectors)
        return before + inlined(html)


class _Contents:
    """The contents that placeholders stand for."""

    def __init__(self, placeholders: Placeholders) -> None:
        self.placeholders = placeholders
        self.nodes: list[Node] = []

    def placeholder(self, node: Node) -> str:
        """What mrml gets to see of a content."""
        if node.name not in _FENCED or not node.content.strip():
            return node.content
        return self._hide(node)

    def hide_values(self, root: Node) -> None:
        """Placeholders for attribute values that mrml or a mend would change: mrml escapes backslashes, joiners, combining marks and the like."""
        for node in root.walk():
            node.attributes |= {name: self._hidden(name, value) for name, value in node.attributes.items() if not _is_plain(name, value)}

    def _hidden(self, name: str, value: str) -> str:
        # Each class for itself: Outlook's are made of them.
        words = value.split() if name == "css-class" else [value]
        return " ".join(word if words[1:] and _is_plain(name, word) else self._hide(Node("", 0, content=word)) for word in words)

    def _hide(self, node: Node) -> str:
        self.nodes.append(node)
        return self.placeholders.of(len(self.nodes) - 1)

    def of_sheets(self) -> Sequence[str]:
        """The style sheets that are for the inliner."""
        return [node.content for node in self.nodes if _is_inline(node)]

    def restore(self, html: str) -> str:
        """Put the contents back; raw HTML that got into a comment for Outlook is put in front of everyone."""
        pieces, done = [], 0
        for found in self.placeholders.pattern.finditer(html):
            pieces.append(html[done : found.start()])
            done = found.end()
            node = self.nodes[int(found["number"])]
            hidden = node.name == "mj-raw" and _is_hidden("".join(pieces))
            content = (INLINE_MARK if _is_inline(node) else "") + node.content
            pieces.append(f"<![endif]-->{content}<!--[if mso | IE]>" if hidden else content)
        return "".join([*pieces, html[done:]])


def _is_plain(name: str, value: str) -> bool:
    if name in _COPIED:
        return not value.strip()
    # Of `css-class` other classes are made, word by word; nobody reads them but style sheets.
    return _PLAIN.fullmatch(value) is not None or (name == "css-class" and "\\" not in value)


def _is_inline(node: Node) -> bool:
    return node.name == "mj-style" and node.attributes.get("inline") == "inline"


def _is_hidden(before: str) -> bool:
    opened = before.rfind("<!--[if")
    return opened >= 0 and [found[0].startswith("<!--") for found in _MSO.finditer(before, opened)] == [True]


def _mrml(mjml: str) -> str:
    try:
        return str(mjml2html(mjml, fonts={}))
    except ValueError as error:
        raise StageError(f"this MJML can't be compiled: {_POSITION.sub('', str(error))}") from error


def _file_start(root: Node) -> str:
    raws = (child for child in root.children if child.name == "mj-raw" and child.attributes.get("position") == "file-start")
    return "".join(f"{child.content.strip()}\n" for child in raws)


def _take_body_attributes(root: Node) -> str:
    """MJML writes the body's class and id onto `<body>`."""
    names = {"css-class": "class", "id": "id"}
    taken = [(name, body.attributes.pop(key)) for body in root.all("mj-body") for key, name in names.items() if body.attributes.get(key)]
    return "".join(f' {name}="{value}"' for name, value in taken)


@hookimpl
def register_compilers() -> list[type[Compiler]]:
    return [Mrml]
