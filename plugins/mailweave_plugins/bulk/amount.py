"""So many messages of a run: a count, or a share of all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_SHARE = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18})?)\s*+%\Z")
_COUNT = re.compile(r"[0-9]{1,18}\Z")


@dataclass(frozen=True)
class Amount:
    """A count like 100, or a share like 0.1%."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Amount:
        """Raises ValueError."""
        share = _SHARE.match(text)
        if not (_COUNT.match(text) or (share and Fraction(share[1]) <= 100)):
            raise ValueError(f"{text!r} is neither a count nor a share; write 100 or 0.1%")
        return cls(text)

    @property
    def is_share(self) -> bool:
        """Whether it depends on how many messages there are."""
        return _SHARE.match(self.text) is not None

    def of(self, total: int) -> Fraction:
        """How many that is of so many, not rounded.

        Example:
            >>> Amount.parse("0.1%").of(20_000), Amount.parse("0.1%").of(500), Amount.parse("3").of(500)
            (Fraction(20, 1), Fraction(1, 2), Fraction(3, 1))
        """
        share = _SHARE.match(self.text)
        return total * Fraction(share[1]) / 100 if share else Fraction(int(self.text))

    def whole(self, total: int) -> int:
        """The same rounded down, so that a budget of failures isn't more generous to a small run than to a large one."""
        return int(self.of(total))
