"""The open elements of an HTML text: the part of the HTML Standard's tree construction (13.2.6) that says how elements nest.

Only the stack of open elements and the list of active formatting elements are kept. Where a rule isn't written down here (frames, `template`, what
can't stand in `select`, HTML inside SVG), `Unknown` is raised.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from html import unescape
from typing import Final, NamedTuple

_SPACE: Final = r"[\t\n\f\r ]"
_NAMED: Final = re.compile(rf"([^\t\n\f\r />][^\t\n\f\r />=]*+)(?:{_SPACE}*+={_SPACE}*+(\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >]*+))?+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADINGS: Final = _words("h1 h2 h3 h4 h5 h6")
_BLOCKS: Final = _HEADINGS | _words(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header hgroup listing main menu nav ol pre search "
    "section summary ul"
)
_FORMATTING: Final = _words("a b big code em font i nobr s small strike strong tt u")
_MARKING: Final = _words("applet marquee object")
_VOID: Final = _words("area base basefont bgsound br embed frame hr image img input keygen link meta param source track wbr")
_REOPENING: Final = _words("area br embed image img input keygen wbr")
RAW: Final = _words("style script title textarea xmp iframe noembed noframes noscript")
_ROWS: Final = _words("tbody thead tfoot")
_CELLS: Final = _words("td th")
_TABLE: Final = _ROWS | _CELLS | _words("table tr caption colgroup")
_TABLE_PARTS: Final = (_TABLE | {"col"}) - {"table"}
_SPECIAL: Final = _BLOCKS | _MARKING | _VOID | RAW | _TABLE_PARTS | _words("body button dd dt form head html li p select table")
_SCOPE: Final = _MARKING | _CELLS | _words("caption table")
_BUTTON_SCOPE: Final = _SCOPE | {"button"}
_LIST_SCOPE: Final = _SCOPE | {"ol", "ul"}
_IMPLIED: Final = _words("dd dt li optgroup option p rb rp rt rtc")
_LISTED: Final = {"li": _words("li"), "dd": _words("dd dt"), "dt": _words("dd dt")}
_ROOT: Final = _words("html head body")
_GHOST: Final = "#ended"
_FOREIGN: Final = "svg:"
# What isn't written down here.
_UNKNOWN: Final = _words("frameset template command menuitem isindex")
_IN_SELECT: Final = _words("option optgroup")
_HTML_IN_FOREIGN: Final = _words("foreignobject desc title mi mo mn ms mtext annotation-xml")
_ENDS_FOREIGN: Final = _HEADINGS | _words(
    "b big blockquote body br center code dd div dl dt em embed head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub "
    "sup table tt u ul var"
)


class Nodes(NamedTuple):
    """What a text makes: its `elements`, and the `depth` of the deepest, `<html>` being 1."""

    elements: int
    depth: int



class TooMuch(Exception):
    """More than was asked for."""


class Unknown(Exception):
    """A rule that isn't written down here."""


class _Element:
    """An element that is, or was, on the stack."""

    __slots__ = ("attributes", "doubtful", "foreign", "name", "open")

    def __init__(self, name: str, attributes: str = "", foreign: bool = False) -> None:
        self.name, self.attributes, self.foreign, self.open = name, attributes, foreign, True
        # Of elements that are alike three come again ("Noah's Ark"); but inliners number elements, and then none are alike.
        self.doubtful = False


