"""Variable envelope return paths (VERP): the address that a bounce comes back to says whose message it was.

The idea is D. J. Bernstein's (https://cr.yp.to/proto/verp.txt), with a token in place of the recipient's address, which wouldn't fit into the 64
characters that RFC 5321 4.5.3.1.1 allows before the @, and would tell everybody on the way who got the message.

A token has 23 letters and digits, which may become capitals on their way: base32 (RFC 4648) of the first six bytes of the run's ID, the row in six,
and a checksum of two that finds mangled ones. It is no signature.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32decode, b32encode
from typing import Final, NamedTuple

from mailweave.addresses import normalised

TOKEN: Final = "{token}"
_RUN: Final = 6  # bytes
_ROW: Final = 6
_SUM: Final = 2
_LENGTH: Final = 23  # of base32 without its padding
_SHAPE: Final = re.compile(rf"[a-z2-7]{{{_LENGTH}}}\Z")


class Bounced(NamedTuple):
    """Whose message came back: the first twelve digits of the run's ID in its manifest.json, and the row, which the run's ledger has."""

    run: str
    row: int


def token(run: str, row: int) -> str:
    """What stands for a row of a run in an envelope sender. `run` has twelve hexadecimal digits at least; only those count.

    Raises:
        ValueError: it hasn't, or the row isn't one.

    Example:
        >>> token("0123456789abcdef", 17)
        'aerukz4jvmaaaaaaaaiyx2q'
    """
    payload = bytes.fromhex(run[: 2 * _RUN]) + row.to_bytes(_ROW, "big") if 0 <= row < 1 << 8 * _ROW else b""
    if len(payload) != _RUN + _ROW:
        raise ValueError(f"row {row} of the run {run!r} has no token")
    return b32encode(payload + hashlib.blake2b(payload, digest_size=_SUM).digest()).decode().rstrip("=").lower()


def filled(envelope: str, run: str, row: int) -> str:
    """An envelope sender with the token of a row in it, where it has a place for one."""
    return envelope.replace(TOKEN, token(run, row)) if TOKEN in envelope else envelope


def read_bounce(address: str, envelope: str) -> Bounced:
    """Whose message comes back to this address. `envelope` is the setting `sender.envelope`, like `bounces+{token}@mail.example`.

    Raises:
        ValueError: the address isn't one of that setting, or its token isn't whole.

    Example:
        >>> read_bounce(filled("bounces+{token}@mail.example", "0123456789abcdef", 17).upper(), "bounces+{token}@mail.example")
        Bounced(run='0123456789ab', row=17)
    """
    before, place, after = normalised(envelope).partition(TOKEN)
    said = normalised(address.strip().removeprefix("<").removesuffix(">"))
    middle = said[len(before) : len(said) - len(after)]
    if not place or said != f"{before}{middle}{after}" or not _SHAPE.match(middle):
        raise ValueError(f"'{address[:200]}' isn't an address of {envelope}")
    payload = b32decode(middle.upper() + "=" * (-_LENGTH % 8))[: _RUN + _ROW]
    found = Bounced(payload[:_RUN].hex(), int.from_bytes(payload[_RUN:], "big"))
    if middle != token(*found):
        raise ValueError(f"the token in '{address[:200]}' isn't whole")
    return found
