"""Golden Liquid: cases in JSON that Shopify's Liquid passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from conformance.case import Case, Outcome
from conformance.decisions import Decision, read_decisions
from conformance.templates import Filler, judge_all

_FILE: Final = "golden_liquid.json"


class GoldenLiquid:
    """https://github.com/jg-rp/golden-liquid"""

    name = "golden-liquid"
    repository = "jg-rp/golden-liquid"

    def is_in(self, checkout: Path) -> bool:
        """See `Suite.is_in`."""
        return (checkout / _FILE).is_file()

    def decisions(self) -> list[Decision]:
        """See `Suite.decisions`."""
        return read_decisions("liquid")

    def run(self, checkout: Path, build: Path) -> Iterator[Outcome]:
        """See `Suite.run`."""
        tests = json.loads((checkout / _FILE).read_text(encoding="utf-8"))["tests"]
        return judge_all(map(_case, tests), Filler.of("liquid", "none"), self.decisions())


def _case(test: dict[str, Any]) -> Case:
    expected = None if test.get("invalid") else tuple(test.get("results") or [test["result"]])
    return Case(test["name"], test["template"], test.get("data") or {}, expected, test.get("templates") or {})
