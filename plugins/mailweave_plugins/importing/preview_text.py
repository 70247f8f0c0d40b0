"""The hidden line that an inbox shows beside the subject: `mj-preview`, or an element that hides the mail's first text."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from mailweave.ahead import markup_spans
from mailweave.edits import spliced
from mailweave_plugins.importing.reading import Mail
from mailweave_plugins.importing.tree import COMMENT, Node, tree_of

_HIDES: Final = re.compile(r"(?<![\w-])(?:display\s*:\s*none|mso-hide\s*:\s*all|max-height\s*:\s*0|visibility\s*:\s*hidden)", re.IGNORECASE)
_PLAIN: Final = frozenset({COMMENT, "br", "span", "font", "b", "i", "em", "strong", "div", "p", "table", "td", "tr", "tbody"})
_SKIPPED: Final = frozenset({COMMENT, "style", "script", "head", "title", "template"})
# What fills the line after its text, so that nothing else of the mail is shown: blanks without width, joiners, soft hyphens.
PADDING: Final = re.compile("[\u034f\u00ad\u061c\u180e\u200b-\u200f\u2007\u2060\ufeff\u00a0\\s]+")
_SHEET_RULE: Final = r"\.{}(?![\w-])[^{{}}]*\{{[^{{}}]*(?:display\s*:\s*none|mso-hide\s*:\s*all)"
_SHOWN: Final = r"\.{}(?![\w-])[^{{}}]*\{{[^{{}}]*display\s*:\s*(?!none)"
_MEDIA: Final = re.compile(r"@media[^{}@]*+\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}")


def lift_preview(mail: Mail) -> tuple[Mail, str]:
    """The mail without its preview line, and the line (empty when there is none), with template tags as they are."""
    tree = tree_of(mail.masked)
    elements = [node for node in [tree.first("mj-preview")] if node] if mail.markup == "mjml" else _hidden(tree, mail.masked)
    if not elements:
        return mail, ""
    lines = [line_of(mail, node.inner_start, node.inner_end) for node in elements]
    cuts = [(node.start, node.end, "") for node in elements]
    mail.draft.edit(cuts)
    return mail.with_masked(spliced(mail.masked, cuts)), next(filter(None, lines), "")


def line_of(mail: Mail, start: int, end: int, *, plain: bool = False) -> str:
    """A part of a mail as one line of text: without markup (none is in it when it is `plain`), entities resolved, and no padding at its end."""
    text = mail.draft.text[start:end]
    # Only the covered text says what is markup: a template tag may hold `<`.
    markup = [] if plain else [(*span, " ") for span in markup_spans(mail.masked[start:end])]
    return PADDING.sub(" ", unescape(spliced(text, markup))).strip()


def _hidden(tree: Node, text: str) -> list[Node]:
    """The element that hides the body's first text, and those after it that hide padding only; none where the first text is to be seen."""
    found: list[Node] = []
    body = tree.first("body") or tree
    done = body.inner_start
    for node in body.walk():
        if node is body or done > node.start:
            continue
        if text[done : node.start].strip() or node.name == "img":
            break
        hidden = _is_hidden(node, text)
        done = node.end if hidden or node.name in _SKIPPED else node.inner_start
        if hidden and _is_plain(node, text) and bool(_words(node, text)) is not bool(found):
            found.append(node)
        elif hidden and found:
            break
    return found


def _words(node: Node, text: str) -> str:
    inside = text[node.inner_start : node.inner_end]
    return PADDING.sub("", unescape(spliced(inside, ((*span, "") for span in markup_spans(inside)))))


def _is_hidden(node: Node, text: str) -> bool:
    """It is hidden by its own style or a class, and no media query shows it."""
    if node.name in _SKIPPED:
        return False
    classes = [re.escape(name) for name in node.attribute("class").split()]
    shown = any(re.search(_SHOWN.format(name), query, re.IGNORECASE) for name in classes for query in _MEDIA.findall(text))
    sheets = _MEDIA.sub("", text) if classes else ""
    by_class = any(re.search(_SHEET_RULE.format(name), sheets, re.IGNORECASE) for name in classes)
    return not shown and (by_class or bool(_HIDES.search(node.attribute("style"))))


def _is_plain(node: Node, text: str) -> bool:
    """It is closed and holds text only: no link, picture or comment for Outlook that would be lost."""
    conditional = any(inner.name == COMMENT and text.startswith("<!--[if", inner.start) for inner in node.walk())
    return node.closed and not conditional and node.name not in ("tr", "tbody") and all(inner.name in _PLAIN for inner in node.walk())
