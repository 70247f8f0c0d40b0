"""Choose a variant for every slot, and keep the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from mailweave.campaign import Campaign, Entry, Slot
from mailweave.conditions import Outcome
from mailweave.errors import Place, Problem, did_you_mean, raise_all
from mailweave.facts import Input, Situation


class Tried(NamedTuple):
    """An alternative that lost: what it would have put in, why it didn't hold, and what was read to know it."""

    block: str | None
    variant: str | None
    because: str
    inputs: tuple[Input, ...]
    place: Place


class SlotChoice(NamedTuple):
    """What stands in a slot and why. `block` and `variant` are None for a declared nothing. `forced`: a person wanted it, not the rules."""

    slot: str
    entry: Entry
    because: str
    inputs: tuple[Input, ...]
    tried: tuple[Tried, ...]
    forced: bool = False

    @property
    def block(self) -> str | None:
        """The chosen block's name."""
        return self.entry.block_name

    @property
    def variant(self) -> str | None:
        """The chosen variant's name."""
        return self.entry.variant


Choice = Mapping[str, SlotChoice]


def choose(campaign: Campaign, situation: Situation, forced: Mapping[str, int] = MappingProxyType({})) -> Choice:
    """The choice of every slot, in the campaign's order: in each, the first entry that holds, or the `forced` one (slot → entry, from 0).

    Raises:
        MailweaveError: a rule that fails, with its plugin and place; a slot or entry to force that isn't there.
    """
    if forced:
        raise_all(_unforceable(campaign, forced))
    chosen = {slot.name: choose_slot(slot, situation) for slot in campaign.slots}
    return {slot.name: _force(slot, chosen[slot.name], forced.get(slot.name)) for slot in campaign.slots} if forced else chosen


def _unforceable(campaign: Campaign, forced: Mapping[str, int]) -> Iterator[Problem]:
    slots = {slot.name: slot for slot in campaign.slots}
    for name, index in forced.items():
        if name not in slots:
            remedy = did_you_mean(name, slots)
            yield Problem(f"no slot '{name}' can be forced: the campaign '{campaign.name}' has none", remedy, code="unknown-slot")
        elif not 0 <= index < len(slots[name].entries):
            remedy = f"it has {len(slots[name].entries)}, counted from 0"
            yield Problem(f"the slot '{name}' has no entry {index} to force", remedy, code="unknown-entry")


def _force(slot: Slot, chosen: SlotChoice, index: int | None) -> SlotChoice:
    if index is None:
        return chosen
    because = f"it is forced; by the rules it would be {label(chosen.block, chosen.variant)}: {chosen.because}"
    return chosen._replace(entry=slot.entries[index], because=because, forced=True)


def label(block: str | None, variant: str | None) -> str:
    """How a choice is named: `block / variant`, or nothing."""
    return f"{block} / {variant}" if block else "nothing"


def label_of(entry: Entry) -> str:
    """How what an entry puts in is named."""
    return label(entry.block_name, entry.variant)


def choose_slot(slot: Slot, situation: Situation) -> SlotChoice:
    """The choice of one slot: its first entry that holds. Raises MailweaveError as `choose` does."""
    tried: list[Tried] = []
    for entry in slot.entries:
        outcome = entry.condition.test(situation) if entry.condition else _always(slot)
        if outcome.matched:
            return SlotChoice(slot.name, entry, outcome.because, outcome.inputs, tuple(tried))
        tried.append(Tried(entry.block_name, entry.variant, outcome.because, outcome.inputs, entry.place))
    raise AssertionError(f"slot {slot.name} has no entry that always holds; the reader refuses such campaigns")


def _always(slot: Slot) -> Outcome:
    return Outcome(True, "no rule before it matched" if len(slot.entries) > 1 else "the slot always has it")
