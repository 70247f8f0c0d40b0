"""The inliner `css-inline`: the elements that a rule styles are those that css-inline, a Rust library, finds (see `inlining`)."""

from __future__ import annotations

from collections.abc import Iterable

from css_inline import CSSInliner

from mailweave.hookspecs import hookimpl
from mailweave.pipeline import Inliner
from mailweave.tags import tags
from mailweave_plugins.stages.inlining import NUMBER, Selected, SheetInliner
from mailweave_plugins.stages.selectors import normalised, widened
from mailweave_plugins.stages.static_selectors import static


class CssInline(SheetInliner):
    """Inlines CSS with css-inline, never fetching anything; the style sheets themselves stay for clients that read them."""

    name = "css-inline"

    def select(self, selector: str) -> Selected:
        found = static(selector)
        return Selected(found.text, found.specificity) if found else Selected(widened(normalised(selector)), None)

    def marked(self, html: str, css: str) -> Iterable[tuple[str, str]]:
        elements = ((tag.get(NUMBER), tag.get("style")) for tag in tags(transformed(html, css)) if not tag.closing)
        return ((number, style) for number, style in elements if number and style)


def transformed(html: str, css: str) -> str:
    """The document as a browser nests it, with a style sheet on its elements. Its own sheets and links aren't looked at."""
    return CSSInliner(inline_style_tags=False, keep_style_tags=True, keep_link_tags=True, load_remote_stylesheets=False, extra_css=css).inline(html)


@hookimpl
def register_inliners() -> list[type[Inliner]]:
    return [CssInline]
