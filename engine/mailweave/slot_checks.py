"""What a campaign says of a slot and nobody means: entries that are never reached, keys that another one makes void."""

from __future__ import annotations

from collections.abc import Iterator

from mailweave.blocks import NOTHING
from mailweave.campaign import EntryFile, SlotFile
from mailweave.errors import Problem
from mailweave.validation import Loc
from mailweave.yamlfile import Document


def slot_problems(document: Document, loc: Loc, slot: SlotFile) -> Iterator[Problem]:
    """Every such mistake in the slot at a place of a campaign file, but for those that need its blocks."""
    check = _Check(document)
    if slot.choose is None:
        if slot.variant == NOTHING:
            remedy = f"write `{loc[-1]}: nothing` to leave the slot out"
            yield check.note((*loc, "variant"), "a slot's block has no variant `nothing`", remedy, "bad-slot")
        return
    if slot.variant is not None:
        yield check.note((*loc, "variant"), "a slot with `choose` has no variant of its own", "move it to `otherwise`", "bad-slot")
    yield from check.order(loc, slot.choose)
    for index, entry in enumerate(slot.choose):
        yield from check.otherwise((*loc, "choose", index), entry)
    yield from check.own(loc, slot, slot.choose)


class _Check:
    def __init__(self, document: Document) -> None:
        self.document = document

    def order(self, loc: Loc, entries: list[EntryFile]) -> Iterator[Problem]:
        for index, entry in enumerate(entries):
            at = (*loc, "choose", index)
            if (entry.when is None) == (entry.otherwise is None):
                yield self.note(at, "an entry has either `when` or `otherwise`", "write one of the two", "bad-entry", key=False)
            elif entry.otherwise is not None and index < len(entries) - 1:
                what = "`otherwise` always holds, so what follows is never reached"
                yield self.note((*at, "otherwise"), what, "move it to the end", "unreachable")
        if entries[-1].otherwise is None:
            remedy = "end the list with `- otherwise: <variant>`, or `- otherwise: nothing` to leave the slot out on purpose"
            yield self.note((*loc, "choose"), f"slot '{loc[-1]}' has no `otherwise`", remedy, "no-otherwise")

    def otherwise(self, at: Loc, entry: EntryFile) -> Iterator[Problem]:
        """`otherwise` names the variant itself; `nothing` has neither block nor parameters."""
        if entry.otherwise is None:
            return
        if entry.variant is not None:
            what = f"`otherwise` says the variant already, so `variant: {entry.variant}` is void"
            yield self.note((*at, "variant"), what, f"write `otherwise: {entry.variant}`, or leave `variant` out", "void-key")
        for key in ("block", "parameters") if entry.otherwise == NOTHING else ():
            if key in entry.model_fields_set:
                what = f"`otherwise: nothing` leaves the slot out, so `{key}` is void"
                yield self.note((*at, key), what, f"leave `{key}` out, or name a variant", "void-key")

    def own(self, loc: Loc, slot: SlotFile, entries: list[EntryFile]) -> Iterator[Problem]:
        """The slot's own block and parameters are for the entries that bring no other block."""
        used = any(entry.otherwise != NOTHING and entry.block in (None, slot.block) for entry in entries)
        for key in ("block", "parameters"):
            if not used and key in slot.model_fields_set:
                remedy = "leave it out, or move it to the entry that it is for"
                yield self.note((*loc, key), f"no entry uses the slot's own `{key}`", remedy, "void-key")

    def note(self, loc: Loc, what: str, remedy: str, code: str, *, key: bool = True) -> Problem:
        return self.document.problem(loc, what, remedy, code=code, key=key)
