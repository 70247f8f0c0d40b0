"""Liquid's filters where python-liquid's differ from what Shopify documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

SHOPIFY: Final[dict[str, Callable[..., Any]]] = {}
