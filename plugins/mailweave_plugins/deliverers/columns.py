"""A message as columns, for outputs that are tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mailweave import Problem
from mailweave.config import Sender
from mailweave.deliverers import Letter

# A display name that needs no quotes; letters of any script may stand here, since this is no header.
_PLAIN: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]*\Z")

_TEXTS: Final = ("id", "campaign", "email", "name", "from", "reply_to", "subject", "preheader", "html", "text", "locale", "unsubscribe")
# Those that `columns` gives, in its order.
COLUMNS: Final = ("row", *_TEXTS, "headers", "message_id", "hash")


def wrong_names(passed: Iterable[str]) -> Iterator[Problem]:
    """What is wrong with the names of passed-through columns. Most that load tables make no difference of capitals."""
    own, seen = {name.casefold() for name in COLUMNS}, set[str]()
    for name in passed:
        if name.casefold() in own:
            remedy = f"leave it out, or give it another name: --pass-through profile_{name.lower()}=COLUMN"
            yield Problem(f"--pass-through: '{name}' is a column of messages already", remedy, code="same-column")
        elif name.casefold() in seen:
            remedy = "leave one out, or give it another name: --pass-through NAME=COLUMN"
            yield Problem(f"--pass-through: there are two columns '{name}'", remedy, code="same-column")
        seen.add(name.casefold())


def columns(letter: Letter) -> dict[str, Any]:
    """Column → value: `row` is a number, `headers` maps names to values, all others of `COLUMNS` are text or null; then come those passed through."""
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
        **letter.passed,
    }


def _from(sender: Sender) -> str:
    """The sender as senders' interfaces take it: `Juniper & Pine <hello@juniper.example>`, with quotes where the name needs them."""
    name = sender.name if _PLAIN.match(sender.name) else '"' + sender.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{sender.email}>"
