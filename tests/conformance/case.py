"""One case of a suite, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from conformance.decisions import Decision

Verdict = Literal["same", "refused", "decided", "different", "left out"]
VERDICTS: Final[tuple[Verdict, ...]] = ("same", "refused", "decided", "different", "left out")


@dataclass(frozen=True)
class Case:
    """A template with its data, and what the reference makes of it.

    `expected` holds every text that counts as right; None says that the reference refuses the template. `refusable`: one of the reference's ways
    refuses it, another gives a text. `left_out` is why the case can't be run here at all ("a Ruby object in the data").
    """

    name: str
    template: str = ""
    data: Any = field(default_factory=dict)
    expected: tuple[str, ...] | None = None
    partials: Mapping[str, str] = field(default_factory=dict)
    refusable: bool = False
    left_out: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a case. `kind` names the refusal, the decision or the reason why the case was left out; `got` is our text or our error."""

    case: Case
    verdict: Verdict
    kind: str = ""
    got: str = ""

    def json(self) -> dict[str, Any]:
        """The outcome as plain data."""
        case = self.case
        expected = None if case.expected is None else list(case.expected)
        shown = {"name": case.name, "verdict": self.verdict, "kind": self.kind, "template": case.template, "data": case.data}
        return {**shown, "partials": dict(case.partials), "expected": expected, "got": self.got}


class NotRun(Exception):
    """A suite can't run on this machine; `remedy` says what to install."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why} – {remedy}")


class Suite(Protocol):
    """A public test suite that can be read from a checkout of its repository."""

    name: str
    repository: str
    """On GitHub."""

    def decisions(self) -> list[Decision]:
        """Where mailweave refuses or decides otherwise on purpose."""

    def is_in(self, checkout: Path) -> bool:
        """Whether a folder is a checkout of this suite."""

    def run(self, checkout: Path, build: Path) -> Iterator[Outcome]:
        """Run every case; recordings and pictures go to `build`.

        Raises:
            NotRun: a program is missing.
        """
