"""This machine and the campaign: room for the journal, and what laws and receivers want to see in a message."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mailweave import Problem
from mailweave.campaign import Campaign
from mailweave.workspace import Workspace
from mailweave_plugins.preflight.findings import Finding

# Bytes of a message that is sent: an intent and a result in the journal and its copy, and a line of the ledger.
A_MESSAGE: Final = 3_000


def warn_of_full_disk(folder: Path, profiles: int) -> list[Problem]:
    """The warning of a run that will fill the disk, if it will."""
    try:
        found = check_disk(folder, profiles)
    except OSError:  # the run finds out by itself
        return []
    return [Problem(found.what, found.remedy, code="disk", level="warning")] if found.level == "failed" else []


_UNITS: Final = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def free_space(folder: Path) -> int:
    """Free bytes where a folder is, or will be.

    Raises:
        OSError: it can't be found out.
    """
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    return shutil.disk_usage(there).free


def check_disk(folder: Path, profiles: int | None) -> Finding:
    """Whether the run's folder has room. `profiles` is how many there are, or None where nobody knows."""
    free = free_space(folder)
    has = f"{_size(free)} free for {folder}"
    if profiles is None:
        return Finding("disk", "ok", f"{has}; a message that is sent takes about {A_MESSAGE:,} bytes there")
    needed = profiles * A_MESSAGE
    what = f"{has}, and {profiles:,} messages take about {_size(needed)}"
    if free < needed:
        return Finding("disk", "failed", what, "free some space, or name a folder elsewhere with --ledger")
    return Finding("disk", "warning" if free < 2 * needed else "ok", what, "free some more" if free < 2 * needed else "")


def _size(count: float) -> str:
    unit, name = next(((unit, name) for unit, name in _UNITS if count >= unit), (1, "bytes"))
    return f"{count / unit:,.1f} {name}" if unit > 1 else f"{count:,.0f} bytes"


def check_content(workspace: Workspace, campaign: Campaign) -> Iterator[Finding]:
    """The link for unsubscribing, and the postal address, as far as settings say."""
    link = workspace.links.get("unsubscribe")
    text = link.source.text.strip() if link else ""
    if not text:
        remedy = "set links.unsubscribe in mailweave.yaml to an https URL that takes a POST (RFC 8058)"
        yield Finding("unsubscribe", "failed", "messages have no List-Unsubscribe: Gmail and Yahoo want one-click unsubscribing", remedy)
    elif text.startswith("http:"):
        yield Finding("unsubscribe", "failed", "links.unsubscribe isn't an https URL, so messages are rejected", "make it https (RFC 8058)")
    elif text.startswith("mailto:"):
        yield Finding("unsubscribe", "warning", "links.unsubscribe is a mailto: link, so it isn't one click", "use an https URL (RFC 8058)")
    else:
        yield Finding("unsubscribe", "ok", f"List-Unsubscribe is {text[:100]}")
    address = " ".join(workspace.config.brand.address.split())
    if address:
        yield Finding("address", "ok", f"brand.address is {address[:100]}: the stock footer shows it")
    else:
        remedy = "set brand.address in mailweave.yaml, unless your own footer has it (CAN-SPAM asks for it)"
        yield Finding("address", "warning", "there is no postal address: brand.address is empty", remedy)
