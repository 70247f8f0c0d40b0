"""Choose a variant for every slot, and keep the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailweave.campaign import Campaign, Entry, Slot
from mailweave.conditions import Outcome
from mailweave.errors import Place
from mailweave.facts import Input, Situation


@dataclass(frozen=True)
class Tried:
    """An alternative that lost: what it would have put in, why it didn't hold, and what was read to know it."""

    block: str | None
    variant: str | None
    because: str
    inputs: tuple[Input, ...]
    place: Place


@dataclass(frozen=True)
class SlotChoice:
    """What stands in a slot and why. `block` and `variant` are None for a declared nothing."""

    slot: str
    entry: Entry
    because: str
    inputs: tuple[Input, ...]
    tried: tuple[Tried, ...]

    @property
    def block(self) -> str | None:
        """The chosen block's name."""
        return self.entry.block.name if self.entry.block else None

    @property
    def variant(self) -> str | None:
        """The chosen variant's name."""
        return self.entry.variant


Choice = Mapping[str, SlotChoice]


def choose(campaign: Campaign, situation: Situation) -> Choice:
    """The choice of every slot, in the campaign's order: in each, the first entry that holds.

    Raises:
        MailweaveError: a rule that fails, with its plugin and place.
    """
    return {slot.name: choose_slot(slot, situation) for slot in campaign.slots}


def choose_slot(slot: Slot, situation: Situation) -> SlotChoice:
    """The choice of one slot: its first entry that holds. Raises MailweaveError as `choose` does."""
    tried: list[Tried] = []
    for entry in slot.entries:
        outcome = entry.condition.test(situation) if entry.condition else _always(slot)
        if outcome.matched:
            return SlotChoice(slot.name, entry, outcome.because, outcome.inputs, tuple(tried))
        tried.append(Tried(entry.block.name if entry.block else None, entry.variant, outcome.because, outcome.inputs, entry.place))
    raise AssertionError(f"slot {slot.name} has no entry that always holds; the reader refuses such campaigns")


def _always(slot: Slot) -> Outcome:
    return Outcome(True, "no rule before it matched" if len(slot.entries) > 1 else "the slot always has it")
