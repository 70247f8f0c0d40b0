"""NDJSON: one JSON object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

_HALF: Final = re.compile("[\ud800-\udfff]")


def json_line(entry: Mapping[str, Any]) -> str:
    """An object as a line."""
    return json_text(entry) + "\n"


def json_text(data: Any) -> str:
    """Plain data as JSON that any file can hold: half of a character, which UTF-8 can't write, stays the escape that it came from."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def _plain(value: Any) -> Any:
    """What JSON has no way to write, as profiles have it; a decimal that no number is equal to stays its digits."""
    if isinstance(value, Decimal):
        number = int(value) if value == value.to_integral_value() else float(value)
        return number if isinstance(number, int) or Decimal(repr(number)) == value else str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be written as JSON")


def whole_lines(path: Path) -> Iterator[str]:
    """Every line that was written to its end. The last one may be cut off, even within a character."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if line.endswith("\n"))
