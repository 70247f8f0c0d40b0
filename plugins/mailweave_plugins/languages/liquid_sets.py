"""The sets of platforms' tags and filters that a workspace can switch on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailweave.languages import Filter
from mailweave_plugins.languages import liquid_braze, liquid_customer_io

SETS: Final[Mapping[str, Mapping[str, Filter]]] = {"braze": liquid_braze.FILTERS, "customer_io": liquid_customer_io.FILTERS}
_TAGS: Final = {"abort_message": "braze", "connected_content": "braze"}


def switch_on(name: str) -> str | None:
    """The remedy for a tag or filter of a set that isn't switched on; None when no set has it."""
    found = _TAGS.get(name) or next((chosen for chosen, filters in SETS.items() if name in filters), None)
    return f"switch it on with `plugins: {{liquid: {{sets: [{found}]}}}}` in mailweave.yaml" if found else None
