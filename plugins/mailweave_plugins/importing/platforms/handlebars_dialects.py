"""Helpers that SendGrid and Iterable add to Handlebars, in mailweave's own helpers.

SendGrid: https://www.twilio.com/docs/sendgrid/for-developers/sending-email/using-handlebars; Iterable:
https://support.iterable.com/hc/en-us/articles/205480365.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mailweave.edits import Edit
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.date_patterns import strftime
from mailweave_plugins.importing.platforms.delimited import tell_foreign
from mailweave_plugins.importing.platforms.words import Outcome, Report, Words

# Block helper → the helper that asks the same, and how many values it takes (0: two or more).
_BLOCKS: Final[Mapping[str, tuple[str, int]]] = {
    "equals": ("eq", 2),
    "notEquals": ("ne", 2),
    "greaterThan": ("gt", 2),
    "lessThan": ("lt", 2),
    "and": ("and", 0),
    "or": ("or", 0),
    "ifEq": ("eq", 2),
    "ifNotEq": ("ne", 2),
    "ifGt": ("gt", 2),
    "ifGte": ("gte", 2),
    "ifLt": ("lt", 2),
    "ifLte": ("lte", 2),
}
# Helpers with no counterpart, as blocks and as values.
_REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("ifContainsStr", "ifMatchesRegexStr", "ifModEq", "ifModNotEq"), "ask for a field of yours, or choose a variant by a rule"),
    **dict.fromkeys(("dateFormat", "timestampToLocalTime", "dateMath"), "write `{{date value '%B %-d'}}`, which shows a moment in the reader's zone"),
    **dict.fromkeys(("numberFormat", "formatNumber"), "write `{{number value 2}}`, `{{percent value}}` or `{{money value}}`"),
    **dict.fromkeys(("catalog", "snippet", "coupon"), "write what it gives, or declare a source in mailweave.yaml"),
}
_TAG: Final = re.compile(
    r"\{\{(?P<sign>~?\s*+(?:\{\s*+|[#^/]\s*+|else\s++)?)(?P<name>[A-Za-z]\w*+)(?P<rest>(?:\"[^\"]*+\"|'[^']*+'|[^{}\"']++)*+)\}\}(?P<last>\}?)"
)
_VALUE: Final = r"""(?:"[^"]*"|'[^']*'|\([^()]*\)|[^\s()"']+)"""
_VALUES: Final = re.compile(_VALUE)
_LENGTH: Final = re.compile(r"\(\s*length\s+(?P<path>[A-Za-z@_.][^\s()\"'=]*)\s*\)")
_PATH: Final = re.compile(r"[A-Za-z@_.][^\s()\"'=|]*\Z")
_TEXT: Final = re.compile(r"""(["'])(?P<text>.*)\1\Z""", re.DOTALL)


def handlebars_dialects(draft: Draft, words: Words) -> None:
    """Put SendGrid's and Iterable's helpers into mailweave's."""
    draft.edit([(*found.span(), f"{found['path']}.length") for found in _LENGTH.finditer(draft.text)])
    draft.edit(edit for tag in _TAG.finditer(draft.text) for edit in _tag(draft, tag, words))


def _tag(draft: Draft, tag: re.Match[str], words: Words) -> Iterator[Edit]:
    name, sign, values = tag["name"], tag["sign"].strip("~ "), _VALUES.findall(tag["rest"].rstrip("~ "))
    if name in _REFUSED:
        yield from _put(draft, tag, Report(_REFUSED[name]) if sign != "/" else "")
    elif name in _BLOCKS and sign == "/":
        yield tag.start("name"), tag.end("name"), "if"
    elif name in _BLOCKS and sign and values:
        yield from _block(draft, tag, sign, values)
    elif name in _INLINE and values and sign in ("", "{"):
        yield from _put(draft, tag, _INLINE[name](values, words))


def _block(draft: Draft, tag: re.Match[str], sign: str, values: list[str]) -> Iterator[Edit]:
    helper, count = _BLOCKS[tag["name"]]
    if (len(values) != count if count else len(values) < 2) or sign == "^":
        remedy = f"write `{{{{#if ({helper} … …)}}}}` … `{{{{else}}}}` … `{{{{/if}}}}` with two values"
        yield from _put(draft, tag, Report(remedy, "{{else if true}}" if sign.startswith("else") else "{{#if true}}"))
        return
    tail = tag["rest"][len(tag["rest"].rstrip("~ ")) :].strip()
    yield tag.start("name"), tag.end("rest"), f"if ({helper} {' '.join(values)}){tail}"


def _put(draft: Draft, tag: re.Match[str], outcome: Outcome) -> Iterator[Edit]:
    if isinstance(outcome, Report):
        tell_foreign(draft, tag.start(), f"there is no helper `{tag['name']}` like this here", outcome.remedy, len(tag[0]))
    yield *tag.span(), outcome if isinstance(outcome, str) else outcome.stand_in


def _with_default(values: list[str], words: Words) -> Outcome:
    """`insert name "default=there"` and `defaultIfEmpty name "there"`."""
    text = _TEXT.match(values[1]) if len(values) == 2 else None
    if not _PATH.match(values[0]) or (len(values) > 1 and not text):
        return Report("write `{{#if name}}{{name}}{{else}}there{{/if}}`")
    return words.value(values[0], text["text"].removeprefix("default=") if text else "")


def _formatted(values: list[str], words: Words) -> Outcome:
    """`formatDate moment "MMMM DD"`; a third value is the offset from UTC."""
    text = _TEXT.match(values[1]) if len(values) == 2 else None
    pattern = strftime(text["text"], "moment") if text else None
    if not pattern or not _PATH.match(values[0]):
        return Report("write `{{date value '%B %-d, %Y'}}` with directives of strftime; it shows a moment in the reader's time zone")
    return f'{{{{date {values[0]} "{pattern}"}}}}'


def _length(values: list[str], words: Words) -> Outcome:
    return f"{{{{{values[0]}.length}}}}" if len(values) == 1 and _PATH.match(values[0]) else Report("write `{{list.length}}`")


def _now(values: list[str], words: Words) -> Outcome:
    """`now format="yyyy"`."""
    text = _TEXT.match(values[0].removeprefix("format=")) if len(values) == 1 else _TEXT.match(values[-1])
    pattern = strftime(text["text"], "java") if text and (values[0].startswith("format=")) and len(values) <= 2 else None
    return words.moment(pattern) if pattern else Report("write `{{date at '%Y'}}` with directives of strftime")


_INLINE: Final[Mapping[str, Callable[[list[str], Words], Outcome]]] = {
    "insert": _with_default,
    "defaultIfEmpty": _with_default,
    "formatDate": _formatted,
    "length": _length,
    "now": _now,
}
# A call of one of these is Handlebars, whatever else the mail has.
CALLS: Final = re.compile(rf"\{{\{{\{{?\s*(?:{'|'.join(_INLINE)})\s+[\w\"'(@]")
