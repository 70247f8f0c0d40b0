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
from generate import generate

HERE = Path(__file__).parent


def record() -> None:
    """Write recorded.json (for cases.yaml) and random.json."""
    data, partials, cases = (yaml.safe_load((HERE / f"{name}.yaml").read_text()) for name in ("data", "partials", "cases"))
    templates = [template for group in cases.values() for template in group]
    for name, asked in (("recorded", templates), ("random", generate())):
        path = HERE / f"{name}.json"
        known = {entry["template"]: entry["gem"] for entry in json.loads(path.read_text())} if path.exists() else {}
        js, gem = both(data, partials, asked)
        # Without Ruby, what the gem gave before is kept.
        results = [{"template": t, "liquidjs": a, "gem": b or known.get(t)} for t, a, b in zip(asked, js, gem, strict=True)]
        path.write_text("[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in results) + "\n]\n")


def both(data: Any, partials: Any, templates: list[Any]) -> tuple[list[Any], list[Any]]:
    """What liquidjs and the gem give; None for each where there is no Ruby."""
    given = json.dumps({"data": data, "partials": partials, "templates": templates})
    js = _run(["node", "record.mjs"], given)
    return js, _run(["ruby", "record.rb"], given) if shutil.which("ruby") else [None] * len(js)


def _run(command: list[str], given: str) -> list[Any]:
    done = subprocess.run(command, input=given, cwd=HERE, capture_output=True, text=True, check=True)
    results: list[Any] = json.loads(done.stdout)
    return results


if __name__ == "__main__":
    record()
