"""The files that an imported mail becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import yaml

from mailweave.edits import spliced
from mailweave.errors import MailweaveError
from mailweave.folders import BLOCKS, CAMPAIGNS, LAYOUTS
from mailweave.languages import Template
from mailweave.source import Source
from mailweave.tags import tags
from mailweave.templates import DEFAULT_LANGUAGE, parse_template
from mailweave.workspace import Workspace
from mailweave_plugins.importing.naming import names_of
from mailweave_plugins.importing.parts import Parts, parts_of
from mailweave_plugins.importing.preamble import Setting, needed, settings_of
from mailweave_plugins.importing.preview_text import line_of
from mailweave_plugins.importing.reading import Mail
from mailweave_plugins.importing.rows import Part
from mailweave_plugins.importing.variables import sample_of, variables_of

Files = dict[str, str]
_HEAD: Final = frozenset({"mj-style", "mj-attributes", "mj-font", "mj-html-attributes", "mj-raw"})
_PAGE: Final = '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n</head>\n<body>\n{}\n</body>\n</html>\n'
_MJML: Final = "<mjml>\n  <mj-body>\n{}\n  </mj-body>\n</mjml>\n"


@dataclass
class Made:
    """What an import makes: its files by their path in the workspace, and what to say of them."""

    name: str
    kind: str
    files: Files = field(default_factory=dict)
    blocks: list[str] = field(default_factory=list)
    subject: str = ""
    preheader: str = ""
    customer: dict[str, Any] = field(default_factory=dict)
    """A customer who has every value that it reads."""


@dataclass(frozen=True)
class Writer:
    """Makes the files of one mail; `preheader` is the line that was lifted out of it."""

    mail: Mail
    preheader: str
    name: str
    workspace: Workspace

    @cached_property
    def parts(self) -> Parts:
        """Where the mail is cut."""
        return parts_of(self.mail, self._parses)

    @cached_property
    def settings(self) -> list[Setting]:
        """What the layout sets for its blocks."""
        text = self.mail.draft.text[: self.parts.blocks[0].piece.start]
        return settings_of(text) if self.mail.language == DEFAULT_LANGUAGE else []

    @property
    def suffix(self) -> str:
        """What template files' names end with."""
        language = self.mail.language
        return f"{'' if language == DEFAULT_LANGUAGE else self.workspace.registry.languages[language].suffix}.{self.mail.markup}"

    def campaign(self) -> Made:
        """A layout, a block for each part of the body, and the campaign that puts them together."""
        made = Made(self.name, "campaign", preheader=self._complete(self.preheader))
        parts = self.parts.blocks
        slots = ["body"] if len(parts) == 1 else names_of(parts, self.mail.masked)
        for slot, part in zip(slots, parts, strict=True):
            self._block(made, self.name if len(parts) == 1 else f"{self.name}_{slot}", self._text(part))
        layout = self._layout(slots)
        made.files[f"{LAYOUTS}/{self.name}{self.suffix}"] = layout
        self._campaign_file(made, layout, dict(zip(slots, made.blocks, strict=True)))
        return made

    def block(self) -> Made:
        """One block; what belongs to a whole document is told and left out."""
        made = Made(self.name, "block")
        body = "\n".join(map(self._text, self.parts.blocks)) if self.mail.markup == "mjml" else self._whole()
        head = self.mail.draft.text[slice(*self.parts.head)] if self.parts.head else ""
        self._tell_whole()
        if self.mail.markup == "html":
            sheets = _elements(head, {"style"})
            self._block(made, self.name, "\n".join([*sheets, body.strip("\n")]) if sheets else body)
            return made
        self._block(made, self.name, body)
        kept = _elements(head, _HEAD)
        made.files |= {f"{BLOCKS}/{self.name}/head{self.suffix}": "\n".join(kept) + "\n"} if kept else {}
        return made

    def _text(self, part: Part) -> str:
        """A part's text, after what it reads and the layout sets."""
        return self._complete(part.piece.of(self.mail.draft.text))

    def _complete(self, text: str) -> str:
        return needed(self.settings, text) + text

    def _whole(self) -> str:
        """All of the body."""
        start, end = self.parts.body
        return self._complete(self.mail.draft.text[start:end])

    def _layout(self, slots: Iterable[str]) -> str:
        """The whole document with places for the slots."""
        form = '<mw-slot name="{}" />' if self.mail.markup == "mjml" else '<mw-slot name="{}"></mw-slot>'
        places = [form.format(slot) for slot in slots]
        # A comment that was cut left no line break there.
        cuts = [(*part.piece[:2], place + ("\n" if part.piece.after else "")) for part, place in zip(self.parts.blocks, places, strict=True)]
        page = spliced(self.mail.draft.text, [*cuts, *self.parts.seams])
        return page if self.mail.whole else (_MJML if self.mail.markup == "mjml" else _PAGE).format(page.strip("\n"))

    def _block(self, made: Made, name: str, text: str) -> None:
        template = self._parsed(text)
        variables = self._undeclared([template], text)
        folder = f"{BLOCKS}/{name}"
        info: dict[str, Any] = {"description": f"Imported from {self.mail.draft.source.path.rsplit('/', 1)[-1]}."}
        info |= {"variables": variables} if variables else {}
        linked = [self.workspace.links[name] for name in self.workspace.links if any(use.path == f"links.{name}" for use in template.uses)]
        sample = self._sample([template, *linked], text)
        made.blocks.append(name)
        made.customer = _merged(made.customer, sample)
        made.files |= {
            f"{folder}/block.yaml": _yaml({**info, "variants": {"default": {}}}),
            f"{folder}/default{self.suffix}": text.strip("\n") + "\n" if self.mail.markup == "mjml" else text,
            f"{folder}/sample.yaml": _yaml({"customer": sample}),
        }

    def _campaign_file(self, made: Made, layout: str, blocks: Mapping[str, str]) -> None:
        title = line_of(self.mail, *self.parts.title, plain=True) if self.parts.title else ""
        if not title:
            self.mail.draft.tell(0, "the mail has no title to be the subject", f"write `subject` in {CAMPAIGNS}/{self.name}.yaml")
        for offset in self.parts.more_titles:
            what, remedy = "the mail has another title before this one, and only the first is the subject", "take one of them out"
            self.mail.draft.tell(offset, what, remedy, code="second-title", length=len("<title>"))
        made.subject = self._complete(title) or self.name
        texts = [made.subject, made.preheader, layout]
        templates = [self._parsed(text) for text in texts]
        variables = self._undeclared(templates, "\n".join(texts))
        made.customer = _merged(made.customer, self._sample(templates, "\n".join(texts)))
        data: dict[str, Any] = {"subject": made.subject} | ({"preheader": made.preheader} if made.preheader else {}) | {"layout": self.name}
        data |= {"language": self.mail.language} if self.mail.language != self.workspace.config.language else {}
        data |= {"variables": variables} if variables else {}
        made.files[f"{CAMPAIGNS}/{self.name}.yaml"] = _yaml({**data, "slots": {slot: {"block": block} for slot, block in blocks.items()}})

    def _undeclared(self, templates: Iterable[Template], text: str) -> dict[str, dict[str, str]]:
        """What mailweave.yaml doesn't declare for everybody."""
        return {path: declared for path, declared in variables_of(templates, text).items() if path not in self.workspace.config.variables}

    def _sample(self, templates: Iterable[Template], text: str) -> dict[str, Any]:
        """A customer who has every value that is read, of the types that mailweave.yaml says, or else of likely ones."""
        declared = self.workspace.config.variables
        likely = variables_of(templates, text)
        return sample_of({path: {"type": declared[path].type} if path in declared else info for path, info in likely.items()})

    def _tell_whole(self) -> None:
        """Tell what of the document a block can't have."""
        start, end = self.parts.head or (0, 0)
        for tag in tags(self.mail.masked):
            if tag.name in ("mj-body", "body") and not tag.closing and tag.attributes:
                what, remedy = f"the attributes of `<{tag.name}>` belong to a layout", "set them in the campaign's layout"
                self.mail.draft.tell(tag.start, what, remedy, length=len(tag.name) + 1)
            if start <= tag.start < end and tag.name in ("mj-title", "mj-preview", "mj-breakpoint") and not tag.closing:
                what, remedy = f"`<{tag.name}>` belongs to a whole mail", "set it in the campaign or its layout"
                self.mail.draft.tell(tag.start, what, remedy, length=len(tag.name) + 1)

    def _parses(self, text: str) -> bool:
        try:
            self._parsed(text)
        except MailweaveError:
            return False
        return True

    def _parsed(self, text: str) -> Template:
        return parse_template(Source(self.mail.draft.source.path, text), self.mail.language, self.workspace.registry)


def _elements(text: str, names: Iterable[str]) -> list[str]:
    """The outermost elements of these names, as they were written."""
    found, start, opened = [], 0, ""
    for tag in tags(text):
        if not opened and tag.name in names and not tag.closing:
            start, opened = tag.start, tag.name
        if tag.name == opened and (tag.closing or tag.empty):
            found.append(text[start : tag.end])
            opened = ""
    return found


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two mappings as one, the mappings inside of them, too."""
    both = {key for key in first if isinstance(first[key], dict) and isinstance(second.get(key), dict)}
    return {**first, **second, **{key: _merged(first[key], second[key]) for key in both}}


def _yaml(data: Any) -> str:
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=150))
