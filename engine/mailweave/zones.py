"""Time zones, from the package `tzdata` alone: a machine's own data differ from machine to machine, and decisions would differ with them."""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

# The package; its version is part of what a run depends on.
PACKAGE: Final = "tzdata"
# In the database for systems whose place nobody has set: no customer lives there.
_NO_PLACE: Final = frozenset({"Factory"})
_OFFSET: Final = re.compile(r"(?:Etc/)?(?:GMT|UTC|Z)?\s*([+−-])\s*(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
# "PDT", "CEST", "GMT 1": they look like many names and mean none of them.
_MEANS_MANY: Final = re.compile(r"[A-Z]{1,5}|.*\d.*", re.DOTALL)
_REMEDY: Final = "write an IANA name like Europe/Berlin"
# Hours from UTC for which there is a zone in Etc, the first and the last.
_WEST, _EAST = -12, 14
_SHOWN: Final = 60


class Zone(ZoneInfo):
    """A zone of the package. Unlike others that were read from a file, it can be copied and pickled: by its name."""

    def __reduce__(self) -> Any:
        return zone, (self.key,)


@cache
def names() -> frozenset[str]:
    """Every name in the package, old ones (US/Pacific) included. A machine's `localtime` isn't among them."""
    lines = files(PACKAGE).joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(lines) - _NO_PLACE


@cache
def zone(name: str) -> Zone:
    """A time zone by its IANA name, kept: it is read once a process.

    Raises:
        ValueError: there is none of that name; the message says what to write.
    """
    if name not in names():
        raise ValueError(f"'{_short(name)}' is no time zone – {remedy(name)}")
    with files(PACKAGE).joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return Zone.from_file(file, key=name)


@lru_cache(256)
def remedy(name: str) -> str:
    """What to write instead of a name that is no zone's; kept, for a bulk run may meet the same one a million times.

    Example:
        >>> remedy("Tokyo"), remedy("US/Pacfic"), remedy("PDT")
        ("did you mean 'Asia/Tokyo'?", "did you mean 'US/Pacific'?", 'write an IANA name like Europe/Berlin')
        >>> remedy("GMT+1")
        'write a place such as Europe/Berlin, or Etc/GMT-1, which is UTC+1 all year (the signs of Etc/GMT are inverted)'
    """
    found = _OFFSET.fullmatch(name.strip())
    if found:
        return _remedy_for_offset(found)
    near = _nearest(re.sub(r"\s+", "_", name.strip()))
    return f"did you mean '{near}'?" if near else _REMEDY


def _remedy_for_offset(found: re.Match[str]) -> str:
    hours = int(found[2]) * (1 if found[1] == "+" else -1)
    if int(found[3] or 0) or not _WEST <= hours <= _EAST:
        return f"{_REMEDY}; an offset alone names no place"
    if not hours:
        return "write UTC"
    place = "Europe/Berlin" if hours > 0 else "America/New_York"
    return f"write a place such as {place}, or Etc/GMT{-hours:+d}, which is UTC{hours:+d} all year (the signs of Etc/GMT are inverted)"


def _nearest(wanted: str) -> str | None:
    """The zone whose name, or whose place alone, is the text in other letters or much like it."""
    text = wanted.casefold()
    whole = {name.casefold(): name for name in sorted(names())}
    places = {name.rpartition("/")[2]: full for name, full in reversed(whole.items())}
    if text in whole:
        return whole[text]
    if _MEANS_MANY.fullmatch(wanted) or text in {name.partition("/")[0] for name in whole}:
        return None
    for known, asked, cutoff in ((whole, text, 0.85), (places, text.rpartition("/")[2], 0.75)):
        near = difflib.get_close_matches(asked, known, n=1, cutoff=cutoff)
        if near:
            return known[near[0]]
    return None


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…"
