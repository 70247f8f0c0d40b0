"""Why a message failed, waits or is in doubt, as a short name that can be counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mailweave_plugins.bulk.counts import LEFT_OUT, WELL

# A reply code, perhaps with an enhanced status code (RFC 3463): "550 5.1.1 nobody here".
_ANSWER: Final = re.compile(r"([245]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3})\b)?")
# A word with an @ in it, from its beginning on, so that each word is looked at once.
_ADDRESS: Final = re.compile(r"""(?<![^\s<>"'(),;:])@*+[^\s<>"'(),;:@]++@[^\s<>"'(),;:]++""")
_LONGEST: Final = 300


def failed(entry: Mapping[str, Any]) -> bool:
    """Whether a line of the ledger says that somebody has no message, or may have none."""
    return entry["outcome"] not in (*WELL, *LEFT_OUT)


def reasons_of(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each reason of a line that `failed`, with its text: a problem's code, a server's codes ("550 5.1.1"), else the outcome."""
    for problem in entry.get("problems") or ():
        place = f"{problem['path']}:{problem['line']}:{problem['column']}: " if problem.get("path") else ""
        remedy = f" – {problem['remedy']}" if problem.get("remedy") else ""
        yield problem["code"], f"{place}{problem['what']}{remedy}"
    if not entry.get("problems"):
        detail = entry.get("detail") or "the run was interrupted while it was sent"
        found = _ANSWER.match(detail)
        yield (" ".join(filter(None, found.groups())) if found else entry["outcome"]), detail


def without_addresses(text: str) -> str:
    """A text without the addresses that servers like to repeat in their answers, and not endless.

    Example:
        >>> without_addresses("550 5.1.1 <ann@shop.example>: no such mailbox")
        '550 5.1.1 <address>: no such mailbox'
    """
    found = _ADDRESS.sub("<address>", text[: 4 * _LONGEST]).replace("<<address>>", "<address>")
    return found if len(found) <= _LONGEST else f"{found[: _LONGEST - 1]}…"
