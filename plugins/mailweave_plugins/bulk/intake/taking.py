"""Copy profiles that come as a stream into the run's folder, once; each later start sees to it that they are still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Problem
from mailweave.readers import Reader, file_digest
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.fingerprint import PROFILES
from mailweave_plugins.bulk.intake.streams import STDIN, EmptyError, is_stream, is_url, opened, unpacked_name
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest
from mailweave_plugins.bulk.patience import patiently
from mailweave_plugins.bulk.plan import Request

_FOLDER: Final = ".run/given"


def taken_in(request: Request, reader: Reader, patience: float, say: Callable[[str], None]) -> Request:
    """The request with the run's own copy of its profiles, where they come as a stream. `say` is told what nobody asked for.

    Raises:
        MailweaveError: there are none, they can't be read, or they aren't those that the run began with.
    """
    if not is_stream(request.profiles, reader):
        return request
    copy = request.folder / _FOLDER / _name(request.profiles, reader)
    patiently(partial(_take, request, copy, _expected(request.folder), say), patience, lambda: None)
    return replace(request, profiles=str(copy))


def _name(source: str, reader: Reader) -> str:
    suffix = reader.suffixes[0] if reader.suffixes else ""
    name = "stdin" if source == STDIN else unpacked_name(source)
    return name if Path(name).suffix.lower() in reader.suffixes else f"{name}{suffix}"


def _expected(folder: Path) -> str | None:
    """The digest of the profiles that a run began with."""
    path = folder / MANIFEST
    return Manifest.read(path).inputs.get(PROFILES) if path.exists() or path.is_symlink() else None


def _take(request: Request, copy: Path, expected: str | None, say: Callable[[str], None]) -> None:
    there = expected is not None and _digest(copy) == expected
    if there and is_url(request.profiles):
        return  # who was chosen stays chosen, as with a query
    try:
        with opened(request.profiles, say) as chunks:
            found = _consumed(chunks) if there else _copied(chunks, copy, expected)
    except EmptyError as error:
        if there:
            return
        if expected is None:
            raise
        what = f"{error.problems[0].what}, and the run's own copy of the profiles ({copy}) is damaged or gone"
        raise MailweaveError(Problem(what, "give it the same profiles again", code="no-profiles")) from error
    if expected not in (None, found):
        what = f"the profiles have changed since the run in {request.folder} began"
        remedy = "give it the same ones to go on with it, or begin another run in another folder"
        if request.profiles == STDIN and there:
            remedy = "give it the same ones, or nothing (< /dev/null), to go on with it; or begin another run in another folder"
        raise MailweaveError(Problem(what, remedy, code="inputs-changed"))


def _digest(path: Path) -> str | None:
    with suppress(MailweaveError):
        return file_digest(path)
    return None


def _consumed(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _copied(chunks: Iterator[bytes], copy: Path, expected: str | None) -> str:
    """The digest of what came. It is kept, unless something else is expected."""
    digest = hashlib.sha256()
    with suppress(_OtherError), put_in_place(copy) as path:
        with path.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        if expected not in (None, digest.hexdigest()):
            raise _OtherError
    return digest.hexdigest()


class _OtherError(Exception):
    """These aren't the profiles that a run began with."""
