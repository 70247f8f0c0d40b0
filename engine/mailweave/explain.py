"""Say why a message is as it is: the choice of each slot, as data and as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mailweave.choose import Choice, SlotChoice, Tried
from mailweave.choose import label as label
from mailweave.facts import MISSING, Input


def choice_json(choice: Choice) -> dict[str, Any]:
    """Slot → block, variant, because, inputs, tried, place; JSON-able."""
    return {name: _slot_json(slot) for name, slot in choice.items()}


def _slot_json(slot: SlotChoice) -> dict[str, Any]:
    return {
        "block": slot.block,
        "variant": slot.variant,
        "because": slot.because,
        "inputs": _inputs_json(slot.inputs),
        "tried": [_tried_json(tried) for tried in slot.tried],
        "place": str(slot.entry.place),
        **({"forced": True} if slot.forced else {}),
    }


def _tried_json(tried: Tried) -> dict[str, Any]:
    return {
        "block": tried.block,
        "variant": tried.variant,
        "because": tried.because,
        "inputs": _inputs_json(tried.inputs),
        "place": str(tried.place),
    }


def _inputs_json(inputs: Iterable[Input]) -> list[dict[str, Any]]:
    return [{"name": entry.name, "value": plain(entry.value), "origin": entry.origin} for entry in inputs]


def plain(value: Any) -> Any:
    """A value as JSON holds it; a missing one is null, a Decimal a number, a date its ISO text."""
    if value is MISSING:
        return None
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def choice_text(choice: Choice) -> str:
    """The same for a person, one paragraph a slot."""
    return "\n\n".join("\n".join(_slot_lines(slot)) for slot in choice.values()) + "\n"


def _slot_lines(slot: SlotChoice) -> Iterator[str]:
    yield f"{slot.slot} → {label(slot.block, slot.variant)}"
    yield f"  because  {slot.because}"
    yield from (f"  read     {_input_text(entry)}" for entry in slot.inputs)
    yield f"  rule     {slot.entry.place}"
    yield from (f"  not      {label(tried.block, tried.variant)}: {tried.because} ({tried.place})" for tried in slot.tried)


def _input_text(entry: Input) -> str:
    if entry.origin == "missing":
        return f"{entry.name} is not in the profile"
    return f"{entry.name} = {plain(entry.value)} ({entry.origin})"
