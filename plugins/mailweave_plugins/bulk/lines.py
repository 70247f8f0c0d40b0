"""NDJSON: one JSON object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

_HALF: Final = re.compile("[\ud800-\udfff]")


def json_line(entry: Mapping[str, Any]) -> str:
    """An object as a line."""
    return json_text(entry) + "\n"


def json_text(data: Any) -> str:
    """Plain data as JSON that any file can hold: half of a character, which UTF-8 can't write, stays the escape that it came from."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return _HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def whole_lines(path: Path) -> Iterator[str]:
    """Every line that was written to its end. The last one may be cut off, even within a character."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if line.endswith("\n"))
