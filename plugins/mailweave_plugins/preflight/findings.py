"""What a check found."""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["ok", "warning", "failed"]


class Finding(NamedTuple):
    """A line of the report: what was checked, how it stands, what was seen, and what to do about it."""

    check: str
    level: Level
    what: str
    remedy: str = ""
