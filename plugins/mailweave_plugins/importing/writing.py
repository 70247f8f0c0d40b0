"""The files that an imported mail becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
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
from mailweave_plugins.importing.parts import Parts, Span
from mailweave_plugins.importing.reading import Mail
from mailweave_plugins.importing.variables import sample_of, variables_of

Files = dict[str, str]
_HEAD: Final = frozenset({"mj-style", "mj-attributes", "mj-font", "mj-html-attributes", "mj-raw"})
_PAGE: Final = '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n</head>\n<body>\n{}\n</body>\n</html>\n'
_MJML: Final = "<mjml>\n  <mj-body>\n{}\n  </mj-body>\n</mjml>\n"


@dataclass(frozen=True)
class Writer:
    """Makes the files of one mail, by their path in the workspace."""

    mail: Mail
    parts: Parts
    name: str
    workspace: Workspace

    @property
    def suffix(self) -> str:
        """What template files' names end with."""
        language = self.mail.language
        return f"{'' if language == DEFAULT_LANGUAGE else self.workspace.registry.languages[language].suffix}.{self.mail.markup}"

    def campaign(self) -> Files:
        """A layout, a block for each part of the body, and the campaign that puts them together."""
        spans = self._separable()
        names = [self.name] if len(spans) == 1 else [f"{self.name}_{number}" for number in range(1, len(spans) + 1)]
        slots = ["body"] if len(spans) == 1 else [f"section_{number}" for number in range(1, len(spans) + 1)]
        files: Files = {}
        for name, span in zip(names, spans, strict=True):
            files |= self._block(name, self._text(span))
        layout = self._layout(spans, slots)
        files[f"{LAYOUTS}/{self.name}{self.suffix}"] = layout
        files[f"{CAMPAIGNS}/{self.name}.yaml"] = _yaml(self._campaign_file(layout, dict(zip(slots, names, strict=True))))
        return files

    def block(self) -> Files:
        """One block; what belongs to a whole document is told and left out."""
        body = "\n".join(map(self._text, self._separable()))
        head = self._text(self.parts.head) if self.parts.head else ""
        for tag in tags(self.mail.masked):
            if tag.name in ("mj-body", "body") and not tag.closing and tag.attributes:
                what, remedy = f"the attributes of `<{tag.name}>` belong to a layout", "set them in the campaign's layout"
                self.mail.draft.tell(tag.start, what, remedy, length=len(tag.name) + 1)
        if self.mail.markup == "html":
            sheets = _elements(head, {"style"})
            return self._block(self.name, "\n".join([*sheets, body.strip("\n")]) if sheets else body)
        files = self._block(self.name, body)
        kept = _elements(head, _HEAD)
        self._tell_head()
        return files | ({f"{BLOCKS}/{self.name}/head{self.suffix}": "\n".join(kept) + "\n"} if kept else {})

    def _separable(self) -> tuple[Span, ...]:
        """The parts, or all of the body in one where they can't be parsed one by one."""
        spans = self.parts.blocks
        try:
            for span in spans:
                self._parsed(self._text(span))
        except MailweaveError:
            return ((spans[0][0], spans[-1][1]),)
        return spans

    def _layout(self, spans: Iterable[Span], slots: Iterable[str]) -> str:
        """The whole document with places for the slots, without the line that becomes the preheader."""
        form = '<mw-slot name="{}" />' if self.mail.markup == "mjml" else '<mw-slot name="{}"></mw-slot>'
        cuts = [(start, end, form.format(slot)) for (start, end), slot in zip(spans, slots, strict=True)]
        if not self.mail.whole:
            return (_MJML if self.mail.markup == "mjml" else _PAGE).format("\n".join(place for _, _, place in cuts))
        if self.parts.preview_element:
            cuts.append((*self.parts.preview_element, ""))
        return spliced(self.mail.draft.text, cuts)

    def _block(self, name: str, text: str) -> Files:
        template = self._parsed(text)
        variables = self._undeclared([template], text)
        folder = f"{BLOCKS}/{name}"
        info: dict[str, Any] = {"description": f"Imported from {self.mail.draft.source.path.rsplit('/', 1)[-1]}."}
        info |= {"variables": variables} if variables else {}
        linked = [self.workspace.links[name] for name in self.workspace.links if any(use.path == f"links.{name}" for use in template.uses)]
        sample = sample_of(variables_of([template, *linked], text))
        return {
            f"{folder}/block.yaml": _yaml({**info, "variants": {"default": {}}}),
            f"{folder}/default{self.suffix}": text.strip("\n") + "\n" if self.mail.markup == "mjml" else text,
            f"{folder}/sample.yaml": _yaml({"customer": sample}),
        }

    def _campaign_file(self, layout: str, blocks: Mapping[str, str]) -> dict[str, Any]:
        title, preview = self._line(self.parts.title), self._line(self.parts.preview)
        if not title:
            self.mail.draft.tell(0, "the mail has no title to be the subject", f"write `subject` in {CAMPAIGNS}/{self.name}.yaml")
        texts = [title, preview, layout]
        variables = self._undeclared([self._parsed(text) for text in texts], "\n".join(texts))
        data: dict[str, Any] = {"subject": title or self.name} | ({"preheader": preview} if preview else {}) | {"layout": self.name}
        data |= {"language": self.mail.language} if self.mail.language != self.workspace.config.language else {}
        data |= {"variables": variables} if variables else {}
        return {**data, "slots": {slot: {"block": block} for slot, block in blocks.items()}}

    def _undeclared(self, templates: Iterable[Template], text: str) -> dict[str, dict[str, str]]:
        """What mailweave.yaml doesn't declare for everybody."""
        return {path: declared for path, declared in variables_of(templates, text).items() if path not in self.workspace.config.variables}

    def _tell_head(self) -> None:
        start, end = self.parts.head or (0, 0)
        for tag in tags(self.mail.masked):
            if start <= tag.start < end and tag.name in ("mj-title", "mj-preview", "mj-breakpoint") and not tag.closing:
                what, remedy = f"`<{tag.name}>` belongs to a whole mail", "set it in the campaign or its layout"
                self.mail.draft.tell(tag.start, what, remedy, length=len(tag.name) + 1)

    def _line(self, span: Span | None) -> str:
        return " ".join(unescape(self._text(span)).split()) if span else ""

    def _text(self, span: Span) -> str:
        return self.mail.draft.text[span[0] : span[1]]

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


def _yaml(data: Any) -> str:
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=150))
