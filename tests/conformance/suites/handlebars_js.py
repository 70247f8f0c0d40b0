"""The specs of Handlebars.js, recorded by handlebars_js.mjs: each `expectTemplate` without JavaScript in its data or helpers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from conformance.case import Case, Outcome
from conformance.decisions import Decision, read_decisions
from conformance.programs import find_program, record
from conformance.templates import Filler, judge_all

_RECORDER: Final = Path(__file__).with_suffix(".mjs")
_REMEDY: Final = "install Node 20 or later"


class HandlebarsJs:
    """https://github.com/handlebars-lang/handlebars.js"""

    name = "handlebars.js"
    repository = "handlebars-lang/handlebars.js"

    def is_in(self, checkout: Path) -> bool:
        """See `Suite.is_in`."""
        return (checkout / "lib/handlebars.js").is_file() and (checkout / "spec").is_dir()

    def decisions(self) -> list[Decision]:
        """See `Suite.decisions`."""
        return read_decisions("handlebars")

    def run(self, checkout: Path, build: Path) -> Iterator[Outcome]:
        """See `Suite.run`."""
        recording = build / "recorded.json"
        node = find_program("node", _REMEDY)
        recorded = record([node, str(_RECORDER), str(checkout), str(recording)], recording, _REMEDY)
        return judge_all(map(_case, recorded), Filler.of("handlebars", "html"), self.decisions())


def _case(entry: dict[str, Any]) -> Case:
    if "left_out" in entry:
        return Case(entry["name"], left_out=entry["left_out"])
    expected = (entry["output"],) if "output" in entry else None
    return Case(entry["name"], entry["template"], entry["data"], expected, entry["partials"])
