"""Content blocks: what a block's folder declares and holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import Field, field_validator

from mailweave.declarations import Parameter, Variable, Variables
from mailweave.errors import MailweaveError, Place, Problem, did_you_mean
from mailweave.folders import MESSAGES, Folders
from mailweave.languages import Template
from mailweave.plugged import Settings
from mailweave.registry import Registry
from mailweave.templates import TemplateFile, load_template, template_file
from mailweave.translations import Catalogue, load_catalogue
from mailweave.validation import validate
from mailweave.yamlfile import Document

NOTHING: Final = "nothing"
_HEAD: Final = "head"


class VariantInfo(Settings):
    """What block.yaml says of a variant."""

    description: str = ""


class BlockFile(Variables):
    """block.yaml."""

    description: str
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    variants: dict[str, VariantInfo | None] = Field(min_length=1)
    masks: tuple[str, ...] = ()

    @field_validator("variants")
    @classmethod
    def _names(cls, variants: dict[str, VariantInfo | None]) -> dict[str, VariantInfo | None]:
        for name in variants:
            if name in (NOTHING, _HEAD):
                raise ValueError(f"a variant can't be called '{name}' – choose another name")
        return variants


class Variant(NamedTuple):
    """One alternative of a block. `markup` is "mjml" or "html"."""

    name: str
    description: str
    template: Template
    markup: str
    language: str


@dataclass(frozen=True)
class Block:
    """A content block, read and parsed."""

    name: str
    document: Document
    description: str
    parameters: Mapping[str, Parameter]
    variables: Mapping[str, Variable]
    variants: Mapping[str, Variant]
    head: Variant | None
    catalogue: Catalogue
    sample: Path | None = None
    stock: bool = False
    masks: tuple[str, ...] = ()

    def variant(self, name: str) -> Variant:
        """A variant by name.

        Raises:
            MailweaveError: there is none; the remedy names the nearest.
        """
        if name not in self.variants:
            remedy = did_you_mean(name, self.variants)
            raise MailweaveError(Problem(f"block '{self.name}' has no variant '{name}'", remedy, code="unknown-variant"))
        return self.variants[name]


@dataclass
class _Loading:
    """A block being read: collects every problem of its files before giving up."""

    folder: Path
    folders: Folders
    registry: Registry
    document: Document
    problems: list[Problem] = field(default_factory=list)

    def files(self) -> dict[str, TemplateFile]:
        """The folder's template files by variant."""
        found: dict[str, TemplateFile] = {}
        for path in sorted(self.folder.iterdir()):
            file = self.named(path)
            if file is None:
                continue
            if file.name in found:
                what = f"the variant '{file.name}' has two files, {found[file.name].path.name} and {path.name}"
                self.problems.append(Problem(what, "remove one", Place(self.folders.shown(path)), code="two-files"))
            found[file.name] = file
        return found

    def named(self, path: Path) -> TemplateFile | None:
        try:
            return template_file(path, self.registry)
        except MailweaveError as error:
            self.problems += [replace(problem, place=Place(self.folders.shown(path))) for problem in error.problems]
            return None

    def parse(self, file: TemplateFile, description: str = "") -> Variant | None:
        try:
            template = load_template(file, self.folders, self.registry)
        except MailweaveError as error:
            self.problems += error.problems
            return None
        return Variant(file.name, description, template, file.markup, file.language)


def load_block(folder: Path, folders: Folders, registry: Registry, *, stock: bool = False) -> Block:
    """Read a block's folder.

    Raises:
        MailweaveError: every mistake in its block.yaml, templates and translations.
    """
    document = folders.yaml(folder / "block.yaml")
    info = validate(BlockFile, document)
    loading = _Loading(folder, folders, registry, document)
    files = loading.files()
    head = loading.parse(files.pop(_HEAD)) if _HEAD in files else None
    loading.problems += _mismatches(document, info, files, folders)
    variants = {name: loading.parse(files[name], _description(info, name)) for name in info.variants if name in files}
    loading.problems += _languages(document, files)
    catalogue = load_catalogue(folder / MESSAGES, folders)
    loading.problems += catalogue.problems()
    if loading.problems:
        raise MailweaveError(*loading.problems)
    parsed = {name: variant for name, variant in variants.items() if variant}
    sample = folder / "sample.yaml"
    described = (folder.name, document, info.description, info.parameters, info.variables)
    return Block(*described, parsed, head, catalogue, sample if sample.is_file() else None, stock, info.masks)


def _description(info: BlockFile, name: str) -> str:
    variant = info.variants[name]
    return variant.description if variant else ""


def _mismatches(document: Document, info: BlockFile, files: Mapping[str, TemplateFile], folders: Folders) -> list[Problem]:
    missing = [
        document.problem(("variants", name), f"the variant '{name}' has no file", f"write {name}.mjml beside block.yaml", code="no-file", key=True)
        for name in info.variants
        if name not in files
    ]
    extra = [
        Problem(f"the variant '{name}' isn't declared", f"add `{name}: {{}}` under `variants` in block.yaml", place, code="undeclared-variant")
        for name, place in ((name, Place(folders.shown(file.path))) for name, file in files.items())
        if name not in info.variants
    ]
    return missing + extra


def _languages(document: Document, files: Mapping[str, TemplateFile]) -> list[Problem]:
    languages = sorted({file.language for file in files.values()})
    if len(languages) < 2:
        return []
    what = f"the block's variants mix languages: {' and '.join(languages)}"
    return [document.problem(("variants",), what, "write all of them in one", code="mixed-languages", key=True)]
