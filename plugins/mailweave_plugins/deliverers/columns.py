"""A message as columns, for outputs that are tables."""

from __future__ import annotations

from typing import Any

from mailweave.deliverers import Letter


def columns(letter: Letter) -> dict[str, Any]:
    """Column → value; every value is text or null."""
    message = letter.message
    return {
        "id": letter.id,
        "email": message.to_email,
        "name": message.to_name or None,
        "subject": message.subject,
        "preheader": message.preheader,
        "html": message.html,
        "text": message.text,
        "locale": message.locale,
        "unsubscribe": message.unsubscribe,
        "hash": letter.hash,
    }
