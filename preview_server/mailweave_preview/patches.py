"""JSON merge patches (RFC 7396): the difference between two profiles, and a profile with a difference put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """The target with a patch applied; a null takes a key out.

    Example:
        >>> merge({"a": 1, "b": {"c": 2}}, {"a": None, "b": {"d": 3}})
        {'b': {'c': 2, 'd': 3}}
    """
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The patch that makes `after` of `before`. A key that is null counts as absent, as it does in a profile.

    Example:
        >>> difference({"a": 1, "b": {"c": 2}}, {"b": {"c": 2, "d": 3}})
        {'a': None, 'b': {'d': 3}}
    """
    gone = {key: None for key in before if before[key] is not None and after.get(key) is None}
    changed = {key: _change(before.get(key), value) for key, value in after.items() if value is not None and before.get(key) != value}
    return {**gone, **changed}


def _change(before: Any, after: Any) -> Any:
    return difference(before, after) if isinstance(before, Mapping) and isinstance(after, Mapping) else after
