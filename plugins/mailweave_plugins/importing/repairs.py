"""Put right what browsers forgive and mailweave doesn't, without changing what anyone sees; each is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailweave.edits import Edit
from mailweave.nesting import VOID
from mailweave.tags import tags
from mailweave_plugins.importing.edits import Draft

_DECLARATION: Final = re.compile(r"\A(?:\ufeff|\s)*<\?xml\b[^>]*\?>\s*")


def repair(draft: Draft) -> None:
    """Take out a declaration of XML and end tags of elements that have none."""
    draft.edit([*_declaration(draft), *_void_ends(draft)])


def _declaration(draft: Draft) -> Iterator[Edit]:
    """`<?xml …?>` in front, which is nothing but a comment to HTML."""
    found = _DECLARATION.match(draft.text)
    if found:
        what, remedy = "a mail isn't XML, so its declaration was left out", "nothing needs to be done"
        draft.tell(draft.text.index("<?"), what, remedy, code="repaired", length=5)
        yield 0, found.end(), ""


def _void_ends(draft: Draft) -> Iterator[Edit]:
    """`</br>` means `<br>` to every browser; other end tags of empty elements mean nothing (HTML Standard, 13.2.6.4.7)."""
    for tag in tags(draft.text):
        if tag.closing and tag.name in VOID and not tag.foreign:
            is_break = tag.name == "br"
            what = f"`</{tag.name}>` {'means `<br>` and was written so' if is_break else 'closes nothing and was left out'}"
            draft.tell(tag.start, what, "nothing needs to be done", code="repaired", length=tag.end - tag.start)
            yield tag.start, tag.end, "<br />" if is_break else ""
