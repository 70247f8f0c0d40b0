"""The specification of Mustache, read as Handlebars, which is another language in places: each of those is a decision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.case import Case, Outcome
from conformance.decisions import Decision, read_decisions
from conformance.templates import Filler, judge_all


class MustacheSpec:
    """https://github.com/mustache/spec"""

    name = "mustache"
    repository = "mustache/spec"

    def is_in(self, checkout: Path) -> bool:
        """See `Suite.is_in`."""
        return (checkout / "specs/interpolation.json").is_file()

    def decisions(self) -> list[Decision]:
        """See `Suite.decisions`."""
        return [*read_decisions("handlebars"), *read_decisions("mustache")]

    def run(self, checkout: Path, build: Path) -> Iterator[Outcome]:
        """See `Suite.run`."""
        return judge_all(_cases(checkout), Filler.of("handlebars", "html"), self.decisions())


def _cases(checkout: Path) -> Iterator[Case]:
    for path in sorted((checkout / "specs").glob("*.json")):
        for test in json.loads(path.read_text(encoding="utf-8"))["tests"]:
            name = f"{path.stem} / {test['name']}"
            if _holds_code(test["data"]):
                yield Case(name, left_out="code in the data")
            else:
                yield Case(name, test["template"], test["data"], (test["expected"],), test.get("partials", {}))


def _holds_code(value: Any) -> bool:
    """Whether data holds a lambda, in the form that the specification gives it."""
    if isinstance(value, dict):
        return "__tag__" in value or any(map(_holds_code, value.values()))
    return isinstance(value, list) and any(map(_holds_code, value))
