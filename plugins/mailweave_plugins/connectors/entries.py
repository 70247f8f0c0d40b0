"""Data that was read from a file: its entries, where each stood, and how to find them by a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mailweave import Problem
from mailweave.errors import did_you_mean, raise_all
from mailweave.source import Source

# One wrong column spoils every row; more than this tells nobody more.
_SHOWN: Final = 20


@dataclass(frozen=True)
class Entries:
    """A file's plain data. When `value` is a list, `offset_of` gives where in the text its entry of that index (from 0) starts."""

    source: Source
    value: Any
    offset_of: Callable[[int], int]

    def by(self, key: str) -> dict[str, Any]:
        """The list's entries by one field, as text.

        Raises:
            MailweaveError: the data is no list, or entries lack the field or share its value.
        """
        if not isinstance(self.value, list):
            remedy = "remove `key`: a mapping's entries are found by their names already"
            raise_all([self.source.problem(0, "the data is no list, so it can't have a `key`", remedy, code="bad-key")])
        found: dict[str, Any] = {}
        places: dict[str, int] = {}
        problems = []
        for index, row in enumerate(self.value):
            name = _name(row, key)
            if not name:
                problems.append(self._nameless(index, row, key))
            elif name in found:
                problems.append(self._twice(index, places[name], key, name))
            else:
                found[name], places[name] = row, index
        raise_some(problems)
        return found

    def _nameless(self, index: int, row: Any, key: str) -> Problem:
        offset = self.offset_of(index)
        if not isinstance(row, Mapping):
            return self.source.problem(offset, "this entry is no mapping, so it can't have a `key`", f"write it like {{{key}: …}}", code="bad-key")
        if key in row:
            return self.source.problem(offset, f"this entry's '{key}' is blank or no text", "give it a value", code="bad-key")
        return self.source.problem(offset, f"this entry has no '{key}'", did_you_mean(key, row), code="bad-key")

    def _twice(self, index: int, first: int, key: str, name: str) -> Problem:
        line = self.source.place(self.offset_of(first)).line
        what, remedy = f"the {key} '{name}' stands here twice", f"make it unique; the first is in line {line}"
        return self.source.problem(self.offset_of(index), what, remedy, code="twice")


def _name(row: Any, key: str) -> str:
    value = row.get(key) if isinstance(row, Mapping) else None
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def raise_some(problems: Iterable[Problem]) -> None:
    """Raise the problems if there are any; of very many only the first, and how many more there are."""
    found = list(problems)
    rest = len(found) - _SHOWN
    if rest > 1:
        found[_SHOWN:] = [replace(found[_SHOWN], what=f"there are {rest} more problems in this file, from here on", remedy="mend those above first")]
    raise_all(found)
