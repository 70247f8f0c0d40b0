"""Values and numbers in the clauses that give a decision's reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import lru_cache, partial
from operator import eq
from typing import Any, Final
from unicodedata import normalize

# Characters of a value that a clause shows.
LONGEST: Final = 60


def shown(value: Any) -> str:
    """A value as a person reads it, on one line and not too long.

    Example:
        >>> shown(3.0), shown(True), shown(["new", "hot"]), shown([]), shown({"a": 1})
        ('3', 'true', 'new, hot', 'empty', 'a mapping')
    """
    return _line(value if value.__class__ is str else _plain(value))


@lru_cache(4096)
def _line(text: str) -> str:
    return shortened(" ".join(text.split()))


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "empty"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def shortened(text: str) -> str:
    """A text, cut when it is too long for a clause."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def either(values: Iterable[Any]) -> str:
    """Values of which one will do: "gold or silver"."""
    return " or ".join(map(shown, values))


def counted(number: int, one: str) -> str:
    """A number of things: "1 day", "3 days", "no orders"."""
    return f"1 {one}" if number == 1 else f"{number or 'no'} {one}s"


_UNITS: Final = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
    (timedelta(seconds=1), "second"),
    (timedelta(microseconds=1), "microsecond"),
)


def ago(age: timedelta, limit: timedelta | None = None) -> str:
    """How long ago something was, in days, and as exact as it takes to be on its side of a limit.

    Example:
        >>> ago(timedelta(days=13, hours=3)), ago(timedelta(days=14, hours=3), timedelta(days=14)), ago(timedelta(hours=3))
        ('13 days ago', '14 days and 3 hours ago', 'less than a day ago')
    """
    day = timedelta(days=1)
    if age < day and (limit is None or limit >= day):
        return "less than a day ago"
    parts, said, rest = [], timedelta(), age
    for size, unit in _UNITS:
        number, rest = divmod(rest, size)
        said += number * size
        parts += [counted(number, unit)] * bool(number)
        if parts and (limit is None or (said > limit, said < limit) == (age > limit, age < limit)):
            break
    if not parts:
        return "right now"
    return f"{', '.join(parts[:-1])}{' and ' if parts[1:] else ''}{parts[-1]} ago"


def kinded(value: Any) -> str:
    """A value with its kind, for a clause in which the plain words would read wrong: "the text '3'", "the number 3", "the list ['vip']".

    Example:
        >>> kinded("3"), kinded(3), kinded(True), kinded(["vip", 3]), kinded({"a": 1})
        ("the text '3'", 'the number 3', 'the boolean true', "the list ['vip', 3]", 'the mapping {a}')
    """
    return _kinded(value, _quoted)


def odd(value: Any, no_such: str) -> str:
    """A value that is no number, text or date, with its kind where the plain words would look like one."""
    plain = shown(value)
    looks = _looks_like_a_number(plain) if no_such == "no number" else no_such == "no date" and not isinstance(value, str)
    return kinded(value) if looks or isinstance(value, list | tuple) else plain


def _looks_like_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _kinded(value: Any, quoted: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, bool):
        return f"the boolean {shown(value)}"
    if isinstance(value, Mapping):
        return f"the mapping {{{shortened(', '.join(map(str, value)))}}}"
    if isinstance(value, list | tuple):
        entries = ", ".join(quoted(entry) if isinstance(entry, str) else shown(entry) for entry in value)
        return f"the list [{shortened(entries)}]"
    return f"the number {value}"


def _quoted(text: str) -> str:
    return f"'{shortened(text)}'"


def apart(value: Any, others: Iterable[Any], seems: Callable[[str, str], bool] = eq) -> tuple[str, list[str]]:
    """A value and others that fail a comparison with it, in words that show why: plain ones, unless what a person sees of the value `seems` to
    pass. Then kinds are named, and of texts that look alike all that can't be seen is written out, around their difference.

    Example:
        >>> apart("gold", ["silver"]), apart("3", [3]), apart(["vip"], ["vip"])
        (('gold', ['silver']), ("the text '3'", ['the number 3']), ("the list ['vip']", ["the text 'vip'"]))
        >>> print(*apart("a\\u00a0b", ["a b"]))
        the text 'a\\xa0b' ["the text 'a b'"]
    """
    wanted = list(others)
    said, names = shown(value), [shown(other) for other in wanted]
    look = _look(said)
    alike = [other for other, name in zip(wanted, names, strict=True) if seems(look, _look(name)) or _but_for_kind(value, other, look, _look(name))]
    if not alike:
        return said, names
    texts = [other for other in alike if isinstance(other, str) and isinstance(value, str)]
    start = max(0, min((_common(value, other) for other in texts), default=0) - _AROUND)
    quoted = partial(_escaped, start=start) if texts else _quoted
    return _kinded(value, quoted), [_kinded(other, quoted) for other in wanted]


# A blank at the beginning, at the end and before another one.
_UNSEEN: Final = re.compile(r"^ | (?= )| $")
# Characters before a difference that a clause shows.
_AROUND: Final = 10


def _look(text: str) -> str:
    """What a person sees of a text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in " ".join(normalize("NFKC", text).split()) if char.isprintable())


def _but_for_kind(value: Any, other: Any, look: str, name: str) -> bool:
    """Whether two values of different kinds read the same but for their case: to change that would be no remedy."""
    return look.casefold() == name.casefold() and isinstance(value, str) != isinstance(other, str)


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning, in whatever case."""
    return next((at for at, (mine, its) in enumerate(zip(one, other, strict=False)) if mine.casefold() != its.casefold()), min(len(one), len(other)))


def _escaped(text: str, start: int) -> str:
    """A text from a character on, in ASCII. Blanks that a page wouldn't show are written out, too."""
    seen = _UNSEEN.sub(r"\\x20", ascii(text[start:])[1:-1])
    return f"…'{shortened(seen)}'" if start else f"'{shortened(seen)}'"
