"""Other platforms' date patterns as strftime writes them; None where one has something that strftime hasn't."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# PHP's `date` (https://www.php.net/manual/en/datetime.format.php), as Mailchimp's DATE takes it; Django's `date` filter, which Klaviyo and Brevo
# have, took its letters from there and adds `N`, `b` and `P` (https://docs.djangoproject.com/en/stable/ref/templates/builtins/#date).
_PHP: Final = {
    "d": "%d", "j": "%-d", "D": "%a", "l": "%A", "F": "%B", "M": "%b", "m": "%m", "n": "%-m", "Y": "%Y", "y": "%y",
    "g": "%-I", "G": "%-H", "h": "%I", "H": "%H", "i": "%M", "s": "%S", "A": "%p", "a": "%P",
}  # fmt: skip
# Moment.js (https://momentjs.com/docs/#/displaying/format/), as SendGrid's `formatDate` documents it.
_MOMENT: Final = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "DD": "%d", "D": "%-d", "dddd": "%A", "ddd": "%a",
    "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "ss": "%S", "A": "%p", "a": "%P",
}  # fmt: skip
# Unicode's pattern letters (https://unicode.org/reports/tr35/tr35-dates.html), as Java writes dates in Iterable and HubSpot.
_JAVA: Final = {
    "yyyy": "%Y", "yy": "%y", "y": "%Y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d", "EEEE": "%A", "EEE": "%a",
    "E": "%a", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "ss": "%S", "a": "%p",
}  # fmt: skip
# Go's reference moment (https://pkg.go.dev/time#pkg-constants), as listmonk's `Date` takes it.
_GO: Final = {
    "2006": "%Y", "06": "%y", "January": "%B", "Jan": "%b", "01": "%m", "1": "%-m", "02": "%d", "2": "%-d", "_2": "%e", "Monday": "%A", "Mon": "%a",
    "15": "%H", "03": "%I", "3": "%-I", "04": "%M", "05": "%S", "PM": "%p", "pm": "%P",
}  # fmt: skip
_TABLES: Final[Mapping[str, Mapping[str, str]]] = {"php": _PHP, "moment": _MOMENT, "java": _JAVA, "go": _GO}


def strftime(pattern: str, kind: str) -> str | None:
    """The pattern as strftime writes it; `kind` is `php`, `moment`, `java` or `go`.

    Example:
        >>> strftime("d/m/y", "php"), strftime("MMMM D, YYYY", "moment"), strftime("2 Jan 2006", "go"), strftime("jS F", "php")
        ('%d/%m/%y', '%B %-d, %Y', '%-d %b %Y', None)
    """
    table = _TABLES[kind]
    tokens = re.findall("|".join([*map(re.escape, sorted(table, key=len, reverse=True)), r"[\s\S]"]), pattern)
    written = [table.get(token, token) for token in tokens]
    # A letter or a digit that means nothing in the table may mean something there; quotes would end the text that the pattern stands in.
    strange = any(re.search(r"""[\w%"'\\{}]""", token) for token in tokens if token not in table)
    return None if strange else "".join(written)
