"""Country codes: ISO 3166 alpha-2, as CLDR lists them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale
from babel.core import get_global

# What CLDR lists besides countries: unions, pseudo-regions, outlying Oceania.
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def countries() -> Mapping[str, str]:
    """Code → English name."""
    found = Locale("en").territories.items()
    return {code: name for code, name in found if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRIES}


def check_country(text: str) -> str:
    """The code in capitals.

    Raises:
        ValueError: it is none; the message says which code is meant, when the text is an English name or another code of a country.
    """
    code = text.strip().upper()
    if code in countries():
        return code
    meant = _alias(code) or _named(text.strip().casefold())
    raise ValueError(f"'{text}' is no country – write {meant or 'its ISO 3166 code, like US or DE'}")


def _alias(code: str) -> str:
    """The code behind a three-letter one or an old one (USA, UK), when there is exactly one."""
    codes = get_global("territory_aliases").get(code, [])
    return codes[0] if len(codes) == 1 and codes[0] in countries() else ""


def _named(name: str) -> str:
    # A country's name in another language may look like another country's in English, so only near misses count.
    codes = {name.casefold(): code for code, name in countries().items()}
    near = difflib.get_close_matches(name, codes, n=1, cutoff=0.85)
    return codes[near[0]] if near else ""
