"""Messages sent by SMTP (RFC 5321).

`smtp_server` says who the server is, and opens connections; `smtp_offer` offers it a message; `smtp_answers` says what its answers mean.
"""

from __future__ import annotations

import os
import smtplib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final

from mailweave import hookimpl
from mailweave.addresses import ascii_address
from mailweave.deliverers import AwayError, Deliverer, Letter, Outcome, SendingDeliverer, Session
from mailweave.eml import with_date
from mailweave_plugins.deliverers.smtp_answers import Answer, meaning
from mailweave_plugins.deliverers.smtp_offer import asked, offer
from mailweave_plugins.deliverers.smtp_server import PASSWORD, Server, wrong

_WAITS: Final = (0.5, 2.0, 8.0)  # seconds between tries to connect before a run begins


class Smtp(SendingDeliverer):
    """SMTP: `smtp://[user@]host[:port]` (STARTTLS where the server offers it, always with a user), `smtps://` for TLS from the start."""

    name = "smtp"
    schemes = ("smtp", "smtps")

    def check(self, target: str) -> None:
        server = Server.of(target)
        if server.user and PASSWORD not in os.environ:
            raise wrong(f"there is no password for {server.user}", f"put it into the environment as {PASSWORD}")
        for wait in (*_WAITS, None):
            try:
                _Session(server).close()
                return
            except AwayError:
                if wait is None:
                    raise
                time.sleep(wait)

    @contextmanager
    def session(self, target: str) -> Iterator[Session]:
        session = _Session(Server.of(target))
        try:
            yield session
        finally:
            session.close()


class _Session(Session):
    """A connection that is opened again when it is needed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = server.connect()

    def send(self, letter: Letter, commit: Callable[[], None]) -> Outcome:
        message = letter.message
        sender, recipient = ascii_address(message.sender.envelope or message.sender.email), ascii_address(message.to_email or "")
        # Servers hold old dates against a message; the same message has the same Message-ID whenever it goes out.
        eml = with_date(message.eml, datetime.now(UTC))
        answer = self._offer(sender, recipient, len(eml))
        if answer.worth_a_new_connection:
            # Servers close idle connections, and some take so many messages and no more. Nothing of this message was sent yet.
            self._drop()
            answer = self._offer(sender, recipient, len(eml))
        if not answer.ready:
            return self._meaning(answer)
        try:
            commit()
        except BaseException:
            self._drop()  # the server waits for the text, and an end of it would make it a message
            raise
        return self._meaning(self._text(eml))

    def close(self) -> None:
        if self._smtp:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def _offer(self, sender: str, recipient: str, size: int) -> Answer:
        """Name sender and recipient and ask to send the text: the server's answer, which is `ready` when it waits for the text."""
        smtp = self._smtp = self._smtp or self._server.connect()
        most = smtp.esmtp_features.get("size")
        if most and most.isdecimal() and 0 < int(most) < size:
            return Answer("size", 552, f"the message has {size:,} bytes, and the server takes {int(most):,}")
        return offer(smtp, sender, recipient, None if most is None else size)

    def _text(self, eml: bytes) -> Answer:
        smtp = self._smtp
        assert smtp is not None
        end = b".\r\n" if eml.endswith(b"\r\n") else b"\r\n.\r\n"

        def send() -> tuple[int, bytes]:
            # RFC 5321 4.5.2: a dot that begins a line is doubled, as a dot alone ends the text. All lines end with CRLF, and the first is a header.
            smtp.send(eml.replace(b"\r\n.", b"\r\n..") + end)
            return smtp.getreply()

        return asked("text", send)

    def _meaning(self, answer: Answer) -> Outcome:
        """What an answer means. The next letter gets a connection on which nothing is open.

        Raises:
            MailweaveError: the server wouldn't take anybody's.
        """
        if not answer.leaves_it_open:
            self._drop()
        elif answer.stage in ("RCPT", "DATA"):
            self._reset()
        return meaning(answer, str(self._server))

    def _reset(self) -> None:
        assert self._smtp is not None
        with suppress(smtplib.SMTPException, OSError):
            if self._smtp.rset()[0] == 250:
                return
        self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None


@hookimpl
def register_deliverers() -> Iterable[type[Deliverer]]:
    return [Smtp]
