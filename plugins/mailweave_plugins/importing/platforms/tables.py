"""The tags of platforms that write them between marks of their own, as their documentation lists them (docs/import.md has its addresses).

Each table is name → meaning (see `platform_words`). A name that a table hasn't is the customer's field, or, with `others`, has no counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

UNSUBSCRIBE: Final = "links.unsubscribe"
PREFERENCES: Final = "links.preferences"
BROWSER: Final = "links.view_in_browser"

_SENDER: Final = "!write who sends it, or a token of the brand such as {{ brand.name }}"
_ADDRESS: Final = "!write {{ brand.address }} for all of it"
PLACE: Final = "!write {{ customer.address.city }} and the others that you need: an address is a mapping here"
_FORWARD: Final = "!mailweave has no forwarding by itself: take it out, or write the address of a page of yours that forwards"
_SOCIAL: Final = "!write the address of your page, or use {{ brand.social }}"
_LIST: Final = "!write the text itself: the list of another platform isn't known here"
_CAMPAIGN: Final = "!write {{ campaign.name }} for the campaign's name; the platform's own numbers of a campaign aren't known here"
_SUBJECT: Final = "!write the subject itself; in a `<title>` it becomes the campaign's `subject`"
_CONDITION: Final = "!write it as `{% if customer.… %}` … `{% endif %}`, or as variants of a block with rules"
_LINK_TEXT: Final = '!write `<a href="{{{{ {} }}}}">…</a>` with your own words'
_PROGRAM: Final = "!write what it gives: values as {{ customer.… }}, conditions as `{% if %}`, look-ups as a source in mailweave.yaml"


class Marked(NamedTuple):
    """A platform with marks of its own. `pattern` finds a tag, with the groups `name` (of a field or a tag), `token`
    or `bare` (of a tag), `default`, and `strange` (what has no counterpart). `others` is the meaning of a name
    that the table hasn't; without it that is the customer's field. Where `plain` is true, the marks may also be plain text inside a template's
    tag, and are let alone there. What `pattern` finds is text
    in a mail in which `sign` isn't found."""

    platform: str
    pattern: re.Pattern[str]
    table: Mapping[str, str]
    others: str = ""
    plain: bool = False
    sign: re.Pattern[str] | None = None


