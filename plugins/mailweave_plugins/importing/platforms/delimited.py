"""Find the tags that platforms write between marks of their own, and put them into the mail's language."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from mailweave.edits import Edit
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms import mailchimp
from mailweave_plugins.importing.platforms.percent import PercentSigns
from mailweave_plugins.importing.platforms.tables import PLATFORMS, Marked
from mailweave_plugins.importing.platforms.words import Clash, Outcome, Report, Words, usual

# A template's own tags. Braze writes one in another.
TEMPLATE: Final = re.compile(
    r"\{%(?:[^%{]++|%(?!\})|\{(?!%))*+%\}|\{\{\{?(?:\$\{[^{}]*+\}|[^{}$]++|\$|\{\{[^{}]*+\}\}|\{[^{}]*+\})*+\}?\}\}"
)
QUOTED: Final = re.compile(r""""[^"]*"|'[^']*'""")
_ENCODED: Final = re.compile(r"%7B%(?:7B|25).{1,200}?%(?:7D|25)%7D", re.IGNORECASE)


# What is text, but looks like a tag.
STAYS: Final = "stays"


class Found(NamedTuple):
    """A tag of a platform: where it stands, and what becomes of it. In a template's tag it can't be converted."""

    start: int
    end: int
    platform: str
    plain: bool
    outcome: Callable[[Words], Outcome]


def marked_tags(draft: Draft, words: Words) -> list[Edit]:
    """The edits that convert every tag between marks. What has no counterpart is told, and taken out, so that nothing else is said about it."""
    templates = [found.span() for found in TEMPLATE.finditer(draft.text)]
    edits: list[Edit] = []
    for found in _outermost(_all(draft.text)):
        inside = _within(found, templates)
        if inside and found.plain:
            continue
        remedy = "write its value by name there, without the platform's marks" if inside else None
        edits += _converted(draft, found, Report(remedy) if remedy else _outcome(found, words))
        tell_renamed(draft, found.start, words)
    for encoded in _ENCODED.finditer(draft.text):
        told = Report("write the tag with its braces: the address is encoded when it is put out")
        if not any(start < encoded.end() and encoded.start() < end for start, end, _ in edits):
            edits += _converted(draft, Found(*encoded.span(), "a template, percent-encoded,", False, lambda words: ""), told)
    return edits


def _outcome(found: Found, words: Words) -> Outcome:
    try:
        return found.outcome(words)
    except Clash as clash:
        return Report(str(clash))


def _converted(draft: Draft, found: Found, outcome: Outcome) -> Iterator[Edit]:
    tag = draft.text[found.start : found.end]
    shown = tag if len(tag) <= 60 and "\n" not in tag else f"{tag[:60].splitlines()[0]}…"
    if isinstance(outcome, Report):
        tell_foreign(draft, found.start, f"`{shown}` of {found.platform} has no counterpart", outcome.remedy, len(tag))
    elif outcome is STAYS:
        draft.tell(found.start, f"`{shown}` stays as text", "if it is a tag, write the value by name, as in {{ customer.city }}", length=len(tag))
        return
    elif not outcome:
        draft.tell(found.start, f"`{shown}` of {found.platform} was left out", "mailweave does that by itself, or not at all", length=len(tag))
    yield found.start, found.end, outcome.stand_in if isinstance(outcome, Report) else outcome


def tell_renamed(draft: Draft, offset: int, words: Words) -> None:
    """Tell of fields that have another name here, at the tag that names them."""
    for name, path in words.renamed:
        draft.tell(offset, f"`{name}` can't be the name of a merge variable, so it is `{path}` here", "call it so in profiles, too", length=len(name))
    words.renamed.clear()


def tell_foreign(draft: Draft, offset: int, what: str, remedy: str, length: int) -> None:
    """Tell of something that would be mailed as it is, or mean something else. Such a mail is refused."""
    draft.tell(offset, what, remedy, code="foreign-tag", level="error", length=length)


def _all(text: str) -> Iterator[Found]:
    for found in mailchimp.TAG.finditer(text):
        name = found["name"]
        yield Found(*found.span(), "Mailchimp", False, lambda words, name=name: mailchimp.outcome(name, words))  # type: ignore[misc]
    for marked in PLATFORMS:
        unsigned = marked.sign and not marked.sign.search(text)
        for found in _percent(marked, text) if marked.platform == "ActiveCampaign" else marked.pattern.finditer(text):
            # No pattern of a date has such a name in it.
            plain = marked.plain and not (marked.platform == "ActiveCampaign" and re.fullmatch(r"%[A-Z_]{3,}%", found[0]))
            yield Found(*found.span(), marked.platform, plain, _stay if unsigned else _by_table(marked, found))


def _stay(words: Words) -> Outcome:
    return STAYS


def _by_table(marked: Marked, found: re.Match[str]) -> Callable[[Words], Outcome]:
    groups = found.groupdict()

    def outcome(words: Words) -> Outcome:
        if groups.get("strange"):
            return Report("write the value with a filter of the mail's language, such as `{{ customer.birthday | date: '%-d %B' }}`")
        tag = groups.get("token") or groups.get("bare") or ""
        name = groups.get("name") or ""
        if tag in marked.table or name in marked.table or name.lower() in marked.table:
            meaning = marked.table[next(key for key in (tag, name, name.lower()) if key in marked.table)]
            return words.meaning(meaning, groups.get("default") or "")
        if marked.others:
            return words.meaning(marked.others)
        return words.value(words.field((name or tag).lower()), groups.get("default") or "")

    return outcome


def _percent(marked: Marked, text: str) -> Iterator[re.Match[str]]:
    """The tags between single percent signs, which may as well be percentages or octets."""
    signs, at = PercentSigns.of(text), 0
    while found := marked.pattern.search(text, at):
        name = found["name"] or found["token"]
        known = name in marked.table or usual(name) is not None
        is_tag = signs.are_tag(*found.span()) or (known and not signs.are_octets(*found.span()))
        if is_tag:
            yield found
        # The sign that ends this may begin another.
        at = found.end() if is_tag else found.end() - 1


def _outermost(found: Iterable[Found]) -> Iterator[Found]:
    """Tags that don't overlap: the one that begins first, of these the longest."""
    done = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= done:
            yield one
            done = one.end


def _within(found: Found, spans: list[tuple[int, int]]) -> bool:
    index = bisect_right(spans, (found.start, 1 << 60)) - 1
    return index >= 0 and found.start < spans[index][1]
