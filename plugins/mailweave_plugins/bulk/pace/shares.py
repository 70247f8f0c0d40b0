"""When so many of the messages that were tried were refused or deferred that a run had better stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mailweave_plugins.bulk.pace.settings import Pace

# A share says nothing before so many messages were tried in this start.
LEAST: Final = 200
# Amazon SES puts a sender under review at 5 % and stops at 10 %; a few per cent of any run are greylisted, a fifth is a receiver's answer to us.
REFUSED: Final = "5%"
DEFERRED: Final = "20%"


@dataclass
class Shares:
    """Answers of this start by outcome. A message that was deferred, tried again and sent counts as sent."""

    pace: Pace
    answers: Counter[str] = field(default_factory=Counter)

    def add(self, answers: Mapping[str, int]) -> None:
        """Those of a pass that has ended."""
        for outcome, count in answers.items():
            self.answers[outcome] += count

    def too_many(self, under_way: Mapping[str, int]) -> str:
        """Why the run must stop; empty when it needn't. `under_way` are the answers of passes that haven't ended."""
        found = Counter(self.answers)
        for outcome, count in under_way.items():
            found[outcome] += count
        tried = sum(found.values())
        for outcome, most, option in (("refused", self.pace.most_refused, "--max-refused"), ("deferred", self.pace.most_deferred, "--max-deferred")):
            count = found[outcome]
            if most is not None and count > most.of(tried) and (tried >= LEAST or not most.is_share):
                share = f"{100 * count / tried:.1f} %"
                return f"{count:,} of {tried:,} messages ({share}) were {outcome}, and {option} {most.text} allows less"
        return ""
