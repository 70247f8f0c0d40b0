"""Colorlib's HTML mails: each imported into a workspace of its own, checked and rendered; it must look as before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.case import Case, Outcome
from conformance.decisions import Decision, read_decisions
from conformance.pictures import Pair, asset_base, differences, need_browser
from conformance.programs import mailweave

_EMPTY: Final = "empty"


@dataclass(frozen=True)
class Imported:
    """What came of a mail: its HTML, or the step that failed with what was said."""

    name: str
    html: str = ""
    failed: str = ""


class Colorlib:
    """https://github.com/ColorlibHQ/email-templates"""

    name = "ColorlibHQ-email-templates"
    repository = "ColorlibHQ/email-templates"

    def is_in(self, checkout: Path) -> bool:
        """See `Suite.is_in`."""
        return bool(_mails(checkout))

    def decisions(self) -> list[Decision]:
        """See `Suite.decisions`."""
        return read_decisions("import")

    def run(self, checkout: Path, build: Path) -> Iterator[Outcome]:
        """See `Suite.run`."""
        need_browser()
        _make_workspace(build / "workspaces")
        mails = {path.parent.name: path for path in _mails(checkout)}
        imported = [imported_mail(name, path, build) for name, path in mails.items()]
        pairs = [Pair(one.name, mails[one.name].read_text(encoding="utf-8"), one.html, one.name) for one in imported if not one.failed]
        looks = dict(zip((pair.name for pair in pairs), differences(pairs, checkout, build), strict=True))
        for one in imported:
            yield self.outcome(Case(one.name, f"{one.name}/index.html", expected=("the picture of the original",)), one.failed, looks.get(one.name, ""))

    def outcome(self, case: Case, failed: str, look: str) -> Outcome:
        """What is to be said of a mail that failed, or looks otherwise, or neither."""
        decisions = self.decisions()
        if failed:
            kind = next((decision.kind for decision in decisions if decision.refuses(case, failed)), "")
            return Outcome(case, "refused" if kind else "different", kind, failed)
        kind = next((decision.kind for decision in decisions if decision.decides(case)), "") if look else ""
        return Outcome(case, "decided" if kind else "different" if look else "same", kind, look)


def _mails(checkout: Path) -> list[Path]:
    return sorted((path for path in checkout.glob("*/index.html") if path.parent.name.isdigit()), key=lambda path: int(path.parent.name))


def _make_workspace(folder: Path) -> None:
    """A new workspace, of which every mail gets a copy."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mailweave("new", str(folder / _EMPTY)).check_returncode()


def imported_mail(name: str, mail: Path, build: Path) -> Imported:
    """Import a mail into a new workspace, check that, and render the campaign."""
    workspace = build / "workspaces" / name
    shutil.copytree(build / "workspaces" / _EMPTY, workspace)
    inside = ("--workspace", str(workspace))
    steps = (
        ("import", str(mail), "--name", "mail", *inside),
        ("check", *inside),
        ("render", "mail", "--profile", "newcomer", "--at", "2026-11-23T10:00:00Z", "--asset-base", asset_base(name), *inside),
    )
    for step in steps:
        done = mailweave(*step)
        if done.returncode:
            return Imported(name, failed=f"{step[0]}: {done.stderr or done.stdout}")
    return Imported(name, done.stdout)
