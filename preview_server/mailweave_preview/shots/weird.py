"""Customers whose data templates are rarely tried with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_LONG: Final = "Maximiliane-Wilhelmina Featherstonehaugh-Cholmondeley"

WEIRD: Final[Mapping[str, Mapping[str, Any]]] = {
    "empty": {},
    "long": {"first_name": _LONG, "last_name": _LONG, "address": {"city": _LONG}},
    "one-word": {"first_name": "Wolfeschlegelsteinhausenbergerdorff" * 2},
    "short": {"first_name": "Y"},
    "right-to-left": {"first_name": "عبد الرحمن", "last_name": "الأنصاري"},
    "markup": {"first_name": '<b>O\'Neil</b> & "Sons" {{ 7 }}'},
    "emoji": {"first_name": "Zoë 🎉👩‍👩‍👧"},
    "spaces": {"first_name": "  Ann   Marie  "},
}
