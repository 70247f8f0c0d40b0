"""Shopify's own tests of Liquid, recorded by shopify_liquid.rb: each template that a test renders, and each filter that a test calls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from conformance.case import Case, Outcome
from conformance.decisions import Decision, read_decisions
from conformance.programs import find_program, record
from conformance.templates import Filler, judge_all

_RECORDER: Final = Path(__file__).with_suffix(".rb")
_REMEDY: Final = "install Ruby 3.1 or later with minitest (Debian: `apt install ruby`)"


class ShopifyLiquid:
    """https://github.com/Shopify/liquid"""

    name = "liquid"
    repository = "Shopify/liquid"

    def is_in(self, checkout: Path) -> bool:
        """See `Suite.is_in`."""
        return (checkout / "lib/liquid.rb").is_file() and (checkout / "test/test_helper.rb").is_file()

    def decisions(self) -> list[Decision]:
        """See `Suite.decisions`."""
        return read_decisions("liquid")

    def run(self, checkout: Path, build: Path) -> Iterator[Outcome]:
        """See `Suite.run`."""
        recording = build / "recorded.json"
        ruby = find_program("ruby", _REMEDY)
        recorded = record([ruby, str(_RECORDER), str(checkout), str(recording)], recording, _REMEDY)
        return judge_all(cases(recorded), Filler.of("liquid", "none"), self.decisions())


def cases(recorded: Iterable[dict[str, Any]]) -> list[Case]:
    """The cases of a recording. A template that is rendered several times, in several modes of Liquid perhaps, is one case."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    left_out = []
    for entry in recorded:
        if "left_out" in entry:
            left_out.append(Case(entry["name"], left_out=entry["left_out"]))
        else:
            grouped.setdefault(json.dumps([entry["template"], entry["data"], entry["partials"]]), []).append(entry)
    return [*map(_case, grouped.values()), *left_out]


def _case(entries: list[dict[str, Any]]) -> Case:
    first = entries[0]
    texts = tuple(dict.fromkeys(entry["output"] for entry in entries if "output" in entry))
    refused = any("error" in entry for entry in entries)
    return Case(first["name"], first["template"], _data(first["data"]), texts or None, first["partials"], refusable=refused)


def _data(value: Any) -> Any:
    """A recorded value with its times, dates and decimals."""
    match value:
        case {"$time": text}:
            return datetime.fromisoformat(text)
        case {"$date": text}:
            return date.fromisoformat(text)
        case {"$decimal": text}:
            return Decimal(text)
        case dict():
            return {key: _data(item) for key, item in value.items()}
        case list():
            return [_data(item) for item in value]
    return value