SALESFORCE: Final[Mapping[str, str]] = {
    "view_email_url": BROWSER,
    "unsub_center_url": UNSUBSCRIBE,
    "unsubscribe": UNSUBSCRIBE,
    "profile_center_url": PREFERENCES,
    "subscription_center_url": PREFERENCES,
    "email_preference_center": PREFERENCES,
    "view_online": BROWSER,
    "ftaf_url": _FORWARD,
    "member_busname": "brand.name",
    **dict.fromkeys(
        ("member_addr", "member_city", "member_state", "member_postalcode", "member_country"), "!write {{ brand.address }} for all of it"
    ),
    **dict.fromkeys(("replyname", "replyemailaddress", "fromname", "fromaddr", "sender_name", "sender_email"), _SENDER),
    "xtmonth": "@%B",
    "xtmonthnumeric": "@%-m",
    "xtday": "@%-d",
    "xtdayofweek": "@%A",
    "xtyear": "@%Y",
    "xtshortdate": "@%-m/%-d/%Y",
    "xtlongdate": "@%A, %B %-d, %Y",
    "_subscriberkey": "customer.id",
    "subscriberid": "customer.id",
    **dict.fromkeys(("emailname_", "_emailid", "jobid", "list_", "listid", "listsubid", "_jobsubscriberbatchid", "additionalinfo_"), _CAMPAIGN),
    **dict.fromkeys(("double_opt_in_url", "_messagecontext", "_istestsend", "_replycontent", "microsite_base_url"), _PROGRAM),
    "emailsubject_": _SUBJECT,
}
MAUTIC: Final[Mapping[str, str]] = {
    "unsubscribe_url": UNSUBSCRIBE,
    "dnc_url": UNSUBSCRIBE,
    "webview_url": BROWSER,
    "preference_url": PREFERENCES,
    "unsubscribe_text": _LINK_TEXT.format(UNSUBSCRIBE),
    "webview_text": _LINK_TEXT.format(BROWSER),
    "resubscribe_url": "!take it out, or write the address of your page for signing up",
    "tracking_pixel": "",
    "subject": _SUBJECT,
    "signature": _SENDER,
    "ownerfield": _SENDER,
    "dynamiccontent": "!make a slot of the campaign with a variant for each content, and rules that choose",
    "pagelink": "!write the page's address",
    "assetlink": "!write the file's address, or put it where `assets` of mailweave.yaml points",
    "focus": "!take it out: no mail client runs it",
    "form": "!take it out: hardly any mail client sends forms",
    **dict.fromkeys(("langbar", "sharebuttons", "categorylist", "segmentlist", "saveprefsbutton"), "!take it out: it belongs to a web page"),
}
ACTIVE_CAMPAIGN: Final[Mapping[str, str]] = {
    "FULLNAME": "!write {{ customer.first_name }} {{ customer.last_name }}",
    "ADDRESS": PLACE,
    "UNSUBSCRIBE": UNSUBSCRIBE,
    "UNSUBSCRIBE_URL": UNSUBSCRIBE,
    "UNSUBSCRIBELINK": UNSUBSCRIBE,
    "UPDATELINK": PREFERENCES,
    "WEBCOPY": BROWSER,
    "VIEW_IN_BROWSER": BROWSER,
    "FORWARD2FRIEND": _FORWARD,
    "CONFIRMLINK": "!write the address of your page that confirms",
    "SUBSCRIBERID": "customer.id",
    "CONTACTID": "customer.id",
    "SENDER-INFO": "brand.address",
    "SENDER-INFO-SINGLELINE": "brand.address",
    "ACCT_NAME": "brand.name",
    "TODAY": "@%Y-%m-%d",
    **dict.fromkeys(("LISTNAME", "LIST_NAME"), _LIST),
    **dict.fromkeys(("CAMPAIGNID", "MESSAGEID", "CAMPAIGN_NAME"), _CAMPAIGN),
    **dict.fromkeys(("SOCIALSHARE", "SOCIAL-FACEBOOK-LIKE"), _SOCIAL),
    **dict.fromkeys(("IF", "ELSEIF", "ELSE", "/IF"), _CONDITION),
}
MAILER_LITE: Final[Mapping[str, str]] = {
    "name": "customer.first_name",
    "unsubscribe": UNSUBSCRIBE,
    "url": BROWSER,
    "preferences": PREFERENCES,
    "forward": _FORWARD,
    "account": _SENDER,
    "subject": _SUBJECT,
    "if": _CONDITION,
}
CAMPAIGN_MONITOR: Final[Mapping[str, str]] = {
    "fullname": "!write [firstname,fallback=] and [lastname,fallback=], or {{ customer.full_name }} where profiles have it",
    "unsubscribe": UNSUBSCRIBE,
    "webversion": BROWSER,
    "preferences": PREFERENCES,
    "forwardtoafriend": _FORWARD,
    "currentday": "@%-d",
    "currentdayname": "@%A",
    "currentmonth": "@%-m",
    "currentmonthname": "@%B",
    "currentyear": "@%Y",
    **dict.fromkeys(("listname", "listid"), _LIST),
    **dict.fromkeys(("if", "elseif", "else", "endif"), _CONDITION),
}
SEND_GRID: Final[Mapping[str, str]] = {
    "unsubscribe": UNSUBSCRIBE,
    "unsubscribe_preferences": PREFERENCES,
    "weblink": BROWSER,
    "asm_group_unsubscribe_url": UNSUBSCRIBE,
    "asm_group_unsubscribe_raw_url": UNSUBSCRIBE,
    "asm_global_unsubscribe_url": UNSUBSCRIBE,
    "asm_global_unsubscribe_raw_url": UNSUBSCRIBE,
    "asm_preferences_url": PREFERENCES,
    "asm_preferences_raw_url": PREFERENCES,
    **dict.fromkeys(("sender_name", "sender_address", "sender_city", "sender_state", "sender_zip", "sender_country"), _SENDER),
}
MAILGUN: Final[Mapping[str, str]] = {
    "unsubscribe_url": UNSUBSCRIBE,
    "tag_unsubscribe_url": UNSUBSCRIBE,
    "mailing_list_unsubscribe_url": UNSUBSCRIBE,
}

# Mautic's tokens that name something after `=`.
_ASKING: Final = ("assetlink", "dynamiccontent", "focus", "form", "ownerfield", "pagelink")
_DEFAULT: Final = r"(?:\|default\((?P<quote>['\"])(?P<default>(?:(?!(?P=quote))[^{}])*)(?P=quote)\))?"
_WORD: Final = r"[A-Za-z_][\w .-]{0,78}"

