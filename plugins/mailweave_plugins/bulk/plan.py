"""Begin a run, or find it again: what is in its folder must be what is asked for now."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Problem
from mailweave.engine import Engine
from mailweave.errors import raise_all
from mailweave.readers import Part, Reader
from mailweave.workspace import Workspace
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.before.first import cut, first_rows
from mailweave_plugins.bulk.columns import Columns, Mapped
from mailweave_plugins.bulk.contents import Contents, contents_of
from mailweave_plugins.bulk.durable import UNFINISHED
from mailweave_plugins.bulk.fingerprint import fingerprint, refuse_changes
from mailweave_plugins.bulk.ids import Ids, find_twice
from mailweave_plugins.bulk.kept import DamagedError, damaged
from mailweave_plugins.bulk.manifest import DRAFT, MANIFEST, Approval, Manifest
from mailweave_plugins.bulk.output.passed import unknown
from mailweave_plugins.bulk.output.settings import Output
from mailweave_plugins.bulk.output.types import Shape, with_types
from mailweave_plugins.bulk.sample import DEFAULT, sample_size
from mailweave_plugins.bulk.sources import keep_sources, read_sources

# Large enough that opening, syncing and naming files costs nothing beside building the messages; small enough that little is done again.
_LARGEST: Final = 2000
_SMALLEST: Final = 50
# Columns that a problem lists.
_SHOWN: Final = 20
# Parts for each worker at least, so that all of them are busy to the end.
_ROUNDS: Final = 8

# Gives what is compared of every part of a draft.
Digests = Callable[[Manifest], Iterable[Ids | None]]


@dataclass(frozen=True)
class Request:
    """What a person asked for. `at` and `verify` are None when they didn't say; `reader` and `deliverer` are names. Where
    messages are files, a part ends after those that are `first`. `approve` is how many messages somebody must approve."""

    campaign: str
    profiles: str
    reader: str
    folder: Path
    deliverer: str
    target: str
    at: datetime | None = None
    database: Path | None = None
    mapped: tuple[str, ...] = ()
    limit: int | None = None
    part_size: int | None = None
    verify: Amount | None = None
    unique: str | None = None
    first: Amount | None = None
    approve: int | None = None
    output: Output = field(default_factory=Output)

    def settings(self) -> dict[str, str]:
        """What must stay as it is when the run goes on."""
        said = {"--profiles": self.profiles, "--to": without_options(self.target), "--as": self.deliverer, "CAMPAIGN": self.campaign}
        said = {**said, "--map": json.dumps(self.mapped), "--limit": str(self.limit), "--unique": self.unique or ""}
        return {**said, **self.output.settings()}


def find(workspace: Workspace, engine: Engine, request: Request) -> Manifest | None:
    """The manifest of the run that began in this folder, or None. Another size of the sample holds for what isn't done yet.

    Raises:
        MailweaveError: the folder holds something else, or the run began as another one.
    """
    path = request.folder / MANIFEST
    if not path.exists() and not path.is_symlink():
        _refuse_others(request.folder)
        return None
    manifest = Manifest.read(path)
    refuse_changes(manifest.inputs, _inputs(workspace, engine, request, request.at or datetime.fromisoformat(manifest.at)), request.folder)
    _refuse_other_size(manifest, request)
    if manifest.target != request.target:
        manifest = replace(manifest, target=request.target)
        manifest.write(path)
    return _with_sample(manifest, request)


def _refuse_other_size(manifest: Manifest, request: Request) -> None:
    """The parts are what they were when the run began."""
    size = request.part_size
    if size and (any(part.rows != size for part in manifest.parts[:-1]) or manifest.parts[-1].rows > size):
        what = f"--part-size has changed since the run in {request.folder} began with parts of {manifest.parts[0].rows:,}"
        raise MailweaveError(Problem(what, "leave it out to go on with it, or begin another run in another folder", code="inputs-changed"))


def _refuse_others(folder: Path) -> None:
    """Refuse a folder with anything in it, but for what a start that ended before its manifest left."""
    others = sorted({entry.name for entry in folder.iterdir()} - {".run", MANIFEST + UNFINISHED})
    if set(others) & {"parts", "ledger", "journal"}:
        what = f"{folder / MANIFEST} is gone, though the run in this folder has begun"
        raise MailweaveError(Problem(what, "put back a copy of it, or begin another run in another folder", code="damaged"))
    if others:
        raise MailweaveError(Problem(f"{folder} holds {others[0]}, and no run", "name an empty folder or a new one", code="not-empty"))


def without_options(target: str) -> str:
    """Where messages go, without how to get there: what stands behind a URL's question mark may change from start to start."""
    return target.partition("?")[0] if "://" in target else target


def _with_sample(manifest: Manifest, request: Request) -> Manifest:
    if manifest.sample is not None and request.verify is None:
        return manifest
    changed = replace(manifest, sample=sample_size(manifest.total, request.verify or DEFAULT))
    changed.write(request.folder / MANIFEST)
    return changed


