"""Tests by SMTP: one message to one colleague, marked so that nobody takes it for the real one."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, replace

from mailweave.addresses import ascii_address
from mailweave.errors import MailweaveError, Problem
from mailweave.message import Message

# What whoever counts opens, clicks and complaints must leave out.
HEADER = "X-Mailweave-Test"
_TIMEOUT = 10.0


@dataclass(frozen=True)
class Server:
    """An SMTP server."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Server:
        """HOST:PORT, HOST alone meaning port 25. Raises ValueError."""
        host, colon, port = text.rpartition(":")
        if not colon:
            host, port = text, "25"
        if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError(f"{text!r} is no server – write it like localhost:1025")
        return cls(host.strip("[]"), int(port))


def send_test(server: Server, message: Message, to: str) -> None:
    """Send a message as a test: "[Test]" and the profile before its subject, a header that says so, and no one-click unsubscribing, which would
    unsubscribe the real customer.

    Raises:
        MailweaveError: it can't be built, or the server can't be reached or refuses it.
    """
    marked = replace(message, subject=f"[Test · {message.profile}] {message.subject}", to_email=to, to_name="", unsubscribe=None)
    data = f"{HEADER}: yes\r\n".encode() + marked.eml
    try:
        with smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT) as connection:
            connection.sendmail(ascii_address(message.sender.email), [ascii_address(to)], data)
    except (OSError, smtplib.SMTPException) as error:
        remedy = f"is an SMTP server listening at {server.host}:{server.port}?"
        said = error.strerror.lower() if error.strerror else error
        raise MailweaveError(Problem(f"the test can't be sent: {said}", remedy, code="smtp")) from error
