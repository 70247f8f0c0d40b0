"""Moments as a person says them."""

from __future__ import annotations

from datetime import datetime

from mailweave.zones import zone


def at(moment: float, name: str, *, seconds: bool = False) -> str:
    """A moment in a time zone.

    Example:
        >>> at(1795770000, "Europe/Oslo")
        '2026-11-27 10:00 Europe/Oslo'
    """
    return f"{datetime.fromtimestamp(moment, zone(name)):{'%H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}} {name}"
