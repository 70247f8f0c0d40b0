"""Fills the templates of a suite and judges what they give."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale

from conformance.case import Case, Outcome
from conformance.decisions import Decision
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Escaping, Language, Scope
from mailweave.source import Source


@dataclass(frozen=True)
class Shelf:
    """The partials that a case brings along."""

    texts: Mapping[str, str]

    def load(self, name: str, suffix: str) -> Source | None:
        """See `Partials.load`."""
        return Source(f"partials/{name}{suffix}", self.texts[name]) if name in self.texts else None

    def names(self, suffix: str) -> list[str]:
        """See `Partials.names`."""
        return sorted(self.texts)


@dataclass(frozen=True)
class Filler:
    """Fills templates of a language as `mailweave eval` does, where a template means what it means elsewhere."""

    language: Language
    escaping: Escaping

    @classmethod
    def of(cls, name: str, escaping: Escaping) -> Filler:
        """The filler for a language of the installed plugins."""
        return cls(_engine().registry.languages[name], escaping)

    def fill(self, case: Case) -> str:
        """What a case's template gives.

        Raises:
            MailweaveError: it is refused.
        """
        return self.language.parse(Source("template", case.template), self.escaping, Shelf(case.partials)).render(case.data, _scope())


@cache
def _engine() -> Engine:
    return Engine()


def judge_all(cases: Iterable[Case], filler: Filler, decisions: Sequence[Decision]) -> Iterator[Outcome]:
    """Fill each case and compare."""
    for case in cases:
        yield judge(case, filler, decisions)


def judge(case: Case, filler: Filler, decisions: Sequence[Decision]) -> Outcome:
    """Fill one case and compare. A traceback is always a difference, also where the reference refuses the template."""
    if case.left_out:
        return Outcome(case, "left out", case.left_out)
    try:
        got = filler.fill(case)
    except MailweaveError as error:
        return _refused(case, "\n".join(map(str, error.problems)), decisions)
    except Exception:
        return Outcome(case, "different", "crash", traceback.format_exc(limit=-3))
    if case.expected is not None and got in case.expected:
        return Outcome(case, "same", got=got)
    kind = next((decision.kind for decision in decisions if decision.decides(case)), "")
    return Outcome(case, "decided" if kind else "different", kind, got)


def _refused(case: Case, error: str, decisions: Sequence[Decision]) -> Outcome:
    if case.expected is None or case.refusable:
        return Outcome(case, "same", got=error)
    kind = next((decision.kind for decision in decisions if decision.refuses(case, error)), "")
    return Outcome(case, "refused" if kind else "different", kind, error)


def _scope() -> Scope:
    def translate(key: str, _: Any) -> str:
        raise LookupError(f"there is no text '{key}'")

    return Scope(Locale("en", "US"), ZoneInfo("UTC"), datetime.now(UTC), "USD", translate)
