"""Messages sent by SMTP (RFC 5321)."""

from __future__ import annotations

import os
import smtplib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from mailweave import MailweaveError, Problem, hookimpl
from mailweave.deliverers import Deliverer, Letter, Outcome, SendingDeliverer, Session

# Where the password is, so that no file or list of processes shows it.
PASSWORD: Final = "MAILWEAVE_SMTP_PASSWORD"
_TIMEOUT: Final = 60.0  # seconds; RFC 5321 4.5.3.2 asks for minutes, but a run that hangs helps nobody
_WAITS: Final = (0.5, 2.0, 8.0)  # seconds between tries to connect
_BYE: Final = 421  # the server closes the connection


class Smtp(SendingDeliverer):
    """SMTP: `smtp://[user@]host[:port]` (STARTTLS where the server offers it, always with a user), `smtps://` for TLS from the start."""

    name = "smtp"
    schemes = ("smtp", "smtps")

    def check(self, target: str) -> None:
        url = _url(target)
        if url.password:
            raise _wrong("a password in --to would stand in files and lists of processes", f"put it into the environment as {PASSWORD}")
        if url.username and PASSWORD not in os.environ:
            raise _wrong(f"there is no password for {url.username}", f"put it into the environment as {PASSWORD}")
        _Session(url).close()

    @contextmanager
    def session(self, target: str) -> Iterator[Session]:
        session = _Session(_url(target))
        try:
            yield session
        finally:
            session.close()


class _Session(Session):
    def __init__(self, url: SplitResult) -> None:
        self._url = url
        self._smtp = self._connected()

    def send(self, letter: Letter, commit: Callable[[], None]) -> Outcome:
        message = letter.message
        for attempt in (1, 2):
            try:
                code, said = self._addressed(message.sender.email, message.to_email or "")
                break
            except (smtplib.SMTPServerDisconnected, OSError):
                # Idle connections are closed; nothing of this message was sent yet.
                self._reconnect()
                if attempt == 2:
                    raise
        if code != 250:
            self._reset()
            return _answer(code, said)
        commit()
        return self._data(message.eml)

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()

    def _addressed(self, sender: str, recipient: str) -> tuple[int, bytes]:
        """Name sender and recipient; 250 when both are fine."""
        code, said = self._smtp.mail(sender)
        if code == 250:
            code, said = self._smtp.rcpt(recipient)
            code = 250 if code == 251 else code  # will forward
        if code == _BYE:
            raise smtplib.SMTPServerDisconnected(said.decode(errors="replace"))
        return code, said

    def _data(self, eml: bytes) -> Outcome:
        try:
            code, said = self._smtp.data(eml)
        except smtplib.SMTPDataError as error:
            # Refused before the text was sent.
            code, said = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._reconnect()
            return Outcome("in doubt", f"the connection broke: {error}")
        if code != 250:
            self._reset()
        return _answer(code, said)

    def _reset(self) -> None:
        try:
            self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._reconnect()

    def _reconnect(self) -> None:
        self._smtp.close()
        self._smtp = self._connected()

    def _connected(self) -> smtplib.SMTP:
        for wait in (*_WAITS, None):
            try:
                return _open(self._url)
            except smtplib.SMTPAuthenticationError as error:
                raise _wrong(f"{self._url.hostname} refuses the password of {self._url.username}", f"check {PASSWORD}") from error
            except (smtplib.SMTPException, OSError) as error:
                if wait is None:
                    what = f"there is no mail server at {self._url.hostname}:{_port(self._url)}: {error}"
                    raise _wrong(what, "check --to, and go on with the same command") from error
                time.sleep(wait)
        raise AssertionError("the last try returns or raises")


def _open(url: SplitResult) -> smtplib.SMTP:
    import ssl

    # Without a context smtplib believes any certificate.
    context = ssl.create_default_context()
    host, port = url.hostname or "", _port(url)
    secure = url.scheme == "smtps"
    smtp = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context) if secure else smtplib.SMTP(host, port, timeout=_TIMEOUT)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif not secure and url.username:
            raise _wrong(f"{url.hostname} offers no STARTTLS, so the password would travel in the open", "use smtps://")
        if url.username:
            smtp.login(unquote(url.username), os.environ.get(PASSWORD, ""))
    except BaseException:
        smtp.close()
        raise
    return smtp


def _port(url: SplitResult) -> int:
    return url.port or (465 if url.scheme == "smtps" else 587 if url.username else 25)


def _answer(code: int, said: bytes) -> Outcome:
    """RFC 5321 4.2.1: 2yz is done, 4yz is not now, 5yz is never."""
    detail = f"{code} {said.decode('utf-8', 'replace')}".strip()
    if 200 <= code < 300:
        return Outcome("sent", detail)
    return Outcome("deferred" if 400 <= code < 500 else "refused", detail)


def _url(target: str) -> SplitResult:
    url = urlsplit(target)
    try:
        fine = bool(url.hostname) and (url.port or True) and url.path in ("", "/") and not url.query
    except ValueError:
        fine = False
    if not fine:
        raise _wrong(f"'{target}' names no mail server", "write it like smtp://localhost:25 or smtps://user@mail.example")
    return url


def _wrong(what: str, remedy: str) -> MailweaveError:
    return MailweaveError(Problem(what, remedy, code="smtp"))


@hookimpl
def register_deliverers() -> Iterable[type[Deliverer]]:
    return [Smtp]
