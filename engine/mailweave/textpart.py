"""The text part: what a message says, without its looks.

Lines aren't wrapped: clients do that, and a URL stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree, html

from mailweave.errors import MailweaveError, Problem

_SKIPPED: Final = {"head", "style", "script", "title", "template", "noscript", "noembed", "noframes", "iframe", "svg"}
# What is shown as it is written: `&lt;` is no `<` there.
_LITERAL: Final = ("xmp", "plaintext")
_LITERAL_TAG: Final = re.compile("<(?:xmp|plaintext)", re.IGNORECASE)
_BLOCKS: Final = {"div", "section", "article", "center", "td", "th", "address", "header", "footer", "body", "dl", "dt", "dd", "caption"}
_PARAGRAPHS: Final = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "ul", "ol", "blockquote", "table", "hr"}
# What a style says in a text in quotes or in a URL, which may be a value's, says nothing of the element.
_QUOTED: Final = re.compile(r"""'[^']*'|"[^"]*"|\burl\(\s*+(?:'[^']*'\s*+|"[^"]*"\s*+|[^()'"]*+)\)""", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"(?:\A|[\s;{])(?:display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden)", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"\A\s*<\?xml\b[^>]*>")
_START: Final = re.compile(r"[0-9]{1,9}\Z")
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0\u2002\u2003\u2009]+")
# Characters that only make room or hints for line breaks. Joiners stay inside words (Persian, emoji) and go elsewhere.
_INVISIBLE: Final = re.compile("[\u00ad\u034f\u200b\u2060\ufeff]")
# A column with a longer cell isn't aligned: every row would become as long.
_WIDEST: Final = 200
_OUTER_JOINERS: Final = re.compile(r"(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)")


class Words:
    """What the text part says where more than one text of the document meet. A compiled document, whose texts aren't known yet, has its own."""

    def link(self, said: str, url: str, label: str) -> str:
        """A link's text, and its URL unless the text says it already."""
        shown = url.removeprefix("mailto:").removeprefix("tel:")
        bare = {url, shown, shown.rstrip("/"), shown.removeprefix("https://").removeprefix("http://").rstrip("/")}
        said = said or clean(label)
        if not url or url.startswith("#") or said in bare:
            return said
        return f"{said} ({shown})" if said else ""

    def line(self, lines: list[str]) -> str:
        """Several lines on one."""
        return " ".join(piece for line in lines for piece in line.split("\n") if piece)

    def table(self, rows: list[list[str]]) -> list[str]:
        """The lines of a data table, its columns aligned."""
        return list(_aligned(rows))


def text_of(document: str, words: Words | None = None) -> str:
    """The readable text of an HTML document, in reading order, ending with one line break.

    Links become "text (URL)", images their alternative text, layout tables one block after the other, data tables aligned columns.
    """
    root = _parsed(document)
    if root is None:  # nothing but spaces or comments
        return "\n"
    writer = _Writer(words or Words())
    _follow(_write(root, writer))
    return writer.text()


def literal_texts(document: str) -> Iterator[str]:
    """The texts of a document in which character references stand for themselves, as the text part reads it."""
    if _LITERAL_TAG.search(document) and (root := _parsed(document)) is not None:
        yield from ("".join(element.itertext()) for element in root.iter(*_LITERAL))


def _parsed(document: str) -> Any:
    """The root of a document.

    Raises:
        MailweaveError: libxml2 would leave some of it out.
    """
    parser = html.HTMLParser(huge_tree=True)
    try:
        root = html.document_fromstring(_DECLARATION.sub("", document), parser=parser)  # lxml refuses a text that names its encoding
    except etree.ParserError:
        root = None
    if lost := parser.error_log.filter_from_level(etree.ErrorLevels.FATAL):
        what = f"the text part can't be written, for libxml2 doesn't read the whole document: {lost[0].message.strip()}"
        raise MailweaveError(Problem(what, "put out less, with fewer elements in one another", code="limit"))
    return root


# What is done step by step: each step is again such steps. So the depth of a document isn't the depth of Python's stack.
_Steps = Iterator["_Steps"]


def _follow(steps: _Steps) -> None:
    under_way = [steps]
    while under_way:
        inner = next(under_way[-1], None)
        if inner is None:
            under_way.pop()
        else:
            under_way.append(inner)


