"""Tags and filters that other platforms add to Liquid, or have in languages that look like it (Django's at Klaviyo and Brevo, HubSpot's HubL)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mailweave.edits import Edit
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.date_patterns import strftime
from mailweave_plugins.importing.platforms.delimited import QUOTED, TEMPLATE, tell_foreign, tell_renamed
from mailweave_plugins.importing.platforms.django_conditions import condition
from mailweave_plugins.importing.platforms.tables import BROWSER, PREFERENCES, UNSUBSCRIBE
from mailweave_plugins.importing.platforms.words import Clash, Outcome, Report, Words

_MODULE: Final = "!write what it gives; a part that may change is a slot of the campaign's layout"
_CATALOG: Final = "!declare the catalogue as a source in mailweave.yaml, or use {{ recommendations }}"
_MONEY: Final = "!write `| money`, which takes whole units (12.50), not cents"
_IMAGE: Final = "!write the picture's address; a relative one lies under `assets` of mailweave.yaml"
_COUNT: Final = "!write it with `plus`, `minus`, `times` or `divided_by`"

# Tag → its meaning; `=name` is another name for it here, `a:…` a link whose text it is given.
_TAGS: Final[Mapping[str, str]] = {
    "unsubscribe_url": UNSUBSCRIBE,
    "unsubscribe_link": UNSUBSCRIBE,
    "manage_subscription_preferences_url": PREFERENCES,
    "manage_preferences_link": PREFERENCES,
    "view_in_browser_url": BROWSER,
    "web_view_link": BROWSER,
    "unsubscribe": f"a:{UNSUBSCRIBE}",
    "manage_preferences": f"a:{PREFERENCES}",
    "web_view": f"a:{BROWSER}",
    "current_year": "@%Y",
    "current_month_name": "@%B",
    "current_month": "@%-m",
    "current_day": "@%-d",
    "current_weekday": "@%A",
    "elif": "=elsif",
    "set": "=assign",
    "empty": "=else",
    "today": "!write `{{ at | date: '%B %-d' }}`",
    "now": "!write `{{ at | date: '%B %-d' }}`",
    "coupon_code": "!write a field of yours, such as {{ customer.coupon }}",
    "promotion": "!write a field of yours, such as {{ customer.coupon }}",
    **dict.fromkeys(("catalog", "endcatalog", "catalog_items", "catalog_selection_items"), _CATALOG),
    **dict.fromkeys(("with", "endwith"), "!write `{% assign name = … %}`"),
    **dict.fromkeys(("module", "module_block", "end_module_block", "module_attribute", "end_module_attribute"), _MODULE),
    **dict.fromkeys(("dnd_area", "end_dnd_area", "dnd_section", "end_dnd_section", "dnd_column", "end_dnd_column", "dnd_module"), _MODULE),
    **dict.fromkeys(("text", "rich_text", "image", "linked_image", "cta", "logo", "header", "color", "boolean", "global_partial"), _MODULE),
    **dict.fromkeys(("widget_block", "end_widget_block", "widget_attribute", "end_widget_attribute", "require_css", "end_require_css"), _MODULE),
    **dict.fromkeys(("macro", "endmacro", "import", "from", "extends", "block", "endblock", "call", "endcall"), "!write a partial, and `render` it"),
    **dict.fromkeys(
        ("message_extras", "snippet", "translation", "endtranslation"), "!write the text, or `t` with a key of messages/<locale>.yaml"
    ),
}
# Filter → what it is called here, or what to write.
_FILTERS: Final[Mapping[str, str]] = {
    "lower": "downcase",
    "upper": "upcase",
    "length": "size",
    "striptags": "strip_html",
    "linebreaksbr": "newline_to_br",
    "urlencode": "url_encode",
    "datetimeformat": "date",
    "img_url": _IMAGE,
    **dict.fromkeys(("image_url", "product_img_url", "asset_url", "file_url", "shopify_asset_url", "missing_product_image"), _IMAGE),
    **dict.fromkeys(("money_with_currency", "money_without_currency", "money_without_trailing_zeros", "currency_format", "format_currency"), _MONEY),
    "format_address": "!write its lines: name, street, city and country",
    "link_to": '!write `<a href="…">…</a>`',
    "title": "!write `| capitalize` for one word, or switch on the set `customer_io` and write `| titlecase`",
    "capfirst": "!write `| capitalize`, which makes the other letters small",
    "floatformat": "!write `| number: 2`",
    "truncatechars": "!write `| truncate: n, '…'`",
    "truncatewords_html": "!write `| truncatewords: n`",
    "format_date_string": "!write `| date: '%B %-d'`, which reads dates by itself",
    **dict.fromkeys(
        ("days_ago", "days_later", "days_until", "days_since"), "!switch on the set `customer_io` and write `| add_day: n` or `| subtract_day: n`"
    ),
    **dict.fromkeys(("add", "subtract", "multiply", "divide"), _COUNT),
    "slugify": "!write the text as it has to stand",
    "lookup": "!name the field, as in `{{ customer.favourite_colour }}`",
    "weight_with_unit": "!write the number and its unit",
}

_TAG: Final = re.compile(r"(?P<open>\{%-?+\s*+)(?P<name>[a-z_]\w*+)(?P<rest>(?:\S|\s++(?!-?%\}\Z))*?)(?P<close>\s*+-?%\})\Z", re.DOTALL)
_TEXT: Final = re.compile(r"""\s*(?:(["'])(?P<text>[^"'{}]*)\1)?\Z""")
_FILTER: Final = re.compile(r"\|\s*+(?P<name>[a-z_]\w*+)(?P<rest>(?:[^|\s]|\s++(?!-?[%}]\}))*?)(?=\||\s*+-?[%}]\}|\Z)")
_CALL: Final = re.compile(r"(?P<open>\s*+\(\s*+)(?P<inside>(?:[^()\s]|\s++(?!\)))*?)(?P<close>\s*+\)\s*+)\Z")
_LOOKUP: Final = re.compile(r"""\b(?:person|contact|customer)\s*\|\s*lookup\s*:\s*(["'])(?P<name>[^"']+)\1""")
_TOKEN: Final = re.compile(
    r"""\{\{-?\s*personalization_token\(\s*(["'])contact\.(?P<name>\w+)\1\s*(?:,\s*(["'])(?P<default>[^"'{}]*)\3\s*)?\)\s*-?\}\}"""
)
# What only Klaviyo, Brevo and HubSpot have: there an empty text, an empty list and zero are false.
_DJANGO: Final = re.compile(
    r"\{%-?\s*(?:elif|unsubscribe|web_view|manage_preferences)\b|\b(?:organization|site_settings)\.|\|\s*lookup\b|personalization_token\(|\bforloop\.counter"
)
_PERSON: Final = re.compile(r"\b(?P<name>person|contact)\.")
_LOOP: Final = re.compile(r"\{%-?\s*(?:for|tablerow)\s+(?:person|contact)\b|\{%-?\s*assign\s+(?:person|contact)\b")
_COUNTER: Final = re.compile(r"\bforloop\.(?P<name>counter0|counter|revcounter0|revcounter)\b")
_COUNTERS: Final = {"counter": "index", "counter0": "index0", "revcounter": "rindex", "revcounter0": "rindex0"}


def liquid_dialects(draft: Draft, words: Words) -> None:
    """Put what platforms add to Liquid into Liquid's own words, tags first, then filters."""
    django = _is_django(draft.text)
    draft.edit(_lookups(draft, words))
    draft.edit(edit for tag in TEMPLATE.finditer(draft.text) for edit in _tag(draft, tag, words, django=django))
    draft.edit(edit for tag in TEMPLATE.finditer(draft.text) for edit in _filters(draft, tag))


def _is_django(text: str) -> bool:
    """Whether a mail's conditions are read as Django reads them; a loop over persons is anybody's."""
    codes = [QUOTED.sub("", tag[0]) for tag in TEMPLATE.finditer(text)]
    person = any(map(_PERSON.search, codes)) and not any(map(_LOOP.search, codes))
    return person or any(map(_DJANGO.search, codes))


def _lookups(draft: Draft, words: Words) -> Iterator[Edit]:
    """Fields that are named in quotes: Klaviyo's `person|lookup:'…'` and HubSpot's `personalization_token('contact.…', 'default')`."""
    for tag in TEMPLATE.finditer(draft.text):
        token = _TOKEN.fullmatch(tag[0])
        found = token or _LOOKUP.search(tag[0])
        while found:
            start, end = tag.start() + found.start(), tag.start() + found.end()
            try:
                path = words.field(found["name"])
                tell_renamed(draft, start, words)
                yield start, end, words.value(path, token["default"] or "") if token else path
            except Clash as clash:
                tell_foreign(draft, start, f"`{found[0]}` can't be named", str(clash), end - start)
            found = None if token else _LOOKUP.search(tag[0], found.end())


def _tag(draft: Draft, tag: re.Match[str], words: Words, *, django: bool) -> Iterator[Edit]:
    for counter in _COUNTER.finditer(draft.text, *tag.span()) if django else ():
        yield *counter.span("name"), _COUNTERS[counter["name"]]
    parts = _TAG.match(tag[0])
    if not parts:
        return
    start, end = tag.start() + parts.start("name"), tag.start() + parts.end("name")
    meaning = _TAGS.get(parts["name"], "")
    if meaning.startswith("="):
        yield start, end, meaning[1:]
    elif meaning:
        outcome = _written(draft, tag, parts, meaning, words)
        if isinstance(outcome, Report):
            tell_foreign(draft, tag.start(), f"`{tag[0].splitlines()[0]}` has no counterpart", outcome.remedy, len(tag[0]))
        yield *tag.span(), outcome if isinstance(outcome, str) else ""
    if django and parts["name"] in ("if", "elif", "elsif"):
        rest = condition(parts["rest"].strip())
        if isinstance(rest, Report):
            tell_foreign(draft, tag.start(), f"`{tag[0].splitlines()[0]}` means something else in Liquid", rest.remedy, len(tag[0]))
        yield end, tag.start() + parts.end("rest"), " true" if isinstance(rest, Report) else f" {rest}"


def _written(draft: Draft, tag: re.Match[str], parts: re.Match[str], meaning: str, words: Words) -> Outcome:
    link = meaning.startswith("a:")
    text = _TEXT.match(parts["rest"])
    if meaning.startswith("!"):
        return words.meaning(meaning)
    if not text or (text["text"] and not link):
        return Report("write a link with the words of its own: this tag takes one text in quotes")
    if not link:
        return words.meaning(meaning)
    if draft.text.rfind("<", 0, tag.start()) > draft.text.rfind(">", 0, tag.start()):
        return Report(f"write {words.value(meaning[2:])}: the tag makes a whole link, and stands in another tag")
    return words.link(meaning[2:], text["text"] or parts["name"].replace("_", " ").capitalize())


def _filters(draft: Draft, tag: re.Match[str]) -> Iterator[Edit]:
    """The edits of one tag's filters. What has no counterpart is told, and taken out, so that the rest can be read."""
    code = QUOTED.sub(lambda text: "x" * len(text[0]), tag[0])
    for found in _FILTER.finditer(code):
        name, start = found["name"], tag.start() + found.start()
        given = _FILTERS.get(name, name)
        rest = draft.text[tag.start() + found.start("rest") : tag.start() + found.end("rest")]
        if given.startswith("!"):
            tell_foreign(draft, start, f"there is no filter `{name}` here", given[1:], found.end() - found.start())
            yield start, tag.start() + found.end(), ""
            continue
        call = _CALL.match(rest)
        arguments = f": {call['inside']}" if call and call["inside"] else rest
        if given == "default":
            # Jinja's second value says that empty ones count, too, as they do in Liquid.
            arguments = re.sub(r",\s*true\s*\Z", "", arguments)
        elif given == "money":
            what, remedy = "`money` takes whole units here, and cents at Shopify", "see that the profiles' amounts are whole units"
            draft.tell(tag.start() + found.start("name"), what, remedy, length=len(name))
        pattern = re.search(r"""(["'])([^"']+)\1""", arguments)
        if given == "date" and pattern and "%" not in pattern[2]:
            arguments = _date(draft, start, arguments, pattern[2])
        if (given, arguments) != (name, rest):
            yield tag.start() + found.start("name"), tag.start() + found.end("rest"), given + arguments


def _date(draft: Draft, offset: int, arguments: str, pattern: str) -> str:
    """The arguments of `date` with Django's pattern as strftime writes it."""
    # A letter that comes again is CLDR's, which `date` reads as it is.
    if pattern in ("short", "medium", "long", "full") or re.search(r"([A-Za-z])\1", pattern):
        return arguments
    written = strftime(pattern, "php")
    if written is None:
        tell_foreign(draft, offset, f"the date pattern '{pattern}' isn't Liquid's", "write it with directives of strftime, such as '%B %-d, %Y'", 1)
        return ""
    return arguments.replace(pattern, written)
