"""`<mj-style inline="inline">`: its rules become `style` attributes before any other sheet counts, as in MJML.

So they win over a rule of the same kind in an `<mj-style>` that stays in the head. What no attribute can say (`:hover`, `@media`) stays in a sheet.
"""

from __future__ import annotations

import re

from mailweave.bounds import check_html
from mailweave.edits import Edit, spliced
from mailweave.errors import MailweaveError
from mailweave.limits import LARGEST
from mailweave.pipeline import INLINE_MARK, LimitError
from mailweave.placeholders import Placeholders
from mailweave.tags import insides
from mailweave_plugins.stages.css_inline_inliner import CssInline
from mailweave_plugins.stages.premailer_inliner import Premailer


def inlined(html: str) -> str:
    """The document with the marked sheets inlined and taken out.

    Raises:
        StageError: they can't be inlined.
    """
    if INLINE_MARK not in html:
        return html
    placeholders = Placeholders.unlike("sheet", [html])
    others: list[str] = []

    # The settings that the engine keeps to are within these.
    try:
        check_html(html, LARGEST)
    except MailweaveError as error:
        raise LimitError(error.problems[0].what) from error
    edits: list[Edit] = []
    for sheet in insides(html, "style"):
        end = html.find(">", sheet.end) + 1
        if end and not html.startswith(INLINE_MARK, sheet.start):
            edits.append((sheet.tag, end, f"<!--{placeholders.of(len(others))}-->"))
            others.append(html[sheet.tag : end])
    hidden, inliner = spliced(html, edits), Premailer()
    inline = (CssInline() if inliner.unfit(hidden) else inliner).inline(hidden)
    return re.sub(rf"<!--{placeholders.pattern.pattern}-->", lambda found: others[int(found["number"])], inline)
