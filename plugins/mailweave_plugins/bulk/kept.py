"""What a run keeps in its folder: JSON objects with a checksum, and one reader that says which file is wrong, how, and what to do.

The checksum finds accidents (a full disk, a power failure, an editor); it is no signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from mailweave import MailweaveError, Problem
from mailweave.errors import Level
from mailweave_plugins.bulk.durable import put_in_place

T = TypeVar("T")

# Goes up when an earlier version couldn't understand the folder any more. Folders without it are of versions before there was one.
FORMAT: Final = 2
_SHOWN: Final = 3
# How every schema of a kept file is: unknown fields are wrong, and a number in quotes is no number.
STRICT: Final = ConfigDict(extra="forbid", strict=True, defer_build=True)


class DamagedError(MailweaveError):
    """A file of the run's folder isn't what was written."""


def damaged(path: Path | str, what: str, remedy: str, level: Level = "error") -> Problem:
    """The problem of a damaged file."""
    return Problem(f"{path} {what}", remedy, code="damaged", level=level)


def write_kept(path: Path, data: Mapping[str, Any]) -> None:
    """Write an object with its checksum, whole or not at all."""
    with put_in_place(path) as temporary:
        temporary.write_bytes(kept_bytes(data))


def kept_bytes(data: Mapping[str, Any]) -> bytes:
    """An object with its checksum, as it stands in a file."""
    own = {"format": FORMAT, **data}
    text = _text(own)
    if not text.isascii():
        # Halves of a surrogate pair that stood apart are one character to whoever reads them.
        own = json.loads(_raw(text))
    return _raw(_text({**own, "checksum": _checksum(own)}))


def read_kept(path: Path, schema: TypeAdapter[T], remedy: str) -> T:
    """What `write_kept` wrote, as its schema has it. Lone surrogates come back as question marks.

    Raises:
        DamagedError: saying what is wrong with the file; `remedy` says what to do.
    """
    return validated(path, schema, read_object(path, remedy), remedy)


def read_object(path: Path, remedy: str) -> dict[str, Any]:
    """The object that `write_kept` wrote, as it is.

    Raises:
        DamagedError: as `read_kept` does.
    """
    data = _object(path, remedy)
    if "format" not in data and "checksum" not in data and {"run", "outcomes"} & data.keys():
        remedy = "go on with the version of mailweave that began the run, or begin another run in another folder"
        raise DamagedError(damaged(path, "was written by an earlier version of mailweave", remedy))
    if data.get("format", FORMAT) != FORMAT:
        what = f"has the format {_short(data['format'])}, and this version of mailweave reads format {FORMAT}"
        raise DamagedError(damaged(path, what, "go on with the version that began the run, or begin another run in another folder"))
    checksum = data.pop("checksum", None)
    if checksum != _checksum(data):
        raise DamagedError(damaged(path, f"isn't what mailweave wrote: its checksum is {'wrong' if checksum else 'missing'}", remedy))
    data.pop("format", None)
    return data


def validated(path: Path, schema: TypeAdapter[T], data: Any, remedy: str) -> T:
    """Data of a file as its schema has it.

    Raises:
        DamagedError: naming the fields that are wrong.
    """
    try:
        # As JSON, because only there a tuple may be written as a list.
        return schema.validate_json(_text(data).encode("utf-8", "replace"))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        wrong = [f"{'.'.join(map(str, each['loc'])) or 'it'}: {each['msg'][0].lower()}{each['msg'][1:]}" for each in found[:_SHOWN]]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise DamagedError(damaged(path, f"holds what no run writes ({'; '.join(wrong)}{more})", remedy)) from error


def read_entry(path: Path, line: str) -> dict[str, Any]:
    """A line of a ledger that was written a moment ago, or compared with its part's marker.

    Raises:
        DamagedError: somebody changed it since.
    """
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict) or not {"row", "outcome"} <= entry.keys():
        raise DamagedError(damaged(path, "was changed while the run was at work", "go on with the same command, which does its part again"))
    return entry


def _object(path: Path, remedy: str) -> dict[str, Any]:
    if path.exists() and not (path.is_file() or path.is_dir()):
        # A pipe would be waited for.
        raise DamagedError(damaged(path, "is neither a file nor a folder", remedy))
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise DamagedError(damaged(path, "is gone", remedy)) from error
    except OSError as error:
        what = "is a folder, not a file" if path.is_dir() else f"can't be read: {error.strerror or error}"
        raise DamagedError(damaged(path, what, remedy)) from error
    if not raw.strip():
        raise DamagedError(damaged(path, "is empty", remedy))
    try:
        data = json.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise DamagedError(damaged(path, f"isn't UTF-8 text from byte {error.start + 1:,} on", remedy)) from error
    except json.JSONDecodeError as error:
        what = f"isn't valid JSON at line {error.lineno}, column {error.colno:,}: it was cut off or changed"
        raise DamagedError(damaged(path, what, remedy)) from error
    except (ValueError, RecursionError) as error:
        raise DamagedError(damaged(path, "isn't valid JSON: it was changed", remedy)) from error
    if not isinstance(data, dict):
        raise DamagedError(damaged(path, f"holds {_short(data)}, not what a run keeps", remedy))
    return data


def _checksum(data: Mapping[str, Any]) -> str:
    """SHA-256 of an object's JSON: the file may be laid out in another way, but not say anything else."""
    return hashlib.sha256(_raw(_text(data))).hexdigest()


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _raw(text: str) -> bytes:
    """JSON's text as bytes: a lone surrogate is written as JSON's own escape."""
    return text.encode("utf-8", "backslashreplace")


def _short(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
