"""How many messages of a run may fail."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%\Z")


@dataclass(frozen=True)
class Budget:
    """A count, or a share of all messages."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Raises ValueError."""
        share = _SHARE.match(text)
        if not (text.isdecimal() or (share and float(share[1]) <= 100)):
            raise ValueError(f"{text!r} is neither a count nor a share; write 100 or 0.1%")
        return cls(text)

    def of(self, total: int) -> int:
        """How many messages of so many may fail. Rounded down, so that a small run isn't more careless than a large one.

        Example:
            >>> Budget.parse("0.1%").of(20_000), Budget.parse("0.1%").of(500), Budget.parse("3").of(500)
            (20, 0, 3)
        """
        share = _SHARE.match(self.text)
        return int(total * float(share[1]) / 100) if share else int(self.text)
