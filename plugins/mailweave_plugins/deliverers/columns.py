"""A message as columns, for outputs that are tables."""

from __future__ import annotations

import re
from typing import Any, Final

from mailweave.config import Sender
from mailweave.deliverers import Letter

# A display name that needs no quotes; letters of any script may stand here, since this is no header.
_PLAIN: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]*\Z")


def columns(letter: Letter) -> dict[str, Any]:
    """Column → value: `row` is a number, `headers` maps names to values, and all others are text or null."""
    message = letter.message
    return {
        "row": letter.row,
        "id": letter.id,
        "campaign": message.campaign,
        "email": message.to_email,
        "name": message.to_name or None,
        "from": _from(message.sender),
        "reply_to": message.sender.reply_to,
        "subject": message.subject,
        "preheader": message.preheader,
        "html": message.html,
        "text": message.text,
        "locale": message.locale,
        "unsubscribe": message.unsubscribe,
        "headers": dict(message.headers),
        "message_id": message.message_id,
        "hash": letter.hash,
    }


def _from(sender: Sender) -> str:
    """The sender as senders' interfaces take it: `Juniper & Pine <hello@juniper.example>`, with quotes where the name needs them."""
    name = sender.name if _PLAIN.match(sender.name) else '"' + sender.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{sender.email}>"
