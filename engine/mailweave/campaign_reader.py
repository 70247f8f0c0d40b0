"""Read a campaign file: resolve what it names and report every mistake in it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from mailweave.attachments import read_attachments
from mailweave.blocks import NOTHING, Block
from mailweave.campaign import Campaign, CampaignFile, Entry, EntryFile, Layout, Slot, SlotFile
from mailweave.conditions import Condition, parse_condition
from mailweave.declarations import Variable
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.languages import Escaping, Template
from mailweave.parameters import ParameterReader, ParameterValues
from mailweave.registry import Registry
from mailweave.salvage import salvage
from mailweave.slot_checks import slot_problems
from mailweave.slots import REST, SLOT
from mailweave.templates import parse_template
from mailweave.validation import Loc, validate
from mailweave.yamlfile import Document

# For a file without a subject, while its other mistakes are looked for.
_NO_SUBJECT: Final = "\0"
_NAME: Final = re.compile(r"\w[\w-]*")


class CampaignReader:
    """Reads one campaign. `block` and `layout` find what it names, by name."""

    def __init__(
        self,
        document: Document,
        registry: Registry,
        language: str,
        variables: Mapping[str, Variable],
        block: Callable[[str], Block],
        layout: Callable[[str], Layout],
        root: Path,
    ) -> None:
        self.document = document
        self.registry = registry
        self.variables = variables
        self.find_block = block
        self.find_layout = layout
        self.root = root
        file, self.problems = salvage(CampaignFile, document, {"subject": _NO_SUBJECT})
        if file is None:
            raise MailweaveError(*self.problems)
        self.file = file
        self.language = self._known_language(language)
        self.parameters = ParameterReader(document, self.language, registry)

    def read(self, name: str) -> Campaign:
        """The campaign.

        Raises:
            MailweaveError: every mistake in the file, and those in the blocks and the layout that it names.
        """
        subject = self._text(("subject",)) if self.file.subject != _NO_SUBJECT else None
        preheader = self._text(("preheader",)) if self.file.preheader else None
        attached = self._try(partial(read_attachments, self.document, self.root, self.file.attachments, self.file.embed), ("attachments",))
        attachments, embed = attached or ((), ())
        headers = {name: self._text(("headers", name)) for name in self.file.headers}
        layout = self._try(lambda: self.find_layout(self.file.layout), ("layout",))
        slots = tuple(self._slot(slot, info) for slot, info in self.file.slots.items())
        content = self._content()
        if layout:
            self.problems += self._unplaced(layout)
        problems = [*self.problems, *self.parameters.problems]
        if problems or subject is None or layout is None:
            raise MailweaveError(*sorted(dict.fromkeys(problems), key=lambda problem: (problem.place is None, problem.place)))
        return Campaign(
            name=name,
            document=self.document,
            description=self.file.description,
            subject=subject,
            preheader=preheader,
            layout=layout,
            slots=slots,
            variables={**self.variables, **self.file.variables},
            content=content,
            sender=self.file.sender,
            headers={header: template for header, template in headers.items() if template},
            attachments=attachments,
            embed=embed,
        )

    def _known_language(self, default: str) -> str:
        language = self.file.language or default
        if language in self.registry.languages:
            return language
        self._note(("language",), f"there is no language '{language}'", did_you_mean(language, self.registry.languages), "unknown-language")
        return default

    def _try(self, find: Callable[[], Any], loc: Loc) -> Any:
        """What `find` gives, or None with its problems noted; one without a place is reported at `loc`."""
        try:
            return find()
        except MailweaveError as error:
            self.problems += [p if p.place else self.document.problem(loc, p.what, p.remedy, code=p.code) for p in error.problems]
            return None

    def _text(self, loc: Loc, escaping: Escaping = "text") -> Template | None:
        found: Template | None = self._try(lambda: parse_template(self.document.text_source(loc), self.language, self.registry, escaping), loc)
        return found

    def _content(self) -> dict[str, Any]:
        found = {}
        for name in self.file.content:
            loc = ("content", name)
            if name not in self.registry.providers:
                remedy = did_you_mean(name, self.registry.providers)
                self.problems.append(self.document.problem(loc, f"there is no provider '{name}'", remedy, code="unknown-provider", key=True))
                continue
            provider = self.registry.providers[name]
            context = {"registry": self.registry, "config": provider.config}
            found[name] = self._try(partial(validate, provider.Settings, self.document, loc, context), loc)
        return found

    def _slot(self, name: str, info: SlotFile) -> Slot:
        loc: Loc = ("slots", name)
        if not _NAME.fullmatch(name):
            self._note(loc, f"'{name}' is no name for a slot", "use letters, digits, - and _", "bad-name", key=True)
        self.problems += slot_problems(self.document, loc, info)
        if info.choose is None:
            return Slot(name, (self._entry(loc, info, EntryFile(otherwise=info.variant or "default")),))
        return Slot(name, tuple(self._entry((*loc, "choose", index), info, entry) for index, entry in enumerate(info.choose)))

    def _entry(self, loc: Loc, slot: SlotFile, entry: EntryFile) -> Entry:
        condition = self._condition((*loc, "when"), entry.when) if entry.when is not None else None
        place = self.document.place(loc)
        if entry.otherwise == NOTHING:
            return Entry(condition, None, None, ParameterValues({}), place)
        block_name = entry.block or slot.block
        if block_name is None:
            self._note(loc, "no block is named", "add `block: <name>` here or at the slot", "no-block")
            return Entry(condition, None, None, ParameterValues({}), place)
        block = self._try(lambda: self.find_block(block_name), self._named(loc, "block"))
        variant = entry.otherwise or entry.variant or "default"
        if block is None:
            return Entry(condition, None, None, ParameterValues({}), place)
        self._try(lambda: block.variant(variant), self._named(loc, "otherwise" if entry.otherwise else "variant"))
        return Entry(condition, block, variant, self._parameters(loc, slot, entry, block), place)

    def _named(self, loc: Loc, key: str) -> Loc:
        """Where a key stands: in the entry, else at its slot, else the entry itself."""
        for at in (loc, loc[:2]):
            if key in self.document.at(at):
                return (*at, key)
        return loc

    def _condition(self, loc: Loc, when: dict[str, Any]) -> Condition | None:
        condition, problems = parse_condition(self.document, loc, when, self.registry)
        self.problems += problems
        return condition

    def _parameters(self, loc: Loc, slot: SlotFile, entry: EntryFile, block: Block) -> ParameterValues:
        given: dict[str, tuple[Loc, Any]] = {}
        # The slot's own parameters are for the slot's own block; an entry with another block brings its own.
        if entry.block is None or entry.block == slot.block:
            given = {name: (("slots", loc[1], "parameters", name), value) for name, value in slot.parameters.items()}
        given |= {name: ((*loc, "parameters", name), value) for name, value in entry.parameters.items()}
        return self.parameters.read(block, given, loc)

    def _unplaced(self, layout: Layout) -> list[Problem]:
        """Slots that the layout doesn't place, and places that the campaign doesn't fill."""
        text = layout.template.source.text
        places = [found["name"] for found in SLOT.finditer(text)]
        problems = []
        for name in self.document.value["slots"]:
            if name not in places and not REST.search(text):
                what = f"layout '{layout.name}' has no slot '{name}'"
                problems.append(self.document.problem(("slots", name), what, did_you_mean(name, places), code="unknown-slot", key=True))
        for name in dict.fromkeys(places):
            if name not in self.document.value["slots"]:
                what, remedy = f"layout '{layout.name}' has a slot '{name}' that isn't filled", f"add it, or `{name}: nothing` to leave it out"
                problems.append(self.document.problem(("slots",), what, remedy, code="unfilled-slot", key=True))
        return problems

    def _note(self, loc: Loc, what: str, remedy: str, code: str, *, key: bool = False) -> None:
        self.problems.append(self.document.problem(loc, what, remedy, code=code, key=key))
