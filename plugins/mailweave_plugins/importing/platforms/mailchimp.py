"""Mailchimp's merge tags, `*|…|*`: fields, system tags, dates and conditions (https://mailchimp.com/help/all-the-merge-tags-cheat-sheet/)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Final

from mailweave_plugins.importing.platforms.date_patterns import strftime
from mailweave_plugins.importing.platforms.tables import BROWSER, PLACE, PREFERENCES, UNSUBSCRIBE
from mailweave_plugins.importing.platforms.words import Outcome, Report, Words, filled, unfilled

# In an `href`, editors write the marks' `|` as %7C.
TAG: Final = re.compile(r"\*(?:\||%7C)(?P<name>\s*[A-Z][^|\n*]{0,200}?)(?:\||%7C)\*", re.IGNORECASE)

_TABLE: Final[Mapping[str, str]] = {
    "UNSUB": UNSUBSCRIBE,
    "UNSUBSCRIBE": UNSUBSCRIBE,
    "UNSUBSCRIBE_URL": UNSUBSCRIBE,
    "UNSUBSCRIBE_LINK": UNSUBSCRIBE,
    "UPDATE_PROFILE": PREFERENCES,
    "ARCHIVE": BROWSER,
    "VIEW_IN_BROWSER": BROWSER,
    **dict.fromkeys(("ARCHIVE_LINK_SHORT", "ARCHIVE_LINK_LONG"), BROWSER),
    "ADDRESS": PLACE,
    "FORWARD": "!mailweave has no forwarding by itself: take it out, or write the address of a page of yours that forwards",
    "CURRENT_YEAR": "@%Y",
    "LIST:COMPANY": "brand.name",
    "USER:COMPANY": "brand.name",
    "LIST:ADDRESS": "brand.address",
    "LIST:ADDRESSLINE": "brand.address",
    "USER:ADDRESS": "brand.address",
    "LIST_ADDRESS_HTML": "brand.address",
    "HTML:LIST_ADDRESS_HTML": "brand.address",
    "HTML:LIST_ADDRESS": "brand.address",
    "LIST:URL": "brand.url",
    "USER:URL": "brand.url",
    # The layout puts the campaign's preheader in.
    "MC_PREVIEW_TEXT": "",
    "MC:SUBJECT": "!write the subject itself; in a `<title>` it becomes the campaign's `subject`",
    "MERGE0": "customer.email",
    "UNIQID": "customer.id",
    "EMAIL_UID": "!write {{ customer.id }}: the number that Mailchimp gave to a contact isn't known here",
    "CAMPAIGN_UID": "!write {{ campaign.name }}: the number that Mailchimp gave to a campaign isn't known here",
    "ABUSE_EMAIL": "!write the address itself",
    **dict.fromkeys(("REWARDS", "REWARDS_TEXT", "HTML:REWARDS"), "!take it out: it is Mailchimp's own badge"),
    **dict.fromkeys(("OPTIN_DATE", "OPTIN_TIME", "CONFIRM_DATE"), "!write {{ customer.signed_up_at | date: 'long' }}, or a field of yours"),
    **dict.fromkeys(("OPTIN_IP", "CONFIRM_IP"), "!write a field of yours"),
    **dict.fromkeys(("MC_LANGUAGE", "MC_LANGUAGE_LABEL"), "!write {{ locale }} for the reader's locale"),
}
# How a name begins → what to do.
_FAMILIES: Final[Mapping[str, str]] = {
    r"(?:LIST|USER):|ABOUT_LIST": "!write the text itself: Mailchimp's audience isn't known here",
    r"MERGE\d": "!write the field's own tag, such as *|FNAME|*: the audience's settings say which field the number means",
    r"INTERESTED:": '!write `{% if customer.interests contains "…" %}` … `{% endif %}`, with a field of yours that lists them',
    r"END:INTERESTED": "!write `{% endif %}`",
    r"GROUP:": "!write a field of yours that lists them",
    r"TITLE:": "!write `{{ customer.… | capitalize }}`, which is for one word",
    r"HTML:": "!write the value itself; `safe` puts out markup of your own team",
    r"URL:": "!write the value itself: in an address it is encoded anyway",
    r"(?:FACEBOOK|TWITTER|SHARE|INSTAGRAM|PINTEREST|LINKEDIN|GOOGLE|MC:(?:FB|TWEET|SHARE))\b": "!write your page's address, or {{ brand.social }}",
    r"(?:END:)?(?:RSS|FEED)(?:BLOCK|FEED|ITEMS?)?(?::|\Z)": "!declare the feed as a source in mailweave.yaml, and loop over it",
    r"(?:END:)?(?:PRODUCT_RECOMMENDATION|RECOMMENDATIONS?)\b": "!use {{ recommendations }}",
    r"(?:ORDER|CART|PROMO_CODE|COUPON|PRODUCT):": "!write it with values of your own, such as {{ customer.… }}",
    r"MC[:_]|(?:POLL|SURVEY|PROFILE|TRANSLATE|TEXT|END):|ARCHIVE_|CAMPAIGN_": "!write it with your own words or a link of yours",
}
_ELSE: Final = "!write it as `{% if customer.… %}` … `{% endif %}`, or as variants of a block with rules"
_CONDITION: Final = re.compile(
    r"(?P<kind>IF|IFNOT|ELSEIF):\s*(?P<name>[A-Z]\w*)\s*(?:(?P<how>!=|>=|<=|=|>|<)\s*(?P<value>[^=<>!].*?)\s*)?\Z", re.IGNORECASE
)
# A mail is never the page that shows it in a browser; that a mail has a preheader is for its campaign to say.
_CONSTANT: Final = {"ARCHIVE_PAGE": False, "MC_PREVIEW_TEXT": True}
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?\Z", re.ASCII)


def outcome(name: str, words: Words) -> Outcome:
    """What a tag becomes, by what stands between its marks."""
    name = unescape(name).strip()
    shout = name.upper()
    if shout in _TABLE:
        return words.meaning(_TABLE[shout])
    if re.match(r"(?:IF|IFNOT|ELSEIF|ELSE|END:IF)\b", shout):
        return _condition(name, words)
    if shout.startswith("DATE:"):
        pattern = strftime(name[5:], "php")
        return words.moment(pattern) if pattern else Report(f"write `{words.moment('%d %B %Y')}` with directives of strftime")
    if (cased := re.fullmatch(r"(UPPER|LOWER):([A-Z]\w*)", shout)) and words.liquid:
        return f"{{{{ {words.field(cased[2].lower())} | {'upcase' if cased[1] == 'UPPER' else 'downcase'} }}}}"
    for beginning, meaning in _FAMILIES.items():
        if re.match(beginning, shout):
            return words.meaning(meaning)
    return words.value(words.field(name.lower())) if re.fullmatch(r"[A-Z]\w*", shout) else words.meaning(_ELSE)


def _condition(name: str, words: Words) -> Outcome:
    """A part of a conditional merge block (https://mailchimp.com/help/use-conditional-merge-tag-blocks/)."""
    if not words.liquid:
        return Report("write it as `{{#if customer.…}}` … `{{/if}}`")
    if re.fullmatch(r"ELSE:?|END:IF", name, re.IGNORECASE):
        return "{% else %}" if name.upper().startswith("ELSE") else "{% endif %}"
    found = _CONDITION.match(name)
    tag = "elsif" if name.upper().startswith("ELSEIF") else "if"
    test = _test(found, words) if found else words.meaning(_ELSE)
    # What was told leaves a condition behind, for the tags that belong to it.
    return Report(test.remedy, f"{{% {tag} true %}}") if isinstance(test, Report) else f"{{% {tag} {test} %}}"


def _test(found: re.Match[str], words: Words) -> Outcome:
    shout, negated = found["name"].upper(), found["kind"].upper() == "IFNOT"
    if shout in _CONSTANT and not found["how"]:
        return str(_CONSTANT[shout] != negated).lower()
    if shout in _TABLE and not _TABLE[shout].startswith("customer."):
        return Report("take the condition and what stands in it out, or ask for a value of yours")
    path = _TABLE.get(shout) or words.field(found["name"].lower())
    if not found["how"]:
        return unfilled(path) if negated else filled(path)
    return (not negated and _compared(path, found["how"], found["value"])) or words.meaning(_ELSE)


def _compared(path: str, how: str, value: str) -> str:
    """A comparison; a number may be stored as one or as text. Empty where it can't be written."""
    value = value.strip("\"'")
    number = _NUMBER.match(value)
    if how not in ("=", "!="):
        return f"{path} {how} {value}" if number else ""
    if '"' in value or "{" in value or "%" in value:
        return ""
    sign, joint = ("==", "or") if how == "=" else ("!=", "and")
    text = f'{path} {sign} "{value}"'
    return f"{path} {sign} {value} {joint} {text}" if number else text