# In this order where two find the same place.
PLATFORMS: Final[tuple[Marked, ...]] = (
    Marked("AMPscript", re.compile(r"%%(?:=(?:[^=%]++|=(?!%%)|%(?!%=))++=%%|\[(?:(?:[^\]%]++|\](?!%%)|%(?!%\[))*+\]%%)?)"), {}, _PROGRAM),
    Marked("Salesforce", re.compile(rf"%%(?P<name>{_WORD})%%"), SALESFORCE),
    Marked(
        "Mautic",
        re.compile(
            r"(?<!\{)\{(?:(?:contact|lead)field=(?P<name>[\w-]+)(?:\|(?:true|(?P<strange>date|time|datetime)|(?P<default>[^{}\n]*))(?=\}))?"
            rf"|(?P<token>{'|'.join(_ASKING)})=[^{{}}\n]*|(?P<bare>{'|'.join(sorted({*MAUTIC} - {*_ASKING}))}))\}}(?!\}})"
        ),
        MAUTIC,
    ),
    Marked("ActiveCampaign", re.compile(r"%(?:(?P<name>IF|ELSEIF)\s[^%\n<>]{1,200}|(?P<token>/IF|ELSE))%"), ACTIVE_CAMPAIGN, plain=True),
    Marked("Mailgun", re.compile(r"%(?:recipient\.(?P<name>\w+)|(?P<token>(?:tag_|mailing_list_)?unsubscribe_url))%"), MAILGUN),
    Marked("ActiveCampaign", re.compile(r"%(?P<name>[A-Z][A-Z0-9_-]{2,60}?)(?P<strange>[+-]\d+)?%(?P<token>)"), ACTIVE_CAMPAIGN, plain=True),
    Marked("MailerLite", re.compile(rf"(?<!\{{)\{{\$(?P<name>[A-Za-z_]\w*){_DEFAULT}\}}"), MAILER_LITE),
    Marked(
        "MailerLite",
        re.compile(r"(?<!\{)\{(?:(?:else)?if\s[^{}\n$]*+\$[^{}\n]*+|\$(?P<name>[a-z]+)[^{}\n]*|(?P<token>/if|else))\}(?!\})"),
        {},
        "!write the value with a filter of the mail's language, and a condition as `{% if %}`",
        plain=True,
    ),
    Marked("SendGrid", re.compile(r"<%\s*(?P<name>[\w.]+)\s*%>"), SEND_GRID, "!SendGrid documents no such tag: look at its spelling"),
    Marked("SendGrid", re.compile(r"\[%\s*(?P<name>[\w.-]+)\s*(?:\|\s*+(?P<default>(?:[^%\]{}\s]|\s++(?!%\]))*?)\s*+)?%\]"), SEND_GRID),
    Marked(
        "SendGrid",
        re.compile(r"\[(?P<name>Unsubscribe|Unsubscribe_Preferences|Weblink|Sender_(?:Name|Address|City|State|Zip|Country))\]"),
        SEND_GRID,
        plain=True,
    ),
    Marked(
        "Campaign Monitor",
        re.compile(r"\[(?P<name>[^\[\],|<>{}\"=\n]{1,60}?)\s*,\s*fallback\s*=(?P<default>[^\[\]{}\n]*)\]", re.IGNORECASE),
        CAMPAIGN_MONITOR,
    ),
    Marked(
        "Campaign Monitor",
        re.compile(
            r"(?<!<!)\[(?:(?P<name>(?:else)?if):[^\[\]\n]+"
            r"|(?P<token>else|endif|firstname|lastname|fullname|unsubscribe|webversion|preferences|forwardtoafriend|listname|listid"
            r"|current(?:day|dayname|month|monthname|year)))\]"
        ),
        CAMPAIGN_MONITOR,
        plain=True,
    ),
    Marked(
        "Campaign Monitor",
        re.compile(r"\[(?P<name>email)\]"),
        CAMPAIGN_MONITOR,
        plain=True,
        sign=re.compile(r",\s*fallback\s*=|\[(?:unsubscribe|webversion)\]|<(?:unsubscribe|webversion)\b", re.IGNORECASE),
    ),
)
