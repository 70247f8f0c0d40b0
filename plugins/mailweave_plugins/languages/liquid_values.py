"""Liquid's values: what is missing, what counts as blank, and what stands in a value under a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from liquid.undefined import is_undefined

from mailweave.described import described

_SPECIAL: Final = ("size", "first", "last")


class Missing:
    """What stands for a value that isn't there or is null. It equals nil, is false, and goes unchanged through every filter but `default`."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __liquid__(self) -> None:
        return None

    def __str__(self) -> str:
        return ""


def shown_path(path: Iterable[Any]) -> str:
    """A path as an error names it, with dots; what stands in brackets and is neither name nor index is told by its kind."""
    return ".".join(str(segment) if isinstance(segment, str | int) and not isinstance(segment, bool) else described(segment) for segment in path)


def is_gone(value: Any) -> bool:
    """Whether a value is missing or null."""
    return value is None or isinstance(value, Missing) or is_undefined(value)


def is_true(value: Any) -> bool:
    """Whether Liquid takes a value for true: all but false and what is missing."""
    return value is not False and not is_gone(value)


def is_empty(value: Any) -> bool:
    """Whether a value equals `empty`: a text, list or object that holds nothing."""
    return isinstance(value, str | list | tuple | Mapping) and not is_gone(value) and not value


def is_blank(value: Any) -> bool:
    """Whether a value equals `blank`: as `blank?` of Ruby's ActiveSupport, which Shopify runs Liquid with."""
    return not is_true(value) or is_empty(value) or (isinstance(value, str) and value.isspace())


def item(value: Any, key: Any) -> Any:
    """What a path finds in a value under a key; None when nothing is there.

    As in Ruby, true is no index, and `size`, `first` and `last` are those of a text, list, range or object that has no such key itself.
    """
    if is_gone(value) or is_gone(key):
        return None
    if isinstance(value, Mapping):
        found = entry(value, key)
        return found if found is not None or not isinstance(key, str) or key not in _SPECIAL else _special(value, key)
    if isinstance(key, str):
        return _special(value, key) if key in _SPECIAL else None
    if isinstance(value, list | tuple) and isinstance(key, int) and not isinstance(key, bool):
        return value[key] if -len(value) <= key < len(value) else None
    return None


def entry(value: Mapping[Any, Any], key: Any) -> Any:
    """An object's value under a key; None when it has none. 1, 1.0 and true are three keys."""
    if isinstance(key, str):
        return value.get(key)
    return next((found for known, found in value.items() if type(known) is type(key) and known == key), None)


def _special(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        pair = next(iter(value.items()), None) if name == "first" else None
        return len(value) if name == "size" else pair
    if not isinstance(value, Sequence):
        return None
    if name == "size":
        return len(value)
    if not value:
        return "" if isinstance(value, str) else None
    return value[0 if name == "first" else -1]