class _Writer:
    """Collects text: inline pieces become lines, lines become paragraphs."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.gap = False
        self.prefix = ""

    def add(self, text: str) -> None:
        self.pieces.append(text)

    def end_line(self) -> None:
        line = clean("".join(self.pieces))
        self.pieces.clear()
        if not line:
            return
        if self.gap and self.lines:
            self.lines.append("")
        self.gap = False
        self.lines.append(self.prefix + line)
        self.prefix = " " * len(self.prefix)

    def end_paragraph(self) -> None:
        self.end_line()
        self.gap = True

    def raw(self, lines: list[str]) -> None:
        """Lines that are finished already."""
        self.end_paragraph()
        for line in lines:
            self.pieces.clear()
            if self.gap and self.lines:
                self.lines.append("")
            self.gap = False
            self.lines.append(line)
        self.gap = True

    def text(self) -> str:
        self.end_line()
        return "\n".join(self.lines) + "\n"


def clean(text: str) -> str:
    """A line without characters that only make room. Cleaned again, it stays as it is."""
    return collapsed(text).strip()


def collapsed(text: str) -> str:
    """The same, but for white space at its ends."""
    return _SPACES.sub(" ", _OUTER_JOINERS.sub("", _SPACES.sub(" ", _INVISIBLE.sub("", text))))


def _write(element: etree._Element, writer: _Writer) -> _Steps:
    if not isinstance(element.tag, str) or element.tag in _SKIPPED or _is_hidden(element):
        return
    if element.tag in _WRITERS:
        yield from _WRITERS[element.tag](element, writer)
    elif element.tag in _PARAGRAPHS:
        writer.end_paragraph()
        yield _children(element, writer)
        writer.end_paragraph()
    elif element.tag in _BLOCKS:
        writer.end_line()
        yield _children(element, writer)
        writer.end_line()
    else:
        yield _children(element, writer)


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style", "")
    return element.get("hidden") is not None or bool(_HIDDEN.search(style) and _HIDDEN.search(_QUOTED.sub("", style)))


def _children(element: etree._Element, writer: _Writer) -> _Steps:
    writer.add(_flat(element.text))
    for child in element:
        yield _write(child, writer)
        writer.add(_flat(child.tail))


def _flat(text: str | None) -> str:
    """Line breaks of the source are mere spaces."""
    return _SPACES.sub(" ", text or "")


def _break(_: etree._Element, writer: _Writer) -> _Steps:
    writer.end_line()
    yield from ()


def _image(element: etree._Element, writer: _Writer) -> _Steps:
    writer.add(element.get("alt", ""))
    yield from ()


def _link(element: etree._Element, writer: _Writer) -> _Steps:
    inner = _Writer(writer.words)
    yield _children(element, inner)
    writer.add(writer.words.link(_flattened(inner), element.get("href", "").strip(), element.get("aria-label", "")))


def _flattened(inner: _Writer) -> str:
    """What was written, on one line."""
    # Only our own line ends: a value may hold others, such as U+2028.
    return inner.words.line(inner.text().split("\n"))


def _list(element: etree._Element, writer: _Writer) -> _Steps:
    writer.end_paragraph()
    start = element.get("start", "1")
    outer, number = writer.prefix, int(start) if _START.match(start) else 1
    indent = " " * len(outer)
    writer.add(_flat(element.text))
    for item in element:
        if item.tag == "li":
            writer.end_line()
            writer.prefix = f"{indent}{number}. " if element.tag == "ol" else f"{indent}- "
            number += 1
            yield _children(item, writer)
            writer.end_line()
        else:
            yield _write(item, writer)
        writer.add(_flat(item.tail))
    writer.end_line()
    writer.prefix = indent
    writer.gap = True


def _table(element: etree._Element, writer: _Writer) -> _Steps:
    """A data table keeps its columns; one for layout is only a box."""
    layout = element.get("role") in ("presentation", "none") or element.find(".//table") is not None
    rows = [] if layout else [list(row.iterchildren("td", "th")) for row in element.iter("tr")]
    if layout or max(map(len, rows), default=0) < 2:
        writer.end_paragraph()
        yield _children(element, writer)
        writer.end_paragraph()
        return
    cells = [[(cell, _Writer(writer.words)) for cell in row] for row in rows]
    for row in cells:
        for cell, inner in row:
            yield _children(cell, inner)
    writer.raw(writer.words.table([[_flattened(inner) for _, inner in row] for row in cells]))


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [0] * max(map(len, rows))
    for row in rows:
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], len(cell))
    widths = [width if width <= _WIDEST else 0 for width in widths]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        if line:
            yield line


_WRITERS: Final = {"br": _break, "img": _image, "a": _link, "ul": _list, "ol": _list, "table": _table}
