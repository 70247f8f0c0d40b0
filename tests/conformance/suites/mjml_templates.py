"""MJML's own templates: what npm's `mjml` makes of them, beside what `mailweave mjml` does, as pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conformance.case import Case, NotRun, Outcome
from conformance.decisions import ROOT, Decision, read_decisions
from conformance.pictures import Pair, differences, need_browser
from conformance.programs import find_program, mailweave, record, run

_RECORDER: Final = Path(__file__).with_suffix(".mjs")
_REMEDY: Final = "install Node 20 or later with npm, which gets the package `mjml` from its registry"
# The version that our own tests record, too.
_PACKAGE: Final = ROOT / "tests/references/mjml/package.json"


class MjmlTemplates:
    """https://github.com/mjmlio/email-templates"""

    name = "mjmlio-email-templates"
    repository = "mjmlio/email-templates"

    def is_in(self, checkout: Path) -> bool:
        """See `Suite.is_in`."""
        return next((checkout / "templates").glob("*.mjml"), None) is not None

    def decisions(self) -> list[Decision]:
        """See `Suite.decisions`."""
        return read_decisions("mjml")

    def run(self, checkout: Path, build: Path) -> Iterator[Outcome]:
        """See `Suite.run`."""
        need_browser()
        theirs = _theirs(checkout / "templates", build)
        ours = {name: mailweave("mjml", "--no-inline", str(checkout / "templates" / f"{name}.mjml")) for name in theirs}
        pairs = [Pair(name, theirs[name], done.stdout, "templates") for name, done in ours.items() if not done.returncode]
        looks = dict(zip((pair.name for pair in pairs), differences(pairs, checkout, build), strict=True))
        for name, done in ours.items():
            yield _outcome(Case(name, f"templates/{name}.mjml", expected=("the picture of npm's mjml",)), looks.get(name), done.stderr, self.decisions())


def _theirs(templates: Path, build: Path) -> dict[str, str]:
    """What npm's `mjml` makes of each template.

    Raises:
        NotRun: there is no Node, or no way to get the package.
    """
    node, npm = find_program("node", _REMEDY), find_program("npm", _REMEDY)
    packages, recording = build / "node", build / "recorded.json"
    packages.mkdir(parents=True, exist_ok=True)
    version = json.loads(_PACKAGE.read_text(encoding="utf-8"))["dependencies"]["mjml"]
    (packages / "package.json").write_text(json.dumps({"private": True, "dependencies": {"mjml": version}}))
    done = run([npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(packages)])
    if done.returncode:
        raise NotRun(f"npm can't install mjml {version}", _REMEDY)
    found: dict[str, str] = record([node, str(_RECORDER), str(packages), str(templates), str(recording)], recording, _REMEDY)
    return found


def _outcome(case: Case, look: str | None, error: str, decisions: list[Decision]) -> Outcome:
    """`look` is None for a template that was refused."""
    if look is None:
        kind = next((decision.kind for decision in decisions if decision.refuses(case, error)), "")
        return Outcome(case, "refused" if kind else "different", kind, error)
    kind = next((decision.kind for decision in decisions if decision.decides(case)), "") if look else ""
    return Outcome(case, "decided" if kind else "different" if look else "same", kind, look)
