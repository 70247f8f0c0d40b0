"""Braze's personalisation tags in Liquid's words (https://www.braze.com/docs/user_guide/personalization_and_dynamic_content/liquid/).

Braze names a value as `${first_name}` or `custom_attribute.${Fav Team}`, and may write that in braces of its own inside a tag:
`{% if {{custom_attribute.${tier}}} == 'gold' %}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mailweave.edits import Edit
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.delimited import QUOTED, TEMPLATE, tell_foreign, tell_renamed
from mailweave_plugins.importing.platforms.tables import PREFERENCES, UNSUBSCRIBE
from mailweave_plugins.importing.platforms.words import Clash, Outcome, Report, Words, possible

_NESTED: Final = re.compile(r"(\{\{\s*+)(?:\$\{[^{}]*+\}|[^{}$\s]++|\s++(?!\}\})|\$(?!\{))*+(\s*+\}\})")
_NAMED: Final = re.compile(r"(?:(?<![a-z_])(?P<kind>[a-z_]++)\s*+\.\s*+)?\$\{\s*+(?P<name>(?:[^{}\s]++|\s++(?!\}))*+)\s*+\}")
_CONTENT_BLOCK: Final = re.compile(r"\{\{\s*content_blocks\s*\.\s*\$\{\s*+(?P<name>[^{}\s]++(?:[^{}\s]++|\s++(?!\}))*+)\s*+\}[^{}]*+\}\}")

_OPT_IN: Final = "!write the address of a page of yours that signs people up"
_TRIGGER: Final = "!what triggers a message isn't known here: put it into profiles and write {{ customer.… }}, or declare a source"
_STATE: Final = "!ask for a field of yours, such as {{ customer.subscribed }}: a run mails those that its list names"
_DEVICE: Final = "!take it out: a mail isn't sent to a device"
# Standard attributes that have another name here.
_STANDARD: Final[Mapping[str, str]] = {
    "user_id": "customer.id",
    "time_zone": "customer.timezone",
    "most_recent_locale": "customer.locale",
    "date_of_birth": "customer.birthday",
    "set_user_to_unsubscribed_url": UNSUBSCRIBE,
    "set_user_to_subscribed_url": _OPT_IN,
    "set_user_to_opted_in_url": _OPT_IN,
    "unsubscribe_url": UNSUBSCRIBE,
    "email_footer": "!write the footer as a block",
    "braze_id": "!write {{ customer.id }}: Braze's own number of a customer isn't known here",
    "random_bucket_number": "!use the rule of a holdout, or a field of yours",
}
_KINDS: Final[Mapping[str, str]] = {
    "event_properties": _TRIGGER,
    "api_trigger_properties": _TRIGGER,
    "canvas_entry_properties": _TRIGGER,
    "context": _TRIGGER,
    "subscribed_state": _STATE,
    "preference_center": PREFERENCES,
    "campaign": "!write {{ campaign.name }} for the campaign's name; Braze's numbers of it aren't known here",
    "canvas": "!write {{ campaign.name }}: a journey's own name isn't known here",
    "card": "!take it out: a mail has no cards",
    "app": _DEVICE,
    "targeted_device": _DEVICE,
    "most_recently_used_device": _DEVICE,
    "content_blocks": "!write `{% render 'name' %}` in a tag of its own, and the block as partials/name.liquid",
}


def braze_tags(draft: Draft, words: Words) -> Iterator[Edit]:
    """The edits that put Braze's names into Liquid's words."""
    for tag in TEMPLATE.finditer(draft.text):
        if "${" not in tag[0]:
            continue
        block = _CONTENT_BLOCK.fullmatch(tag[0])
        if block:
            # A content block sees the names around it, as an included partial does.
            yield *tag.span(), f"{{% include '{possible(block['name'])}' %}}"
            continue
        if tag[0].startswith("{%"):
            yield from _without_braces(draft, tag)
        quoted = [text.span() for text in QUOTED.finditer(draft.text, *tag.span())]
        for found in _NAMED.finditer(draft.text, *tag.span()):
            if any(start < found.start() < end for start, end in quoted):
                tell_foreign(draft, found.start(), f"`{found[0]}` of Braze stands in quotes", "put it out by itself, or `append` it", len(found[0]))
            else:
                yield *found.span(), _named(draft, found, words)
                tell_renamed(draft, found.start(), words)


def _without_braces(draft: Draft, tag: re.Match[str]) -> Iterator[Edit]:
    for nested in _NESTED.finditer(draft.text, *tag.span()):
        if "${" in nested[0]:
            yield *nested.span(1), ""
            yield *nested.span(2), ""


def _named(draft: Draft, found: re.Match[str], words: Words) -> str:
    try:
        outcome = _outcome(found["kind"] or "", found["name"], words)
    except Clash as clash:
        outcome = Report(str(clash))
    if isinstance(outcome, str):
        return outcome
    tell_foreign(draft, found.start(), f"`{found[0]}` of Braze has no counterpart", outcome.remedy, len(found[0]))
    # Something that can stand anywhere, so that the rest of the tag can be read.
    return "customer"


def _outcome(kind: str, name: str, words: Words) -> Outcome:
    if not name:
        return Report("name an attribute between the braces")
    if kind == "custom_attribute":
        return words.field(name)
    if not kind:
        meaning = _STANDARD.get(name) or words.field(name)
    elif kind == "campaign" and name == "name":
        meaning = "campaign.name"
    else:
        meaning = _KINDS.get(kind, "!write the name of a value that templates see")
    return Report(meaning[1:]) if meaning.startswith("!") else meaning
