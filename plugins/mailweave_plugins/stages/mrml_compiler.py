"""The compiler `mrml`: MJML to HTML with mjml-python, which is the Rust library mrml."""

from __future__ import annotations

import re
from typing import Final

from mjml import mjml2html

from mailweave.hookspecs import hookimpl
from mailweave.pipeline import INLINE_MARK, Compiler, StageError

_STYLE: Final = re.compile(r"(?P<open><mj-style\b(?P<attributes>[^>]*)>)(?P<css>.*?)(?P<close></mj-style\s*>)", re.DOTALL)
_INLINE: Final = re.compile(r"\binline\s*=\s*[\"']inline[\"']")
_INCLUDE: Final = re.compile(r"<mj-include\b")
_POSITION: Final = re.compile(r"\s*(?:in \S+ template )?at position (\d+)(?::\d+)?")


class Mrml(Compiler):
    """Compiles MJML with mjml-python (mrml)."""

    name = "mrml"

    def compile(self, mjml: str) -> str:
        """HTML of a whole MJML document.

        mrml reads stylesheets as XML, so it gets tokens in their place; and it takes no notice of `inline="inline"`, so those stylesheets are
        marked for the inliner.

        Raises:
            StageError: mrml can't read the document, or the document includes another file.
        """
        include = _INCLUDE.search(mjml)
        if include:
            raise StageError("mj-include isn't supported here; use a block or a layout instead", include.start())
        styles: dict[str, str] = {}

        def fence(found: re.Match[str]) -> str:
            token = f"mailweave-style-{len(styles)}-mailweave"
            mark = INLINE_MARK if _INLINE.search(found["attributes"]) else ""
            styles[token] = mark + found["css"]
            return f"{found['open']}{token}{found['close']}"

        html = _compile(_STYLE.sub(fence, mjml))
        for token, css in styles.items():
            html = html.replace(token, css)
        return html


def _compile(mjml: str) -> str:
    try:
        return str(mjml2html(mjml))
    except ValueError as error:
        message = str(error)
        found = _POSITION.search(message)
        offset = len(mjml.encode()[: int(found[1])].decode(errors="ignore")) if found else None
        raise StageError(f"this MJML can't be compiled: {_POSITION.sub('', message)}", offset) from error


@hookimpl
def register_compilers() -> list[type[Compiler]]:
    return [Mrml]
