"""The tags of other platforms in our words.

Mailchimp's merge tags (`*|FNAME|*`), others' `%FIRSTNAME%`, Braze's `{{${first_name}}}`, Customer.io's `{% unsubscribe_url %}` and SendGrid's bare
names (`{{first_name}}`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mailweave.edits import Edit
from mailweave.languages import Template
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.percent import percent_tags

_NAMES: Final[Mapping[str, str]] = {
    "FNAME": "customer.first_name",
    "FIRSTNAME": "customer.first_name",
    "FIRST_NAME": "customer.first_name",
    "LNAME": "customer.last_name",
    "LASTNAME": "customer.last_name",
    "LAST_NAME": "customer.last_name",
    "EMAIL": "customer.email",
    "EMAIL_ADDRESS": "customer.email",
    "UNSUB": "links.unsubscribe",
    "UNSUBSCRIBE": "links.unsubscribe",
    "UNSUBSCRIBE_URL": "links.unsubscribe",
    "UNSUBSCRIBE_LINK": "links.unsubscribe",
    "UPDATE_PROFILE": "links.preferences",
    "ARCHIVE": "links.view_in_browser",
    "VIEW_IN_BROWSER": "links.view_in_browser",
    "LIST:COMPANY": "brand.name",
    "LIST:ADDRESS": "brand.address",
}
# Bare names that mean a link, not something of the customer.
_LINKS: Final[Mapping[str, str]] = {
    "unsubscribe": "links.unsubscribe",
    "unsubscribe_url": "links.unsubscribe",
    "unsubscribe_link": "links.unsubscribe",
    "unsubscribe_preferences": "links.preferences",
    "view_in_browser_url": "links.view_in_browser",
    "weblink": "links.view_in_browser",
}
_BRAZE_LINKS: Final[Mapping[str, str]] = {"set_user_to_unsubscribed_url": "links.unsubscribe"}

_MERGE: Final = re.compile(r"\*\|(?P<name>[A-Z][A-Z0-9_:]*)\|\*")
_OTHER_MERGE: Final = re.compile(r"\*\|[^|\n]{1,80}\|\*")
_TAG: Final = re.compile(r"\{\{.*?\}\}\}?|\{%.*?%\}", re.DOTALL)
_BRAZE: Final = re.compile(r"(?:custom_attribute\s*\.\s*)?\$\{\s*(?P<name>[A-Za-z_]\w*)\s*\}")
_BRAZE_OTHER: Final = re.compile(r"[a-z_]+\s*\.\s*\$\{[^}]*\}")
_CUSTOMER_IO: Final = re.compile(r"\{%-?\s*(?P<name>unsubscribe_url|view_in_browser_url)\s*-?%\}")
_SENDGRID: Final = re.compile(r"<%\s*asm_(?P<name>\w+?)(?:_raw)?_url\s*%>")


def translate(draft: Draft) -> None:
    """Put the platforms' tags into our words; what there is no word for stays as it is and is told."""
    draft.edit([*_merge_tags(draft)])
    draft.edit([*_braze(draft)])
    draft.edit([*_matches(draft, _CUSTOMER_IO, lambda name: _LINKS.get(name, f"links.{name}"))])
    draft.edit([*_matches(draft, _SENDGRID, lambda name: "links.preferences" if "preferences" in name else "links.unsubscribe")])


def _merge_tags(draft: Draft) -> Iterator[Edit]:
    known = sorted([*_MERGE.finditer(draft.text), *percent_tags(draft.text)], key=lambda found: found.start())
    for found in known:
        name = found["name"]
        if ":" not in name or name in _NAMES:
            yield found.start(), found.end(), f"{{{{ {_NAMES.get(name, f'customer.{name.lower()}')} }}}}"
    for found in _OTHER_MERGE.finditer(draft.text):
        if not _MERGE.fullmatch(found[0]) or (":" in found[0] and found[0].strip("*|") not in _NAMES):
            draft.tell(found.start(), f"`{found[0]}` has no counterpart", "write it as an `if` or a merge variable", length=len(found[0]))


def _braze(draft: Draft) -> Iterator[Edit]:
    for tag in _TAG.finditer(draft.text):
        for found in _BRAZE.finditer(draft.text, tag.start(), tag.end()):
            own = draft.text[: found.start()].endswith(".")
            if not own:
                name = found["name"]
                yield found.start(), found.end(), _BRAZE_LINKS.get(name, f"customer.{name}")
        for found in _BRAZE_OTHER.finditer(draft.text, tag.start(), tag.end()):
            if not found[0].startswith("custom_attribute"):
                draft.tell(found.start(), f"`{found[0]}` has no counterpart", "write the name of a value that templates see", length=len(found[0]))


def _matches(draft: Draft, pattern: re.Pattern[str], named: Callable[[str], str]) -> Iterator[Edit]:
    return ((found.start(), found.end(), f"{{{{ {named(found['name'])} }}}}") for found in pattern.finditer(draft.text))


def bare_names(draft: Draft, template: Template, known: frozenset[str]) -> list[Edit]:
    """The edits that turn names nobody else gives into the customer's: `first_name` into `customer.first_name`. Partials stay as they are."""
    edits: dict[int, Edit] = {}
    now = draft.now
    for use in template.uses:
        if use.place.path != now.path:
            continue
        root = use.path.split(".")[0]
        offset = now.offset_of(use.place)
        written = re.compile(rf"((?:\.\./)*){re.escape(root)}(?![\w-])").match(draft.text, offset)
        if root not in known and written:
            start = offset + len(written[1])
            edits[start] = (start, written.end(), _LINKS.get(root, f"customer.{root}") if use.path == root else f"customer.{root}")
    return list(edits.values())
