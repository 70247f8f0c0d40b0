"""Headers of a message's own: `headers` in mailweave.yaml and in a campaign."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator

from mailweave.plugged import NeededName

T = TypeVar("T")

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,74}\Z")  # RFC 5322 3.6.8, and no longer than fits a line
# What mailweave writes itself, with where to set it.
OWN: Final[Mapping[str, str]] = {
    "from": "set it under `sender`",
    "sender": "set it under `sender`",
    "reply-to": "set `sender.reply_to`",
    "to": "it is the profile's `email`",
    "subject": "set `subject` in the campaign",
    "date": "it is the moment of the message",
    "message-id": "mailweave writes it",
    "mime-version": "mailweave writes it",
    "list-unsubscribe": "set `links.unsubscribe`",
    "list-unsubscribe-post": "set `links.unsubscribe`",
}
# What would add recipients, or is the business of the servers that a message passes.
_NEVER: Final = frozenset({"cc", "bcc", "return-path", "received", "dkim-signature", "authentication-results"})


def check_header(name: str) -> str:
    """The name of a header that a workspace may add. Raises ValueError."""
    if not _NAME.match(name):
        raise ValueError(f"'{name}' is not a valid header name – use letters, digits and hyphens, like X-Campaign")
    lower = name.lower()
    if lower in OWN:
        raise ValueError(f"the header {name} is in every message already – {OWN[lower]}")
    if lower in _NEVER or lower.startswith(("content-", "resent-", "arc-")):
        raise ValueError(f"the header {name} can't be set here – leave it out; mail servers and senders write it")
    return name


def _once(headers: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for name in headers:
        if name.lower() in seen:
            raise ValueError(f"{seen[name.lower()]} and {name} are the same header – keep one of them")
        seen[name.lower()] = name
    return headers


HeaderTexts = Annotated[dict[Annotated[str, AfterValidator(check_header)], NeededName], AfterValidator(_once)]


def merged(workspace: Mapping[str, T], campaign: Mapping[str, T]) -> dict[str, T]:
    """The headers of a campaign's messages: the workspace's, then the campaign's, which replace those of the same name in any case."""
    replaced = {name.lower() for name in campaign}
    return {name: value for name, value in workspace.items() if name.lower() not in replaced} | dict(campaign)
