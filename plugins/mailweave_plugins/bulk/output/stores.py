"""Stores that files are put into: S3, Google Cloud Storage and what else fsspec knows, and folders by their `file://` URL."""

from __future__ import annotations

import json
import shutil
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field

from mailweave_plugins.bulk.contents import contents_of
from mailweave_plugins.bulk.durable import UNFINISHED, put_in_place, remove
from mailweave_plugins.bulk.output.store_faults import fault

# Where an object is there only when all of it is: a PUT, and a multipart upload that was completed.
_ATOMIC: Final = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "tos"})
# What stores call a checksum of what they hold.
_MARKS: Final = ("ETag", "md5Hash", "crc32c", "etag", "checksum", "content_hash")


class Stored(NamedTuple):
    """What a store says that it holds: bytes, and the checksum that it has of them (empty: it has none). Of a folder: of all its files."""

    size: Annotated[int, Field(ge=0)]
    mark: str


NOTHING: Final = Stored(0, "")


class Store(ABC):
    """A place by its URL. Names are relative to it, with slashes.

    Every method raises MailweaveError: AwayError where waiting may help. What has its name is whole.
    """

    url: str

    @abstractmethod
    def put(self, local: Path, name: str) -> Stored:
        """Put a file or folder in place of what is there, and say what is there now."""

    @abstractmethod
    def state(self, name: str) -> Stored:
        """What is there; `NOTHING` when nothing is."""

    @abstractmethod
    def states(self, folder: str) -> Mapping[str, Stored]:
        """What a folder holds, by name."""

    @abstractmethod
    def entries(self) -> list[str]:
        """What stands at the top."""

    @abstractmethod
    def read(self, name: str) -> bytes | None:
        """A small file, if it is there."""

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """Write a small file."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""


class FolderStore(Store):
    """A folder of this machine, or one that it has mounted."""

    def __init__(self, url: str, root: Path) -> None:
        self.url, self._root = url, root

    def put(self, local: Path, name: str) -> Stored:
        with put_in_place(self._root / name) as path:
            if local.is_dir():
                shutil.copytree(local, path)
            else:
                shutil.copyfile(local, path)
        return self.state(name)

    def state(self, name: str) -> Stored:
        try:
            found = contents_of(self._root / name)
        except FileNotFoundError:
            return NOTHING
        return Stored(found.size, f"{found.crc32:08x}" if found.size else "")

    def states(self, folder: str) -> Mapping[str, Stored]:
        root = self._root / folder
        names = [f"{folder}/{path.name}" for path in (root.iterdir() if root.is_dir() else ())]
        return {name: self.state(name) for name in names}

    def entries(self) -> list[str]:
        return sorted(path.name for path in self._root.iterdir()) if self._root.exists() else []

    def read(self, name: str) -> bytes | None:
        path = self._root / name
        return path.read_bytes() if path.exists() else None

    def write(self, name: str, data: bytes) -> None:
        with put_in_place(self._root / name) as path:
            path.write_bytes(data)

    def remove(self, name: str) -> None:
        remove(self._root / name)


class RemoteStore(Store):
    """A file system of fsspec."""

    def __init__(self, url: str, system: Any, root: str) -> None:
        self.url, self._system, self._root = url, system, root.rstrip("/")
        protocol = system.protocol
        self._atomic = bool(_ATOMIC & ({protocol} if isinstance(protocol, str) else set(protocol)))

    def put(self, local: Path, name: str) -> Stored:
        with self._asking():
            path = self._path(name)
            if local.is_dir():
                self._put_folder(local, path)
            else:
                self._put_file(local, path)
        found = self.state(name)
        with self._asking():
            if local.is_file() and found.size != local.stat().st_size:
                raise ConnectionError(f"{name} has {found.size:,} bytes there, and {local.stat().st_size:,} here")
        return found

    def _put_file(self, local: Path, path: str) -> None:
        if self._atomic:
            self._system.put_file(str(local), path)
            return
        self._system.makedirs(str(PurePosixPath(path).parent), exist_ok=True)
        self._system.put_file(str(local), path + UNFINISHED)
        self._system.mv(path + UNFINISHED, path)

    def _put_folder(self, local: Path, path: str) -> None:
        """Each file is whole, but not the folder: who needs that waits for the end of the run."""
        if self._system.exists(path):
            self._system.rm(path, recursive=True)
        for inner in sorted(local.iterdir()):
            self._put_file(inner, f"{path}/{inner.name}")

    def state(self, name: str) -> Stored:
        with self._asking():
            path = self._path(name)
            found = self._system.find(path, detail=True)
            if path in found:
                return _stored(found[path])
            total = zlib.crc32(json.dumps([[key[len(path) :], *_stored(found[key])] for key in sorted(found)]).encode())
            return Stored(sum(int(info["size"] or 0) for info in found.values()), f"{total:08x}") if found else NOTHING

    def states(self, folder: str) -> Mapping[str, Stored]:
        with self._asking():
            found = self._system.find(self._path(folder), detail=True)
            return {path[len(self._root) :].strip("/"): _stored(info) for path, info in found.items()}

    def entries(self) -> list[str]:
        with self._asking():
            try:
                found = self._system.ls(self._root, detail=False)
            except FileNotFoundError:  # of the bucket itself the first write tells
                return []
            names = (path.rstrip("/")[len(self._root) :].strip("/") for path in found)
            return sorted(name for name in names if name)

    def read(self, name: str) -> bytes | None:
        with self._asking():
            try:
                data: bytes = self._system.cat_file(self._path(name))
            except FileNotFoundError:
                return None
            return data

    def write(self, name: str, data: bytes) -> None:
        with self._asking():
            if not self._atomic:
                self._system.makedirs(self._root, exist_ok=True)
            self._system.pipe_file(self._path(name), data)

    def remove(self, name: str) -> None:
        with self._asking():
            if self._system.exists(self._path(name)):
                self._system.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            # Another process writes there, too, so what was listed before says nothing.
            self._system.invalidate_cache()
            yield
        except Exception as error:  # each store's library has exceptions of its own
            raise fault(self.url, error) from error


def _stored(info: Mapping[str, Any]) -> Stored:
    mark = next((str(info[name]) for name in _MARKS if info.get(name)), "")
    return Stored(int(info["size"] or 0), mark.strip('"'))
