"""Mail addresses: as servers take them, in ASCII, the same in a header and on the envelope; and in one form that tells people apart."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import idna

from mailweave.errors import MailweaveError, Problem

ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 3.2.3
_LOCAL: Final = re.compile(rf"(?=.{{1,64}}\Z){ATOM}(?:\.{ATOM})*\Z")  # RFC 5322 3.4.1, length by RFC 5321 4.5.3.1.1
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1035 2.3.1, RFC 1123 2.1
_DOMAIN: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\Z")


def ascii_address(address: str) -> str:
    """An address with its domain as the DNS has it. What stands before the @ must be ASCII: few servers take anything else (RFC 6531).

    Raises:
        MailweaveError: no mail server takes it.

    Example:
        >>> ascii_address("ann@bücher.example")
        'ann@xn--bcher-kva.example'
    """
    local = address.rpartition("@")[0]
    if not _LOCAL.match(local):
        what = f"'{address}' can't stand in a message's header"
        remedy = "use an address such as ann@shop.example, with plain letters before the @"
        raise MailweaveError(Problem(what, remedy, code="bad-address"))
    return f"{local}@{ascii_domain(address)}"


def ascii_domain(address: str) -> str:
    """An address's domain as the DNS has it, by IDNA 2008 (RFC 5891, mapped by UTS 46).

    IDNA of 2003, which Python's own codec follows, makes "strasse" of "straße", which may be another's.

    Raises:
        MailweaveError: it isn't a valid domain.
    """
    domain = address.rpartition("@")[2]
    try:
        found = domain if domain.isascii() else idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:  # what idna raises is one
        found = ""
    if not _DOMAIN.match(found):
        raise MailweaveError(Problem(f"'{domain}' is not a valid domain", "correct the address", code="bad-address"))
    return found


def normalised(address: str) -> str:
    """The form by which addresses are compared: without blanks around, NFC, in lower case, the domain in ASCII (IDNA 2008).

    RFC 5321 lets a server tell `Ann@` from `ann@`; no large one does, and somebody who unsubscribed as `Ann@` means both. Dots and what
    follows a plus are kept: with most servers they name another mailbox.

    Raises:
        ValueError: it has no @, nothing on one of its sides, or a domain that the DNS can't have.

    Example:
        >>> normalised(" Ann@Bücher.Example ")
        'ann@xn--bcher-kva.example'
    """
    local, at, domain = unicodedata.normalize("NFC", address).strip().rpartition("@")
    if not at or not local or not domain or any(char.isspace() for char in local):
        raise ValueError(f"'{address.strip()[:100]}' is not an email address – write it like ann@shop.example")
    try:
        return f"{unicodedata.normalize('NFC', local.lower())}@{ascii_domain(domain).lower()}"
    except MailweaveError as error:
        raise ValueError(f"{error.problems[0].what} – correct the address") from None
