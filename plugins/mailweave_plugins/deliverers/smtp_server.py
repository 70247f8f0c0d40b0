"""A mail server that `--to` names, and connections with it."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from mailweave import MailweaveError, Problem
from mailweave.deliverers import AwayError
from mailweave.errors import did_you_mean

# Where the password is, so that no file or list of processes shows it.
PASSWORD: Final = "MAILWEAVE_SMTP_PASSWORD"
_TIMEOUT: Final = 60.0  # seconds; RFC 5321 4.5.3.2 asks for minutes, but a run that hangs helps nobody
_TLS: Final = ("offered", "required", "never")


@dataclass(frozen=True)
class Server:
    """Where it is and who we are. `tls` is when STARTTLS is used; `ca` a file of certificates that are trusted besides the system's."""

    host: str
    port: int
    user: str = ""
    secure: bool = False
    tls: Literal["offered", "required", "never"] = "offered"
    ca: str = ""

    @classmethod
    def of(cls, target: str) -> Server:
        """The server of `smtp://[user@]host[:port][?tls=required&ca=FILE]`; `smtps://` is TLS from the start.

        Raises:
            MailweaveError: it isn't such a URL.
        """
        url = urlsplit(target)
        try:
            fine = bool(url.hostname) and (url.port or True) and url.path in ("", "/") and not url.fragment
            (url.hostname or "").encode("idna")
        except ValueError:
            fine = False
        if not fine:
            raise wrong(f"'{target}' names no mail server", "write it like smtp://localhost:25 or smtps://user@mail.example")
        if url.password:
            raise wrong("a password in --to would stand in files and lists of processes", f"put it into the environment as {PASSWORD}")
        secure, user, tls, ca = url.scheme == "smtps", unquote(url.username or ""), *_options(url.query)
        if tls == "never" and (user or secure):
            raise wrong("tls=never with a user, or with smtps://, would send the password in the open", "leave it out")
        port = url.port or (465 if secure else 587 if user else 25)
        return cls(url.hostname or "", port, user, secure, cast("Literal['offered', 'required', 'never']", tls), ca)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def connect(self) -> smtplib.SMTP:
        """A connection, with TLS and login as the server has them.

        Raises:
            AwayError: nobody answers, or not now.
            MailweaveError: the server isn't who it should be, or doesn't want us.
        """
        try:
            return self._open()
        except ssl.SSLCertVerificationError as error:
            remedy = "name the file of the authority that signed it, as PEM: --smtp-ca FILE; or correct the host's name in --to"
            raise wrong(f"the certificate of {self} isn't trusted: certificate verify failed, {error.verify_message}", remedy) from error
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, smtplib.SMTPServerDisconnected) as error:
            raise self._away(error) from error
        except ssl.SSLError as error:
            remedy = "use smtps:// where TLS begins with the connection (465), and smtp:// where STARTTLS begins it (25, 587)"
            raise wrong(f"no TLS with {self}: {error.reason or error}", remedy) from error
        except smtplib.SMTPNotSupportedError as error:
            remedy = "leave the user out of --to, or use the port for submission (587)"
            raise wrong(f"{self} has no login for {self.user}: {error}", remedy) from error
        except smtplib.SMTPResponseException as error:
            raise self._unwanted(error) from error
        except UnicodeEncodeError as error:
            what = f"the user or the password for {self} has characters beyond ASCII, which no login here can send"
            raise wrong(what, f"choose a password of ASCII characters, and put it into {PASSWORD}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._away(error) from error

    def _open(self) -> smtplib.SMTP:
        if self.ca:
            _ = _trust(self.ca, ssl.get_default_verify_paths())  # a wrong file is told, also where no TLS is offered
        if self.secure:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT, context=_trust(self.ca, ssl.get_default_verify_paths()))
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if not self.secure and self.tls != "never":
                self._start_tls(smtp)
            if self.user:
                smtp.login(self.user, os.environ.get(PASSWORD, ""))
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _start_tls(self, smtp: smtplib.SMTP) -> None:
        if smtp.has_extn("starttls"):
            smtp.starttls(context=_trust(self.ca, ssl.get_default_verify_paths()))
            smtp.ehlo()
        elif self.user:
            raise wrong(f"{self.host} offers no STARTTLS, so the password would travel in the open", "use smtps://")
        elif self.tls == "required":
            raise wrong(f"{self.host} offers no STARTTLS, and --to has tls=required", "use smtps://, or another port")

    def _unwanted(self, error: smtplib.SMTPResponseException) -> MailweaveError:
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        if error.smtp_code // 100 != 5:
            return self._away(f"{error.smtp_code} {said}")
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return wrong(f"{self.host} refuses the password of {self.user}: {error.smtp_code} {said}", f"check {PASSWORD}")
        return wrong(f"{self} doesn't want us: {error.smtp_code} {said}", "ask who runs it; then go on with the same command")

    def _away(self, why: object) -> AwayError:
        what = f"there is no mail server at {self}: {why}"
        return AwayError(Problem(what, "check --to, and go on with the same command; --patience waits longer", code="smtp"))


def _options(query: str) -> tuple[str, str]:
    """What stands behind the question mark: `tls` and `ca`."""
    said = dict(parse_qsl(query, keep_blank_values=True))
    for name in said:
        if name not in ("tls", "ca"):
            raise wrong(f"'{name}' isn't an option of a mail server", did_you_mean(name, ("tls", "ca")))
    tls = said.get("tls", "offered")
    if tls not in _TLS:
        raise wrong(f"tls={tls} isn't known", did_you_mean(tls, _TLS))
    return tls, said.get("ca", "")


def wrong(what: str, remedy: str) -> MailweaveError:
    """What is wrong with a server, or with how we come to it."""
    return MailweaveError(Problem(what, remedy, code="smtp"))


@lru_cache(maxsize=4)
def _trust(ca: str, _system: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    """Whose certificates are trusted, `ca` besides the system's: reading those takes a tenth of a second, and there are many connections."""
    # Without a context smtplib believes any certificate.
    context = ssl.create_default_context()
    if ca:
        try:
            context.load_verify_locations(ca)
        except OSError as error:  # ssl.SSLError is one
            what = f"{ca} can't be read as certificates: {error.strerror or error}"
            raise wrong(what, "name a PEM file, which has BEGIN CERTIFICATE in it") from error
    return context
