"""The tags of tables (HTML Standard, 13.2.6.4.9 to 13.2.6.4.15)."""

from __future__ import annotations

from typing import Final

from mailweave.html_elements import BUTTON_SCOPE, CELLS, MARKING, ROWS, TABLE
from mailweave.open_elements import Formatting, Nodes, Unknown

# A table's parts by what holds them, and what must be opened in one before a smaller part.
_OUTER: Final = {"table": 0, "colgroup": 0.5, "tbody": 1, "tr": 2}
_INNER: Final = {"table": "tbody", "tbody": "tr"}
BETWEEN_CELLS: Final = ROWS | {"table", "tr"}


class Tables(Formatting):
    """The open elements with the rules of tables. `quirks`: whether a table may stand in a `<p>`; None: that isn't known."""

    def __init__(self, quirks: bool | None, most: Nodes) -> None:
        super().__init__(most)
        self.quirks = quirks

    def start_table(self) -> None:
        if self.count["table"] and self.table_part() in BETWEEN_CELLS:
            self.close({"table"}, ())
            self.start_table()
            return
        if self.count["p"] and self.find({"p"}, BUTTON_SCOPE) >= 0:
            if self.quirks is None:
                raise Unknown
            if not self.quirks:
                self.close_paragraph()
        self.push("table")

    def table_part(self) -> str:
        """The innermost part of the innermost table that is open: what says how table tags are read."""
        index = self.find(TABLE, ())
        return self.stack[index].name if index >= 0 else ""

    def start_table_part(self, name: str) -> None:
        """A tag of a part of a table, which closes what can't hold it and opens what must."""
        if not self.count["table"]:
            return
        holder = {"td": "tr", "th": "tr", "tr": "tbody", "col": "colgroup"}.get(name, "table")
        while True:
            index = self.find(TABLE, ())
            part = self.stack[index].name
            part = "tbody" if part in ROWS else part
            if part in CELLS or part == "caption":
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
        if name in CELLS or name == "caption":
            self.active.append(None)

    def end_table_part(self, name: str) -> None:
        index = self.find({name}, {"table"} - {name})
        if index < 0 or name == "col":
            return
        marks = sum(one.name in CELLS or one.name in MARKING or one.name == "caption" for one in self.stack[index:])
        if any(one.name in MARKING for one in self.stack[index:]):
            # Its marker stays behind.
            raise Unknown
        self.pop_to(index)
        for _ in range(marks):
            self.forget()
