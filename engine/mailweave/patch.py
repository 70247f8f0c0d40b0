"""Changes of a profile's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mailweave.facts import MISSING

# Profile path → its value, `MISSING` for none.
Patch = Mapping[str, Any]


def patched(profile: Mapping[str, Any], patch: Patch) -> dict[str, Any]:
    """A copy of a profile with a patch's values; what was in the way of one is replaced, and what is left empty goes."""
    found = dict(profile)
    for path, value in patch.items():
        _put(found, path.split("."), value)
    return found


def _put(data: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    key, *rest = keys
    if rest:
        inner = data.get(key)
        data[key] = dict(inner) if isinstance(inner, Mapping) else {}
        _put(data[key], rest, value)
        if not data[key]:
            del data[key]
    elif value is MISSING:
        data.pop(key, None)
    else:
        data[key] = value
