"""The inliner `premailer`: the elements that a rule styles are those that premailer finds (see `inlining`)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from mailweave.hookspecs import hookimpl
from mailweave.later import load_later
from mailweave.nesting import VOID
from mailweave.pipeline import Inliner, StageError
from mailweave.tags import tags
from mailweave_plugins.stages.css_inline_inliner import CssInline, transformed
from mailweave_plugins.stages.inlining import NUMBER, Selected, SheetInliner, sheet_rules
from mailweave_plugins.stages.selectors import is_exact, normalised, specificity, widened
from mailweave_plugins.stages.static_selectors import static

# A rule costs premailer about a millisecond and css-inline a hundredth of one.
RULES: Final = 300


class Premailer(SheetInliner):
    """Inlines CSS with premailer, never fetching anything; the style sheets themselves stay for clients that read them."""

    name = "premailer"
    instead = CssInline.name

    def select(self, selector: str) -> Selected:
        text = normalised(selector)
        # premailer keeps selectors and parsed styles under the same keys, for the whole process: a selector must never read like a style.
        return Selected(f"{text}[{NUMBER}]", specificity(text)) if is_exact(text) else Selected(f"{widened(text)}[{NUMBER}]", None)

    def marked(self, html: str, css: str) -> Iterable[tuple[str, str]]:
        # Only here, for it takes long. Half of that is what the two would fetch with, and they never fetch anything.
        load_later("requests")
        load_later("urllib.request")
        import cssutils
        from premailer import Premailer as Transformer

        cssutils.log.setLevel(logging.CRITICAL)
        # libxml2 has its own ways with broken nesting; what css-inline wrote is nested as browsers nest it.
        nested = transformed(html, "")
        tree = etree.fromstring(nested.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
        if _outline(tree) != list(_outline_of(nested)):
            # libxml2 drops what is nested more than 250 levels deep, and lets a `<p>` end the `<b>` around it. The selectors here are simple ones
            # that both libraries match alike.
            return CssInline().marked(html, css)
        _hide_sheets(tree)
        Transformer(
            tree,
            css_text=css,
            cache_css_parsing=False,
            disable_leftover_css=True,
            disable_validation=True,
            keep_style_tags=True,
            include_star_selectors=True,
            allow_network=False,
            align_floating_images=False,
            remove_unset_properties=False,
        ).transform()
        return ((element.get(NUMBER), element.get("style")) for element in tree.iter(etree.Element) if element.get(NUMBER) and element.get("style"))

    def unfit(self, html: str) -> str | None:
        try:
            found = [rule for rule in sheet_rules(html) if not rule.conditional and rule.declarations]
        except StageError:
            # Neither takes it; `inline` says why.
            return None
        if len(found) > RULES:
            return f"the style sheets have {len(found)} rules, and premailer is slow with more than {RULES}"
        return next((f"premailer can't match the selector '{selector}'" for selector in _unmatched(rule.selector for rule in found)), None)


def _outline(tree: Any) -> list[tuple[str, int]]:
    """Each element of a parsed document, in order, with how deep it stands."""
    found, depth = [], 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if isinstance(element.tag, str):
            found += [(element.tag, depth)] if event == "start" else []
            depth += 1 if event == "start" else -1
    return found


def _outline_of(nested: str) -> Iterator[tuple[str, int]]:
    """The same of a document in which every element that can is closed."""
    depth = 0
    for tag in tags(nested):
        if tag.closing:
            depth -= 1
            continue
        yield tag.name, depth
        depth += tag.name not in VOID


def _hide_sheets(tree: Any) -> None:
    """Keep premailer from the document's own sheets and links; the elements stay, as `:empty + p` and the like count them."""
    for element in tree.iter("style", "link"):
        element.text = ""
        etree.strip_attributes(element, "rel")


def _unmatched(selectors: Iterable[str]) -> Iterator[str]:
    """The selectors that premailer can't match and css-inline can. The root gets no style anyway."""
    return (selector for selector in selectors if selector != ":root" and not is_exact(normalised(selector)) and static(selector))


@hookimpl
def register_inliners() -> list[type[Inliner]]:
    return [Premailer]
