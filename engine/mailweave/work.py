"""The work that filling one template takes, counted: the same on every machine, and however busy it is.

*Turns* are those of all loops together. *Steps* are everything else: each node of a template that is rendered is one, each call of a filter ten,
and what a filter takes and gives, and what is compared, `ITEM` for each item and one for every ten characters, as is what is put out. The most are
`STEPS` for each turn allowed, and one for each character allowed: beyond any mail, and over within seconds.

Compiled code counts turns only, and ends (so that the template's language counts) when there are more of them than `most_turns` allows: then so many
turns of at most so much work each may be more than the limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mailweave.limits import Limits, setting

STEPS: Final = 1_000
CALL: Final = 10
CHARACTERS: Final = 10
ITEM: Final = 5
# Compiled code doesn't call filters with more than so many steps' worth, nor compare values of more.
LIGHT: Final = 2_000
LIGHT_COMPARED: Final = 250


class OverLimit(Exception):
    """A template takes more than it may: what, and the remedy."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} – {remedy}")
        self.what, self.remedy = what, remedy


class Work:
    """What filling one template has taken so far."""

    __slots__ = ("characters", "limits", "most", "steps", "turns")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.turns = self.steps = self.characters = 0
        self.most = most_steps(limits)

    def loop(self, length: int, nodes: int) -> None:
        """Count a loop that goes round so often, each time through so many nodes.

        Raises:
            OverLimit: that is too much, as for all that counts.
        """
        self.turns += length
        if self.turns > self.limits.turns:
            remedy = f"loop over fewer items{setting(self.limits, 'turns')}"
            raise OverLimit(f"the loops of this template go round more than {self.limits.turns:,} times", remedy)
        self.step(length * nodes)

    def step(self, count: int) -> None:
        """Count steps."""
        self.steps += count
        if self.steps > self.most:
            remedy = f"loop over fewer items, and filter lists and long texts before a loop, not in it{setting(self.limits, 'turns')}"
            raise OverLimit(f"this template takes more than {self.most:,} steps", remedy)

    def call(self, given: Iterable[Any], times: int = 1) -> None:
        """Count a filter's call by what it is given, which it goes through so many times."""
        self.step(CALL + times * sum(map(weight, given)))

    def compare(self, left: Any, right: Any, *, inside: bool) -> None:
        """Count a comparison of texts, lists or objects, or (`inside`) that one is looked for in the other."""
        self.step(compared(left, right, inside=inside))

    def put_out(self, length: int) -> None:
        """Count characters of the result."""
        self.characters += length
        if self.characters > self.limits.characters:
            remedy = f"put out less{setting(self.limits, 'characters')}"
            raise OverLimit(f"the result is longer than {self.limits.characters:,} characters", remedy)


def most_steps(limits: Limits) -> int:
    """How many steps a template may take."""
    return STEPS * limits.turns + limits.characters


def most_turns(limits: Limits, cost: int) -> int:
    """How many turns a compiled template may take that takes at most `cost` steps in each, and before the first; negative: not even none."""
    # What is put out is also put into others, so it may count several times.
    return min(limits.turns, (most_steps(limits) - limits.characters) // max(cost, 1) - 1)


def compared(left: Any, right: Any, *, inside: bool) -> int:
    """The steps that a comparison takes: it is over where the shorter value ends."""
    found = weight(left), weight(right)
    return sum(found) if inside else min(found)


def weight(value: Any) -> int:
    """The steps that a value takes to be gone through: lists with the lists in them."""
    if isinstance(value, str):
        return len(value) // CHARACTERS
    if isinstance(value, range | Mapping):
        return ITEM * len(value)
    if not isinstance(value, list | tuple):
        return 0
    total, ahead = 0, [value]
    while ahead:
        found = ahead.pop()
        total += len(found)
        ahead += [inner for inner in found if isinstance(inner, list | tuple)]
    return ITEM * total
