"""Campaign files: subject, preheader, layout and slots with their rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import Field, model_validator

from mailweave.attachments import ASSETS, Attachment, AttachmentFile
from mailweave.blocks import NOTHING, Block
from mailweave.conditions import Condition
from mailweave.config import Sender
from mailweave.declarations import Variable, Variables
from mailweave.errors import Place
from mailweave.headers import HeaderTexts
from mailweave.languages import Template
from mailweave.parameters import ParameterValues
from mailweave.plugged import Given, Name, NeededName
from mailweave.yamlfile import Document


class EntryFile(Given):
    """One entry under `choose`: `when` or `otherwise`, and what it puts into the slot."""

    when: dict[str, Any] | None = None
    otherwise: Name | None = None
    block: Name | None = None
    variant: Name | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class SlotFile(Given):
    """A slot: one block, or `choose` with several entries, or the word `nothing`."""

    block: Name | None = None
    variant: Name | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    choose: list[EntryFile] | None = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _word(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        if data != NOTHING:
            raise ValueError(f"a slot can't be {data!r} – write `block: …`, `choose: …` or the word {NOTHING}")
        return {"choose": [{"otherwise": NOTHING}]}


class CampaignFile(Variables, Given):
    """campaigns/<name>.yaml."""

    description: str = ""
    subject: NeededName
    preheader: str = ""
    layout: Name = "base"
    language: Name | None = None
    sender: Sender | None = None
    headers: HeaderTexts = Field(default_factory=dict)
    attachments: tuple[AttachmentFile, ...] = ()
    embed: tuple[NeededName, ...] = ()
    content: dict[str, Any] = Field(default_factory=dict)
    slots: dict[str, SlotFile] = Field(min_length=1)


@dataclass(frozen=True)
class Entry:
    """One alternative of a slot: a condition (None: always) and the block, variant and parameters it puts in.

    `block` is None for a declared nothing. `place` is where the campaign file says it.
    """

    condition: Condition | None
    block: Block | None
    variant: str | None
    parameters: ParameterValues
    place: Place

    @property
    def block_name(self) -> str | None:
        """The block's name."""
        return self.block.name if self.block else None


@dataclass(frozen=True)
class Slot:
    """A named place in a layout with its alternatives; the last one always holds."""

    name: str
    entries: tuple[Entry, ...]


class Layout(NamedTuple):
    """A whole document with places for slots. `markup` is "mjml" or "html"."""

    name: str
    template: Template
    markup: str


@dataclass(frozen=True)
class Campaign:
    """A campaign, read and resolved: every block, rule and template it names is there."""

    name: str
    document: Document
    description: str
    subject: Template
    preheader: Template | None
    layout: Layout
    slots: tuple[Slot, ...]
    variables: Mapping[str, Variable]
    content: Mapping[str, Any]
    sender: Sender | None = None
    headers: Mapping[str, Template] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    embed: tuple[Attachment, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The files, from the workspace's folder, that travel in its messages."""
        return frozenset({*(each.path for each in self.attachments), *(f"{ASSETS}/{each.path}" for each in self.embed)})

    @property
    def blocks(self) -> Iterable[Block]:
        """Every block that any entry names, once, in order."""
        return {entry.block.name: entry.block for slot in self.slots for entry in slot.entries if entry.block}.values()
