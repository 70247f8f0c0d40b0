"""The records of the sender's domain in the DNS, by which receivers tell its mail from a forgery: MX, SPF, DKIM, DMARC.

Gmail and Yahoo ask all three of whoever sends them 5,000 messages a day
(https://support.google.com/a/answer/81126, https://senders.yahooinc.com/best-practices/).
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any, Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.preflight.findings import Finding

_LIFETIME: Final = 5.0  # seconds for a lookup
# Bytes of a SubjectPublicKeyInfo of RSA; RFC 8301 3.2 refuses fewer than 1024 bits and asks for 2048.
_RSA_1024: Final = 160
_RSA_2048: Final = 290


class _UnansweredError(Exception):
    """No server said anything of a name."""


@dataclass
class Dns:
    """A resolver: the system's, or the server at an address like `127.0.0.1:5353`."""

    server: str | None = None

    def __post_init__(self) -> None:
        self._resolver: Any = library("dns.resolver", "dns")
        self._errors: Any = library("dns.exception", "dns")
        try:
            self._client = self._resolver.Resolver(configure=self.server is None)
        except self._errors.DNSException as error:  # a machine without resolv.conf
            raise MailweaveError(Problem(f"no DNS server is set up here: {error}", "name one with --dns-server", code="dns")) from error
        self._client.lifetime = _LIFETIME
        if self.server is not None:
            host, self._client.port = _host_and_port(self.server)
            self._client.nameservers = [host]

    def find(self, name: str, kind: str) -> list[Any]:
        """The records of a name; none where there are none, or no such name.

        Raises:
            _UnansweredError: the DNS doesn't answer, or wrongly.
        """
        try:
            return list(self._client.resolve(f"{name.rstrip('.')}.", kind))
        except (self._resolver.NXDOMAIN, self._resolver.NoAnswer):
            return []
        except (self._errors.DNSException, ValueError) as error:
            raise _UnansweredError(f"the DNS has no answer for {kind} of {name}: {type(error).__name__}") from error

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each with its strings put together."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self.find(name, "TXT")]


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":") if text.count(":") == 1 or "]:" in text else (text, "", "53")
    host = host.strip("[]")
    try:
        ip_address(host)
        number = int(port)
        if not 0 < number < 65536:
            raise ValueError
    except ValueError:
        what = f"--dns-server: '{text}' isn't the address of a DNS server"
        raise MailweaveError(Problem(what, "write it like 1.1.1.1 or 127.0.0.1:5353", code="dns")) from None
    return host, number


def check_records(dns: Dns, domain: str, bounces: str, selectors: tuple[str, ...]) -> Iterator[Finding]:
    """Look up what receivers look up. `domain` is that of `From`, `bounces` that of the envelope's sender; each selector is a DKIM key's."""
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("mx", partial(_mx, dns, bounces)),
        ("spf", partial(_spf, dns, bounces)),
        *[("dkim", partial(_dkim, dns, domain, name)) for name in selectors],
        ("dmarc", partial(_dmarc, dns, domain)),
    ]
    for name, check in checks:
        try:
            yield check()
        except _UnansweredError as error:
            yield Finding(name, "failed", str(error), "look at the domain's name servers, or name another server with --dns-server")
    if not selectors:
        yield Finding("dkim", "warning", f"no key was looked at: a selector of {domain} must be known for that", "name it with --dkim-selector")
    if not _aligned(bounces, domain):
        what = f"bounces go to {bounces}, and mail is from {domain}: SPF says nothing for DMARC then (RFC 7489 3.1.2)"
        yield Finding("alignment", "warning", what, "have sender.envelope below the domain of sender.email, or make sure of DKIM")


