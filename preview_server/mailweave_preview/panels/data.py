"""Data: the profile's fields, to be changed as a form or as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mailweave.facts import MISSING, look_up
from mailweave.previewer import Panel, Shown
from mailweave_preview.markup import render


class Field(NamedTuple):
    """One value of a profile. `kind` is "text", "number", "truth" or "json"; `text` is the value as the form holds it. `read` names the slots
    whose rules read it."""

    path: str
    kind: str
    text: str
    read: tuple[str, ...]


class DataPanel(Panel):
    """The customer's data, with what the rules read of it."""

    name = "data"
    title = "Data"
    order = 20

    def body(self, shown: Shown) -> str:
        data = shown.profile.data if shown.profile else {}
        readers = _readers(shown)
        fields = [Field(path, *_held(value), readers.get(path, ())) for path, value in leaves(data)]
        known = {field.path for field in fields} | set(data)
        absent = [Field(path, "any", "", slots) for path, slots in readers.items() if path not in known and look_up(data, path) is MISSING]
        return render("panels/data.html", shown=shown, fields=[*fields, *absent], count=len(fields))


def leaves(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path and value of every field; a list is one field."""
    for key, value in data.items():
        path = f"{before}{key}"
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{path}.")
        elif value is not None:
            yield path, value


def _held(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "truth", str(value).lower()
    if isinstance(value, int | float):
        return "number", str(value)
    if isinstance(value, str):
        return "text", value
    return "json", json.dumps(value, ensure_ascii=False, indent=2 if len(str(value)) > 60 else None)


def _readers(shown: Shown) -> dict[str, tuple[str, ...]]:
    """Profile path → the slots whose rules read it, found or missing."""
    readers: dict[str, tuple[str, ...]] = {}
    for slot in (shown.choice or {}).values():
        inputs = [*slot.inputs, *(entry for tried in slot.tried for entry in tried.inputs)]
        for name in dict.fromkeys(entry.name for entry in inputs if entry.origin in ("profile", "missing")):
            readers[name] = (*readers.get(name, ()), slot.slot)
    return readers
