"""NDJSON: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def json_line(entry: Mapping[str, Any]) -> str:
    """An object as a line."""
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"


def whole_lines(path: Path) -> Iterator[str]:
    """Every line that was written to its end. The last one may be cut off, even within a character."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if line.endswith("\n"))
