"""Record what the reference implementations of Liquid make of our templates: `make references`.

Needs Node with `npm install` done here and, for the second opinion, Ruby with Shopify's gem `liquid`. The tests need neither.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
_RANDOM = HERE / "random.json"


def record() -> None:
    """Write recorded.json for cases.yaml, and the results into random.json."""
    data, partials, cases = (yaml.safe_load((HERE / f"{name}.yaml").read_text()) for name in ("data", "partials", "cases"))
    templates = [template for group in cases.values() for template in group]
    js, gem = both(data, partials, templates)
    recorded = [
        {"template": template, "liquidjs": one, **({"gem": other} if other is not None else {})}
        for template, one, other in zip(templates, js, gem, strict=True)
    ]
    _write(HERE / "recorded.json", recorded)
    if _RANDOM.exists():
        made = json.loads(_RANDOM.read_text())
        js, gem = both(data, partials, [entry["template"] for entry in made])
        _write(_RANDOM, [{"template": e["template"], "liquidjs": a, "gem": b} for e, a, b in zip(made, js, gem, strict=True)])


def both(data: Any, partials: Any, templates: list[Any]) -> tuple[list[Any], list[Any]]:
    """What liquidjs and the gem give; None for each where there is no Ruby."""
    given = json.dumps({"data": data, "partials": partials, "templates": templates})
    js = _run(["node", "record.mjs"], given)
    return js, _run(["ruby", "record.rb"], given) if shutil.which("ruby") else [None] * len(js)


def _run(command: list[str], given: str) -> list[Any]:
    done = subprocess.run(command, input=given, cwd=HERE, capture_output=True, text=True, check=True)
    results: list[Any] = json.loads(done.stdout)
    return results


def _write(path: Path, entries: list[Any]) -> None:
    path.write_text("[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n")


if __name__ == "__main__":
    record()
