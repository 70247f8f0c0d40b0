"""A run as a worker sees it: everything opened once a process."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from mailweave import MailweaveError, Place, Problem
from mailweave.campaign import Campaign
from mailweave.compiled.difference import Difference
from mailweave.compiled.program import Built, Program
from mailweave.compiled.verify import compared, in_slot
from mailweave.deliverers import Deliverer, FileDeliverer
from mailweave.engine import Engine
from mailweave.garbage import spare_what_is_there
from mailweave.profiles import Profile, read_profile
from mailweave.readers import Reader, Row
from mailweave.registry import pick
from mailweave.render import render
from mailweave.source import Source
from mailweave.workspace import Workspace
from mailweave.yamlfile import Document
from mailweave_plugins.bulk.columns import Columns, Mapped, declared_types
from mailweave_plugins.bulk.fingerprint import SOFTWARE, software
from mailweave_plugins.bulk.kept import DamagedError
from mailweave_plugins.bulk.manifest import Manifest
from mailweave_plugins.bulk.output.passed import Passing
from mailweave_plugins.bulk.output.remote import store_of
from mailweave_plugins.bulk.output.stores import Store
from mailweave_plugins.bulk.output.types import Look
from mailweave_plugins.bulk.sources import read_sources

# How a message is built: from compiled documents, in that way and compared with the reference, or the reference way.
Way = Literal["compiled", "compared", "reference"]


class DiffersError(Exception):
    """A message isn't what the reference way gives. `document` names the compiled document that it came from, if any."""

    def __init__(self, difference: Difference, document: str | None) -> None:
        super().__init__(difference, document)
        self.difference = difference
        self.document = document


@dataclass
class Job:
    """A run's manifest with all that it names."""

    folder: Path
    manifest: Manifest
    engine: Engine
    workspace: Workspace
    campaign: Campaign = field(init=False)
    reader: Reader = field(init=False)
    deliverer: Deliverer = field(init=False)
    columns: Columns = field(init=False)
    at: datetime = field(init=False)
    twice: frozenset[int] = field(init=False)
    passing: Passing | None = field(init=False)
    store: Store | None = field(init=False)
    program: Program = field(init=False)
    # How many connections the last part of this process came to.
    connections: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        manifest, registry = self.manifest, self.engine.registry
        self.campaign = self.workspace.campaign(manifest.campaign)
        self.reader = pick(registry.readers, manifest.reader, "reader")
        self.deliverer = pick(registry.deliverers, manifest.deliverer, "deliverer").configured(manifest.output.options)
        self.columns = Columns([Mapped.parse(text) for text in manifest.mapped], declared_types(self.workspace, self.campaign))
        self.at = datetime.fromisoformat(manifest.at)
        self.store = store_of(self.deliverer, manifest.target)
        self.twice = frozenset(manifest.twice)
        self.passing = Passing(manifest.output.columns) if manifest.output.passed else None
        self.program = self.engine.compile(self.workspace, self.campaign)

    def data(self, row: Row) -> dict[str, Any]:
        """A row as a profile's data.

        Raises:
            MailweaveError: it isn't readable or a column isn't what it should be.
        """
        if row.problem:
            raise MailweaveError(row.problem)
        return self.columns.profile(row.columns, self.place(row))

    def passed(self, row: Row) -> Mapping[str, Any]:
        """What goes from a row into the tables as it is.

        Raises:
            MailweaveError: every column that isn't of the type that a person said.
        """
        return self.passing.values(row.columns, self.place(row)) if self.passing else {}

    def look(self) -> Look | None:
        """Who looks at the columns to pass through; None where their file says what they are."""
        output = self.manifest.output
        if not output.passed or self.reader.columns(Path(self.manifest.path)) is not None:
            return None
        return Look(output.columns, typed=isinstance(self.deliverer, FileDeliverer) and self.deliverer.typed)

    def profile(self, number: int, row: Row, data: dict[str, Any]) -> Profile:
        """The checked profile of a row's data.

        Raises:
            MailweaveError: it has no id, an earlier row has the same, or its values are wrong.
        """
        name = id_of(data)
        if not name:
            raise MailweaveError(Problem("the profile has neither id nor email", "name the column: --map id=COLUMN", self.place(row), code="no-id"))
        if number in self.twice:
            raise MailweaveError(Problem(f"the id '{name}' stands in an earlier row too", "make ids unique", self.place(row), code="twice"))
        return read_profile(Document(Source(self.shown, "", row.line), data, None), name)

    def build(self, profile: Profile, way: Way) -> Built:
        """The message of one profile: the one place where a bulk run builds messages.

        Raises:
            MailweaveError: it can't be built.
            DiffersError: it was compared with the reference, and isn't the same.
        """
        if way == "reference":
            base = self.program.asset_base
            return Built(render(self.workspace, self.campaign, profile, self.at, asset_base=base))
        if way == "compared":
            return self._compared(profile)
        built = self.program.build(profile, self.at)
        if built.difference:
            found = in_slot(self.program, profile, self.at, built.difference, built.message)
            raise DiffersError(found, built.document)
        return built

    def _compared(self, profile: Profile) -> Built:
        found = compared(self.program, profile, self.at)
        if found.difference:
            raise DiffersError(found.difference, found.document)
        if isinstance(found.outcome, Exception):
            raise found.outcome
        return found.outcome

    @cached_property
    def shown(self) -> str:
        """The profiles' file as problems name it."""
        return Path(self.manifest.path).name

    def place(self, row: Row) -> Place:
        """Where a row stands."""
        return self.place_of(row.line)

    def place_of(self, line: int) -> Place:
        """A line of the profiles."""
        return Place(self.shown, line)


def id_of(data: dict[str, Any]) -> str:
    """What tells a recipient from all others: the profile's id, else its address."""
    return str(data.get("id") or data.get("email") or "").strip()


@lru_cache(maxsize=2)
def open_job(folder: Path, manifest_file: str, run: str) -> Job:
    """The job of a run's folder by its draft or its manifest, opened once a process.

    Raises:
        MailweaveError: this machine has other versions of mailweave or its plugins, or can't see the run's files.
    """
    try:
        manifest = Manifest.read(folder / manifest_file)
    except DamagedError as error:
        raise _unreadable(error) from error
    here = software()
    other = [name for name in sorted({*here, *manifest.inputs}) if name.startswith(SOFTWARE) and here.get(name) != manifest.inputs.get(name)]
    if other or manifest.run != run:
        what = f"a worker has another {other[0]}: {here.get(other[0])}" if other else "a worker sees another run in this folder"
        raise MailweaveError(Problem(what, "install the same versions everywhere", code="other-version"))
    job = Job(folder, manifest, *_open(folder, run, manifest.workspace, manifest.base))
    gc.collect()
    spare_what_is_there()
    return job


@lru_cache(maxsize=1)
def _open(folder: Path, run: str, root: str, base: str) -> tuple[Engine, Workspace]:
    """The workspace as it was when the run began; `run` tells it from what it was for an earlier one."""
    engine = Engine()
    workspace = engine.open(root, base=base)
    try:
        workspace.use_sources(read_sources(folder, run))
    except DamagedError as error:
        raise _unreadable(error) from error
    return engine, workspace


def _unreadable(error: DamagedError) -> MailweaveError:
    """What a worker can't read: perhaps it sees other folders than the run's start."""
    if not isinstance(error.__cause__, FileNotFoundError):
        return error
    remedy = "workers need the same folders at the same paths"
    return MailweaveError(Problem(f"a worker can't read {error.__cause__.filename}", remedy, code="unreadable"))