class OpenElements:
    """The stack while a text is read, tag by tag. `quirks`: whether a table may stand in a `<p>`; None: that isn't known.

    `elements` and `deepest` count what was made so far; `TooMuch` is raised once they are more than `most`.
    """

    def __init__(self, quirks: bool | None, most: Nodes) -> None:
        self.quirks, self.most = quirks, most
        self.stack: list[_Element] = []
        self.count: Counter[str] = Counter()
        # None: a marker, behind which formatting doesn't come again.
        self.active: list[_Element | None] = []
        self.form: _Element | None = None
        # Every text makes `<html>`, `<head>` and `<body>`.
        self.elements, self.deepest = 3, 2

    @property
    def foreign(self) -> bool:
        """Whether the innermost element is one of SVG or MathML."""
        return bool(self.stack) and self.stack[-1].foreign

    def rest(self, openings: int, tags: int) -> None:
        """The rest of a text, of which nothing is known but how many tags it may have: each element may stand in the one before it, and formatting
        may come again before each tag."""
        self.deepest = max(self.deepest, 3 + len(self.stack) + len(self.active) + openings)
        self.elements += (1 + len(self.active) + openings) * (1 + tags)

    # The stack

    def push(self, name: str, *, foreign: bool = False) -> _Element:
        # No rule of HTML's elements means one of SVG.
        element = _Element(f"{_FOREIGN}{name}" if foreign else name, foreign=foreign)
        self.leaf()
        self.stack.append(element)
        self.count[element.name] += 1
        return element

    def leaf(self) -> None:
        """An element that holds no others."""
        self.made(1)
        # `<html>` and `<body>` are around it.
        self.deepest = max(self.deepest, len(self.stack) + 3)
        if self.deepest > self.most.depth:
            raise TooMuch

    def made(self, number: int) -> None:
        self.elements += number
        if self.elements > self.most.elements:
            raise TooMuch

    def pop_to(self, index: int) -> None:
        for element in self.stack[index:]:
            element.open = False
            self.count[element.name] -= 1
        del self.stack[index:]
        while self.stack and self.stack[-1].name == _GHOST:
            self.stack.pop()

    def remove(self, element: _Element) -> None:
        """Take an element out, leaving those in it."""
        element.open = False
        self.count[element.name] -= 1
        self.stack.remove(element)

    def end_in_place(self, element: _Element) -> None:
        """End an element that others stand in: it isn't open any more, but they still stand in it."""
        if element is self.stack[-1]:
            self.pop_to(len(self.stack) - 1)
            return
        self.stack[self.stack.index(element)] = _Element(_GHOST)
        element.open = False
        self.count[element.name] -= 1

    def find(self, names: Collection[str], bounds: Collection[str]) -> int:
        """Where the innermost element of one of these names is, up to one that bounds the search; -1: nowhere."""
        for index in range(len(self.stack) - 1, -1, -1):
            name = self.stack[index].name
            if name in names:
                return index
            if name in bounds:
                return -1
        return -1

    def pop_implied(self, but: Collection[str] = ()) -> None:
        while self.stack and self.stack[-1].name in _IMPLIED and self.stack[-1].name not in but:
            self.pop_to(len(self.stack) - 1)

    def close(self, names: Collection[str], bounds: Collection[str]) -> bool:
        """Close the innermost of some elements, with all in it."""
        if not any(map(self.count.__getitem__, names)):
            return False
        index = self.find(names, bounds)
        if index >= 0:
            self.pop_to(index)
        return index >= 0

    def close_paragraph(self) -> None:
        if self.count["p"]:
            self.close({"p"}, _BUTTON_SCOPE)

    # Formatting that comes again

    def reopen(self) -> None:
        """Reconstruct the active formatting elements (13.2.4.3)."""
        first = len(self.active)
        while first and (last := self.active[first - 1]) is not None and not last.open:
            first -= 1
        for index in range(first, len(self.active)):
            old = self.active[index]
            assert old is not None
            if old.doubtful:
                raise Unknown
            self.active[index] = new = self.push(old.name)
            new.attributes = old.attributes

    def forget(self) -> None:
        """Clear the list up to its last marker."""
        while self.active and self.active.pop() is not None:
            pass

    def listed(self) -> list[_Element]:
        """The list from its last marker on."""
        found: list[_Element] = []
        for element in reversed(self.active):
            if element is None:
                break
            found.append(element)
        return found[::-1]

    def unlist(self, element: _Element) -> None:
        if element in self.active:
            self.active.remove(element)

    def start_formatting(self, name: str, attributes: str) -> None:
        if name == "a" and (old := next((one for one in reversed(self.listed()) if one.name == "a"), None)):
            self.end_formatting("a")
            self.unlist(old)
            if old.open:
                self.end_in_place(old)
        self.reopen()
        if name == "nobr" and self.find({"nobr"}, _SCOPE) >= 0:
            self.end_formatting("nobr")
            self.reopen()
        same = [one for one in self.listed() if one.name == name]
        if len(same) >= 3:
            wanted = _attributes(attributes)
            alike = [one for one in same if _attributes(one.attributes) == wanted]
            if len(alike) >= 3:
                alike[0].doubtful = True
        element = self.push(name)
        element.attributes = attributes
        self.active.append(element)

    def end_formatting(self, name: str) -> None:
        """The adoption agency (13.2.6.4.7)."""
        if self.stack and self.stack[-1].name == name and not self.stack[-1].foreign and self.stack[-1] not in self.active:
            self.pop_to(len(self.stack) - 1)
            return
        for _ in range(8):
            element = next((one for one in reversed(self.listed()) if one.name == name), None)
            if element is None:
                self.end_other(name)
                return
            if not element.open:
                self.unlist(element)
                return
            at = self.stack.index(element)
            if any(one.name in _SCOPE for one in self.stack[at + 1 :]):
                return
            block = next((index for index in range(at + 1, len(self.stack)) if self.stack[index].name in _SPECIAL), None)
            if block is None:
                self.pop_to(at)
                self.unlist(element)
                return
            self.adopt(element, at, block)

    def adopt(self, element: _Element, at: int, block: int) -> None:
        """Formatting that ends inside of a block: it ends before the block, and begins again in it."""
        if any(node.doubtful for node in self.stack[at:block]):
            raise Unknown
        furthest, bookmark = self.stack[block], None
        for count, index in enumerate(range(block - 1, at, -1), 1):
            node = self.stack[index]
            if count > 3:
                self.unlist(node)
            if node not in self.active:
                self.remove(node)
                continue
            node.open = False
            self.stack[index] = self.active[self.active.index(node)] = copy = _Element(node.name, node.attributes)
            self.made(1)
            bookmark = bookmark or copy
        again = _Element(element.name, element.attributes)
        self.made(1)
        where = self.active.index(bookmark) + 1 if bookmark else self.active.index(element)
        self.active.insert(where, again)
        self.unlist(element)
        self.remove(element)
        self.stack.insert(self.stack.index(furthest) + 1, again)
        self.count[again.name] += 1

    # Tags

    def text(self, text: str, start: int, end: int) -> None:
        """Text between tags, in which formatting comes again."""
        if self.count["colgroup"] and text[start:end].strip("\0\t\n\f\r "):
            self.leave_columns()
        last = self.active[-1] if self.active else None
        if last is None or last.open or self.foreign:
            return
        found = text[start:end]
        blank = not found.strip("\0\t\n\f\r ")
        if found.strip("\0") and not (blank and self.stack and self.stack[-1].name in _BETWEEN_CELLS):
            self.reopen()

    def start(self, name: str, attributes: str, *, empty: bool) -> None:
        """An opening tag."""
        if name != "col":
            self.leave_columns()
        if self.foreign and not self._leave_foreign(name):
            if not empty:
                self.push(name, foreign=True)
            else:
                self.leaf()
        elif name in _UNKNOWN or (self.count["select"] and name not in _IN_SELECT):
            raise Unknown
        elif name in _FORMATTING:
            self.start_formatting(name, attributes)
        elif name in _TABLE_PARTS:
            self.start_table_part(name)
        elif name in _VOID or name in RAW:
            self._start_childless(name)
        elif name not in _ROOT:
            self._start_container(name, empty)

    def leave_columns(self) -> None:
        """Close a `<colgroup>`, which holds nothing but columns."""
        if self.stack and self.stack[-1].name == "colgroup":
            self.pop_to(len(self.stack) - 1)

    def _leave_foreign(self, name: str) -> bool:
        """Whether a tag ends the drawing or formula around it."""
        if self.stack[-1].name.removeprefix(_FOREIGN) in _HTML_IN_FOREIGN or name == "font":
            raise Unknown
        if name in _ENDS_FOREIGN:
            while self.foreign:
                self.pop_to(len(self.stack) - 1)
        return name in _ENDS_FOREIGN

    def _start_childless(self, name: str) -> None:
        if name in ("hr", "xmp"):
            self.close_paragraph()
        if name in _REOPENING or name == "xmp":
            self.reopen()
        self.leaf()

    def _start_container(self, name: str, empty: bool) -> None:
        if name in _PLAIN:
            _PLAIN[name](self)
        elif name in _BLOCKS or name in _LISTED or name in ("p", "plaintext"):
            self._start_block(name)
        else:
            self.reopen()
            if name not in ("svg", "math"):
                self.push(name)
                if name in _MARKING:
                    self.active.append(None)
            elif empty:
                self.leaf()
            else:
                self.push(name, foreign=True)

    def _start_block(self, name: str) -> None:
        if name in _LISTED:
            for index in range(len(self.stack) - 1, -1, -1):
                open_name = self.stack[index].name
                if open_name in _LISTED[name]:
                    self.pop_to(index)
                    break
                if open_name in _SPECIAL and open_name not in ("address", "div", "p"):
                    break
        self.close_paragraph()
        if name in _HEADINGS and self.stack and self.stack[-1].name in _HEADINGS:
            self.pop_to(len(self.stack) - 1)
        self.push(name)

    def _start_form(self) -> None:
        if self.form is not None:
            return
        if self.count["table"] and self.table_part() in _BETWEEN_CELLS:
            self.form = _Element("form")
            self.form.open = False
            self.leaf()
            return
        self.close_paragraph()
        self.form = self.push("form")

    def _start_button(self) -> None:
        self.close({"button"}, _SCOPE)
        self.reopen()
        self.push("button")

    def _start_option(self, name: str) -> None:
        if self.stack and self.stack[-1].name == "option":
            self.pop_to(len(self.stack) - 1)
        if self.count["select"]:
            if name == "optgroup" and self.stack[-1].name == "optgroup":
                self.pop_to(len(self.stack) - 1)
        else:
            self.reopen()
        self.push(name)

    def _start_ruby(self, name: str, but: Collection[str]) -> None:
        if self.find({"ruby"}, _SCOPE) >= 0:
            self.pop_implied(but)
        self.push(name)

    def _start_table(self) -> None:
        if self.count["table"] and self.table_part() in _BETWEEN_CELLS:
            self.close({"table"}, ())
            self._start_table()
            return
        if self.count["p"] and self.find({"p"}, _BUTTON_SCOPE) >= 0:
            if self.quirks is None:
                raise Unknown
            if not self.quirks:
                self.close_paragraph()
        self.push("table")

    # Tables

    def table_part(self) -> str:
        """The innermost part of the innermost table that is open: what says how table tags are read."""
        index = self.find(_TABLE, ())
        return self.stack[index].name if index >= 0 else ""

    def start_table_part(self, name: str) -> None:
        """A tag of a part of a table, which closes what can't hold it and opens what must."""
        if not self.count["table"]:
            return
        holder = {"td": "tr", "th": "tr", "tr": "tbody", "col": "colgroup"}.get(name, "table")
        while True:
            index = self.find(_TABLE, ())
            part = self.stack[index].name
            part = "tbody" if part in _ROWS else part
            if part in _CELLS or part == "caption":
                self.pop_to(index)
                self.forget()
            elif part == holder:
                self.pop_to(index + 1)
                break
            elif _OUTER.get(part, 0) > _OUTER.get(holder, 0) or part == "colgroup":
                self.pop_to(index)
            else:
                self.pop_to(index + 1)
                self.push(_INNER[part] if holder != "colgroup" else "colgroup")
        if name == "col":
            self.leaf()
            return
        self.push(name)
        if name in _CELLS or name == "caption":
            self.active.append(None)

    def end_table_part(self, name: str) -> None:
        index = self.find({name}, {"table"} - {name})
        if index < 0 or name == "col":
            return
        marks = sum(one.name in _CELLS or one.name in _MARKING or one.name == "caption" for one in self.stack[index:])
        if any(one.name in _MARKING for one in self.stack[index:]):
            # Its marker stays behind.
            raise Unknown
        self.pop_to(index)
        for _ in range(marks):
            self.forget()

    def end(self, name: str) -> None:
        """An end tag."""
        if name != "col":
            self.leave_columns()
            if name == "colgroup":
                return
        if self.foreign and self._end_foreign(name):
            return
        if name in _UNKNOWN or (self.count["select"] and name not in _IN_SELECT and name != "select"):
            raise Unknown
        if name in _ENDS:
            _ENDS[name](self)
        elif name in _FORMATTING:
            self.end_formatting(name)
        elif name in _TABLE or name == "col":
            self.end_table_part(name)
        elif name in _HEADINGS:
            self.close(_HEADINGS, _SCOPE)
        elif name in _BLOCKS or name == "button":
            self.close({name}, _SCOPE)
        elif name in _MARKING:
            if self.close({name}, _SCOPE - {name}):
                self.forget()
        elif name in _LISTED:
            self.close({name}, _LIST_SCOPE if name == "li" else _SCOPE)
        elif name not in _ROOT:
            self.end_other(name)

    def _end_foreign(self, name: str) -> bool:
        """Whether an end tag belongs to an element of a drawing or formula."""
        if name in ("p", "br"):
            raise Unknown
        for index in range(len(self.stack) - 1, -1, -1):
            element = self.stack[index]
            if not element.foreign:
                return False
            if element.name == f"{_FOREIGN}{name}":
                self.pop_to(index)
                return True
            if element.name.removeprefix(_FOREIGN) in _HTML_IN_FOREIGN:
                raise Unknown
        return False

    def end_other(self, name: str) -> None:
        """Any other end tag: it closes what it names unless something special is in between."""
        if not self.count[name]:
            return
        for index in range(len(self.stack) - 1, -1, -1):
            element = self.stack[index]
            if element.name == name and not element.foreign:
                self.pop_to(index)
                return
            if element.name in _SPECIAL and not element.foreign:
                return

    def _end_paragraph(self) -> None:
        if not self.close({"p"}, _BUTTON_SCOPE):
            self.leaf()

    def _end_form(self) -> None:
        form, self.form = self.form, None
        if form is None or not form.open or any(one.name in _SCOPE for one in self.stack[self.stack.index(form) :]):
            return
        self.pop_implied()
        if form.open:
            self.end_in_place(form)

    def _end_option(self) -> None:
        if not self.count["select"]:
            self.end_other("option")
        elif self.stack[-1].name == "option":
            self.pop_to(len(self.stack) - 1)

    def _end_optgroup(self) -> None:
        if not self.count["select"]:
            self.end_other("optgroup")
            return
        if self.stack[-1].name == "option" and self.stack[-2].name == "optgroup":
            self.pop_to(len(self.stack) - 1)
        if self.stack[-1].name == "optgroup":
            self.pop_to(len(self.stack) - 1)

    def _end_break(self) -> None:
        self.reopen()
        self.leaf()


