"""The table of what came of a suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.case import VERDICTS, Outcome
from conformance.decisions import Decision


@dataclass(frozen=True)
class Report:
    """What came of one suite; `not_run` says why it couldn't run and what to install."""

    suite: str
    outcomes: tuple[Outcome, ...] = ()
    decisions: tuple[Decision, ...] = ()
    not_run: str = ""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many cases ended in each verdict."""
        found = Counter(outcome.verdict for outcome in self.outcomes)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def differs(self) -> bool:
        """Whether anything is different; a suite without a case that could run shows nothing and counts as different, too."""
        return not self.not_run and (self.counts["different"] > 0 or self.counts["same"] == 0)

    def json(self) -> dict[str, Any]:
        """The report as plain data."""
        reasons = {decision.kind: {"doc": decision.doc, "reason": decision.reason} for decision in self.decisions}
        return {
            "suite": self.suite,
            "not_run": self.not_run or None,
            "counts": dict(self.counts),
            "reasons": reasons,
            "cases": [outcome.json() for outcome in self.outcomes],
        }


def lines(report: Report, shown: Iterable[Outcome] = ()) -> Iterator[str]:
    """The report as text: the counts, the kinds of refusals with their reasons, and the cases to show."""
    if report.not_run:
        yield f"{report.suite}: not run: {report.not_run}"
        return
    yield f"{report.suite}: {len(report.outcomes)} cases"
    for verdict, count in report.counts.items():
        yield f"  {count:>5}  {verdict}"
        yield from _kinds(report, verdict)
    for outcome in shown:
        yield ""
        yield from _shown(outcome)


def _kinds(report: Report, verdict: str) -> Iterator[str]:
    reasons = {decision.kind: f"{decision.doc}: {decision.reason}" for decision in report.decisions}
    found = Counter(outcome.kind for outcome in report.outcomes if outcome.verdict == verdict and outcome.kind)
    for kind, count in found.most_common():
        reason = reasons.get(kind, "")
        yield f"  {'':>5}  {count:>5}  {kind}{f' ({reason})' if reason else ''}"


def _shown(outcome: Outcome) -> Iterator[str]:
    case = outcome.case
    yield f"{outcome.verdict}: {case.name}{f' ({outcome.kind})' if outcome.kind else ''}"
    yield f"  template: {case.template!r}"
    yield f"  data:     {case.data!r}"
    if case.partials:
        yield f"  partials: {dict(case.partials)!r}"
    yield f"  expected: {'an error' if case.expected is None else ' or '.join(map(repr, case.expected))}"
    yield f"  got:      {outcome.got!r}"
