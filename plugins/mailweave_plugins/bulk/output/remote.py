"""A run whose files go into a store: its own record stays in the folder of `--ledger`; a part's marker is written when its files are uploaded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from mailweave import MailweaveError, Problem
from mailweave.deliverers import Deliverer, FileDeliverer
from mailweave_plugins.bulk.differences import DIFFERENCES, SUSPECT
from mailweave_plugins.bulk.durable import remove
from mailweave_plugins.bulk.lists import FILES
from mailweave_plugins.bulk.manifest import Manifest
from mailweave_plugins.bulk.output.stores import Store, Stored
from mailweave_plugins.bulk.output.urls import is_store, open_store
from mailweave_plugins.bulk.patience import patiently

# What says whose files those in a store are, and at the end that all of them are there.
CLAIM: Final = "run.json"
_OUTGOING: Final = ".run/outgoing"


def store_of(deliverer: Deliverer, target: str) -> Store | None:
    """The store that a run's files go to; None when they stay in its folder, or a deliverer of the network takes the messages.

    Raises:
        MailweaveError: the URL is wrong, or a library is missing.
    """
    scheme, colon, _ = target.partition("://")
    if not colon or not isinstance(deliverer, FileDeliverer) or scheme in deliverer.schemes or not is_store(scheme):
        return None
    return open_store(target)


def place_of_messages(folder: Path, store: Store | None) -> Path:
    """Where the messages of a part are written: in the run's folder, or beside it until they are uploaded."""
    return folder / "messages" if store is None else folder / _OUTGOING


def upload(store: Store, messages: Path, ledger: Path, patience: float, listen: Callable[[], None]) -> dict[str, Stored]:
    """Upload a part's messages and ledger; name → what the store has then.

    Raises:
        MailweaveError: the store doesn't take them, or is away for longer than a person said.
    """
    names = {f"messages/{messages.name}": messages, f"ledger/{ledger.name}": ledger}
    found = {name: patiently(partial(store.put, path, name), patience, listen) for name, path in names.items()}
    remove(messages)
    return found


class Present:
    """What a store has of parts that are done. Tables are listed once; a folder of messages would be too long a list."""

    def __init__(self, store: Store, deliverer: FileDeliverer) -> None:
        self._store, self._single = store, bool(deliverer.suffix)
        self._listed: dict[str, Mapping[str, Stored]] = {}

    def changed(self, name: str, before: Stored) -> str | None:
        """What is wrong with a file, if anything."""
        now = self._state(name)
        if now == before:
            return None
        if now.size == before.size:
            return "isn't what was uploaded" if now.size else "is gone"
        return f"holds {now.size:,} bytes, not {before.size:,}" if now.size else "is gone"

    def _state(self, name: str) -> Stored:
        folder = name.partition("/")[0]
        if folder == "messages" and not self._single:
            return self._store.state(name)
        if folder not in self._listed:
            self._listed[folder] = self._store.states(folder)
        return self._listed[folder].get(name, Stored(0, ""))

    def url(self, name: str) -> str:
        """A file's URL."""
        return f"{self._store.url.rstrip('/')}/{name}"


def take(store: Store, manifest: Manifest | None, folder: Path) -> None:
    """See to it that the store is this run's, or can become so: it can be written to, and holds nothing else.

    Raises:
        MailweaveError: it holds another run or something else, there is none, or it can't be written to.
    """
    owner = _owner(store)
    # A start that ended before its manifest was written leaves none.
    if owner not in (None, "", manifest.run if manifest else ""):
        remedy = f"go on with that one, whose folder of --ledger isn't {folder}, or name another place"
        raise MailweaveError(Problem(f"{store.url} holds another run", remedy, code="not-empty"))
    if manifest is None:
        others = [name for name in store.entries() if name != CLAIM]
        if others:
            raise MailweaveError(Problem(f"{store.url} holds {others[0]}, and no run", "name an empty or new place", code="not-empty"))
    if owner is None:
        claim(store, manifest)


def _owner(store: Store) -> str | None:
    raw = store.read(CLAIM)
    try:
        return None if raw is None else str(json.loads(raw)["run"])
    except (ValueError, KeyError, TypeError):
        return "?"


def claim(store: Store, manifest: Manifest | None, **more: Any) -> None:
    """Write whose files these are, and that not all of them are there unless `more` says so."""
    whose = {"run": manifest.run, "campaign": manifest.campaign, "at": manifest.at} if manifest else {"run": ""}
    store.write(CLAIM, (json.dumps({**whose, "complete": False, **more}, ensure_ascii=False) + "\n").encode())


def publish(store: Store, folder: Path, manifest: Manifest, state: Mapping[str, Any]) -> None:
    """Upload the lists of messages to look at, and say how far the run is.

    Raises:
        MailweaveError: the store doesn't take them.
    """
    for name in sorted({*FILES.values(), DIFFERENCES, SUSPECT}):
        if (folder / name).is_file():
            store.put(folder / name, name)
        else:
            store.remove(name)
    claim(store, manifest, **state)
