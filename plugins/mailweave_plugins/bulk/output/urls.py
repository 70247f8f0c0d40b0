"""URLs of stores: `s3://bucket/folder?endpoint_url=…`, `file:///folder`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.bulk.output.store_faults import fault
from mailweave_plugins.bulk.output.stores import FolderStore, RemoteStore, Store

# Schemes of folders and files of this machine, for which fsspec isn't needed.
FOLDERS: Final = ("file", "local")
# Known also where fsspec isn't installed.
_COMMON: Final = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "sftp", "ssh", "ftp", "smb", "hdfs", "webhdfs", "memory", "http", "https")
# File systems that nothing can be put into from several processes, or that stand on others.
_UNFIT: Final = frozenset(
    {
        *("asynclocal", "async_wrapper", "asyncwrapper", "blockcache", "cached", "dask", "data", "dir", "filecache", "generic", "gist", "git"),
        *("github", "http", "https", "jlab", "jupyter", "libarchive", "memory", "reference", "simplecache", "tar", "zip"),
    }
)
_SECRET: Final = re.compile(r"secret|password|passwd|token|(\A|_)key\Z|connection_string|credential", re.IGNORECASE)


def is_store(scheme: str) -> bool:
    """Whether URLs of that scheme name a store."""
    return scheme in FOLDERS or scheme in schemes()


@lru_cache(maxsize=1)
def schemes() -> frozenset[str]:
    """The schemes of all stores that fsspec knows."""
    try:
        known = library("fsspec", "remote").available_protocols()
    except MailweaveError:
        known = _COMMON
    return frozenset({*known, *FOLDERS})


def open_store(url: str) -> Store:
    """The store at a URL. Nothing is asked of it yet.

    Raises:
        MailweaveError: the URL is wrong, or a library is missing.
    """
    place, options = divided(url)
    scheme, _, path = place.partition("://")
    if scheme in FOLDERS:
        if not path.startswith("/") or path.strip("/") == "":
            raise _bad(f"'{place}' names no folder", "write its whole path, like file:///data/messages")
        return FolderStore(place, Path(path))
    if not path.strip("/"):
        raise _bad(f"'{place}' names no bucket", f"write it like {scheme}://bucket/folder")
    if scheme in _UNFIT:
        what = "each worker has a memory of its own" if scheme == "memory" else "files can't be put there"
        raise _bad(f"'{place}': {what}", "name a store like s3://bucket/folder, or a folder")
    system, root = file_system(place, options)
    return RemoteStore(place, system, root)


def file_system(place: str, options: dict[str, Any]) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the path in it.

    Raises:
        MailweaveError: a library is missing, or an option is wrong.
    """
    core = library("fsspec.core", "remote")
    scheme = place.partition("://")[0]
    try:
        system, root = core.url_to_fs(place, **options)
    except ImportError as error:
        names = library("fsspec.registry", "remote").known_implementations
        package = str(names.get(scheme, {}).get("class", "")).partition(".")[0]
        remedy = f"run: pip install {package}" if package not in ("", "fsspec") else str(error)
        raise MailweaveError(Problem(f"{scheme}:// needs a library that isn't installed", remedy, code="no-library")) from error
    except Exception as error:  # each store's library has exceptions of its own
        raise fault(place, error) from error
    return system, str(root)


def divided(url: str) -> tuple[str, dict[str, Any]]:
    """A URL without its options, and these.

    Raises:
        MailweaveError: they can't be read, or hold a secret.
    """
    place, _, query = url.partition("?")
    try:
        given = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        password = urlsplit(place).password
    except ValueError as error:
        raise _bad(f"the URL '{url}' can't be read: {error}", "write options like ?endpoint_url=https://minio.example") from error
    if password:
        raise _bad("a URL holds a password", "everybody sees command lines; use a key file or the store's own variables")
    for name in given:
        if _SECRET.search(name):
            remedy = "everybody sees command lines; set the store's own variables, like AWS_SECRET_ACCESS_KEY, or use a profile: ?profile=NAME"
            raise _bad(f"the option '{name}' is a secret", remedy)
    return place, {name: _value(text) for name, text in given.items()}


def _value(text: str) -> Any:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if text.isascii() and text.isdigit() else text


def _bad(what: str, remedy: str) -> MailweaveError:
    return MailweaveError(Problem(what, remedy, code="bad-url"))
