"""`<mj-style inline="inline">`: its rules become `style` attributes before any other sheet counts, as in MJML.

So they win over a rule of the same kind in an `<mj-style>` that stays in the head. What no attribute can say (`:hover`, `@media`) stays in a sheet.
"""

from __future__ import annotations

import re
from typing import Final

from mailweave.bounds import check_html
from mailweave.errors import MailweaveError
from mailweave.limits import LARGEST
from mailweave.pipeline import INLINE_MARK, LimitError
from mailweave.placeholders import Placeholders
from mailweave_plugins.stages.premailer_inliner import Premailer

_SHEET: Final = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)


def inlined(html: str) -> str:
    """The document with the marked sheets inlined and taken out.

    Raises:
        StageError: they can't be inlined.
    """
    if INLINE_MARK not in html:
        return html
    placeholders = Placeholders.unlike("sheet", [html])
    others: list[str] = []

    def hide(found: re.Match[str]) -> str:
        if found[1].startswith(INLINE_MARK):
            return found[0]
        others.append(found[0])
        return f"<!--{placeholders.of(len(others) - 1)}-->"

    # The settings that the engine keeps to are within these.
    try:
        check_html(html, LARGEST)
    except MailweaveError as error:
        raise LimitError(error.problems[0].what) from error
    inline = Premailer().inline(_SHEET.sub(hide, html))
    return re.sub(rf"<!--{placeholders.pattern.pattern}-->", lambda found: others[int(found["number"])], inline)
