"""The weird set: samples and customers that templates are rarely tried with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from mailweave.blocks import Block
from mailweave.patch import patched
from mailweave_preview.shots.weird import WEIRD

_LONG: Final = "Wherever the road to the harbour bends, a small shop keeps its door open for whoever comes by late. " * 4
_COUNTS: Final = {"no items": 0, "one item": 1, "50 items": 50}
_TEXTS: Final = {
    "long texts": _LONG.strip(),
    "one long word": "Donaudampfschifffahrtsgesellschaftskapitänswitwe" * 2,
    "markup in texts": '<b>O\'Neil</b> & "Sons" <img src=x onerror=alert(1)>',
    "right-to-left texts": "مرحباً بكم في متجرنا الصغير عند الميناء",
}


def customers(base: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """A customer's data made weird, by what is weird in it."""
    kept = {key: base[key] for key in ("id", "email") if key in base}
    named = {name: {**base, **change} if change else dict(kept) for name, change in WEIRD.items()}
    return {**named, "O'Neil": {**base, "first_name": "O'Neil"}, "orders null": {**base, "orders": None}, **_counted(base)}


def samples(block: Block, sample: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """A block's sample made weird: its customer, its texts, and the number of items in its lists."""
    people = {name: {**sample, "customer": dict(data)} for name, data in customers(sample.get("customer") or {}).items() if name not in _COUNTS}
    texts = {name: _with_text(block, sample, text) for name, text in _TEXTS.items() if _is_text(block)}
    return {**people, **texts, **_counted(sample)}


def _is_text(block: Block) -> list[str]:
    return [name for name, one in block.parameters.items() if one.type == "string" and not one.one_of]


def _with_text(block: Block, sample: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    return {**sample, "parameters": {**(sample.get("parameters") or {}), **dict.fromkeys(_is_text(block), text)}}


def _counted(data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The data with 0, 1 and 50 entries in each list of entries that it has; nothing when it has none."""
    lists = dict(_lists(data))
    if not lists:
        return {}
    return {name: patched(deepcopy(dict(data)), {path: _of(count)(one) for path, one in lists.items()}) for name, count in _COUNTS.items()}


def _of(count: int) -> Callable[[list[Any]], list[Any]]:
    return lambda some: [deepcopy(some[number % len(some)]) for number in range(count)]


def _lists(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, list[Any]]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _lists(value, f"{before}{key}.")
        elif isinstance(value, list) and value:
            yield f"{before}{key}", value
