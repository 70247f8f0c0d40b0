"""A workspace: a folder of files that a team keeps in git, read on demand, each file once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from mailweave.blocks import Block, load_block
from mailweave.campaign import Campaign, Layout
from mailweave.campaign_reader import CampaignReader
from mailweave.config import FILE_NAME, Config
from mailweave.errors import MailweaveError, Place, Problem, did_you_mean, raise_all
from mailweave.folders import CAMPAIGNS, MESSAGES, PROFILES, Folders, stock
from mailweave.languages import Template
from mailweave.partials import FolderPartials
from mailweave.profiles import Profile, read_profile
from mailweave.registry import Registry
from mailweave.setup import load_sources, parse_headers, parse_links, set_up
from mailweave.templates import load_template, template_file
from mailweave.translations import Catalogue, load_catalogue
from mailweave.yamlfile import Document, load

T = TypeVar("T")


class Workspace:
    """A team's files. Each is read when it is first asked for; what is wrong with it is raised then, and at every later time.

    Two reads of the same workspace see the same files: make a new `Workspace` to see later changes.
    """

    def __init__(self, root: Path, registry: Registry, base: Path | None = None) -> None:
        """Open the folder `root`; messages name files from `base` (default: from the root).

        Raises:
            MailweaveError: every mistake in mailweave.yaml.
        """
        self.root = root.resolve()
        self.folders = Folders(self.root, (base or self.root).resolve())
        # What was read so far, by kind and name; errors too.
        self.parts: dict[tuple[str, str], Any] = {}
        self.derived: dict[Any, Any] = {}
        """What others worked out of these files and keep as long as them."""
        self.document: Document = self.folders.yaml(self.root / FILE_NAME)
        self.config: Config
        self.config, configured = set_up(self.document, registry)
        partials = FolderPartials((self.root, stock()), self.folders)
        self.registry: Registry = replace(configured, partials=partials)

    def campaign_names(self) -> list[str]:
        """Every campaign's name, sorted."""
        return self.folders.names(CAMPAIGNS)

    def profile_names(self) -> list[str]:
        """Every preview profile's name, sorted."""
        return self.folders.names(PROFILES)

    def block_names(self) -> list[str]:
        """Every block's name, sorted: the workspace's own and the stock ones."""
        return list(self.folders.block_folders())

    def campaign(self, name: str) -> Campaign:
        """A campaign, resolved.

        Raises:
            MailweaveError: there is none of that name, or every mistake in it and in what it names.
        """
        return self._once("campaign", name, self._load_campaign)

    def profile(self, name: str) -> Profile:
        """A preview profile by name. Raises MailweaveError as `campaign` does."""
        return self._once("profile", name, lambda name: read_profile(self.folders.yaml(self.folders.named(PROFILES, name, "profile")), name))

    def block(self, name: str) -> Block:
        """A block by name. Raises MailweaveError as `campaign` does."""
        return self._once("block", name, self._load_block)

    def layout(self, name: str) -> Layout:
        """A layout by name. Raises MailweaveError as `campaign` does."""
        return self._once("layout", name, self._load_layout)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The workspace's own translations."""
        catalogue = load_catalogue(self.root / MESSAGES, self.folders)
        raise_all(catalogue.problems())
        return catalogue

    @cached_property
    def sources(self) -> Mapping[str, Any]:
        """All connected content, by name.

        Raises:
            MailweaveError: every source that can't be read.
        """
        return load_sources(self.document, self.config, self.registry, self.root)

    def use_sources(self, sources: Mapping[str, Any]) -> None:
        """Take this connected content instead of fetching it: what was fetched once for all messages of a run."""
        self.__dict__["sources"] = sources

    @cached_property
    def brand(self) -> Mapping[str, Any]:
        """What templates see under `brand`."""
        return self.config.brand.model_dump(exclude_none=True)

    @cached_property
    def links(self) -> Mapping[str, Template]:
        """The templates of `links`."""
        return parse_links(self.document, self.config, self.registry)

    @cached_property
    def headers(self) -> Mapping[str, Template]:
        """The templates of `headers`."""
        return parse_headers(self.document, self.config, self.registry)

    def profile_file(self, path: Path) -> Profile:
        """A profile from any YAML or JSON file."""
        return read_profile(load(path, self.folders.shown(path.resolve())), path.stem)

    def _once(self, kind: str, name: str, read: Callable[[str], T]) -> T:
        key = (kind, name)
        if key not in self.parts:
            try:
                self.parts[key] = read(name)
            except MailweaveError as error:
                self.parts[key] = error
        found = self.parts[key]
        if isinstance(found, MailweaveError):
            raise MailweaveError(*found.problems)
        result: T = found
        return result

    def _load_campaign(self, name: str) -> Campaign:
        document = self.folders.yaml(self.folders.named(CAMPAIGNS, name, "campaign"))
        reader = CampaignReader(document, self.registry, self.config.language, self.config.variables, self.block, self.layout, self.root)
        return reader.read(name)

    def _load_block(self, name: str) -> Block:
        folder = self._pick(self.folders.block_folders(), name, "block")
        return load_block(folder, self.folders, self.registry, stock=folder.is_relative_to(stock()))

    def _load_layout(self, name: str) -> Layout:
        path = self._pick(self.folders.layout_files(), name, "layout")
        file = template_file(path, self.registry)
        if file is None:
            place = Place(self.folders.shown(path))
            raise MailweaveError(Problem("the layout isn't a file that can be read", "put the file back that stood here", place, code="unreadable"))
        return Layout(name, load_template(file, self.folders, self.registry), file.markup)

    def _pick(self, found: Mapping[str, Path], name: str, kind: str) -> Path:
        if name not in found:
            raise MailweaveError(Problem(f"there is no {kind} '{name}'", did_you_mean(name, found), code=f"unknown-{kind}"))
        return found[name]