def begin(workspace: Workspace, engine: Engine, request: Request, workers: int, digests: Digests) -> Manifest:
    """Fetch connected content once, divide the profiles into parts, compare ids, and write the manifest.

    Raises:
        MailweaveError: what is wrong with the campaign, the profiles or the sources.
    """
    own = request.folder / ".run"
    run = uuid.uuid4().hex
    keep_sources(request.folder, run, workspace.sources)
    at = request.at or datetime.now(UTC).replace(microsecond=0)
    inputs = _inputs(workspace, engine, request, at)
    reader = engine.registry.readers[request.reader]
    path = reader.prepare(request.profiles, own, request.database.resolve() if request.database else None)
    draft = Manifest(
        run=run,
        campaign=request.campaign,
        at=at.isoformat(),
        workspace=str(workspace.root),
        base=str(Path.cwd()),
        reader=request.reader,
        profiles=request.profiles,
        path=str(path.resolve()),
        mapped=request.mapped,
        limit=request.limit,
        deliverer=request.deliverer,
        target=request.target,
        inputs=inputs,
        parts=_cut(_parts(reader, path, request, workers), reader, path, request),
        copied=contents_of(path) if path.is_relative_to(own) else None,
        output=request.output,
    )
    _check_columns(reader, path, draft)
    draft.write(request.folder / DRAFT)
    shapes: list[Shape] = []
    twice = find_twice(_keeping(digests(draft), shapes), own / "ids.sqlite")
    output = with_types(request.output, engine.registry.deliverers[request.deliverer], reader, path, shapes)
    approval = Approval(request.approve) if request.approve else None
    return _with_sample(replace(draft, twice=twice, output=output, approval=approval), request)


def _keeping(parts: Iterable[Ids | None], shapes: list[Shape]) -> Iterator[Ids | None]:
    """The same parts; what their columns are like is kept."""
    for part in parts:
        shapes += [part.shape] if part and part.shape else []
        yield part


def _inputs(workspace: Workspace, engine: Engine, request: Request, at: datetime) -> dict[str, str]:
    reader = engine.registry.readers[request.reader]
    hashes = fingerprint(workspace, request.campaign, reader, request.profiles, request.database)
    return {**hashes, **request.settings(), "--at": at.astimezone(UTC).isoformat()}


def make_ready(engine: Engine, request: Request, manifest: Manifest) -> None:
    """See to it that the run's own copies of its inputs are what they were when it began. A copy that isn't is made again, when that gives the same.

    Raises:
        DamagedError: a copy isn't there any more.
    """
    read_sources(request.folder, manifest.run)
    path = Path(manifest.path)
    if manifest.copied is None or _is(path, manifest.copied):
        return
    with suppress(MailweaveError):
        reader = engine.registry.readers[request.reader]
        reader.prepare(request.profiles, request.folder / ".run", request.database.resolve() if request.database else None)
    if not _is(path, manifest.copied):
        remedy = "put back a copy of it, or begin another run in another folder: the profiles that are read now may be others"
        raise DamagedError(damaged(path, "isn't the copy of the profiles that the run made when it began", remedy))


def _is(path: Path, contents: Contents) -> bool:
    try:
        return contents_of(path) == contents
    except OSError:
        return False


def _parts(reader: Reader, path: Path, request: Request, workers: int) -> tuple[Part, ...]:
    """All parts, at most `limit` rows; smaller ones where there would be too few for all workers."""
    parts = _limited(reader.split(path, request.part_size or _LARGEST), request.limit)
    total = sum(part.rows for part in parts)
    if not total:
        raise MailweaveError(Problem("there are no profiles", "check --profiles", code="no-profiles"))
    size = max(_SMALLEST, total // (workers * _ROUNDS))
    if request.part_size or size >= _LARGEST:
        return parts
    return _limited(reader.split(path, size), request.limit)


def _cut(parts: tuple[Part, ...], reader: Reader, path: Path, request: Request) -> tuple[Part, ...]:
    return cut(parts, reader, path, first_rows(request.first, sum(part.rows for part in parts))) if request.first else parts


def _limited(parts: Iterator[Part], limit: int | None) -> tuple[Part, ...]:
    found: list[Part] = []
    left = limit
    for part in parts:
        found.append(part if left is None else part._replace(rows=min(part.rows, left)))
        left = None if left is None else left - found[-1].rows
        if left == 0:
            break
    return tuple(found)


def _check_columns(reader: Reader, path: Path, manifest: Manifest) -> None:
    names = reader.columns(path)
    if names is None:
        return
    columns = Columns([Mapped.parse(text) for text in manifest.mapped])
    columns.check(names)
    raise_all(unknown(manifest.output.columns, names))
    if not columns.identifying() & set(names):
        what = "the profiles have neither a column id nor a column email"
        like = next((f"--map {name.lower()}={name}" for name in names if name.lower() in ("id", "email")), "--map id=COLUMN")
        listed = ", ".join(list(names)[:_SHOWN]) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
        raise MailweaveError(Problem(what, f"name the one that tells people apart: {like}; there are {listed or 'none'}", code="no-id"))
