"""The mail server: whether it is there, TLS and its certificate, the login, and whether it takes mail from the sender."""

from __future__ import annotations

import os
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from mailweave import MailweaveError
from mailweave.addresses import ascii_address
from mailweave_plugins.deliverers.smtp_answers import Answer
from mailweave_plugins.deliverers.smtp_offer import asked
from mailweave_plugins.deliverers.smtp_server import PASSWORD, Server
from mailweave_plugins.preflight.findings import Finding, Level

_DAY: Final = 86_400
# A certificate that ends sooner may end during a run.
_SOON: Final = 14  # days


def check_server(target: str, sender: str) -> Iterator[Finding]:
    """Connect as a run would, name the sender and take it back: nobody is named, so nothing is sent.

    Raises:
        MailweaveError: the target names no server.
    """
    server = Server.of(target)
    if server.user and PASSWORD not in os.environ:
        yield Finding("login", "failed", f"there is no password for {server.user}", f"put it into the environment as {PASSWORD}")
        return
    try:
        smtp = server.connect()
    except MailweaveError as error:
        yield from (Finding(_stage(problem.what), "failed", problem.what, problem.remedy or "") for problem in error.problems)
        return
    try:
        yield Finding("server", "ok", f"{server} answers{_offers(smtp)}")
        yield _tls(smtp, server)
        if server.user:
            yield Finding("login", "ok", f"{server.user} is logged in")
        yield _sender(smtp, sender)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _stage(what: str) -> str:
    """What failed, by what a run would say of it."""
    if "certificate" in what or "TLS" in what:
        return "tls"
    return "login" if "password" in what or "login" in what else "server"


def _offers(smtp: smtplib.SMTP) -> str:
    most = smtp.esmtp_features.get("size", "")
    size = f", takes messages of up to {int(most) / 1_000_000:,.1f} MB" if most.isdecimal() and int(most) else ""
    return size + (", and several commands at a time (PIPELINING)" if smtp.has_extn("pipelining") else "")


def _tls(smtp: smtplib.SMTP, server: Server) -> Finding:
    socket = smtp.sock
    if not isinstance(socket, ssl.SSLSocket):
        local = _is_local(server.host)
        remedy = "" if local else "have the server offer STARTTLS, or use smtps://; ?tls=required behind the address makes sure of it"
        return Finding("tls", "ok" if local else "warning", "messages go to the server without TLS", remedy)
    ends = ssl.cert_time_to_seconds(str((socket.getpeercert() or {}).get("notAfter", "Jan  1 00:00:00 2100 GMT")))
    days = int((ends - time.time()) // _DAY)
    level: Level = "warning" if days < _SOON else "ok"
    return Finding("tls", level, f"{socket.version()}, and the certificate holds {days} more days", "renew it" if days < _SOON else "")


def _is_local(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _sender(smtp: smtplib.SMTP, sender: str) -> Finding:
    """MAIL FROM, then RSET: a server that wants a login, or doesn't know the sender, says so here."""
    address = ascii_address(sender)
    answer: Answer = asked("MAIL", lambda: smtp.docmd(f"MAIL FROM:<{address}>"))
    asked("MAIL", lambda: smtp.docmd("RSET"))
    if answer.code // 100 == 2:
        return Finding("sender", "ok", f"the server takes mail from {address}")
    level: Level = "warning" if answer.code // 100 == 4 else "failed"
    remedy = "look at sender.email, sender.envelope and the login" if level == "failed" else "try again later; a run waits for it (--patience)"
    return Finding("sender", level, f"the server takes no mail from {address}: {answer}", remedy)