def _attributes(written: str) -> dict[str, str]:
    """The attributes of a tag."""
    found: dict[str, str] = {}
    for name, value in _NAMED.findall(written):
        found.setdefault(name.lower(), unescape(value[1:-1] if value[:1] in ("'", '"') else value))
    return found


# A table's parts by what holds them, and what must be opened in one before a smaller part.
_OUTER: Final = {"table": 0, "colgroup": 0.5, "tbody": 1, "tr": 2}
_INNER: Final = {"table": "tbody", "tbody": "tr"}
_BETWEEN_CELLS: Final = _ROWS | {"table", "tr"}
_PLAIN: Final[dict[str, Callable[[OpenElements], None]]] = {
    "form": OpenElements._start_form,
    "button": OpenElements._start_button,
    "table": OpenElements._start_table,
    "option": partial(OpenElements._start_option, name="option"),
    "optgroup": partial(OpenElements._start_option, name="optgroup"),
    "rb": partial(OpenElements._start_ruby, name="rb", but=()),
    "rtc": partial(OpenElements._start_ruby, name="rtc", but=()),
    "rp": partial(OpenElements._start_ruby, name="rp", but={"rtc"}),
    "rt": partial(OpenElements._start_ruby, name="rt", but={"rtc"}),
}
_ENDS: Final[dict[str, Callable[[OpenElements], None]]] = {
    "p": OpenElements._end_paragraph,
    "br": OpenElements._end_break,
    "form": OpenElements._end_form,
    "option": OpenElements._end_option,
    "optgroup": OpenElements._end_optgroup,
}
