"""The approved pictures: PNG files and a manifest in the workspace, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from mailweave.errors import MailweaveError, Place, Problem
from mailweave_preview.shots.manifest import Kept, KeptPicture, Manifest, read_manifest

FOLDER: Final = "baselines"
MANIFEST: Final = "manifest.json"
_PART: Final = ".part"


@dataclass(frozen=True)
class Approval:
    """One picture to keep. `png` None: only its fingerprint is kept."""

    digest: str
    kept: Kept
    frame: str
    picture: KeptPicture
    png: bytes | None


class Baselines:
    """The approved pictures in a folder; `shown` is how messages name it."""

    def __init__(self, folder: Path, shown: str = FOLDER) -> None:
        """Read the manifest.

        Raises:
            MailweaveError: it is damaged.
        """
        self.folder = folder
        self.shown = shown
        self.manifest = self._read()

    def find(self, digest: str, frame: str) -> KeptPicture | None:
        """An approved picture, if there is one."""
        kept = self.manifest.subjects.get(digest)
        return kept.pictures.get(frame) if kept else None

    def path(self, kept: Kept, frame: str) -> Path:
        """Where a picture's file is."""
        return self.folder / kept.folder / f"{frame}.png"

    def png(self, digest: str, frame: str) -> bytes | None:
        """The file of an approved picture; None when only its fingerprint is kept.

        Raises:
            MailweaveError: the file is missing or isn't the approved one.
        """
        kept = self.manifest.subjects[digest]
        picture, path = kept.pictures[frame], self.path(kept, frame)
        if picture.file is None:
            return None
        try:
            data = path.read_bytes()
        except OSError as error:
            raise self._damaged(path, f"the baseline can't be read: {error.strerror}") from error
        if hash_of(data) != picture.file:
            raise self._damaged(path, "the baseline isn't the picture that was approved: it is damaged, or an approval was cut off")
        return data

    def write(self, approvals: Sequence[Approval], removed: Sequence[tuple[str, str]] = (), at: datetime | None = None) -> None:
        """Keep pictures and forget others (digest, frame).

        Every file is first written beside its place, so that a full disk or an interruption while writing leaves all as it was.

        Raises:
            MailweaveError: something can't be written; nothing was changed then.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with _locked(self.folder):
                self.manifest = self._read()
                self._write(approvals, removed, at)
        except OSError as error:
            what = f"{self.shown}/ can't be written: {error.strerror or error}"
            raise MailweaveError(Problem(what, "free some space or mend its permissions; nothing was approved", code="unwritable")) from error

    def _write(self, approvals: Sequence[Approval], removed: Sequence[tuple[str, str]], at: datetime | None) -> None:
        manifest = _forgotten(_updated(self.manifest, approvals, at), removed)
        files = {self.path(one.kept, one.frame): one.png for one in approvals if one.png is not None}
        with _staged({**files, self.folder / MANIFEST: manifest.text().encode()}) as staged:
            for path, part in staged.items():
                part.replace(path)
        old = [self.path(self.manifest.subjects[digest], frame) for digest, frame in removed]
        old += [self.path(one.kept, one.frame) for one in approvals if one.png is None]
        for path in old:
            path.unlink(missing_ok=True)
            for empty in path.relative_to(self.folder).parents[:-1]:
                with suppress(OSError):
                    (self.folder / empty).rmdir()
        self.manifest = manifest

    def _read(self) -> Manifest:
        path = self.folder / MANIFEST
        if not path.is_file():
            return Manifest()
        try:
            return read_manifest(path.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise self._damaged(path, f"the manifest can't be read: {error}") from error

    def _damaged(self, path: Path, what: str) -> MailweaveError:
        name = f"{self.shown}/{path.relative_to(self.folder).as_posix()}"
        return MailweaveError(Problem(what, f"restore it with `git checkout -- {name}`, or approve the picture again", Place(name), code="baseline"))


def hash_of(data: bytes) -> str:
    """The hash by which a file is known."""
    return hashlib.sha256(data).hexdigest()[:20]


def _updated(manifest: Manifest, approvals: Sequence[Approval], at: datetime | None) -> Manifest:
    subjects = dict(manifest.subjects)
    for one in approvals:
        old = subjects.get(one.digest)
        pictures = {**(old.pictures if old else {}), one.frame: one.picture}
        subjects[one.digest] = one.kept.model_copy(update={"pictures": dict(sorted(pictures.items()))})
    return _sorted(subjects, at or manifest.at)


def _forgotten(manifest: Manifest, removed: Sequence[tuple[str, str]]) -> Manifest:
    subjects = dict(manifest.subjects)
    for digest, frame in removed:
        left = {name: picture for name, picture in subjects[digest].pictures.items() if name != frame}
        subjects[digest] = subjects[digest].model_copy(update={"pictures": left})
    return _sorted({digest: kept for digest, kept in subjects.items() if kept.pictures}, manifest.at)


def _sorted(subjects: Mapping[str, Kept], at: datetime | None) -> Manifest:
    return Manifest(at=at, subjects=dict(sorted(subjects.items(), key=lambda item: (item[1].folder, item[0]))))


@contextmanager
def _staged(files: Mapping[Path, bytes]) -> Iterator[dict[Path, Path]]:
    """Every file written under another name beside its place; what wasn't moved there is taken away again."""
    parts = {path: path.with_name(path.name + _PART) for path in files}
    try:
        for path, part in parts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(files[path])
                file.flush()
                os.fsync(file.fileno())
        yield parts
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else writes meanwhile, where the system can hold a folder."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
