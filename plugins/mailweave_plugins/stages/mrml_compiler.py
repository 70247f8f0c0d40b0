"""The compiler `mrml`: MJML to HTML with mjml-python, which is the Rust library mrml.

mrml reads the HTML inside `mj-text` and the like as XML, which MJML doesn't: an unclosed `<li>`, `1 < 2` or an MSO comment would stop it. So it
never sees that HTML: tokens stand for it, and it's put back into the compiled document as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from mjml import mjml2html

from mailweave.hookspecs import hookimpl
from mailweave.mjml_components import COMPONENTS
from mailweave.pipeline import INLINE_MARK, Compiler, StageError
from mailweave.tags import Tag, tags

# Elements whose content is put out as it stands. mrml itself writes that of the others: `mj-title` and `mj-preview` more than once or escaped.
_FENCED: Final = frozenset(name for name, component in COMPONENTS.items() if component.ending) - {
    "mj-title",
    "mj-preview",
    "mj-breakpoint",
    "mj-html-attribute",
}
_POSITION: Final = re.compile(r"\s*(?:in \S+ template )?at position (\d+)(?::\d+)?|\s*in \S+ template")


class Mrml(Compiler):
    """Compiles MJML with mjml-python (mrml)."""

    name = "mrml"

    def compile(self, mjml: str) -> str:
        """HTML of a whole MJML document. Sheets with `inline="inline"`, of which mrml takes no notice, are marked for the inliner.

        Raises:
            StageError: mrml can't read the document, or the document includes another file.
        """
        found = list(tags(mjml))
        include = next((tag for tag in found if tag.name == "mj-include"), None)
        if include:
            raise StageError("mj-include isn't supported here; use a block or a layout instead", include.start)
        return _compile(_fence(mjml, found))


@dataclass(frozen=True)
class _Fenced:
    """A document with tokens for contents; `contents` are the contents' tags and places in the original."""

    original: str
    token: str
    text: str
    contents: tuple[tuple[Tag, int, int], ...]

    def restore(self, html: str) -> str:
        return re.sub(rf"{self.token}(\d+)-", lambda found: self._content(int(found[1])), html)

    def original_offset(self, offset: int) -> int:
        """The place in the original of an offset in the text."""
        for index, (_, start, end) in enumerate(self.contents):
            if offset <= start:
                break
            # Inside the token, the start of what it stands for is as near as can be said.
            offset = max(start, offset + end - start - len(f"{self.token}{index}-"))
        return offset

    def _content(self, index: int) -> str:
        tag, start, end = self.contents[index]
        marked = tag.name == "mj-style" and tag.get("inline") == "inline"
        return (INLINE_MARK if marked else "") + self.original[start:end]


def _compile(fenced: _Fenced) -> str:
    try:
        # Without fonts of its own: mrml would link to Google's for MJML's default font, though no `mj-font` asks for it.
        return fenced.restore(str(mjml2html(fenced.text, fonts={})))
    except ValueError as error:
        message = str(error)
        found = _POSITION.search(message)
        # mrml counts bytes of UTF-8.
        offset = len(fenced.text.encode()[: int(found[1])].decode(errors="ignore")) if found and found[1] else None
        place = None if offset is None else fenced.original_offset(offset)
        raise StageError(f"this MJML can't be compiled: {_POSITION.sub('', message)}", place) from error


def _fence(mjml: str, found: Sequence[Tag]) -> _Fenced:
    token = next(word for word in (f"mailweave-content-{number}-" for number in count()) if word not in mjml)
    contents = tuple((tag, start, end) for tag, start, end in _contents(found) if mjml[start:end].strip())
    pieces, done = [], 0
    for index, (_, start, end) in enumerate(contents):
        pieces += [mjml[done:start], f"{token}{index}-"]
        done = end
    return _Fenced(mjml, token, "".join([*pieces, mjml[done:]]), contents)


def _contents(found: Sequence[Tag]) -> Iterator[tuple[Tag, int, int]]:
    """Each outermost fenced element's tag and the place of its content. What is never closed is left to mrml's complaint."""
    outer: Tag | None = None
    depth = 0
    for tag in found:
        if outer is None and tag.name in _FENCED and not (tag.closing or tag.empty):
            outer, depth = tag, 1
        elif outer is not None and tag.name == outer.name and not tag.empty:
            depth += -1 if tag.closing else 1
            if not depth:
                yield outer, outer.end, tag.start
                outer = None


@hookimpl
def register_compilers() -> list[type[Compiler]]:
    return [Mrml]
