"""Parts that are done: a marker each, which says what they came to and what their files hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass as schema

from mailweave import Problem
from mailweave.deliverers import Deliverer, FileDeliverer
from mailweave.errors import as_warning
from mailweave_plugins.bulk.contents import Contents, contents_of
from mailweave_plugins.bulk.counts import Counts, CountsData
from mailweave_plugins.bulk.durable import remove
from mailweave_plugins.bulk.journal import Files, mark_begun
from mailweave_plugins.bulk.kept import STRICT, DamagedError, damaged, read_kept, write_kept
from mailweave_plugins.bulk.manifest import Manifest, marker, part_name
from mailweave_plugins.bulk.output.remote import Present
from mailweave_plugins.bulk.output.stores import Store, Stored

_AGAIN: Final = "the part is done again"
_FROM_JOURNAL: Final = "the part is gone through again; its journal says what was sent"


@schema(frozen=True, config=STRICT)
class Marker:
    """What a part's marker keeps. `files` are named from the run's folder on, `stored` are those of a store that files go to."""

    run: str
    part: Annotated[int, Field(ge=0)]
    counts: CountsData
    files: dict[str, Contents]
    stored: dict[str, Stored] = field(default_factory=dict)

    @property
    def came_to(self) -> Counts:
        """The part's counts."""
        return Counts.of(asdict(self.counts))


@cache
def _schema() -> TypeAdapter[Marker]:
    return TypeAdapter(Marker)


def write_marker(
    folder: Path, run: str, index: int, counts: Counts, deliverer: Deliverer, stored: Mapping[str, Stored] = MappingProxyType({})
) -> None:
    """Say that a part is done; its files are in their places by now."""
    files = {name: contents_of(folder / name) for name in _files(index, deliverer) if (folder / name).exists()}
    write_kept(marker(folder, index), {"run": run, "part": index, "counts": counts.json(), "files": files, **({"stored": stored} if stored else {})})


def read_marker(folder: Path, manifest: Manifest, index: int, remedy: str = _AGAIN) -> Marker:
    """A part's marker.

    Raises:
        DamagedError: it isn't what was written, or is another part's or run's.
    """
    path = marker(folder, index)
    found = read_kept(path, _schema(), remedy)
    rows = found.came_to.done
    if found.run != manifest.run:
        raise DamagedError(damaged(path, "belongs to another run", remedy))
    if found.part != index:
        raise DamagedError(damaged(path, f"belongs to another part ({part_name(found.part)})", remedy))
    if rows != manifest.parts[index].rows:
        raise DamagedError(damaged(path, f"counts {rows:,} messages, and the part has {manifest.parts[index].rows:,}", remedy))
    return found


def done_before(folder: Path, manifest: Manifest, index: int) -> Counts | None:
    """What a part came to, or None when it isn't done. A damaged marker says nothing; a run's start has told it."""
    try:
        return read_marker(folder, manifest, index).came_to
    except DamagedError:
        return None


@dataclass(frozen=True)
class Check:
    """Compares parts that are done with their files. `say` is told what isn't right."""

    folder: Path
    manifest: Manifest
    deliverer: Deliverer
    resend: bool
    say: Callable[[Problem], None]
    store: Store | None = None

    def done(self) -> Iterator[tuple[int, Counts]]:
        """The parts that are done and stay so. The markers of the others are removed, so that they are done again."""
        for index in range(len(self.manifest.parts)):
            path = marker(self.folder, index)
            if not path.exists() and not path.is_symlink():
                continue
            counts = self._counts(index)
            if counts is None:
                self._keep_begun(index)
                remove(path)
            elif not unfinished(counts, self.resend):
                yield index, counts

    def _keep_begun(self, index: int) -> None:
        """That a part had a marker says that it was begun, should its journal be lost as well."""
        if not isinstance(self.deliverer, FileDeliverer):
            mark_begun(Files(self.folder, index))

    def _counts(self, index: int) -> Counts | None:
        """What a part came to, or None when it is to be done again."""
        try:
            found = read_marker(self.folder, self.manifest, index, self._remedy)
        except DamagedError as error:
            self.say(as_warning(error.problems[0]))
            return None
        problems = [problem for name in _files(index, self.deliverer) if (problem := self._changed(name, found))]
        if self._present:
            gone = ((name, self._present.changed(name, before)) for name, before in found.stored.items())
            problems += [damaged(self._present.url(name), f"{what}, though its part is done", self._remedy, "warning") for name, what in gone if what]
        for problem in problems:
            self.say(problem)
        return None if problems else found.came_to

    @cached_property
    def _present(self) -> Present | None:
        return Present(self.store, self.deliverer) if self.store and isinstance(self.deliverer, FileDeliverer) else None

    @property
    def _remedy(self) -> str:
        return _AGAIN if isinstance(self.deliverer, FileDeliverer) else _FROM_JOURNAL

    def _changed(self, name: str, found: Marker) -> Problem | None:
        """What is wrong with a file of a part that is done, if anything."""
        before, path = found.files.get(name), self.folder / name
        try:
            now = contents_of(path)
        except FileNotFoundError:
            return damaged(path, "is gone, though its part is done", self._remedy, "warning") if before else None
        except OSError as error:
            return damaged(path, f"can't be read: {error.strerror or error}", self._remedy, "warning")
        if now == before:
            return None
        what = "isn't what was written"
        if before and before.size != now.size:
            what = f"holds {now.size:,} {'byte' if now.size == 1 else 'bytes'}, not {before.size:,}"
        return damaged(path, f"{what}, though its part is done", self._remedy, "warning")


def unfinished(counts: Counts, resend: bool) -> bool:
    """Whether a part that was done has messages that want another try."""
    return counts.outcomes["deferred"] > 0 or (resend and counts.outcomes["in doubt"] > 0)


def _files(index: int, deliverer: Deliverer) -> tuple[str, ...]:
    if isinstance(deliverer, FileDeliverer):
        return f"messages/{part_name(index)}{deliverer.suffix}", _ledger(index)
    return _ledger(index), _journal(index)


def _ledger(index: int) -> str:
    return f"ledger/{part_name(index)}.ndjson"


def _journal(index: int) -> str:
    return f"journal/{part_name(index)}.ndjson"
