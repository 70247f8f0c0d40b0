"""Text: the plain-text part as it is sent."""

from __future__ import annotations

from mailweave.previewer import Panel, Shown
from mailweave_preview.markup import render


class TextPanel(Panel):
    """The plain-text part, for clients and readers that want no HTML."""

    name = "text"
    title = "Text"
    order = 50

    def body(self, shown: Shown) -> str:
        return render("panels/text.html", shown=shown)
