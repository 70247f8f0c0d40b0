"""How the tags of an HTML text open and close elements: the standard's tree construction (13.2.6), as far as it says how elements nest.

Where a rule isn't written down here (frames, `template`, what can't stand in `select`, HTML inside SVG), `Unknown` is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from mailweave.html_elements import (
    BLOCKS,
    BUTTON_SCOPE,
    ENDS_FOREIGN,
    FOREIGN,
    FORMATTING,
    HEADINGS,
    HTML_IN_FOREIGN,
    IN_SELECT,
    LIST_SCOPE,
    LISTED,
    MARKING,
    RAW,
    REOPENING,
    ROOT,
    SCOPE,
    SPECIAL,
    TABLE,
    TABLE_PARTS,
    UNKNOWN,
    VOID,
)
from mailweave.open_elements import Element, Nodes, Unknown
from mailweave.table_construction import BETWEEN_CELLS, Tables


class OpenElements(Tables):
    """The open elements while a text is read, tag by tag."""

    def __init__(self, quirks: bool | None, most: Nodes) -> None:
        super().__init__(quirks, most)
        self.form: Element | None = None

    def rest(self, openings: int, tags: int) -> None:
        """The rest of a text, of which nothing is known but how many tags it may have: each element may stand in the one before it, and formatting
        may come again before each tag."""
        self.deepest = max(self.deepest, 3 + len(self.stack) + len(self.active) + openings)
        self.elements += (1 + len(self.active) + openings) * (1 + tags)

    def text(self, text: str, start: int, end: int) -> None:
        """Text between tags, in which formatting comes again."""
        if self.count["colgroup"] and text[start:end].strip("\0\t\n\f\r "):
            self.leave_columns()
        last = self.active[-1] if self.active else None
        if last is None or last.open or self.foreign:
            return
        found = text[start:end]
        blank = not found.strip("\0\t\n\f\r ")
        if found.strip("\0") and not (blank and self.stack and self.stack[-1].name in BETWEEN_CELLS):
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
        elif name in UNKNOWN or (self.count["select"] and name not in IN_SELECT):
            raise Unknown
        elif name in FORMATTING:
            self.start_formatting(name, attributes)
        elif name in TABLE_PARTS:
            self.start_table_part(name)
        elif name in VOID or name in RAW:
            self._start_childless(name)
        elif name not in ROOT:
            self._start_container(name, empty)

    def leave_columns(self) -> None:
        """Close a `<colgroup>`, which holds nothing but columns."""
        if self.stack and self.stack[-1].name == "colgroup":
            self.pop_to(len(self.stack) - 1)

    def _leave_foreign(self, name: str) -> bool:
        """Whether a tag ends the drawing or formula around it."""
        if self.stack[-1].name.removeprefix(FOREIGN) in HTML_IN_FOREIGN or name == "font":
            raise Unknown
        if name in ENDS_FOREIGN:
            while self.foreign:
                self.pop_to(len(self.stack) - 1)
        return name in ENDS_FOREIGN

    def _start_childless(self, name: str) -> None:
        if name in ("hr", "xmp"):
            self.close_paragraph()
        if name in REOPENING or name == "xmp":
            self.reopen()
        self.leaf()

    def _start_container(self, name: str, empty: bool) -> None:
        if name in _PLAIN:
            _PLAIN[name](self)
        elif name in BLOCKS or name in LISTED or name in ("p", "plaintext"):
            self._start_block(name)
        else:
            self.reopen()
            if name not in ("svg", "math"):
                self.push(name)
                if name in MARKING:
                    self.active.append(None)
            elif empty:
                self.leaf()
            else:
                self.push(name, foreign=True)

    def _start_block(self, name: str) -> None:
        if name in LISTED:
            for index in range(len(self.stack) - 1, -1, -1):
                open_name = self.stack[index].name
                if open_name in LISTED[name]:
                    self.pop_to(index)
                    break
                if open_name in SPECIAL and open_name not in ("address", "div", "p"):
                    break
        self.close_paragraph()
        if name in HEADINGS and self.stack and self.stack[-1].name in HEADINGS:
            self.pop_to(len(self.stack) - 1)
        self.push(name)

    def _start_form(self) -> None:
        if self.form is not None:
            return
        if self.count["table"] and self.table_part() in BETWEEN_CELLS:
            self.form = Element("form")
            self.form.open = False
            self.leaf()
            return
        self.close_paragraph()
        self.form = self.push("form")

    def _start_button(self) -> None:
        self.close({"button"}, SCOPE)
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
        if self.find({"ruby"}, SCOPE) >= 0:
            self.pop_implied(but)
        self.push(name)

    def end(self, name: str) -> None:
        """An end tag."""
        if name != "col":
            self.leave_columns()
            if name == "colgroup":
                return
        if self.foreign and self._end_foreign(name):
            return
        if name in UNKNOWN or (self.count["select"] and name not in IN_SELECT and name != "select"):
            raise Unknown
        _ENDS.get(name, OpenElements.end_other)(self, name)

    def _end_foreign(self, name: str) -> bool:
        """Whether an end tag belongs to an element of a drawing or formula."""
        if name in ("p", "br"):
            raise Unknown
        for index in range(len(self.stack) - 1, -1, -1):
            element = self.stack[index]
            if not element.foreign:
                return False
            if element.name == f"{FOREIGN}{name}":
                self.pop_to(index)
                return True
            if element.name.removeprefix(FOREIGN) in HTML_IN_FOREIGN:
                raise Unknown
        return False

    def _end_paragraph(self, _: str) -> None:
        if not self.close({"p"}, BUTTON_SCOPE):
            self.leaf()

    def _end_form(self, _: str) -> None:
        form, self.form = self.form, None
        if form is None or not form.open or any(one.name in SCOPE for one in self.stack[self.stack.index(form) :]):
            return
        self.pop_implied()
        if form.open:
            self.end_in_place(form)

    def _end_option(self, _: str) -> None:
        if not self.count["select"]:
            self.end_other("option")
        elif self.stack[-1].name == "option":
            self.pop_to(len(self.stack) - 1)

    def _end_optgroup(self, _: str) -> None:
        if not self.count["select"]:
            self.end_other("optgroup")
            return
        if self.stack[-1].name == "option" and self.stack[-2].name == "optgroup":
            self.pop_to(len(self.stack) - 1)
        if self.stack[-1].name == "optgroup":
            self.pop_to(len(self.stack) - 1)

    def _end_break(self, _: str) -> None:
        self.reopen()
        self.leaf()


_PLAIN: Final[dict[str, Callable[[OpenElements], None]]] = {
    "form": OpenElements._start_form,
    "button": OpenElements._start_button,
    "table": OpenElements.start_table,
    "option": partial(OpenElements._start_option, name="option"),
    "optgroup": partial(OpenElements._start_option, name="optgroup"),
    "rb": partial(OpenElements._start_ruby, name="rb", but=()),
    "rtc": partial(OpenElements._start_ruby, name="rtc", but=()),
    "rp": partial(OpenElements._start_ruby, name="rp", but={"rtc"}),
    "rt": partial(OpenElements._start_ruby, name="rt", but={"rtc"}),
}


def _end_scoped(tree: OpenElements, name: str) -> None:
    tree.close({name}, LIST_SCOPE if name == "li" else SCOPE)


def _end_heading(tree: OpenElements, _: str) -> None:
    tree.close(HEADINGS, SCOPE)


def _end_marking(tree: OpenElements, name: str) -> None:
    if tree.close({name}, SCOPE - {name}):
        tree.forget()


def _nothing(_: OpenElements, __: str) -> None:
    """The root and its parts don't end: what follows goes into the body."""


_ENDS: Final[dict[str, Callable[[OpenElements, str], None]]] = {
    **dict.fromkeys(FORMATTING, OpenElements.end_formatting),
    **dict.fromkeys(TABLE | {"col"}, OpenElements.end_table_part),
    **dict.fromkeys([*BLOCKS, *LISTED, "button"], _end_scoped),
    **dict.fromkeys(HEADINGS, _end_heading),
    **dict.fromkeys(MARKING, _end_marking),
    **dict.fromkeys(ROOT, _nothing),
    "p": OpenElements._end_paragraph,
    "br": OpenElements._end_break,
    "form": OpenElements._end_form,
    "option": OpenElements._end_option,
    "optgroup": OpenElements._end_optgroup,
}
