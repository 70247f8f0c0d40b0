"""Liquid's filters where python-liquid's differ from what Shopify documents (and from what its own implementation does)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mailweave_plugins.languages.liquid_lists import LISTS
from mailweave_plugins.languages.liquid_math import MATH
from mailweave_plugins.languages.liquid_strings import STRINGS

SHOPIFY: Final[dict[str, Callable[..., Any]]] = {**STRINGS, **MATH, **LISTS}
