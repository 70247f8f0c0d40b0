"""Counts of a part, or of a whole run: outcomes, what each slot had, and what was compared with the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import Field
from pydantic.dataclasses import dataclass as schema

from mailweave.choose import Choice
from mailweave.explain import label
from mailweave_plugins.bulk.kept import STRICT

# Outcomes that are no message to its reader. "deferred" and "in doubt" may still become one.
FAILED: Final = ("rejected", "refused")
# So many messages of a part may be deferred before they count towards a budget: greylisting defers a few of any run.
FREE: Final = 20
WELL: Final = ("written", "sent", "chosen")
# Somebody must not get a message, which is well, but to be told.
SUPPRESSED: Final = "suppressed"
# An earlier row has the same address, and gets the message (`--unique address`).
DUPLICATE: Final = "duplicate"
# Who is to get none: that is no failure.
LEFT_OUT: Final = (SUPPRESSED, DUPLICATE)

# When a message was compared with the reference, as its line in the ledger says it.
FIRST_USE: Final = "first use"
SAMPLE: Final = "sample"


Number = Annotated[int, Field(ge=0)]


@schema(frozen=True, config=STRICT)
class Reason:
    """How often a code came, and the first problem that had it."""

    count: Number
    example: str


@schema(frozen=True, config=STRICT)
class CountsData:
    """Counts as a part's marker keeps them."""

    outcomes: dict[str, Number]
    choices: dict[str, dict[str, Number]]
    reasons: dict[str, Reason]
    compared: dict[str, Number]


@dataclass
class Counts:
    """Outcome → how many; slot → choice → how many; code of a problem → how many, and the first of them.

    `compared` has "first_uses", "sampled", and "sampled_compiled": how many of the sampled ones came from a compiled document.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    choices: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    compared: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """How many messages have an outcome."""
        return self.outcomes.total()

    @property
    def failed(self) -> int:
        """How many will never reach anybody."""
        return sum(self.outcomes[outcome] for outcome in FAILED)

    @property
    def charged(self) -> int:
        """How many count towards a budget: those that failed, and of those that wait, what is more than a few."""
        return self.failed + max(0, self.outcomes["deferred"] - FREE)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Count one line of a ledger."""
        outcome = entry["outcome"]
        self.outcomes[outcome] += 1
        for slot, made in entry.get("choice", {}).items():
            self.choices.setdefault(slot, Counter())[made or "nothing"] += 1
        self.compare(entry.get("compared", ()), entry.get("document"))
        if outcome not in WELL:
            self._reason(outcome, entry)

    def compare(self, compared: Iterable[str], document: str | None) -> None:
        """Count when a message was compared."""
        for when in compared:
            self.compared["first_uses" if when == FIRST_USE else "sampled"] += 1
            self.compared["sampled_compiled"] += when == SAMPLE and document is not None

    def _reason(self, outcome: str, entry: Mapping[str, Any]) -> None:
        for problem in entry.get("problems") or ({"code": outcome, "what": entry.get("detail", "the run was interrupted while it was sent")},):
            self.reasons[problem["code"]] += 1
            place = f"{problem['path']}:{problem['line']}:{problem['column']}: " if problem.get("path") else ""
            remedy = f" – {problem['remedy']}" if problem.get("remedy") else ""
            self.examples.setdefault(problem["code"], f"{place}{problem['what']}{remedy}")

    def merge(self, other: Counts) -> None:
        """Add another's counts."""
        self.outcomes.update(other.outcomes)
        for slot, counter in other.choices.items():
            self.choices.setdefault(slot, Counter()).update(counter)
        self.reasons.update(other.reasons)
        self.examples = {**other.examples, **self.examples}
        self.compared.update(other.compared)

    def json(self) -> dict[str, Any]:
        """As plain data, most frequent first."""
        ordered = {slot: dict(counter.most_common()) for slot, counter in self.choices.items()}
        reasons = {code: {"count": count, "example": self.examples[code]} for code, count in self.reasons.most_common()}
        return {
            "outcomes": dict(self.outcomes.most_common()),
            "choices": ordered,
            "reasons": reasons,
            "compared": {name: self.compared[name] for name in ("first_uses", "sampled", "sampled_compiled")},
        }

    @classmethod
    def of(cls, data: dict[str, Any]) -> Counts:
        """What `json` gave."""
        reasons = data["reasons"]
        return cls(
            Counter(data["outcomes"]),
            {slot: Counter(counts) for slot, counts in data["choices"].items()},
            Counter({code: reason["count"] for code, reason in reasons.items()}),
            {code: reason["example"] for code, reason in reasons.items()},
            Counter(data["compared"]),
        )


def chosen(choice: Choice) -> dict[str, str | None]:
    """Slot → "block / variant", or None for nothing."""
    return {name: label(slot.block, slot.variant) if slot.block else None for name, slot in choice.items()}
