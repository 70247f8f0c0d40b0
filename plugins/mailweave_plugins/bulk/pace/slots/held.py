"""What a pass over a part left for later, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Held:
    """`missing` counts rows that have no outcome yet. `receivers` is when a receiver may get another message ("": all of them), for those that were
    held back for it; `rows` the first time at which a row of its own is due: its window opens, or it is tried again. `why` says so to a person.
    `answers` counts the server's answers of the pass by outcome, without those that were answered otherwise since.
    """

    missing: int = 0
    receivers: dict[str, float] = field(default_factory=dict)
    rows: float | None = None
    why: str = ""
    answers: Counter[str] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.receivers) or self.rows is not None

    def receiver(self, name: str, due: float) -> None:
        """A message waits for its receiver."""
        self.receivers[name] = due

    def row(self, due: float, why: str) -> None:
        """A message waits for a time of its own."""
        if self.rows is None or due < self.rows:
            self.rows, self.why = due, why
