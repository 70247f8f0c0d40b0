"""Where mailweave refuses or decides otherwise on purpose: each kind with the words of docs/ that give the reason.

The kinds of a language stand in `decisions/<language>.yaml`:

    - kind: partial-names                       # short, for the table
      error: "the name must be text"            # a regular expression for our error: the case is *refused*
      doc: docs/languages-liquid.md
      reason: "The name is text, so that …"     # words that stand in that file

Instead of `error`, `gives: <regular expression for the template>` says that our text differs on purpose (*decided*), and `cases: [name, …]` narrows
either to some cases. A refusal that no kind names counts as different.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from conformance.case import Case

ROOT: Final = Path(__file__).parents[2]
_FOLDER: Final = Path(__file__).with_name("decisions")


@dataclass(frozen=True)
class Decision:
    """A kind of case in which mailweave doesn't give what the reference gives, and where docs/ say why."""

    kind: str
    doc: str
    reason: str
    error: str | None = None
    gives: str | None = None
    cases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.error is None) == (self.gives is None):
            raise ValueError(f"{self.kind}: give `error` or `gives`, one of them")

    def refuses(self, case: Case, error: str) -> bool:
        """Whether this is why a case ends in that error."""
        return self.error is not None and self._is_for(case) and bool(re.search(self.error, error))

    def decides(self, case: Case) -> bool:
        """Whether this is why a case's text differs."""
        return self.gives is not None and self._is_for(case) and bool(re.search(self.gives, case.template, re.DOTALL))

    def is_documented(self, root: Path = ROOT) -> bool:
        """Whether its reason stands in its file, whatever the line breaks."""
        path = root / self.doc
        return path.is_file() and _flat(self.reason) in _flat(path.read_text(encoding="utf-8"))

    def _is_for(self, case: Case) -> bool:
        return not self.cases or case.name in self.cases


def read_decisions(language: str, folder: Path = _FOLDER) -> list[Decision]:
    """The decisions of a language, in the order in which they are tried."""
    entries: Iterable[dict[str, Any]] = yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8")) or ()
    return [Decision(**{**entry, "cases": tuple(entry.get("cases", ()))}) for entry in entries]


def undocumented(decisions: Iterable[Decision], root: Path = ROOT) -> list[Decision]:
    """The decisions whose reason isn't found in docs/."""
    return [decision for decision in decisions if not decision.is_documented(root)]


def _flat(text: str) -> str:
    return " ".join(text.split())
