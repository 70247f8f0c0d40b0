"""Messages as NDJSON: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mailweave import hookimpl
from mailweave.deliverers import Deliverer, FileDeliverer, Letter
from mailweave_plugins.deliverers.columns import columns


class Ndjson(FileDeliverer):
    """NDJSON: one message a line, with all that a sender needs: docs/run.md lists the columns."""

    name = "ndjson"
    suffix = ".ndjson"

    def write(self, path: Path, letters: Iterable[Letter]) -> None:
        # Only here: every command loads this module, and hardly one writes with it.
        from mailweave_plugins.bulk.lines import json_line

        with path.open("w", encoding="utf-8") as file:
            file.writelines(json_line(columns(letter)) for letter in letters)


@hookimpl
def register_deliverers() -> Iterable[type[Deliverer]]:
    return [Ndjson]
