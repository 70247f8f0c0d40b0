"""A real SMTP server on this machine that keeps what it gets, and misbehaves for some recipients."""

from __future__ import annotations

import asyncio
import socket
from email import message_from_bytes
from threading import Lock

from aiosmtpd.controller import Controller


class Mailbox:
    """Handles SMTP commands. `got` holds the recipient of every message that was accepted, in order."""

    def __init__(self, answers=(), slow=0.0):
        self.answers = dict(answers)
        self.slow = slow
        self.got = []
        self.messages = []
        self.mails = 0
        self._lock = Lock()

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.mails += 1
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(("rcpt", address), "250 fine")
        if answer == "close":
            del self.answers["rcpt", address]
            server.transport.close()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        (address,) = envelope.rcpt_tos
        await asyncio.sleep(self.slow)
        answer = self.answers.get(("data", address), "250 queued")
        if answer.startswith("250") or answer == "close":
            with self._lock:
                self.got.append(address)
                self.messages.append(message_from_bytes(envelope.content))
        if answer == "close":
            server.transport.close()
        return answer


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def serve(mailbox, port=None, host="127.0.0.1", **options):
    controller = Controller(mailbox, host, port or free_port(), **options)
    controller.start()
    return controller
