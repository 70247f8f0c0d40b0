"""listmonk's templates, which are Go's, in Liquid (https://listmonk.app/docs/templating/)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mailweave.edits import Edit
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.date_patterns import strftime
from mailweave_plugins.importing.platforms.delimited import tell_foreign, tell_renamed
from mailweave_plugins.importing.platforms.tables import BROWSER, PREFERENCES, UNSUBSCRIBE
from mailweave_plugins.importing.platforms.words import Clash, Outcome, Report, Words, filled, unfilled

_MARK: Final = re.compile(
    r"\{\{-?\s*(?:(?:(?:else\s+)?if|range|with)\s+(?:\w+\s+)?)?"
    r"(?:\.(?:Subscriber|Campaign|Tx)\b|(?:UnsubscribeURL|ManageURL|OptinURL|MessageURL|ArchiveURL|RootURL)\b|Track(?:View|Link)\b|template\s+\"|L\.T\b)"
)
_TAG: Final = re.compile(r"\{\{(?P<before>-?)(?P<inside>(?:\"[^\"\n]*\"|`[^`]*`|[^{}\"`])*?)(?P<after>-?)\}\}")
_TRACKED: Final = re.compile(r"@TrackLink\b")
_TEXT: Final = r"(?:\"(?P<double>[^\"]*)\"|`(?P<raw>[^`]*)`)"
_FIELD: Final = r"\.Subscriber\.(?:Attribs\.)?(?P<field>\w+(?:\.\w+)*)"

_TABLE: Final[Mapping[str, str]] = {
    "UnsubscribeURL": UNSUBSCRIBE,
    "ManageURL": PREFERENCES,
    "MessageURL": BROWSER,
    "ArchiveURL": BROWSER,
    "OptinURL": "!write the address of your page that confirms",
    "RootURL": "brand.url",
    "TrackView": "",
    ".Subscriber.UUID": "customer.id",
    ".Subscriber.ID": "customer.id",
    ".Subscriber.Name": "!write {{ customer.first_name }} and {{ customer.last_name }}",
    ".Subscriber.Status": "!take it out: a run mails those that its list names",
    ".Campaign.Name": "campaign.name",
    ".Campaign.UUID": "!write {{ campaign.name }}: listmonk's own number isn't known here",
    ".Campaign.Subject": "!write the subject itself; in a `<title>` it becomes the campaign's `subject`",
    ".Campaign.FromEmail": "!write the address itself",
}
_REMEDIES: Final = (
    (r"template\b|define\b|block\b", "put the template and the campaign's text into one file"),
    (r"range\b|with\b|break\b|continue\b", "write it as `{% for item in customer.… %}` … `{% endfor %}`"),
    (r"\.Tx\b", "put the value into profiles and write {{ customer.… }}"),
    (r"L\.", "write the text, or `{{ 'key' | t }}` with messages/<locale>.yaml"),
    (r"(?:else\s+)?if\b", "write it as `{% if customer.… %}` … `{% endif %}`"),
)
_OPERATORS: Final = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_TEST: Final = re.compile(rf"(?:(?P<how>{'|'.join(_OPERATORS)})\s+)?(?P<not>not\s+)?{_FIELD}(?:\s+(?:{_TEXT}|(?P<number>-?\d+(?:\.\d+)?)))?\Z")


def is_go(text: str) -> bool:
    """Whether a text's tags are Go's, as listmonk has them."""
    return bool(_MARK.search(text))


def go_tags(draft: Draft, words: Words) -> Iterator[Edit]:
    """The edits that turn Go's tags into Liquid's."""
    if not is_go(draft.text):
        return
    opened: list[str] = []
    for tag in _TAG.finditer(draft.text):
        outcome = _outcome(tag["inside"].strip(), opened, words)
        if isinstance(outcome, Report):
            tell_foreign(draft, tag.start(), f"`{tag[0].splitlines()[0]}` of listmonk has no counterpart", outcome.remedy, len(tag[0]))
        elif not outcome and not tag["inside"].strip().startswith("/*"):
            draft.tell(tag.start(), f"`{tag[0]}` of listmonk was left out", "mailweave counts no openings", length=len(tag[0]))
        tell_renamed(draft, tag.start(), words)
        yield *tag.span(), _trimmed(outcome, tag) if isinstance(outcome, str) else outcome.stand_in
    yield from ((*found.span(), "") for found in _TRACKED.finditer(draft.text))


def _trimmed(written: str, tag: re.Match[str]) -> str:
    """The same with the marks that take the white space away before and after it."""
    found = re.fullmatch(r"(\{[{%])(.*)([}%]\})", written, re.DOTALL)
    return f"{found[1]}{tag['before']}{found[2]}{tag['after']}{found[3]}" if found else written


def _outcome(inside: str, opened: list[str], words: Words) -> Outcome:
    """What a tag becomes. `opened`: what closes the blocks around it."""
    if inside.startswith("/*"):
        return ""
    if inside == "end":
        return opened.pop() if opened else Report("take it out: nothing is open here")
    if inside == "else":
        return "{% else %}" if opened else Report("take it out: nothing is open here")
    try:
        outcome = _condition(inside, words) if re.match(r"(?:else\s+)?if\b", inside) else _value(inside, words)
    except Clash as clash:
        outcome = Report(str(clash))
    if re.match(r"(?:if|range|with|block|define)\b", inside):
        opened.append("{% endif %}")
    # What was told leaves a condition behind, for the tags that belong to it.
    block = re.match(r"(?:if|range|with|block|define)\b|else\s+if\b", inside)
    if block and isinstance(outcome, Report):
        return Report(outcome.remedy, "{% elsif true %}" if inside.startswith("else") else "{% if true %}")
    return outcome


def _value(inside: str, words: Words) -> Outcome:
    if inside in _TABLE:
        return words.meaning(_TABLE[inside])
    field = re.fullmatch(rf"{_FIELD}(?:\s*\|\s*default\s+{_TEXT})?", inside)
    if field:
        return words.value(_path(field["field"], words), field["double"] or field["raw"] or "")
    date = re.fullmatch(rf"Date\s+{_TEXT}", inside)
    pattern = strftime(date["double"] or date["raw"] or "", "go") if date else None
    if pattern:
        return words.moment(pattern)
    link = re.fullmatch(rf"TrackLink\s+{_TEXT}(?:\s+\.)?", inside)
    if link:
        return link["double"] or link["raw"] or ""
    remedy = next((remedy for start, remedy in _REMEDIES if re.match(start, inside)), "write it with Liquid's filters and values")
    return Report(remedy)


def _condition(inside: str, words: Words) -> Outcome:
    """`if` of a field, or of a field and a constant. In Go an empty text, an empty list and zero are false."""
    tag = "elsif" if inside.startswith("else") else "if"
    test = _TEST.fullmatch(re.sub(r"^(?:else\s+)?if\s+", "", inside))
    if not test or bool(test["how"]) != (test["number"] is not None or test["double"] is not None or test["raw"] is not None):
        return Report("write it as `{% if customer.… %}` … `{% endif %}`")
    path = _path(test["field"], words)
    if test["how"]:
        value = test["number"] or f'"{test["double"] or test["raw"] or ""}"'
        return f"{{% {tag} {path} {_OPERATORS[test['how']]} {value} %}}"
    how = f"{unfilled(path)} or {path} == 0" if test["not"] else f"{filled(path)} and {path} != 0"
    return f"{{% {tag} {how} %}}"


def _path(field: str, words: Words) -> str:
    return f"customer.{field}" if "." in field else words.field(field)