def _mx(dns: Dns, domain: str) -> Finding:
    exchanges = [str(record.exchange).rstrip(".") for record in dns.find(domain, "MX")]
    if any(exchanges):
        return Finding("mx", "ok", f"bounces to {domain} come to {', '.join(sorted(exchanges)[:3])}")
    if exchanges:  # RFC 7505
        return Finding("mx", "failed", f"{domain} takes no mail (a null MX), so no bounces either", "have sender.envelope at another domain")
    if dns.find(domain, "A") or dns.find(domain, "AAAA"):
        return Finding("mx", "ok", f"{domain} has no MX, and takes bounces at its own address")
    remedy = "correct the domain, or add an MX record: many receivers refuse mail that can't be answered"
    return Finding("mx", "failed", f"{domain} has neither MX nor address, so bounces come to nobody", remedy)


def _spf(dns: Dns, domain: str) -> Finding:
    found = [text for text in dns.texts(domain) if re.match(r"v=spf1(?: |\Z)", text, re.IGNORECASE)]
    if not found:
        remedy = "add a TXT record such as 'v=spf1 include:your-provider.example -all' (RFC 7208)"
        return Finding("spf", "failed", f"{domain} has no SPF record", remedy)
    if len(found) > 1:
        return Finding("spf", "failed", f"{domain} has {len(found)} SPF records, which is an error (RFC 7208 4.5)", "make one of them")
    if {"all", "+all"} & set(found[0].lower().split()):
        return Finding("spf", "failed", f"the SPF record of {domain} lets everybody send: {found[0]}", "end it with -all or ~all")
    return Finding("spf", "ok", found[0])


def _dkim(dns: Dns, domain: str, selector: str) -> Finding:
    name = f"{selector}._domainkey.{domain}"
    found = [_tags(text) for text in dns.texts(name)]
    keys = [tags for tags in found if "p" in tags and tags.get("v", "DKIM1") == "DKIM1"]
    if not keys:
        remedy = "publish it, or correct --dkim-selector; your server must sign with it (RFC 6376)"
        return Finding("dkim", "failed", f"there is no DKIM key at {name}", remedy)
    key = "".join(keys[0]["p"].split())
    if not key:
        return Finding("dkim", "failed", f"the DKIM key at {name} is revoked: its p= is empty", "sign with another selector")
    try:
        size = len(b64decode(key, validate=True))
    except (Error, ValueError):
        return Finding("dkim", "failed", f"the DKIM key at {name} isn't base64", "publish it again, in one TXT record")
    if keys[0].get("k", "rsa") == "rsa" and size < _RSA_2048:
        short = size < _RSA_1024
        what = f"the DKIM key at {name} is shorter than {1024 if short else 2048} bits"
        return Finding("dkim", "failed" if short else "warning", what, "make one of 2048 bits (RFC 8301)")
    return Finding("dkim", "ok", f"there is a key at {name}{' for tests (t=y)' if 'y' in keys[0].get('t', '').split(':') else ''}")


def _dmarc(dns: Dns, domain: str) -> Finding:
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        name = f"_dmarc.{'.'.join(labels[start:])}"
        found = [text for text in dns.texts(name) if re.match(r"v=DMARC1\s*(?:;|\Z)", text)]
        if len(found) > 1:
            return Finding("dmarc", "failed", f"{name} has {len(found)} DMARC records, so that none counts (RFC 7489 6.6.3)", "make one of them")
        if found:
            policy = _tags(found[0]).get("p")
            if policy not in ("none", "quarantine", "reject"):
                return Finding("dmarc", "failed", f"the DMARC record at {name} has no policy: {found[0]}", "write p=none, p=quarantine or p=reject")
            return Finding("dmarc", "ok", f"{found[0]} (at {name})")
    return Finding("dmarc", "failed", f"{domain} has no DMARC record", f"add a TXT record at _dmarc.{domain}, such as 'v=DMARC1; p=none' (RFC 7489)")


def _tags(text: str) -> dict[str, str]:
    """A list of tags (RFC 6376 3.2)."""
    pairs = (each.partition("=") for each in text.split(";") if "=" in each)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _aligned(one: str, other: str) -> bool:
    """Whether one is the other, or below it: relaxed alignment, as far as it is known without a list of public suffixes."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
