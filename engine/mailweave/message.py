"""A finished message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from mailweave.attachments import Attachment
from mailweave.choose import Choice
from mailweave.config import Sender
from mailweave.eml import build_eml, message_id
from mailweave.explain import choice_json


@dataclass(frozen=True)
class Message:
    """One customer's message, finished. `at` is aware, in UTC; `locale` a BCP 47 tag; `unsubscribe` the URL for List-Unsubscribe.

    `headers` are the names and values of headers of its own. `attachments` and `embedded`, pictures by the URLs that the HTML has for them, travel
    in the .eml file only.
    """

    campaign: str
    profile: str
    at: datetime
    locale: str
    subject: str
    preheader: str
    html: str
    text: str
    choice: Choice
    sender: Sender
    to_email: str | None = None
    to_name: str = ""
    unsubscribe: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    embedded: tuple[tuple[str, Attachment], ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the HTML part in UTF-8; Gmail clips what is over about 102,000."""
        return len(self.html.encode())

    @cached_property
    def eml(self) -> bytes:
        """The message as an RFC 5322 file, CRLF line ends, with both parts.

        Raises:
            MailweaveError: the profile has no address, or a header can't hold its value.
        """
        return build_eml(
            subject=self.subject,
            html=self.html,
            text=self.text,
            sender_name=self.sender.name,
            sender_email=self.sender.email,
            reply_to=self.sender.reply_to,
            to_email=self.to_email,
            to_name=self.to_name,
            at=self.at,
            message_id_seed=self._seed(),
            list_unsubscribe=self.unsubscribe,
            headers=dict(self.headers),
            attachments=self.attachments,
            embedded_pictures=self.embedded,
        )

    @property
    def message_id(self) -> str:
        """The header Message-ID, by which mail servers' logs name the message: the same for the same message."""
        return message_id(self._seed(), self.sender.email)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of subject, preheader, HTML and text with a NUL between, in hexadecimal digits: the same wherever the message goes."""
        return hashlib.sha256("\0".join((self.subject, self.preheader, self.html, self.text)).encode()).hexdigest()

    def _seed(self) -> str:
        return "\n".join((self.campaign, self.profile, self.to_email or "", self.at.isoformat(), self.hash))

    def json(self) -> dict[str, Any]:
        """The message as plain data, with its explanation under `slots`."""
        return {
            "campaign": self.campaign,
            "profile": self.profile,
            "at": self.at.isoformat(),
            "locale": self.locale,
            "subject": self.subject,
            "preheader": self.preheader,
            "html": self.html,
            "text": self.text,
            "size": self.size,
            "slots": choice_json(self.choice),
        }
