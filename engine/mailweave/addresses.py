"""Email addresses as what tells people apart: one form for all spellings of an address."""

from __future__ import annotations

import unicodedata

import idna


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
    if not at or not local or not domain or any(char.isspace() for char in local + domain):
        raise ValueError(f"'{address.strip()[:100]}' is not an email address – write it like ann@shop.example")
    try:
        ascii_domain = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError(f"'{domain[:100]}' is not a valid domain – correct the address") from None
    return f"{unicodedata.normalize('NFC', local.lower())}@{ascii_domain}"
