"""Why: for each slot, what was chosen, because of what, and what was tried before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailweave.campaign import Campaign, Entry
from mailweave.errors import Place
from mailweave.previewer import Panel, Shown
from mailweave_preview.markup import render


@dataclass(frozen=True)
class Option:
    """One of a slot's entries: could stand there. `index` counts from 0; `chosen` says that it does; `line` is where the file
    begins to say it."""

    index: int
    entry: Entry
    chosen: bool
    line: str

    @property
    def name(self) -> str:
        """What it would put in, without the block's name where that goes without saying."""
        return (self.entry.variant or "") if self.entry.block else "nothing"


class WhyPanel(Panel):
    """What was chosen for the selected slot and why, or for each slot in short."""

    name = "why"
    title = "Why"
    order = 10

    def body(self, shown: Shown) -> str:
        slot = (shown.choice or {}).get(shown.slot or "")
        if shown.campaign is None or slot is None:
            return render("panels/why_all.html", shown=shown)
        options = list(_options(shown.campaign, slot.slot, slot.entry))
        block = slot.entry.block
        file = block.variant(slot.variant).template.source.path if block and slot.variant else None
        return render("panels/why.html", shown=shown, slot=slot, options=options, file=file, rule=snippet(shown.campaign, slot.entry.place))


def _options(campaign: Campaign, name: str, chosen: Entry) -> Iterator[Option]:
    entries = next(slot.entries for slot in campaign.slots if slot.name == name)
    lines = campaign.document.source.text.split("\n")
    for index, entry in enumerate(entries):
        yield Option(index, entry, entry is chosen, lines[entry.place.line - 1].strip().removeprefix("- "))


def snippet(campaign: Campaign, place: Place, most: int = 10) -> list[tuple[int, str]]:
    """The lines of the campaign's file that say what stands at a place, with their numbers: that line and those indented below it."""
    lines = campaign.document.source.text.split("\n")
    first = lines[place.line - 1]
    indent = len(first) - len(first.lstrip())
    taken = [(place.line, first)]
    for number, line in enumerate(lines[place.line :], place.line + 1):
        if not line.strip() or len(line) - len(line.lstrip()) <= indent or len(taken) == most:
            break
        taken.append((number, line))
    return [(number, line[indent:]) for number, line in taken]
