"""Elements that platforms add to HTML: Campaign Monitor's (https://www.campaignmonitor.com/create/templates/) and Salesforce's `<custom>`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mailweave.edits import Edit
from mailweave.tags import Tag, tags
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.delimited import tell_foreign
from mailweave_plugins.importing.platforms.tables import BROWSER, PREFERENCES, UNSUBSCRIBE
from mailweave_plugins.importing.platforms.words import Report, Words

# Element → its meaning; a value is a link around the element's own text.
_LINKS: Final[Mapping[str, str]] = {"unsubscribe": UNSUBSCRIBE, "webversion": BROWSER, "preferences": PREFERENCES}
_MOMENTS: Final[Mapping[str, str]] = {
    "currentday": "@%-d",
    "currentdayname": "@%A",
    "currentmonth": "@%-m",
    "currentmonthname": "@%B",
    "currentyear": "@%Y",
}
# They mark for an editor what may be changed; what stands in them is mailed.
_EDITABLE: Final = frozenset({"singleline", "multiline", "layout", "repeater", "editable", "modules", "module"})
_SOCIAL: Final = "write a link to your page with words of its own"
_REFUSED: Final[Mapping[str, str]] = {
    "forwardtoafriend": "take it out, or link to a page of yours that forwards",
    "tableofcontents": "write the table of contents with links of its own",
    "fblike": _SOCIAL,
    "tweet": _SOCIAL,
    "fbshare": _SOCIAL,
}


def foreign_elements(draft: Draft, words: Words) -> Iterator[Edit]:
    """The edits that convert such elements."""
    for tag in tags(draft.text):
        if tag.name in _LINKS:
            opened = f'<a href="{words.value(_LINKS[tag.name])}"{draft.text[tag.attributes_start : tag.end - 1]}>'
            yield tag.start, tag.end, "</a>" if tag.closing else opened
        elif tag.name in _MOMENTS:
            yield tag.start, tag.end, "" if tag.closing else str(words.meaning(_MOMENTS[tag.name]))
        elif tag.name in _EDITABLE:
            yield tag.start, tag.end, ""
            if not tag.closing:
                what, remedy = f"`<{tag.name}>` was left out, and what stands in it kept", "make it a block's parameter if it has to change"
                draft.tell(tag.start, what, remedy, length=len(tag.name) + 1)
        elif tag.name in _REFUSED or tag.name == "custom":
            yield tag.start, tag.end, _refused(draft, tag)


def _refused(draft: Draft, tag: Tag) -> str:
    outcome = Report(_REFUSED.get(tag.name, "write what it gives"))
    if tag.name == "custom" and (tag.get("name") or "").lower() == "opencounter":
        draft.tell(tag.start, "`<custom name=\"opencounter\">` was left out", "mailweave counts no openings", length=7)
    elif not tag.closing:
        tell_foreign(draft, tag.start, f"`<{tag.name}>` has no counterpart", outcome.remedy, len(tag.name) + 1)
    return ""
