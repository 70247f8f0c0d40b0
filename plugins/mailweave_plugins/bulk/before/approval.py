"""A run that waits until somebody has looked at a sample of its messages: `--sample N`, then `--go ID`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.before.orders import Before
from mailweave_plugins.bulk.durable import remove
from mailweave_plugins.bulk.manifest import MANIFEST, Approval, Manifest

SAMPLE: Final = "sample"
# What a run makes when it hands something over.
_BEGUN: Final = ("parts", "journal", "ledger", "messages")


def found_again(find: Callable[[], Manifest | None], folder: Path, before: Before) -> Manifest | None:
    """What `find` gives. A run that only wrote a sample may become another one, when another sample is asked for.

    Raises:
        MailweaveError: what `find` raises; an ID for a run that isn't there.
    """
    try:
        found = find()
    except MailweaveError as error:
        if error.problems[0].code != "inputs-changed" or not _only_sampled(folder):
            raise
        if before.go is not None or before.sample is None:
            again = "undo the change, or have a new sample approved: --sample N in place of --go ID"
            raise MailweaveError(replace(error.problems[0], remedy=again), *error.problems[1:]) from error
        forget(folder)
        return None
    if found is None and before.go is not None:
        raise _no_sample(folder)
    return found


def _only_sampled(folder: Path) -> bool:
    return not any((folder / name).exists() for name in _BEGUN) and Manifest.read(folder / MANIFEST).approval is not None


def forget(folder: Path) -> None:
    """Remove a run that handed nothing over. Its lock stays, since we hold it."""
    for path in (folder / MANIFEST, folder / SAMPLE, *(folder / ".run").iterdir()):
        if path.name != "lock":
            remove(path)


def with_approval(manifest: Manifest, folder: Path, before: Before) -> Manifest:
    """The manifest with what a start says of approval: it asks for a sample, or says that one is approved.

    Raises:
        MailweaveError: it is another one's ID, or the run waits for one.
    """
    approval = manifest.approval
    if before.go is not None:
        approval = _given(approval, folder, before.go.strip().lower(), before.sample)
    elif before.sample is not None:
        asked = Approval(before.sample)
        approval = approval if approval and approval.size == asked.size else asked
    elif approval and not approval.given:
        page = folder / SAMPLE / "index.html"
        remedy = f"look at {page}, and start it again with the --go ID that stands there" if approval.id else "write it: --sample N"
        raise MailweaveError(Problem("the run waits for somebody to approve its sample", remedy, code="not-approved"))
    if approval == manifest.approval:
        return manifest
    found = replace(manifest, approval=approval)
    found.write(folder / MANIFEST)
    return found


def _given(approval: Approval | None, folder: Path, said: str, size: int | None) -> Approval:
    if approval is None or not approval.id:
        raise _no_sample(folder)
    if said != approval.id or size not in (None, approval.size):
        what = f"'{said[:40]}' isn't the ID of this run's sample"
        if said == approval.id:
            what = f"the sample '{said}' was asked for with --sample {approval.size}, not {size}"
        remedy = f"look at {folder / SAMPLE / 'index.html'}, which has the ID; every change makes a new sample necessary: --sample N"
        raise MailweaveError(Problem(what, remedy, code="wrong-id"))
    return replace(approval, given=True)


def _no_sample(folder: Path) -> MailweaveError:
    return MailweaveError(Problem(f"the run in {folder} has no sample to approve", "write one with --sample N, or leave out --go", code="no-sample"))


def id_of_sample(manifest: Manifest, messages: Iterable[Any]) -> str:
    """What a person says to approve a sample: another one for another run, input, code, or message."""
    text = json.dumps([manifest.run, sorted(manifest.inputs.items()), manifest.suppressed, manifest.duplicates, list(messages)])
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:8]
