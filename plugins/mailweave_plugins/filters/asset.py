"""`asset`: the address of one of the workspace's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailweave import hookimpl
from mailweave.described import described
from mailweave.languages import Filter, Scope


def asset(scope: Scope, value: Any) -> str:
    """Put the asset base before a relative path; a whole URL stays as it is.

    Raises:
        ValueError: the value is no text, or blank.
    """
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{described(value)} is no path of an asset – give a path such as 'images/hero.png'")
    return scope.asset(value.strip())


@hookimpl
def register_filters() -> Mapping[str, Filter]:
    return {"asset": asset}
