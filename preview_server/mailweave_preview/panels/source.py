"""Source: the HTML as it is sent."""

from __future__ import annotations

from mailweave.previewer import Panel, Shown
from mailweave_preview.markup import render


class SourcePanel(Panel):
    """The HTML part, line by line."""

    name = "source"
    title = "Source"
    order = 40

    def body(self, shown: Shown) -> str:
        return render("panels/source.html", shown=shown, lines=shown.message.html.split("\n") if shown.message else [])
